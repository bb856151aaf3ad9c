/** One fetch of a plan: what to ask which subgraph, and where its answer goes. */
import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError, type GraphQLSchema, isInterfaceType, Kind, parse } from 'graphql';
import type { Hop, HopResult, HopScope, HopTrouble } from './hop.ts';
import { compileKeptRoot } from './kept-root.ts';
import { createRepresent } from './represent.ts';
import { applyRewrites, renamesOf } from './rewrites.ts';
import type { Conditions } from './selection.ts';
import type { FetchShelf, Keeping, OpenShelf } from './shelf.ts';
import {
  copyOf,
  isObject,
  type Json,
  mergeInto,
  objectsAt,
  type PathPattern,
  type Place,
  placesOf,
  type Shared,
  upToList,
} from './tree.ts';
import type { Variables } from './variables.ts';

/** One answer in the making. */
export type Run = {
  readonly data: Json;
  readonly shared: Shared;
  readonly errors: GraphQLError[];
  readonly variables: Variables;
  readonly conditions: Conditions;
  readonly scope: HopScope;
  /** Null when nothing kept is to be given, and nothing kept of it. */
  readonly keeping: Keeping | null;
};

export const beginRun = (
  variables: Variables,
  conditions: Conditions,
  scope: HopScope,
  keeping: Keeping | null = null,
): Run => ({
  data: {},
  shared: new Set(),
  errors: [],
  variables,
  conditions,
  scope,
  keeping,
});

/** Nothing when there was nothing to wait for. */
export type Step = (run: Run) => Promise<void> | undefined;

export type FetchOptions = {
  readonly node: FetchNode;
  readonly path: PathPattern;
  readonly supergraph: GraphQLSchema;
  /** Whether another fetch may write into what this one brought. */
  readonly isWrittenTo: boolean;
  /** Most entities asked for in one request; more go in several at once. */
  readonly maxEntities: number;
  /** Null when nothing of this fetch may be kept. */
  readonly shelf: FetchShelf | null;
};

const troubleAt = (service: string, trouble: HopTrouble, path: Place): GraphQLError =>
  new GraphQLError(trouble.message, {
    ...(path.length === 0 ? {} : { path }),
    extensions: { code: trouble.code, serviceName: service },
  });

const malformed = (service: string, what: string, path: Place): GraphQLError =>
  troubleAt(service, { code: 'UPSTREAM_MALFORMED', message: `The subgraph "${service}" ${what}.` }, path);

type SubgraphError = { readonly message: string; readonly path: Place | null; readonly extensions: Json };

const withService = (service: string, error: SubgraphError, path: Place | null): GraphQLError =>
  new GraphQLError(error.message || `The subgraph "${service}" reported an error without a message.`, {
    ...(path === null ? {} : { path }),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: service },
  });

/** Names in the response that this operation would have filled. */
const rootNamesOf = (operation: string): readonly string[] =>
  parse(operation, { noLocation: true }).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [(selection.alias ?? selection.name).value] : [],
        )
      : [],
  );

const createVariablesText =
  (names: readonly string[] | undefined): ((variables: Variables) => string) =>
  (variables) => {
    let text = '';
    for (const name of names ?? []) {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (value === undefined) continue;
      text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
    }
    return text;
  };

const prefixOf = (node: FetchNode, operation = node.operation): string =>
  `{"query":${JSON.stringify(operation)}${
    node.operationName === undefined ? '' : `,"operationName":${JSON.stringify(node.operationName)}`
  },"variables":{`;

/** Subgraphs are not all well-behaved: an error may lack its message, or have a path that is none. */
const errorsOf = (result: HopResult): readonly SubgraphError[] =>
  (result.errors ?? []).map((error: unknown) => {
    const { extensions, message, path }: Json = isObject(error) ? error : {};
    return {
      message: typeof message === 'string' ? message : '',
      path:
        Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number') ? path : null,
      extensions: isObject(extensions) ? extensions : {},
    };
  });

const dataOf = (result: HopResult): Json | null => (isObject(result.data) ? (result.data as Json) : null);

/** Puts the answer to a fetch of root fields where it belongs. */
export type TakeRoot = (run: Run, targets: readonly Json[], result: HopResult, isOwn: boolean) => void;

