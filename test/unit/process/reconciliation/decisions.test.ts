import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ItemFacts, SourceReading } from '#subgraphs/process/availability/facts.ts';
import { correctionsOf } from '#subgraphs/process/reconciliation/corrections.ts';
import { type Heat, hottest } from '#subgraphs/process/reconciliation/hot.ts';
import { type ComparedListing, compareListing } from '#subgraphs/process/reconciliation/listing-comparison.ts';
import { dueItems, nextStartMs, type Sweep } from '#subgraphs/process/reconciliation/pace.ts';
import { driftText, needsAPerson, valueAtRisk } from '#subgraphs/process/reconciliation/valuation.ts';
import { ago, MINUTE_MS, NOW_MS, RULES, statement } from './cases.ts';

describe('a listing', () => {
  const listing = (more: Partial<ComparedListing>): ComparedListing => ({
    marketplace: 'AMAZON_DE',
    listingId: 'L-1',
    sku: 'P-1',
    desired: 5,
    published: 5,
    publishedAt: ago(60),
    shown: null,
    shownAt: ago(90),
    since: null,
    ...more,
  });
  const compared = (more: Partial<ComparedListing>) => compareListing(listing(more), RULES, NOW_MS);

  test('agrees when it offers what it shall, or when nobody knows what that is', () => {
    expect(compared({}).kind).toBe('AGREE');
    expect(compared({ desired: null, since: ago(60) }).kind).toBe('AGREE');
    expect(compared({ published: 3, shown: 5, since: ago(60) }).kind).toBe('AGREE');
  });

  test('is given its time, and then offers too much or too little', () => {
    expect(compared({ desired: 2, since: ago(14) }).kind).toBe('UNSETTLED');
    expect(compared({ desired: 2, since: ago(15) })).toMatchObject({
      kind: 'DRIFT',
      drift: { difference: 3, oversellRisk: true, cause: 'LISTING_NOT_UPDATED' },
    });
    expect(compared({ shown: 1, since: ago(15) })).toMatchObject({ drift: { difference: -4, oversellRisk: false } });
  });

  test('what the marketplace shows counts, not what it acknowledged', () => {
    expect(compared({ shown: 9, since: ago(20) })).toMatchObject({
      drift: {
        readings: [
          { system: 'marketplace', quantity: 9, asOf: ago(90) },
          { system: 'process', quantity: 5 },
        ],
      },
    });
  });
});

describe('a correction', () => {
  const item = (readings: readonly SourceReading[]): ItemFacts => ({
    sku: 'P-1',
    title: 'Shirt',
    lifecycle: 'ACTIVE',
    readings,
    demand: [],
    holds: [],
  });
  const source = (onHand: number, asOf: string): SourceReading => ({
    ...statement('wms', onHand, { asOf }),
    connection: 'wms-main',
    locationCode: 'WH-NORD',
    receivedAtMs: NOW_MS,
  });
  const found = (before: SourceReading[], after: SourceReading[]) =>
    correctionsOf(item(before), item(after), NOW_MS, RULES.graceMs);

  test('is a number that should have reached us by itself', () => {
    expect(found([source(40, ago(90))], [source(35, ago(15))])).toEqual([
      { sku: 'P-1', locationCode: 'WH-NORD', system: 'wms', held: 40, stated: 35, heldAsOf: ago(90), asOf: ago(15) },
    ]);
  });

  test('is none while the event may be under way, when the number is the same, or when the place is new', () => {
    expect(found([source(40, ago(90))], [source(35, ago(14))])).toEqual([]);
    expect(found([source(40, ago(90))], [source(40, ago(20))])).toEqual([]);
    expect(found([], [source(40, ago(20))])).toEqual([]);
  });
});

