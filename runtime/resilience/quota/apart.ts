/**
 * A replica that cannot reach the shared state goes on apart, with a share of the quota. When it comes back, what it
 * spent meanwhile is added to the shared state by the next step that reckons on it.
 */
import { charge, settled, totalOf } from './bucket.ts';
import type { QuotaState } from './laws.ts';
import { limitOrNone } from './limit.ts';
import type { QuotaShape } from './quota.ts';
import { type Kept, keptOf } from './state.ts';
import { beyond, sum } from './window.ts';

/** What a replica did apart: its own state, and the shared one from which it started. */
export type Apart = { readonly own: QuotaState; readonly from: QuotaState | null };

/** The shared state as last seen, to be gone on with at `share` (0 to 1) of the rate and the burst. */
export const goneApart = (shared: QuotaState | null, share: number): QuotaState => ({ ...shared, share });

export const comeBack = (shared: QuotaState | null, apart: Apart): QuotaState =>
  shared === null ? { ...apart.own, share: 1 } : { ...shared, apart };

/** Reckons in what was done apart, if anything was. */
export const joined = (kept: Kept, shape: QuotaShape, nowMs: number): Kept => {
  if (kept.apart === null) return kept;
  const own = keptOf(kept.apart.own, shape, nowMs);
  const from = keptOf(kept.apart.from, shape, nowMs);
  const ownLimit = limitOrNone(own, shape, nowMs);
  const spentApart = totalOf(settled(own.spent, ownLimit, nowMs)) - totalOf(settled(from.spent, ownLimit, nowMs));
  const shared = settled(kept.spent, limitOrNone(kept, shape, nowMs), nowMs);
  return {
    ...kept,
    spent: charge(shared, Math.max(0, spentApart)),
    counts: sum(kept.counts, beyond(own.counts, from.counts)),
    hold: own.hold.untilMs > kept.hold.untilMs ? own.hold : kept.hold,
    corrected: { ...kept.corrected, ...own.corrected },
    learnt: kept.learnt ?? own.learnt,
    lowered: (own.lowered?.atMs ?? 0) > (kept.lowered?.atMs ?? 0) ? own.lowered : kept.lowered,
    apart: null,
  };
};
