/** Puts what was found on record, with the exceptions that belong to it, in the transaction of whoever found it. */
import type { Money } from '#model/money.ts';
import { isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { raiseExceptions, resolveExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { Correction } from './comparison.ts';
import { type Drift, type DriftSubject, keyOf, nameOf, type Verdict } from './drift.ts';
import * as store from './store.ts';
import { driftText, needsAPerson, valueAtRisk } from './valuation.ts';

export type Findings = {
  readonly verdicts: readonly Verdict[];
  readonly corrections: readonly Correction[];
};

/** What we held was wrong, and reading the system anew has already put it right. */
const passedDrift = (correction: Correction): Drift => {
  const { sku, locationCode, system, held, stated, heldAsOf, asOf } = correction;
  return {
    subject: { kind: 'stock', sku, locationCode },
    readings: [
      { system: 'process', quantity: held, asOf: heldAsOf },
      { system, quantity: stated, asOf },
    ],
    difference: held - stated,
    cause: 'MISSED_EVENT',
    oversellRisk: held > stated,
    since: asOf,
    against: system,
  };
};

/** One correction per place: where several systems were corrected, the greatest tells most. */
const passedOf = (corrections: readonly Correction[], agreeing: ReadonlySet<string>): ReadonlyMap<string, Drift> => {
  const passed = new Map<string, Drift>();
  for (const drift of corrections.map(passedDrift)) {
    const key = keyOf(drift.subject);
    const other = passed.get(key);
    if (agreeing.has(key) && (!other || Math.abs(drift.difference) > Math.abs(other.difference)))
      passed.set(key, drift);
  }
  return passed;
};

const raise = async (
  tx: Sql,
  valued: readonly store.ValuedDrift[],
  saved: readonly store.SavedDrift[],
  context: RecordingContext,
): Promise<void> => {
  const savedOf = new Map(saved.map((row) => [row.key, row]));
  const serious = valued.flatMap(({ drift, value }) => {
    const row = savedOf.get(keyOf(drift.subject));
    if (!row || row.hasException) return [];
    const known = { ...drift, cause: row.cause };
    return needsAPerson(known, value, context.exceptionAboveValue) ? [{ drift: known, value }] : [];
  });
  await raiseExceptions(
    tx,
    serious.map(({ drift, value }) => ({
      kind: 'INVENTORY_EVENT',
      nature: 'BUSINESS',
      system: drift.against,
      subject: nameOf(drift.subject),
      message: driftText(drift, value),
      correlationId: context.correlationId,
      sku: drift.subject.sku,
    })),
    isoOf(context.nowMs),
    context.ids,
  );
  await store.noteException(
    tx,
    serious.map(({ drift }) => ({ key: keyOf(drift.subject), system: drift.against })),
  );
};

const resolve = async (tx: Sql, subjects: readonly DriftSubject[], at: string): Promise<void> => {
  const ended = await store.saveResolved(tx, subjects.map(keyOf), at);
  await resolveExceptions(
    tx,
    ended.flatMap(({ subject, exceptionSystem }) =>
      exceptionSystem === null
        ? []
        : [{ kind: 'INVENTORY_EVENT' as const, system: exceptionSystem, subject: nameOf(subject) }],
    ),
    at,
  );
};

export type RecordingContext = {
  readonly nowMs: number;
  readonly ids: Ids;
  readonly correlationId: string;
  readonly exceptionAboveValue: number;
};

export const recordFindings = async (
  tx: Sql,
  { verdicts, corrections }: Findings,
  context: RecordingContext,
): Promise<void> => {
  const at = isoOf(context.nowMs);
  const drifts = verdicts.flatMap((verdict) => (verdict.kind === 'DRIFT' ? [verdict.drift] : []));
  const agreeing = verdicts.flatMap(({ kind, subject }) => (kind === 'AGREE' ? [subject] : []));
  const passed = [...passedOf(corrections, new Set(agreeing.map(keyOf))).values()];
  const prices: ReadonlyMap<string, Money> =
    drifts.length + passed.length === 0
      ? new Map()
      : await store.readPrices(tx, [...new Set([...drifts, ...passed].map(({ subject }) => subject.sku))]);
  const valued = (drift: Drift): store.ValuedDrift => ({
    drift,
    value: valueAtRisk(drift.difference, prices.get(drift.subject.sku) ?? null),
  });

  await store.savePassed(tx, passed.map(valued), at);
  await resolve(tx, agreeing, at);
  if (drifts.length === 0) return;
  const open = drifts.map(valued);
  await raise(tx, open, await store.saveOpen(tx, open, at), context);
};
