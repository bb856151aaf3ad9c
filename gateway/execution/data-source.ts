/** Puts a subgraph client where Apollo's executor looks for a data source. */
import type { GraphQLDataSource } from '@apollo/gateway';
import { type DocumentNode, GraphQLError, Kind, OperationTypeNode, parse } from 'graphql';
import type { ServedContext } from '#runtime/graphql/http.ts';
import type { SubgraphCall, SubgraphClient, SubgraphTrouble } from './subgraph-client.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type Path = readonly (string | number)[];

const operationOf = (document: DocumentNode) =>
  document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);

const troubleAt = (service: string, trouble: SubgraphTrouble, path: Path): GraphQLError =>
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

export const createDataSource = (client: SubgraphClient): GraphQLDataSource => {
  const isQuery = createIsQuery();
  return {
    process: async (options: ProcessOptions) => {
      const query = options.request.query ?? '';
      const context = options.context as ServedContext;
      const call: SubgraphCall = {
        query,
        ...(options.request.operationName === undefined ? {} : { operationName: options.request.operationName }),
        ...(options.request.variables === undefined ? {} : { variables: options.request.variables }),
        ...(context.authorization === undefined ? {} : { authorization: context.authorization }),
        correlationId: context.correlationId,
        signal: context.signal,
        deadlineMs: context.deadlineMs,
        freshness: {
          purpose: context.purpose,
          ...(context.maxAgeMs === undefined ? {} : { maxAgeMs: context.maxAgeMs }),
        },
        idempotent: isQuery(query),
      };
      const reply = await client.send(call);
      if (reply.kind === 'answered') return reply.result;
      const path: Path = ('pathInIncomingRequest' in options && options.pathInIncomingRequest) || [];
      if (path.length > 0) throw troubleAt(client.name, reply.trouble, upToList(path));
      const names = rootNames(parse(query, { noLocation: true }));
      return { errors: names.map((name) => troubleAt(client.name, reply.trouble, [name])) };
    },
  };
};
