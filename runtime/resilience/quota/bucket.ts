/**
 * The bucket law, counted where the calls arrive. A call may travel for up to TRAVEL_MS, and until then the vendor may
 * not have counted it: what is spent begins to refill only when the call has surely arrived. So however the calls of
 * one stretch bunch up on their way, the vendor never sees more than burst + rate x time.
 */

/** Longest difference between the travel times of two calls that the law allows for. */
export const TRAVEL_MS = 100;
/** Calls granted in one slot of this length are kept as one entry, dated by the last of them. */
const ENTRY_MS = 5;
/** Fractions of tokens that binary arithmetic loses: a call that comes exactly in time is not refused. */
const ROUNDING = 1e-6;

export type Bucket = {
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Longest difference between the travel times of two calls: what is spent refills from then on. */
  readonly travelMs: number;
};

/** When granted (milliseconds since the epoch), and for how many tokens. */
type Underway = readonly [atMs: number, cost: number];

/** What the vendor's bucket lacks to be full: `counted` surely, as of `atMs`, and what is still underway. */
export type Spent = { readonly counted: number; readonly atMs: number; readonly underway: readonly Underway[] };

export const nothingSpent = (nowMs: number): Spent => ({ counted: 0, atMs: nowMs, underway: [] });

/**
 * The part of the burst that is used: one token is kept back for slower journeys than TRAVEL_MS, as far as that does
 * not cost any of the rate.
 */
export const usableBurst = ({ ratePerSecond, burst, travelMs }: Bucket): number =>
  burst - Math.min(1, Math.max(0, burst - 1 - (ratePerSecond * travelMs) / 1000));

const drained = (spent: Spent, ratePerSecond: number, untilMs: number): Spent => {
  if (untilMs <= spent.atMs) return spent;
  return {
    ...spent,
    counted: Math.max(0, spent.counted - ((untilMs - spent.atMs) / 1000) * ratePerSecond),
    atMs: untilMs,
  };
};

/** The same, seen at `nowMs`: refilled, and with those calls counted that have arrived since. */
export const settled = (spent: Spent, { ratePerSecond, travelMs }: Bucket, nowMs: number): Spent => {
  let current = spent;
  let arrived = 0;
  for (const [atMs, cost] of spent.underway) {
    if (atMs + travelMs > nowMs) break;
    current = drained(current, ratePerSecond, atMs + travelMs);
    current = { ...current, counted: current.counted + cost };
    arrived++;
  }
  return drained({ ...current, underway: spent.underway.slice(arrived) }, ratePerSecond, nowMs);
};

const underwayCost = (spent: Spent): number => spent.underway.reduce((sum, [, cost]) => sum + cost, 0);
export const totalOf = (spent: Spent): number => spent.counted + underwayCost(spent);

/** How much may have been spent before a call of this cost: one that is larger than the burst needs a full bucket. */
const roomFor = (cost: number, bucket: Bucket): number => Math.max(0, usableBurst(bucket) - cost);

/** Milliseconds until a call of this cost can be granted; 0 for now. */
export const waitFor = (spent: Spent, cost: number, bucket: Bucket): number => {
  const room = roomFor(cost, bucket) + ROUNDING;
  let current = spent;
  let total = totalOf(current);
  for (const [atMs] of spent.underway) {
    if (total <= room) break;
    const arrivesMs = atMs + bucket.travelMs;
    const readyMs = current.atMs + ((total - room) / bucket.ratePerSecond) * 1000;
    if (total - room <= current.counted && readyMs <= arrivesMs) return Math.max(1, Math.ceil(readyMs - spent.atMs));
    current = settled(current, bucket, arrivesMs);
    total = totalOf(current);
  }
  const restMs = (Math.max(0, total - room) / bucket.ratePerSecond) * 1000;
  const waitMs = current.atMs + restMs - spent.atMs;
  return waitMs <= 0 ? 0 : Math.max(1, Math.ceil(waitMs));
};

const entryOf = (atMs: number): number => Math.floor(atMs / ENTRY_MS);

export const spend = (spent: Spent, cost: number): Spent => {
  const last = spent.underway.at(-1);
  if (!last || entryOf(last[0]) !== entryOf(spent.atMs)) {
    return { ...spent, underway: [...spent.underway, [spent.atMs, cost]] };
  }
  return { ...spent, underway: [...spent.underway.slice(0, -1), [spent.atMs, last[1] + cost]] };
};

/** Charges what the vendor has already counted. */
export const charge = (spent: Spent, cost: number): Spent => ({ ...spent, counted: spent.counted + cost });

/** Takes back what was not spent after all, first from what refills already: nothing becomes free too early. */
export const refund = (spent: Spent, cost: number): Spent => {
  let left = Math.max(0, cost - spent.counted);
  const underway = spent.underway.flatMap(([atMs, taken]): readonly Underway[] => {
    const back = Math.min(left, taken);
    left -= back;
    return back < taken ? [[atMs, taken - back]] : [];
  });
  return { ...spent, counted: Math.max(0, spent.counted - cost), underway };
};

/** At most `left` are left at `atMs`, as after a refusal; what is underway then comes on top. */
export const withLeft = (spent: Spent, left: number, bucket: Bucket, atMs: number): Spent => {
  const then = settled(spent, bucket, atMs);
  return { ...then, counted: Math.max(then.counted, usableBurst(bucket) - left) };
};
