/** A steady demand, and what became of each question. */
import type { CallClass } from '#model/call.ts';
import { isFailure } from '#runtime/failure.ts';
import type { TestClock } from '#test/support/clock.ts';
import type { Replica } from './worlds.ts';

export type Sample = {
  readonly callClass: CallClass;
  readonly atMs: number;
  readonly tookMs: number;
  /** "ok" or the code of the failure. */
  readonly outcome: string;
};

export type Demand = {
  readonly perSecond: number;
  readonly seconds: number;
  /** The classes in turn. */
  readonly mix: readonly CallClass[];
  /** How long a caller has, in milliseconds. */
  readonly patienceMs: number;
};

/** Of twelve questions one comes from a checkout, three from product pages, eight from lists. */
export const SHOP: readonly CallClass[] = [
  'CHECKOUT',
  'DETAIL',
  'BROWSE',
  'BROWSE',
  'BROWSE',
  'DETAIL',
  'BROWSE',
  'BROWSE',
  'BROWSE',
  'DETAIL',
  'BROWSE',
  'BROWSE',
];

/** Asks the replicas in turn, evenly spread over the time, and waits for the last answer. */
export const raise = async (
  { mix, patienceMs, perSecond, seconds }: Demand,
  replicas: readonly Replica[],
  clock: TestClock,
): Promise<readonly Sample[]> => {
  const startMs = clock.now();
  const ask = async (index: number): Promise<Sample> => {
    const atMs = startMs + (index * 1000) / perSecond;
    await clock.delay(atMs - clock.now());
    const callClass = mix[index % mix.length] ?? 'BACKGROUND';
    const { signal } = new AbortController();
    const call = { signal, callClass, correlationId: `q-${index}`, deadlineMs: atMs + patienceMs };
    const outcome = await replicas[index % replicas.length]?.ask(index, call).then(
      () => 'ok',
      (error: unknown) => (isFailure(error) ? error.code : String(error)),
    );
    return { callClass, atMs, tookMs: clock.now() - atMs, outcome: outcome ?? 'nobody asked' };
  };
  const samples: Promise<Sample>[] = [];
  for (let second = 0; second < seconds; second++) {
    for (let place = 0; place < perSecond; place++) samples.push(ask(second * perSecond + place));
    await clock.advance(1_000);
  }
  await clock.advance(patienceMs + 1_000);
  return Promise.all(samples);
};

export const outcomesOf = (samples: readonly Sample[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(samples, ({ outcome }) => outcome)].map(([outcome, group]) => [outcome, group.length]),
  );

/** The value that the given part of the values does not exceed. */
export const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? Number.NaN;
