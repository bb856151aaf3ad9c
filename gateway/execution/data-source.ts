/** Puts a subgraph's client where Apollo's executor looks for a data source. */
import type { GraphQLDataSource } from '@apollo/gateway';
import { type DocumentNode, GraphQLError, Kind, OperationTypeNode, parse } from 'graphql';
import type { ServedContext } from '#runtime/graphql/http.ts';
import { scopeOfContext } from '../upstream/scope.ts';
import type { Hop, HopTrouble } from './hop.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type Path = readonly (string | number)[];

const operationOf = (document: DocumentNode) =>
  document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);

const troubleAt = (service: string, trouble: HopTrouble, path: Path): GraphQLError =>
  new GraphQLError(trouble.message, {
    ...(path.length === 0 ? {} : { path }),
    extensions: { code: trouble.code, serviceName: service },
  });

/** Up to the first list: one error for a page of products, not one per product. */
const upToList = (path: Path): Path => {
  const at = path.indexOf('@');
  return at < 0 ? path : path.slice(0, at);
};

/** Names in the response that this operation would have filled. */
const rootNames = (document: DocumentNode): readonly string[] =>
  operationOf(document)?.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [(selection.alias ?? selection.name).value] : [],
  ) ?? [];

/** Plans repeat their operations text for text, so what a text says is worth remembering. */
const createIsQuery = (): ((query: string) => boolean) => {
  const known = new Map<string, boolean>();
  const MOST_KNOWN = 2_000;
  return (query) => {
    const before = known.get(query);
    if (before !== undefined) return before;
    const isQuery = operationOf(parse(query, { noLocation: true }))?.operation === OperationTypeNode.QUERY;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(query, isQuery);
    return isQuery;
  };
};

export const createDataSource = (client: Hop): GraphQLDataSource => {
  const isQuery = createIsQuery();
  return {
    process: async (options: ProcessOptions) => {
      const query = options.request.query ?? '';
      const { operationName, variables } = options.request;
      const reply = await client.send({
        body: JSON.stringify({ query, operationName, variables }),
        isQuery: isQuery(query),
        scope: scopeOfContext(options.context as ServedContext),
      });
      if (reply.kind === 'answered') return reply.result as Awaited<ReturnType<GraphQLDataSource['process']>>;
      const path: Path = ('pathInIncomingRequest' in options && options.pathInIncomingRequest) || [];
      if (path.length > 0) throw troubleAt(client.name, reply.trouble, upToList(path));
      const names = rootNames(parse(query, { noLocation: true }));
      return { errors: names.map((name) => troubleAt(client.name, reply.trouble, [name])) };
    },
  };
};
