/** Checks of arguments that many fields share. Each refuses with the argument's name and what is allowed. */
import { Failure } from '#runtime/failure.ts';

export const badInput = (field: string, message: string): Failure =>
  new Failure('BAD_INPUT', `${field}: ${message}`, { field });

/** `first`, `last` and the like. */
export const pageSize = (size: number, most: number, field = 'first'): number => {
  if (Number.isInteger(size) && size >= 1 && size <= most) return size;
  throw badInput(field, `1 to ${most}, not ${size}.`);
};

const MOST_IDS = 250;

/** Graph ids of one kind ("location") to the canonical codes behind them. */
export const codesOf = (
  ids: readonly string[],
  field: string,
  kind: string,
  codeOf: (id: string) => string | null,
): readonly string[] => {
  if (ids.length > MOST_IDS) throw badInput(field, `at most ${MOST_IDS}, not ${ids.length}.`);
  return ids.map((id) => {
    const code = codeOf(id);
    if (code === null) throw badInput(field, `"${id}" is not a ${kind} id.`);
    return code;
  });
};
