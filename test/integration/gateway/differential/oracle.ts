/**
 * What Apollo's own executor answers, on the same plan: the measure of ours. Its known mistakes are undone here and
 * nowhere else, each where it happens and no further.
 */
import { buildOperationContext, executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { LocalGeneration } from '#gateway/execution/generation.ts';
import type { ErrorFormatter } from '#runtime/graphql/errors.ts';
import type { Subgraph, World } from './world.ts';

type Tree = Record<string, unknown>;
type Place = readonly (string | number)[];
type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type ProcessResult = Awaited<ReturnType<GraphQLDataSource['process']>>;

export type Answer = { readonly data: unknown; readonly errors: readonly GraphQLFormattedError[] };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const objectsAt = (value: unknown, path: Place, depth = 0): readonly Tree[] => {
  if (value === null || value === undefined) return [];
  if (depth === path.length) return isTree(value) ? [value] : [];
  const step = path[depth];
  if (Array.isArray(value)) return value.flatMap((inner) => objectsAt(inner, path, step === '@' ? depth + 1 : depth));
  return isTree(value) && typeof step === 'string' && Object.hasOwn(value, step)
    ? objectsAt(value[step], path, depth + 1)
    : [];
};

/** Whether an object may have been told to a subgraph as this representation. */
const isToldAs = (object: unknown, representation: unknown, isTop = true): boolean => {
  if (Array.isArray(representation))
    return Array.isArray(object) && representation.every((inner, index) => isToldAs(object[index], inner, false));
  if (!isTree(representation)) return representation === null || object === representation;
  return (
    isTree(object) &&
    Object.entries(representation).every(
      ([name, value]) => (isTop && name === '__typename') || isToldAs(object[name], value, false),
    )
  );
};

const upToList = (path: Place): Place => (path.includes('@') ? path.slice(0, path.indexOf('@')) : path);

const troubleAt = (service: string, path: Place): GraphQLError =>
  new GraphQLError(`The subgraph "${service}" could not be reached.`, {
    path,
    extensions: { code: 'UPSTREAM_UNAVAILABLE', serviceName: service },
  });

const rootNames = (document: DocumentNode): readonly string[] =>
  document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [(selection.alias ?? selection.name).value] : [],
        )
      : [],
  );

const source = (subgraph: Subgraph, world: World, mirror: Tree, supergraph: GraphQLSchema): GraphQLDataSource => ({
  process: async (options: ProcessOptions): Promise<ProcessResult> => {
    const { query = '', variables = {} } = options.request;
    const path: Place = ('pathInIncomingRequest' in options && options.pathInIncomingRequest) || [];
    const representations = variables.representations as readonly unknown[] | undefined;
    // The executor counts the places of a path, and not the entities it asked for, when it says where an entity's
    // error belongs: they differ once an object is not asked for. This gives it the number it should have counted.
    const numbers: number[] = [];
    if (representations) {
      let next = 0;
      for (const [number, object] of objectsAt(mirror, path).entries())
        if (next < representations.length && isToldAs(object, representations[next])) {
          numbers.push(number);
          next += 1;
        }
    }
    const result = await subgraph.answer(world, query, variables);
    if (!result) {
      if (path.length > 0) throw troubleAt(subgraph.name, upToList(path));
      return { errors: rootNames(parse(query)).map((name) => troubleAt(subgraph.name, [name])) } as ProcessResult;
    }
    // A subgraph that knows an interface as an object says the interface's name, and the executor puts it in place of the
    // object's own. Left out, the executor keeps what it knew.
    for (const entity of (result.data?._entities ?? []) as readonly (Tree | null)[])
      if (entity && isInterfaceType(supergraph.getType(String(entity.__typename)))) delete entity.__typename;
    if (path.length === 0) for (const [name, value] of Object.entries(result.data ?? {})) mirror[name] ??= value;
    const errors = result.errors?.map((error) => {
      const [first, index, ...rest] = error.path ?? [];
      if (!representations || typeof index !== 'number') return error;
      return { ...error, path: [first, numbers[index], ...rest] };
    });
    return { ...result, ...(errors ? { errors } : {}) } as ProcessResult;
  },
});

/**
 * The same operation for the executor's last step, which shapes the answer. Where the planner knows what an object is, it
 * does not ask for its type, and the executor then takes a fragment on an interface for the object's type: what stands in
 * a fragment within such a fragment is lost. Without the outer condition, which is always met, it is not.
 */
const withoutMetConditions = (schema: GraphQLSchema, document: DocumentNode): DocumentNode => {
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  const simpler = (set: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FIELD) {
        const field = 'getFields' in type ? type.getFields()[selection.name.value] : undefined;
        const inner = field && getNamedType(field.type);
        if (!selection.selectionSet || !isCompositeType(inner)) return selection;
        return { ...selection, selectionSet: simpler(selection.selectionSet, inner) };
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (!fragment) throw new Error('a fragment that is not defined');
      const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
      const isMet = isObjectType(type) && isAbstractType(condition) && schema.isSubType(condition, type);
      const inside = isCompositeType(condition) && !isMet ? condition : type;
      return {
        kind: Kind.INLINE_FRAGMENT,
        directives: selection.directives ?? [],
        ...(fragment.typeCondition && !isMet ? { typeCondition: fragment.typeCondition } : {}),
        selectionSet: simpler(fragment.selectionSet, inside),
      };
    }),
  });
  return {
    ...document,
    definitions: document.definitions.flatMap((one) => {
      const root = one.kind === Kind.OPERATION_DEFINITION ? schema.getRootType(one.operation) : undefined;
      if (one.kind !== Kind.OPERATION_DEFINITION || !root) return [];
      return [{ ...one, selectionSet: simpler(one.selectionSet, root) }];
    }),
  };
};

type SideNote = { readonly message: string; readonly path?: Place };

export const apolloAnswer = async (
  generation: LocalGeneration,
  plan: QueryPlan,
  document: DocumentNode,
  text: string,
  variables: Readonly<Record<string, unknown>>,
  subgraphs: readonly Subgraph[],
  world: World,
  format: ErrorFormatter,
): Promise<Answer> => {
  const shaped = withoutMetConditions(generation.api, document);
  const operationContext = buildOperationContext({ schema: generation.api, operationDocument: shaped });
  const mirror: Tree = Object.create(null);
  const silent = () => undefined;
  const result = await executeQueryPlan(
    plan,
    Object.fromEntries(
      subgraphs.map((subgraph) => [subgraph.name, source(subgraph, world, mirror, generation.supergraph)]),
    ),
    {
      request: { query: text, variables },
      document,
      source: text,
      operation: operationContext.operation,
      operationName: operationContext.operation.name?.value ?? null,
      context: {},
      schema: generation.api,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
      metrics: {},
    } as unknown as Parameters<typeof executeQueryPlan>[2],
    operationContext,
    generation.supergraph,
    generation.apiSchema,
  );
  const notes = (result.extensions?.valueCompletion ?? []) as readonly SideNote[];
  const missing = notes.map(
    ({ message, path }) =>
      new GraphQLError(message, { ...(path ? { path } : {}), extensions: { code: 'UPSTREAM_MALFORMED' } }),
  );
  const errors = [...((result.errors ?? []) as readonly GraphQLError[]), ...missing];
  return { data: result.data ?? null, errors: errors.map((error) => format(error, 'id')) };
};
