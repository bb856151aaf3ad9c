/** A governor's account at the quota store: takes grants for calls, gives back what was not used, passes on lessons. */
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import { type QuotaLesson, type QuotaState, type QuotaView, quotaLaws } from './quota/laws.ts';
import type { Quota } from './quota/quota.ts';
import type { QuotaStore } from './quota/store.ts';

export type Draw = {
  /** How many calls, from the first one on, have a grant of every quota. */
  readonly granted: number;
  /** When to ask for the next one, in milliseconds from now; null when all were granted. */
  readonly waitMs: number | null;
};

/** A call's cost by quota name. */
export type Cost = Readonly<Record<string, number>>;

export type QuotaAccount = {
  take(quotas: readonly Quota[], costs: readonly Cost[]): Promise<Draw>;
  giveBack(quotas: readonly Quota[], cost: Cost): void;
  learn(quota: Quota, lesson: QuotaLesson): void;
  view(quota: Quota): QuotaView;
};

/** How long nothing is sent when the store itself fails: an unknown count must not become a broken quota. */
const STORE_FAILED_MS = 1_000;

export const costOf = (cost: Cost, { name }: Quota): number => cost[name] ?? 1;

export const createQuotaAccount = (
  options: { readonly key: string },
  deps: { readonly store: QuotaStore; readonly clock: Clock; readonly log: Log },
): QuotaAccount => {
  const { clock, log, store } = deps;
  /** As the store last showed them: for reports and estimates, never for grants. */
  const seen = new Map<string, QuotaState>();

  const update = <T>(
    quota: Quota,
    step: (state: QuotaState | null, nowMs: number) => { readonly state: QuotaState; readonly result: T },
  ): Promise<T> =>
    store.update(`${options.key}/${quota.name}`, (before, nowMs) => {
      const after = step(before, nowMs);
      seen.set(quota.name, after.state);
      return after;
    });

  const warn = (error: unknown): void =>
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'the quota store failed');

  const takeOf = (quota: Quota, costs: readonly Cost[]): Promise<Draw> =>
    update(quota, (before, nowMs) => {
      const { state, grants } = quotaLaws.take(
        before,
        quota.shape,
        costs.map((cost) => costOf(cost, quota)),
        nowMs,
      );
      const refused = grants.findIndex(({ granted }) => !granted);
      const first = grants[refused];
      const result: Draw =
        first === undefined || first.granted
          ? { granted: costs.length, waitMs: null }
          : { granted: refused, waitMs: Math.max(1, first.waitMs) };
      return { state, result };
    });

  const giveBackOne = (quota: Quota, cost: number): void => {
    update(quota, (before, nowMs) => ({
      state: quotaLaws.giveBack(before ?? quotaLaws.take(null, quota.shape, [], nowMs).state, quota.shape, cost, nowMs),
      result: null,
    })).catch(warn);
  };

  const takeAll = async (quotas: readonly Quota[], costs: readonly Cost[]): Promise<Draw> => {
    let draw: Draw = { granted: costs.length, waitMs: null };
    for (const [place, quota] of quotas.entries()) {
      const next = await takeOf(quota, costs.slice(0, draw.granted));
      for (const cost of costs.slice(next.granted, draw.granted)) {
        for (const earlier of quotas.slice(0, place)) giveBackOne(earlier, costOf(cost, earlier));
      }
      draw = next.granted < draw.granted ? next : draw;
      if (draw.granted === 0) break;
    }
    return draw;
  };

  return {
    take: (quotas, costs) =>
      takeAll(quotas, costs).catch((error: unknown) => {
        warn(error);
        return { granted: 0, waitMs: STORE_FAILED_MS };
      }),
    giveBack: (quotas, cost) => {
      for (const quota of quotas) giveBackOne(quota, costOf(cost, quota));
    },
    learn: (quota, lesson) => {
      update(quota, (before, nowMs) => ({
        state: quotaLaws.learn(before, quota.shape, lesson, nowMs),
        result: null,
      })).catch(warn);
    },
    view: (quota) => quotaLaws.view(seen.get(quota.name) ?? null, quota.shape, clock.now()),
  };
};
