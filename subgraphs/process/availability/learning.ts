/**
 * What a batch teaches: how fast items sell where its numbers fell or our orders grew, and how far counts can be believed
 * where units could not be found or were counted. Part of the intake's transaction, under the SKUs' locks, so that a
 * statement that comes twice teaches once.
 */
import type { ClaimedShortage, OrderClaim } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { StockReading } from '#model/stock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { ApplierContext } from '#subgraphs/process/intake/applier.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Place } from './facts.ts';
import {
  type Findings,
  type PlaceKey,
  readLessons,
  readOpenDemand,
  type StoredLesson,
  saveFindings,
  saveLessons,
} from './learning-store.ts';
import { firstLesson, learn, type Movement, placeKey, soldIn } from './sales.ts';

/** One system's number that changed; `before` null: it is the first one. */
export type ChangedReading = PlaceKey & {
  readonly system: SystemKind;
  readonly before: StockReading | null;
  readonly after: StockReading;
};

export type Taught = {
  readonly readings: readonly ChangedReading[];
  /** SKUs whose open orders changed. */
  readonly demandSkus: readonly string[];
  readonly places: ReadonlyMap<string, Place>;
  readonly nowMs: number;
};

/** Of several systems that count one place, the one with the most authority teaches; the others count the same sales. */
const mayTeach = (
  { system }: ChangedReading,
  teacher: SystemKind | null,
  place: Place | undefined,
  policy: ProcessPolicy,
): boolean => {
  if (place?.kind == null) return false;
  const authority = policy.authority.stock[place.kind];
  const rank = authority.indexOf(system);
  return rank >= 0 && (teacher === null || rank <= authority.indexOf(teacher));
};

const isMovement = (reading: ChangedReading): reading is ChangedReading & Movement => reading.before !== null;

export const learnSales = async (tx: Sql, taught: Taught, policy: ProcessPolicy): Promise<void> => {
  const { readings, demandSkus, places, nowMs } = taught;
  const skus = [...new Set([...demandSkus, ...readings.map(({ sku }) => sku)])];
  if (skus.length === 0) return;
  const known = new Map((await readLessons(tx, readings, demandSkus)).map((row) => [placeKey(row), row]));
  const openDemand = new Map((await readOpenDemand(tx, skus)).map((row) => [placeKey(row), row]));
  const teaching = readings.filter((reading) =>
    mayTeach(reading, known.get(placeKey(reading))?.system ?? null, places.get(reading.locationCode), policy),
  );
  // Where units went is seen in all that the source says; what was sold, only where it teaches.
  const gone = soldIn(readings.filter(isMovement));
  const taughtBefore = (reading: ChangedReading): boolean => {
    const teacher = known.get(placeKey(reading))?.system ?? null;
    // A number from another system than before says nothing about what was sold in between.
    return teacher === null || teacher === reading.system;
  };
  const sold = new Map(
    teaching.filter(taughtBefore).map((reading) => [placeKey(reading), gone.get(placeKey(reading)) ?? 0]),
  );
  const stated = new Map(teaching.map((reading) => [placeKey(reading), reading]));
  const wanted = new Set(demandSkus);
  const concerned = new Map<string, PlaceKey>();
  for (const key of [...known.values(), ...teaching]) concerned.set(placeKey(key), key);
  for (const key of openDemand.values()) if (wanted.has(key.sku)) concerned.set(placeKey(key), key);

  const next: StoredLesson[] = [];
  for (const [id, { sku, locationCode }] of concerned) {
    const before = known.get(id);
    const reading = stated.get(id);
    const units = openDemand.get(id)?.units ?? 0;
    const statedMs = reading === undefined ? nowMs : Math.min(nowMs, Date.parse(reading.after.asOf));
    const system = reading?.system ?? before?.system ?? null;
    const lesson = before
      ? learn(
          before.lesson,
          { atMs: Math.max(before.lesson.rate.atMs, statedMs), leftShelf: sold.get(id) ?? 0, openDemand: units },
          policy.learning.halfLifeMs,
        )
      : firstLesson(statedMs, units);
    next.push({ sku, locationCode, system, lesson });
  }
  await saveLessons(tx, next);
};

/** Items that could not be found where they should have been: all of a short pickup's, and what a document names. */
const shortagesOf = (claim: OrderClaim): readonly ClaimedShortage[] => {
  const { pickup, lines, progress, shortages = [], effectiveAt: noticedAt } = claim;
  if (pickup?.state !== 'SHORT') return shortages;
  const { locationCode } = pickup;
  return [...shortages, ...(lines ?? progress ?? []).map(({ items }) => ({ items, locationCode, noticedAt }))];
};

/** SKUs of which people found fewer than they should have, or which they counted. */
export const learnFindings = async (
  { tx, batch, crosswalk }: ApplierContext,
  at: string,
): Promise<readonly string[]> => {
  const findings: Findings[] = [];
  for (const change of batch.changes) {
    if (change.kind === 'order-claim') {
      for (const { items, locationCode, noticedAt } of shortagesOf(change)) {
        const sku = await crosswalk.skuOf(items);
        if (sku !== null) findings.push({ sku, locationCode, shortPickAt: noticedAt, countedAt: null });
      }
    }
    if (change.kind === 'stock' && change.countedAt !== undefined) {
      const sku = await crosswalk.skuOf(change.items);
      if (sku !== null)
        findings.push({ sku, locationCode: change.locationCode, shortPickAt: null, countedAt: change.countedAt });
    }
  }
  await saveFindings(tx, findings, at);
  return [...new Set(findings.map(({ sku }) => sku))];
};
