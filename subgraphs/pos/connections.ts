/** Several tills systems may be connected: all are asked, and one that fails does not silence the others. */
import type { Connection } from '#runtime/inlet/connections.ts';
import type { Log } from '#runtime/log.ts';
import type { PosPort } from './port.ts';

export type PosConnection = Connection<PosPort>;

export type Answers<T> = {
  readonly answers: readonly { readonly connection: string; readonly answer: T }[];
  /** The first failure, when others answered nevertheless. */
  readonly failure: unknown;
};

/** Asks every connection; throws only when none answered. */
export const askAll = async <T>(
  connections: readonly PosConnection[],
  ask: (port: PosPort) => Promise<T>,
  deps: { readonly log: Log },
): Promise<Answers<T>> => {
  const settled = await Promise.allSettled(connections.map(({ port }) => ask(port)));
  const answers: { readonly connection: string; readonly answer: T }[] = [];
  const failures: unknown[] = [];
  for (const [place, outcome] of settled.entries()) {
    const connection = connections[place]?.connection ?? '';
    if (outcome.status === 'fulfilled') {
      answers.push({ connection, answer: outcome.value });
      continue;
    }
    failures.push(outcome.reason);
    deps.log.warn({ connection, error: String(outcome.reason) }, 'did not answer; its part is missing');
  }
  if (answers.length === 0 && failures.length > 0) throw failures[0];
  return { answers, failure: failures[0] };
};

export type Found<T> = { readonly connection: string; readonly value: T };

/**
 * For each key the first connection that knows it. A key that nobody knows is null, unless somebody could not be asked:
 * then nobody can tell, and it is that failure.
 */
export const findInAll = async <T>(
  connections: readonly PosConnection[],
  count: number,
  ask: (port: PosPort) => Promise<readonly (T | null)[]>,
  deps: { readonly log: Log },
): Promise<readonly (Found<T> | Error | null)[]> => {
  const { answers, failure } = await askAll(connections, ask, deps);
  return Array.from({ length: count }, (_, place) => {
    for (const { connection, answer } of answers) {
      const value = answer[place];
      if (value !== null && value !== undefined) return { connection, value };
    }
    if (failure === undefined) return null;
    return failure instanceof Error ? failure : new Error(String(failure));
  });
};
