/** Several accounts of one system may be connected: all are asked, and one that fails does not silence the others. */
import type { Log } from '#runtime/log.ts';
import type { Connection, InletPort } from './connections.ts';

export type Answers<T> = {
  readonly answers: readonly { readonly connection: string; readonly answer: T }[];
  /** The first failure, when others answered nevertheless. */
  readonly failure: unknown;
};

/** Asks every connection at once; throws only when there are some and none answered. */
export const askAll = async <Port extends InletPort, T>(
  connections: readonly Connection<Port>[],
  ask: (port: Port, connection: string) => Promise<T>,
  deps: { readonly log: Log },
): Promise<Answers<T>> => {
  const settled = await Promise.allSettled(connections.map(async ({ port, connection }) => ask(port, connection)));
  const outcomes = connections.map(({ connection }, place) => ({ connection, outcome: settled[place] }));
  const answers = outcomes.flatMap(({ connection, outcome }) =>
    outcome?.status === 'fulfilled' ? [{ connection, answer: outcome.value }] : [],
  );
  const failures = outcomes.flatMap(({ connection, outcome }) =>
    outcome?.status === 'rejected' ? [{ connection, reason: outcome.reason as unknown }] : [],
  );
  for (const { connection, reason } of failures) {
    deps.log.warn({ connection, error: String(reason) }, 'did not answer; its part is missing');
  }
  if (answers.length === 0 && failures.length > 0) throw failures[0]?.reason;
  return { answers, failure: failures[0]?.reason };
};

export type Found<T> = { readonly connection: string; readonly value: T };

/**
 * For each of `count` keys the first connection that knows it. What nobody knows is null, unless somebody could not be
 * asked: then nobody can tell, and it is that failure.
 */
export const findInAll = async <Port extends InletPort, T>(
  connections: readonly Connection<Port>[],
  count: number,
  ask: (port: Port) => Promise<readonly (T | null)[]>,
  deps: { readonly log: Log },
): Promise<readonly (Found<T> | Error | null)[]> => {
  const { answers, failure } = await askAll(connections, ask, deps);
  const unknown = failure === undefined ? null : failure instanceof Error ? failure : new Error(String(failure));
  return Array.from({ length: count }, (_, place) => {
    const known = answers.find(({ answer }) => answer[place] != null);
    const value = known?.answer[place];
    return known === undefined || value == null ? unknown : { connection: known.connection, value };
  });
};