export const compileTakeRoot = (options: Omit<FetchOptions, 'maxEntities' | 'shelf'>): TakeRoot => {
  const { isWrittenTo, node, path, supergraph } = options;
  const renames = renamesOf(node.outputRewrites);
  const needsCopy = isWrittenTo || renames.size > 0;
  const service = node.serviceName;
  const placesIn = (run: Run, targets: readonly Json[], inner: Place): readonly Place[] => {
    const tail = inner.map((step) => (typeof step === 'string' ? (renames.get(step) ?? step) : step));
    if (path.length === 0) return [tail];
    const places = [...placesOf(run.data, path, new Set(targets)).values()].flat();
    return places.map((place) => [...place, ...tail]);
  };
  return (run, targets, result, isOwn) => {
    for (const error of errorsOf(result))
      for (const place of error.path ? placesIn(run, targets, error.path) : [null])
        run.errors.push(withService(service, error, place));
    const given = dataOf(result);
    if (!given) return;
    const data = isOwn || !needsCopy ? given : (copyOf(given) as Json);
    applyRewrites(supergraph, node.outputRewrites, data);
    for (const target of targets) mergeInto(target, data, run.shared, targets.length > 1);
  };
};

/** A fetch of root fields, at the root or below a field that gives the root again. */
export const compileRootFetch = (options: FetchOptions, hop: Hop): Step => {
  const { node, path } = options;
  const prefix = prefixOf(node);
  const variablesText = createVariablesText(node.variableUsages);
  const isQuery = node.operationKind === 'query';
  const renames = renamesOf(node.outputRewrites);
  const names = rootNamesOf(node.operation).map((name) => renames.get(name) ?? name);
  const take = compileTakeRoot(options);
  const fail = (run: Run, trouble: HopTrouble): void => {
    const places = path.length === 0 ? names.map((name) => [name]) : [upToList(path)];
    for (const place of places) run.errors.push(troubleAt(node.serviceName, trouble, place));
  };
  const kept = options.shelf
    ? compileKeptRoot(node, options.shelf, hop, { prefixOf, variablesTextOf: createVariablesText, take, fail })
    : null;
  return (run) => {
    const targets = path.length === 0 ? [run.data] : objectsAt(run.data, path, run.shared);
    if (targets.length === 0) return undefined;
    const variables = variablesText(run.variables);
    const keptWay = kept?.(run, targets, variables);
    if (keptWay) return keptWay();
    const body = `${prefix}${variables}}}`;
    return hop.send({ body, isQuery, scope: run.scope }).then((reply) => {
      if (reply.kind === 'answered') take(run, targets, reply.result, reply.isOwn === true);
      else fail(run, reply.trouble);
    });
  };
};

type Batch = { readonly texts: string[]; readonly targets: Json[][] };

/** Representations that say the same are asked for once. */
const batchOf = (targets: readonly Json[], represent: (entity: Json) => string | null): Batch => {
  const numbers = new Map<string, number>();
  const batch: Batch = { texts: [], targets: [] };
  for (const target of targets) {
    const text = represent(target);
    if (text === null) continue;
    const number = numbers.get(text);
    if (number !== undefined) {
      batch.targets[number]?.push(target);
      continue;
    }
    numbers.set(text, batch.texts.length);
    batch.texts.push(text);
    batch.targets.push([target]);
  }
  return batch;
};

