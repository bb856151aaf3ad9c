/**
 * What was dropped of late. An answer that was asked for before a change, or so soon after it that the subgraph may not
 * have heard of it yet, tells of the time before: it is passed on and not kept.
 */
export type RecentDrops = {
  add(tags: Iterable<string>, nowMs: number): void;
  addAll(nowMs: number): void;
  /** Whether something with one of these tags changed after, or shortly before, the moment of asking. */
  concern(tags: Iterable<string>, askedAtMs: number): boolean;
  readonly size: number;
};

export type RecentDropsOptions = {
  /** How long after a change was told a subgraph may still answer with what was before, in milliseconds. */
  readonly settleMs: number;
  /** Longest time between asking and keeping, in milliseconds: older drops are forgotten. */
  readonly flightMs: number;
  /** Most tags remembered; more are taken to mean everything. */
  readonly maxTags: number;
};

export const createRecentDrops = ({ flightMs, maxTags, settleMs }: RecentDropsOptions): RecentDrops => {
  /** Oldest first. */
  const toldAtMs = new Map<string, number>();
  let allToldAtMs = Number.NEGATIVE_INFINITY;

  const forget = (nowMs: number): void => {
    for (const [tag, atMs] of toldAtMs) {
      if (nowMs - atMs <= settleMs + flightMs) return;
      toldAtMs.delete(tag);
    }
  };

  return {
    add: (tags, nowMs) => {
      forget(nowMs);
      for (const tag of tags) {
        toldAtMs.delete(tag);
        toldAtMs.set(tag, nowMs);
      }
      if (toldAtMs.size <= maxTags) return;
      toldAtMs.clear();
      allToldAtMs = nowMs;
    },
    addAll: (nowMs) => {
      toldAtMs.clear();
      allToldAtMs = nowMs;
    },
    concern: (tags, askedAtMs) => {
      if (askedAtMs <= allToldAtMs + settleMs) return true;
      for (const tag of tags) if (askedAtMs <= (toldAtMs.get(tag) ?? Number.NEGATIVE_INFINITY) + settleMs) return true;
      return false;
    },
    get size() {
      return toldAtMs.size;
    },
  };
};
