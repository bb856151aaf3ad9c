/**
 * One statement that cannot be used must not stop the others: a webhook would be delivered for ever, a stream would stand
 * still. Statements of the wrong form are sorted out when they arrive; those that only the database or a rule stumbles over
 * are found by trying.
 */
import type { Change, ChangeBatch, RejectedInput } from '#model/change.ts';
import { problemsIn } from '#runtime/http/json-body.ts';
import { changeSchema } from './batch-schema.ts';

const fieldOf = (value: unknown, name: string): string | null => {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof field === 'string' && field !== '' ? field.slice(0, 200) : null;
};

/** What names the statement, as far as it can be read: the same one is one exception, however often it comes. */
const subjectOf = (connection: string, change: unknown): string =>
  [
    connection,
    fieldOf(change, 'kind') ?? 'statement',
    ...['documentType', 'documentId', 'code', 'marketplace', 'listingId', 'locationCode'].flatMap(
      (name) => fieldOf(change, name) ?? [],
    ),
  ].join(' ');

/** NUL and halves of surrogate pairs are text to JavaScript and JSON, and not to the database. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

const PROBLEMS_TOLD = 3;

type Judged = { readonly change: Change } | { readonly problem: string };

const judged = (change: unknown): Judged => {
  const parsed = changeSchema.safeParse(change);
  if (!parsed.success) return { problem: problemsIn(parsed.error).slice(0, PROBLEMS_TOLD).join('; ') };
  return UNSTORABLE.test(JSON.stringify(parsed.data))
    ? { problem: 'a text holds characters that cannot be stored' }
    : { change: parsed.data };
};

const rejection = (connection: string, change: unknown, problem: string): RejectedInput => ({
  kind: 'SCHEMA_MISMATCH',
  subject: subjectOf(connection, change).replaceAll('\u0000', '').toWellFormed(),
  message: `${problem}. The statement was left out; it is taken up with the next one about the same thing.`,
});

/** The statements that can be used, and the others as what they are on record as. */
export const sortedOut = (
  connection: string,
  changes: readonly unknown[],
): { readonly changes: readonly Change[]; readonly rejected: readonly RejectedInput[] } => {
  const usable: Change[] = [];
  const rejected: RejectedInput[] = [];
  for (const change of changes) {
    const found = judged(change);
    if ('change' in found) usable.push(found.change);
    else rejected.push(rejection(connection, change, found.problem));
  }
  return { changes: usable, rejected };
};

/** Data exceptions and violated constraints; everything else (lost connections, deadlocks) may go away by itself. */
const OF_THE_DATA = /^2[23]/;

/** Whether an error lies in what was said, so that trying again would end the same. */
export const isOfTheData = (error: unknown): boolean => {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && OF_THE_DATA.test(code);
};

/**
 * The batch without the statements that nothing can be done with; null when none of them is to blame by itself. `attempt`
 * applies statements and takes everything back. Halves are tried, then halves of those that fail: a few tries for one.
 */
export const withoutPoison = async (
  batch: ChangeBatch,
  attempt: (changes: readonly Change[]) => Promise<void>,
): Promise<ChangeBatch | null> => {
  const found = new Map<Change, string>();
  const search = async (changes: readonly Change[]): Promise<void> => {
    try {
      await attempt(changes);
    } catch (error) {
      if (!isOfTheData(error)) throw error;
      const [only, ...others] = changes;
      if (only && others.length === 0) {
        // The database's own words may quote what was said; a shopper's data does not belong on record here.
        const code: unknown = Reflect.get(error as Error, 'code');
        found.set(only, `it cannot be applied (${typeof code === 'string' ? code : (error as Error).name})`);
        return;
      }
      const half = Math.ceil(changes.length / 2);
      await search(changes.slice(0, half));
      await search(changes.slice(half));
    }
  };
  await search(batch.changes);
  if (found.size === 0) return null;
  return {
    ...batch,
    changes: batch.changes.filter((change) => !found.has(change)),
    rejected: [
      ...batch.rejected,
      ...[...found].map(([change, problem]) => rejection(batch.connection, change, problem)),
    ],
  };
};
