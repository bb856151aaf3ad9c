/**
 * A null where the schema promises a value. Apollo's executor reports it in a side note (extensions.valueCompletion)
 * and leaves `errors` empty, so that a client cannot tell a lost answer from an empty one; here it becomes an error.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';

type SideNote = { readonly message?: unknown; readonly path?: unknown };

const isPath = (path: unknown): path is readonly (string | number)[] =>
  Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number');

const toError = (note: SideNote): GraphQLError =>
  new GraphQLError(typeof note.message === 'string' ? note.message : 'A value that the schema promises is missing.', {
    ...(isPath(note.path) ? { path: note.path } : {}),
    extensions: { code: 'UPSTREAM_MALFORMED' },
  });

type Result = ExecutionResult<Record<string, unknown>, Record<string, unknown>>;

export const withMissingValuesAsErrors = (result: Result): Result => {
  const notes = result.extensions?.valueCompletion;
  if (!Array.isArray(notes)) return result;
  const { valueCompletion: _, ...extensions } = result.extensions ?? {};
  const { extensions: __, ...rest } = result;
  return {
    ...rest,
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
    errors: [...(result.errors ?? []), ...(notes as readonly SideNote[]).map(toError)],
  };
};
