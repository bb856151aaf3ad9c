/**
 * The window law, counted where the calls arrive: at most `calls` in any stretch of `perMs`. Counted in slots of a
 * sixtieth of the window; every slot counts that a stretch ending now can touch, with the longest journey in it.
 */
import { TRAVEL_MS } from './bucket.ts';

const SLOTS = 60;
/** Fractions that binary arithmetic loses. */
const ROUNDING = 1e-6;

export type Window = { readonly calls: number; readonly perMs: number };

/** Number of the slot since the epoch, and what was spent in it; oldest first. */
export type Counts = readonly (readonly [slot: number, spent: number])[];

const slotMs = ({ perMs }: Window): number => perMs / SLOTS;
const slotAt = (window: Window, atMs: number): number => Math.floor(atMs / slotMs(window));
const firstThatCounts = (window: Window, nowMs: number): number => slotAt(window, nowMs - window.perMs - TRAVEL_MS);

export const current = (counts: Counts, window: Window, nowMs: number): Counts =>
  counts.filter(([slot]) => slot >= firstThatCounts(window, nowMs));

export const spentIn = (counts: Counts): number => counts.reduce((sum, [, spent]) => sum + spent, 0);

/** Milliseconds until `cost` fits; a cost above the window's calls waits until it is empty. */
export const waitForSlot = (counts: Counts, cost: number, window: Window, nowMs: number): number => {
  const room = Math.max(0, window.calls - cost) + ROUNDING;
  let spent = spentIn(counts);
  if (spent <= room) return 0;
  let waitMs = 0;
  for (const [slot, inSlot] of counts) {
    if (spent <= room) break;
    spent -= inSlot;
    waitMs = Math.ceil((slot + 1) * slotMs(window) + window.perMs + TRAVEL_MS) - nowMs;
  }
  return Math.max(1, waitMs);
};

export const add = (counts: Counts, cost: number, window: Window, nowMs: number): Counts => {
  const slot = Math.max(slotAt(window, nowMs), counts.at(-1)?.[0] ?? 0);
  const last = counts.at(-1);
  return last?.[0] === slot ? [...counts.slice(0, -1), [slot, last[1] + cost]] : [...counts, [slot, cost]];
};

/** Takes back the latest spending first: it is what was just taken. */
export const takeBack = (counts: Counts, cost: number): Counts => {
  const last = counts.at(-1);
  if (!last || cost <= 0) return counts;
  const left = last[1] - cost;
  return left > 0 ? [...counts.slice(0, -1), [last[0], left]] : takeBack(counts.slice(0, -1), -left);
};

/** Slot by slot, both together. */
export const sum = (one: Counts, other: Counts): Counts => {
  const bySlot = new Map(one);
  for (const [slot, spent] of other) bySlot.set(slot, (bySlot.get(slot) ?? 0) + spent);
  return [...bySlot].sort(([a], [b]) => a - b);
};

/** What `one` has beyond `other`. */
export const beyond = (one: Counts, other: Counts): Counts => {
  const known = new Map(other);
  return one.flatMap(([slot, spent]) => {
    const more = spent - (known.get(slot) ?? 0);
    return more > 0 ? [[slot, more] as const] : [];
  });
};

/** Only `left` are left at `atMs`, as after a refusal; the others come back evenly over the window's length. */
export const withLeftInWindow = (counts: Counts, left: number, window: Window, atMs: number): Counts => {
  const missing = window.calls - left - spentIn(current(counts, window, atMs));
  if (missing <= 0) return counts;
  const last = slotAt(window, atMs);
  return sum(
    counts,
    Array.from({ length: SLOTS }, (_, index) => [last - index, missing / SLOTS] as const),
  );
};
