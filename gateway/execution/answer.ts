/** From what the fetches brought to the answer: data as the client asked for it, and the errors that explain its nulls. */
import {
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { ErrorFormatter } from '#runtime/graphql/errors.ts';
import type { Outcome } from './engine.ts';
import { explain } from './explain.ts';
import type { Run } from './fetch.ts';
import { createIntrospection, type Introspection } from './introspection.ts';
import { createProjection, type Projection } from './project.ts';
import { type Conditions, createSelections, type Selections } from './selection.ts';

/** How an operation is answered for one set of values of its conditions. */
type Variant = {
  readonly selections: Selections;
  readonly project: Projection;
  readonly introspection: Introspection;
};

const withErrors = (data: string | null, errors: readonly GraphQLFormattedError[]): Outcome => ({
  kind: 'executed',
  body: `{"errors":${JSON.stringify(errors)},"data":${data ?? 'null'}}`,
  data: data === null ? 'none' : 'partial',
  errors,
});

/** What a caller is told when the execution itself is at fault. */
export const failedAnswer = (error: unknown, formatError: ErrorFormatter, correlationId: string): Outcome =>
  withErrors(null, [formatError(error, correlationId)]);

/** More combinations of conditions than anybody uses: beyond it, the oldest are made again when needed. */
const MOST_VARIANTS = 32;

export type Answer = (run: Run) => Outcome;

export const createAnswer = (
  api: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  formatError: ErrorFormatter,
): Answer => {
  const type = api.getRootType(operation.operation);
  if (!type) throw new Error(`The schema has no ${operation.operation}.`);
  const root = { type, selectionSet: operation.selectionSet };
  const variants = new Map<string, Variant>();

  const variantFor = (conditions: Conditions): Variant => {
    let key = '';
    for (const name in conditions) key += conditions[name] ? '1' : '0';
    const known = variants.get(key);
    if (known) return known;
    const selections = createSelections(api, fragments, conditions);
    const variant: Variant = {
      selections,
      project: createProjection(api, selections, root),
      introspection: createIntrospection(
        api,
        operation,
        fragments,
        selections.fieldsOf(root.type, [root.selectionSet]),
      ),
    };
    if (variants.size >= MOST_VARIANTS) for (const oldest of [...variants.keys()].slice(0, 1)) variants.delete(oldest);
    variants.set(key, variant);
    return variant;
  };

  return (run) => {
    const { introspection, project, selections } = variantFor(run.conditions);
    const texts = introspection(run.variables);
    const format = (error: GraphQLError) => formatError(error, run.scope.correlationId);
    const text = project(run.data, run.shared, texts);
    if (text !== null) {
      if (run.errors.length > 0) return withErrors(text, run.errors.map(format));
      return { kind: 'executed', body: `{"data":${text}}`, data: 'whole', errors: [] };
    }
    const { data, missing } = explain(api, selections, root, run.data, texts);
    // A fetch that failed leaves nulls behind it: telling of each again would be the same news twice.
    const errors =
      run.errors.length > 0
        ? run.errors
        : missing.map(
            ({ message, path }) => new GraphQLError(message, { path, extensions: { code: 'UPSTREAM_MALFORMED' } }),
          );
    if (errors.length === 0 && data !== null)
      return { kind: 'executed', body: `{"data":${data}}`, data: 'whole', errors: [] };
    return errors.length === 0
      ? { kind: 'executed', body: '{"data":null}', data: 'none', errors }
      : withErrors(data, errors.map(format));
  };
};
