/** Several accounts of one system may be connected: all are asked, and one that fails does not silence the others. */
import type { Log } from '#runtime/log.ts';
import type { Reading } from '#runtime/reading/reading.ts';

/** Whatever can be asked, by the connection it stands for. */
export type Source = { readonly connection: string };

export type Told<T> = { readonly connection: string; readonly answer: T };
/** What a connection knows of a key. */
export type Found<Value> = { readonly connection: string; readonly value: Value; readonly reading: Reading<unknown> };

export type Answers<T> = {
  readonly answers: readonly Told<T>[];
  /** The first failure, when others answered nevertheless. */
  readonly failure: unknown;
};

export type Asker = {
  /** Asks every source at once; throws only when there are some and none answered. */
  all<S extends Source, T>(sources: readonly S[], ask: (source: S) => Promise<T>): Promise<Answers<T>>;
  /**
   * The first source, in the order given, that knows it; later ones are asked at the same time and not waited for. Null
   * only when all say so: when somebody could not be asked nobody can tell, and it is that failure.
   */
  first<S extends Source, Value>(
    sources: readonly S[],
    ask: (source: S) => Promise<Reading<Value>>,
  ): Promise<Found<Value> | null>;
};

type Outcome<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'failed'; readonly reason: unknown };

/** For one request: a connection that fails is complained about once, however many keys it is asked for. */
export const createAsker = (deps: { readonly log: Log }): Asker => {
  const missed = new Set<string>();

  const askOne = async <S extends Source, T>(source: S, ask: (source: S) => Promise<T>): Promise<Outcome<T>> => {
    try {
      return { kind: 'answered', answer: await ask(source) };
    } catch (reason) {
      const { connection } = source;
      if (!missed.has(connection)) {
        missed.add(connection);
        deps.log.warn({ connection, error: String(reason) }, 'did not answer; its part is missing');
      }
      return { kind: 'failed', reason };
    }
  };

  return {
    all: async (sources, ask) => {
      const outcomes = await Promise.all(
        sources.map(async (source) => ({ connection: source.connection, outcome: await askOne(source, ask) })),
      );
      const answers = outcomes.flatMap(({ connection, outcome }) =>
        outcome.kind === 'answered' ? [{ connection, answer: outcome.answer }] : [],
      );
      const failures = outcomes.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.reason] : []));
      if (answers.length === 0 && failures.length > 0) throw failures[0];
      return { answers, failure: failures[0] };
    },
    first: async (sources, ask) => {
      const asked = sources.map((source) => ({ connection: source.connection, answer: askOne(source, ask) }));
      const failures: unknown[] = [];
      for (const { connection, answer } of asked) {
        const outcome = await answer;
        if (outcome.kind === 'failed') {
          failures.push(outcome.reason);
          continue;
        }
        const { value } = outcome.answer;
        if (value !== null) return { connection, value, reading: outcome.answer };
      }
      if (failures.length > 0) throw failures[0];
      return null;
    },
  };
};