/** A fetch of fields of entities that other subgraphs told of. */
export const compileEntityFetch = (options: FetchOptions, hop: Hop): Step => {
  const { isWrittenTo, maxEntities, node, path, shelf, supergraph } = options;
  const prefix = prefixOf(node);
  const variablesText = createVariablesText(node.variableUsages);
  const represent = createRepresent(supergraph, node.requires ?? [], node.inputRewrites);
  const renames = renamesOf(node.outputRewrites);
  const needsCopy = isWrittenTo || renames.size > 0;
  const isToldAsInterface = node.inputRewrites?.some((rewrite) => rewrite.path.at(-1) === '__typename') ?? false;
  const service = node.serviceName;
  const listPlace = upToList(path);

  const take = (
    run: Run,
    targets: readonly (readonly Json[])[],
    result: HopResult,
    isOwn: boolean,
    onEntity?: (index: number, entity: Json | null) => void,
  ): void => {
    if (result.errors) reportAll(run, targets, errorsOf(result));
    const given = dataOf(result);
    if (!given) return;
    const entities = given._entities;
    if (!Array.isArray(entities) || entities.length !== targets.length) {
      run.errors.push(
        malformed(service, `was asked for ${targets.length} entities and gave another number`, listPlace),
      );
      return;
    }
    for (const [index, list] of targets.entries()) {
      const told: unknown = entities[index];
      onEntity?.(index, isObject(told) ? told : null);
      if (!isObject(told)) continue;
      const entity = isOwn || !needsCopy ? told : (copyOf(told) as Json);
      if (node.outputRewrites) {
        // A path with a type in it needs to know the type.
        if (!entity.__typename) entity.__typename = list[0]?.__typename;
        applyRewrites(supergraph, node.outputRewrites, entity);
      }
      for (const target of list) {
        const type = target.__typename;
        mergeInto(target, entity, run.shared, list.length > 1);
        // A subgraph that knows an interface as an object calls every object by the interface's name.
        if (isToldAsInterface && type !== undefined && isInterfaceType(supergraph.getType(String(target.__typename))))
          target.__typename = type;
      }
    }
  };

  const reportAll = (run: Run, targets: readonly (readonly Json[])[], errors: readonly SubgraphError[]): void => {
    const places = placesOf(run.data, path, new Set(targets.flat()));
    for (const error of errors) {
      if (error.path === null) {
        run.errors.push(withService(service, error, null));
        continue;
      }
      const [, index, ...rest] = error.path;
      const found =
        typeof index === 'number' ? targets[index]?.flatMap((target) => places.get(target) ?? []) : undefined;
      if (!found || found.length === 0) {
        run.errors.push(withService(service, error, listPlace));
        continue;
      }
      const tail = rest.map((step) => (typeof step === 'string' ? (renames.get(step) ?? step) : step));
      for (const place of found) run.errors.push(withService(service, error, [...place, ...tail]));
    }
  };

  const keptPrefix = shelf ? prefixOf(node, shelf.operation) : prefix;

  const askAll = (run: Run, { targets, texts }: Batch, variables: string, open: OpenShelf | null): Promise<void> => {
    const start = `${open ? keptPrefix : prefix}${variables}${variables === '' ? '' : ','}"representations":[`;
    let isTroubleTold = false;
    const ask = (from: number, to: number): Promise<void> => {
      const body = `${start}${(texts.length <= maxEntities ? texts : texts.slice(from, to)).join(',')}]}}`;
      return hop.send({ body, isQuery: true, scope: run.scope }).then((reply) => {
        if (reply.kind === 'answered') {
          const part = texts.length <= maxEntities ? targets : targets.slice(from, to);
          if (!open) {
            take(run, part, reply.result, reply.isOwn === true);
            return;
          }
          open.told(reply);
          // What is kept belongs to nobody: the answer is made of copies where it is built upon.
          take(run, part, reply.result, false, (index, entity) => {
            if (entity) open.keep(texts[from + index] ?? '', entity, run.variables);
            else open.told(null);
          });
          return;
        }
        open?.told(null);
        if (isTroubleTold) return;
        isTroubleTold = true;
        run.errors.push(troubleAt(service, reply.trouble, listPlace));
      });
    };
    if (texts.length <= maxEntities) return ask(0, texts.length);
    const parts: Promise<void>[] = [];
    for (let from = 0; from < texts.length; from += maxEntities) parts.push(ask(from, from + maxEntities));
    return Promise.all(parts).then(() => undefined);
  };

  /** Puts what is kept where it belongs, and leaves the rest to be asked for. */
  const fillIn = (run: Run, { targets, texts }: Batch, open: OpenShelf): Batch => {
    const missing: Batch = { texts: [], targets: [] };
    for (const [index, text] of texts.entries()) {
      const list = targets[index] ?? [];
      const kept = open.get(text) as Json | undefined;
      if (!kept) {
        missing.texts.push(text);
        missing.targets.push(list);
        continue;
      }
      const entity = needsCopy ? (copyOf(kept) as Json) : kept;
      for (const target of list) mergeInto(target, entity, run.shared, list.length > 1);
    }
    return missing;
  };

  return (run) => {
    const batch = batchOf(objectsAt(run.data, path, run.shared), represent);
    if (batch.texts.length === 0) return undefined;
    const variables = variablesText(run.variables);
    const open = shelf && run.keeping ? shelf.open(run.keeping, run.variables, variables) : null;
    if (!open) return askAll(run, batch, variables, null);
    const missing = fillIn(run, batch, open);
    return missing.texts.length === 0 ? undefined : askAll(run, missing, variables, open);
  };
};
