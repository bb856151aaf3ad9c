/** Drawing on a quota as a governor does, in virtual time: what was granted when, and when it arrived at the vendor. */
import type { QuotaLesson, QuotaState } from '#runtime/resilience/quota/laws.ts';
import { quotaLaws } from '#runtime/resilience/quota/laws.ts';
import type { QuotaShape } from '#runtime/resilience/quota/quota.ts';

export type Arrival = { readonly atMs: number; readonly cost: number };

/** One thing that happens, so long after the one before it. */
export type Happening = { readonly afterMs: number } & (
  | { readonly kind: 'ask'; readonly costs: readonly number[] }
  | { readonly kind: 'ask and give back'; readonly cost: number }
  | { readonly kind: 'lesson'; readonly lesson: QuotaLesson }
);

export const START_MS = Date.UTC(2026, 2, 2, 9);

/** Plain JSON in between, as a stored state is. */
const stored = (state: QuotaState): QuotaState => JSON.parse(JSON.stringify(state));

export const createDrawing = (shape: QuotaShape, journeyMs: (call: number) => number) => {
  let state: QuotaState | null = null;
  let nowMs = START_MS;
  const arrivals: Arrival[] = [];
  const grantedAtMs: number[] = [];

  const take = (costs: readonly number[]): number | null => {
    const taken = quotaLaws.take(state, shape, costs, nowMs);
    state = stored(taken.state);
    for (const [index, grant] of taken.grants.entries()) {
      if (!grant.granted) return grant.waitMs;
      grantedAtMs.push(nowMs);
      arrivals.push({ atMs: nowMs + journeyMs(arrivals.length), cost: costs[index] ?? 1 });
    }
    return null;
  };

  return {
    now: () => nowMs,
    state: () => state,
    view: () => quotaLaws.view(state, shape, nowMs),
    grantedAtMs,
    arrived: () => [...arrivals].sort((a, b) => a.atMs - b.atMs),
    pass: (ms: number): void => {
      nowMs += ms;
    },
    take,
    learn: (lesson: QuotaLesson): void => {
      state = stored(quotaLaws.learn(state, shape, lesson, nowMs));
    },
    giveBackLast: (): void => {
      const last = arrivals.pop();
      grantedAtMs.pop();
      if (last && state) state = stored(quotaLaws.giveBack(state, shape, last.cost, nowMs));
    },
    /** Asks again as soon as told, with as many calls waiting as like to, until `untilMs` from now. */
    saturate: (ms: number, costs: readonly number[] = Array.from({ length: 8 }, () => 1)): void => {
      const endMs = nowMs + ms;
      for (;;) {
        const waitMs = take(costs);
        if (waitMs === null) continue;
        if (nowMs + waitMs >= endMs) break;
        nowMs += waitMs;
      }
      nowMs = endMs;
    },
  };
};

export type Drawing = ReturnType<typeof createDrawing>;

export const happen = (drawing: Drawing, happenings: readonly Happening[]): void => {
  for (const happening of happenings) {
    drawing.pass(happening.afterMs);
    if (happening.kind === 'lesson') drawing.learn(happening.lesson);
    else if (happening.kind === 'ask') drawing.take(happening.costs);
    else if (drawing.take([happening.cost]) === null) drawing.giveBackLast();
  }
};