describe('value at risk', () => {
  const price = { amountMinor: 2_490, currency: 'EUR' };

  test('is units times list price, in either direction', () => {
    expect(valueAtRisk(-5, price)).toEqual({ amountMinor: 12_450, currency: 'EUR' });
    expect(valueAtRisk(5, null)).toBeNull();
  });

  test('a person is asked above the value, and always where too much may be sold', () => {
    const drift = { cause: 'UNKNOWN', oversellRisk: false } as const;
    expect(needsAPerson(drift, valueAtRisk(5, price), 124)).toBe(true);
    expect(needsAPerson(drift, valueAtRisk(5, price), 125)).toBe(false);
    expect(needsAPerson(drift, { amountMinor: 126, currency: 'JPY' }, 125)).toBe(true);
    expect(needsAPerson({ ...drift, oversellRisk: true }, valueAtRisk(1, price), 125)).toBe(true);
    expect(needsAPerson({ ...drift, oversellRisk: true }, null, 125)).toBe(true);
    expect(needsAPerson(drift, null, 125)).toBe(false);
  });

  test('nobody is asked about what explains itself', () => {
    for (const cause of ['TIMING', 'UNPOSTED_SALES'] as const)
      expect(needsAPerson({ cause, oversellRisk: true }, valueAtRisk(500, price), 125)).toBe(false);
  });

  test('the words name the thing, the sides, the value and the remedy', () => {
    const text = driftText(
      {
        subject: { kind: 'stock', sku: 'P-1', locationCode: 'WH-NORD' },
        readings: [
          { system: 'wms', quantity: 40, asOf: ago(60) },
          { system: 'erp', quantity: 35, asOf: ago(90) },
        ],
        since: ago(60),
        cause: 'UNKNOWN',
      },
      valueAtRisk(5, price),
    );
    expect(text).toBe(
      'drift of P-1 at WH-NORD since 2026-03-02T08:00:00.000Z: wms 40, erp 35, 124.50 EUR at risk. Likely UNKNOWN: count the item and correct the system that is wrong.',
    );
  });
});

describe('hot items', () => {
  const heat = (sku: string, salesPerMinute: number, changedMs: number, left: number): Heat => ({
    sku,
    salesPerMinute,
    changedMs,
    left,
  });

  test('are the fastest, the latest changed and the lowest, in turn; nothing left is not low', () => {
    const items = [heat('FAST', 9, 0, 50), heat('NEW', 0, 9, 50), heat('LOW', 0, 0, 1), heat('GONE', 0, 0, 0)];
    expect(new Set(hottest(items, 3))).toEqual(new Set(['FAST', 'NEW', 'LOW']));
    expect(hottest(items, 0)).toEqual([]);
  });

  test('are as many as asked for, each once', () => {
    const item = fc
      .tuple(fc.nat(9), fc.nat(9), fc.nat(3))
      .map(([rate, changed, left]) => ({ salesPerMinute: rate, changedMs: changed, left }));
    fc.assert(
      fc.property(fc.array(item), fc.nat(20), (all, count) => {
        const items = all.map((entry, index) => ({ sku: `P-${index}`, ...entry }));
        const chosen = hottest(items, count);
        expect(chosen).toHaveLength(Math.min(count, items.length));
        expect(new Set(chosen).size).toBe(chosen.length);
      }),
    );
  });
});

describe('a sweep', () => {
  const sweep = (total: number, done: number): Sweep => ({
    kind: 'ALL',
    startedMs: NOW_MS,
    finishedMs: null,
    total,
    done,
    skus: null,
    cursor: '',
    attempts: 0,
  });

  test('is spread over its time and ends with it', () => {
    const everyMs = 60 * MINUTE_MS;
    expect(dueItems(sweep(120, 0), everyMs, NOW_MS)).toBe(0);
    expect(dueItems(sweep(120, 0), everyMs, NOW_MS + MINUTE_MS)).toBe(2);
    expect(dueItems(sweep(120, 2), everyMs, NOW_MS + MINUTE_MS)).toBe(0);
    expect(dueItems(sweep(120, 2), everyMs, NOW_MS + everyMs)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is followed by the next one without a gap, unless there was a long pause', () => {
    const everyMs = 60 * MINUTE_MS;
    const endMs = NOW_MS + everyMs;
    const finished = { ...sweep(10, 10), finishedMs: NOW_MS + MINUTE_MS };
    expect(nextStartMs(undefined, everyMs, NOW_MS)).toBe(NOW_MS);
    expect(nextStartMs(finished, everyMs, endMs - 1)).toBeNull();
    expect(nextStartMs(finished, everyMs, endMs + MINUTE_MS)).toBe(endMs);
    expect(nextStartMs(finished, everyMs, endMs + everyMs + 1)).toBe(endMs + everyMs + 1);
    expect(nextStartMs(sweep(10, 9), everyMs, endMs + everyMs)).toBeNull();
  });

  test('never asks for more than there is before its time is over', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 1e9 }), fc.nat(), (total, everyMs, elapsed) => {
        const due = dueItems(sweep(total, 0), everyMs, NOW_MS + (elapsed % everyMs));
        expect(due).toBeGreaterThanOrEqual(0);
        expect(due).toBeLessThanOrEqual(total);
      }),
    );
  });
});
