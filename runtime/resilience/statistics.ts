/** What a governor did in the last 60 seconds: a ring of seconds, each with counts and a histogram of durations. */

export type Count = 'sent' | 'failed' | 'retried' | 'shed' | 'throttled';

export type Statistics = {
  count(what: Count): void;
  /** An answered attempt, in milliseconds. */
  took(durationMs: number): void;
  read(): { readonly [What in Count]: number } & { readonly p95Ms: number | null };
};

const SECONDS = 60;

/** Each step of the histogram is a twentieth longer than the one before: that is how exact the percentile is. */
const STEP = Math.log(1.05);

type Second = { readonly number: number; readonly counts: Record<Count, number>; readonly steps: Map<number, number> };

const stepOf = (durationMs: number): number => Math.round(Math.log1p(Math.max(0, durationMs)) / STEP);
const durationOf = (step: number): number => Math.round(Math.expm1(step * STEP));

const percentile = (steps: ReadonlyMap<number, number>, part: number): number | null => {
  const total = [...steps.values()].reduce((sum, count) => sum + count, 0);
  let passed = 0;
  for (const [step, count] of [...steps].toSorted(([a], [b]) => a - b)) {
    passed += count;
    if (passed >= total * part) return durationOf(step);
  }
  return null;
};

export const createStatistics = (deps: { readonly clock: { now(): number } }): Statistics => {
  const ring: (Second | undefined)[] = Array.from({ length: SECONDS });

  const current = (): Second => {
    const number = Math.floor(deps.clock.now() / 1_000);
    const place = number % SECONDS;
    const known = ring[place];
    if (known?.number === number) return known;
    const fresh = { number, counts: { sent: 0, failed: 0, retried: 0, shed: 0, throttled: 0 }, steps: new Map() };
    ring[place] = fresh;
    return fresh;
  };

  return {
    count: (what) => {
      current().counts[what] += 1;
    },
    took: (durationMs) => {
      const { steps } = current();
      const step = stepOf(durationMs);
      steps.set(step, (steps.get(step) ?? 0) + 1);
    },
    read: () => {
      const oldest = Math.floor(deps.clock.now() / 1_000) - SECONDS;
      const seconds = ring.filter((second): second is Second => second !== undefined && second.number > oldest);
      const sum = (what: Count): number => seconds.reduce((total, { counts }) => total + counts[what], 0);
      const steps = new Map<number, number>();
      for (const second of seconds) {
        for (const [step, count] of second.steps) steps.set(step, (steps.get(step) ?? 0) + count);
      }
      return {
        sent: sum('sent'),
        failed: sum('failed'),
        retried: sum('retried'),
        shed: sum('shed'),
        throttled: sum('throttled'),
        p95Ms: percentile(steps, 0.95),
      };
    },
  };
};
