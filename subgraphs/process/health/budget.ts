/** A vendor's quotas as several replicas see them, and the one of them that is closest to being used up. */
import type { UpstreamReport } from '#runtime/resilience/report.ts';
import type { QuotaHealth, RateBudget } from '#schema/generated/process.ts';

/** A report and when the process layer took it in: its clock is the one that all reports have in common. */
export type StoredReport = { readonly report: UpstreamReport; readonly receivedAtMs: number };

const clampShare = (share: number): number => Math.min(1, Math.max(0, share));

/** Part of a whole, 0 to 1; 0 of nothing. */
export const shareOf = (part: number, whole: number): number => (whole > 0 ? clampShare(part / whole) : 0);

export type KnownQuota = Required<QuotaHealth>;

const quotaHealth = ({ name, ...view }: UpstreamReport['governor']['quotas'][number], ageMs: number): KnownQuota => ({
  name,
  perSecond: view.ratePerSecond,
  burst: view.burst === null ? null : Math.floor(view.burst),
  available: view.available === null ? null : Math.max(0, view.available),
  heldMs: Math.max(0, Math.ceil(view.heldMs - ageMs)),
  source: view.source,
});

/** Replicas share the vendor's quotas, so the newest view of each counts and nothing is added up. */
export const mergeQuotas = (reports: readonly StoredReport[], nowMs: number): readonly KnownQuota[] => {
  const newestFirst = reports.toSorted((a, b) => b.receivedAtMs - a.receivedAtMs);
  const byName = new Map<string, KnownQuota>();
  for (const { report, receivedAtMs } of newestFirst) {
    for (const quota of report.governor.quotas) {
      if (!byName.has(quota.name)) byName.set(quota.name, quotaHealth(quota, nowMs - receivedAtMs));
    }
  }
  return [...byName.values()];
};

const usedShare = ({ heldMs, burst, available }: KnownQuota): number => {
  if (heldMs > 0) return 1;
  return burst === null || burst <= 0 || available === null ? 0 : clampShare(1 - available / burst);
};

/** Of equally used ones the smallest counts: it is used up first. One without a known size counts last. */
const closerToTheEnd = (a: KnownQuota, b: KnownQuota): number =>
  usedShare(b) - usedShare(a) ||
  (a.burst ?? Number.POSITIVE_INFINITY) - (b.burst ?? Number.POSITIVE_INFINITY) ||
  a.name.localeCompare(b.name);

const sumOf = (reports: readonly StoredReport[], count: 'waiting' | 'shed' | 'throttled'): number =>
  reports.reduce((sum, { report }) => sum + report.governor[count], 0);

/** Calls wait, are shed and are refused in each replica by itself: those are sums. */
export const budgetOf = (reports: readonly StoredReport[], quotas: readonly KnownQuota[]): RateBudget => {
  const [tightest] = quotas.toSorted(closerToTheEnd);
  return {
    perSecond: tightest?.perSecond ?? 0,
    burst: tightest?.burst ?? 0,
    used: tightest ? usedShare(tightest) : 0,
    waiting: sumOf(reports, 'waiting'),
    shed: sumOf(reports, 'shed'),
    throttledByUpstream: sumOf(reports, 'throttled'),
  };
};
