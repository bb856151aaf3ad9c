import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBuckets } from '#simulation/host/buckets.ts';
import { toDrifted, toDriftedResponse } from '#simulation/host/drift.ts';
import { createLedger, MOST_DETAILS } from '#simulation/host/ledger.ts';
import { createHolds, ON_ITS_WAY_MS } from '#simulation/host/limit-books.ts';
import { pathMatches, pathPatternOf } from '#simulation/host/patterns.ts';
import { createTestClock } from '#test/support/clock.ts';

describe('path patterns', () => {
  it.each([
    ['/v1/orders', '/v1/orders', true],
    ['/v1/orders', '/v1/orders/7', false],
    ['/v1/orders/*', '/v1/orders/7', true],
    ['/v1/orders/*', '/v1/orders/7/lines', false],
    ['/v1/orders/*/lines', '/v1/orders/7/lines', true],
    ['/v1/**', '/v1/orders/7/lines', true],
    ['/**/lines', '/v1/orders/7/lines', true],
    ['/v1.orders', '/v1xorders', false],
    ['/items/SKU-*', '/items/SKU-7', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(pathMatches(pattern, path)).toBe(expected);
  });

  it('name calls by their path without ids, but with API versions', () => {
    expect(pathPatternOf('/v2/orders/search')).toBe('/v2/orders/search');
    expect(pathPatternOf('/orders/v0/orders/302-1234567-1234567/items')).toBe('/orders/v0/orders/*/items');
    expect(pathPatternOf('/listings/2021-08-01/items/A1B2/P1000-S')).toBe('/listings/2021-08-01/items/*/*');
    expect(pathPatternOf('/')).toBe('/');
  });
});

describe('schema drift', () => {
  const body = {
    order: {
      state: 'done',
      lines: [
        { sku: 'a', quantity: 1 },
        { sku: 'b', quantity: 2 },
      ],
    },
  };

  it('renames a field', () => {
    expect(toDrifted(body, { field: 'order.state', renameTo: 'status' })).toEqual({
      order: { status: 'done', lines: body.order.lines },
    });
  });

  it('drops a field in every entry of a list', () => {
    expect(toDrifted(body, { field: 'order.lines.quantity' })).toEqual({
      order: { state: 'done', lines: [{ sku: 'a' }, { sku: 'b' }] },
    });
  });

  it('leaves alone what does not have the field', () => {
    for (const other of [null, 7, 'text', [], {}, { order: null }, { order: [1, null] }]) {
      expect(toDrifted(other, { field: 'order.state' })).toEqual(other);
    }
  });

  it('reaches answers that are JSON text, and no other text', () => {
    const drifts = [{ field: 'a', renameTo: 'b' }];
    expect(toDriftedResponse({ status: 200, body: '{"a":1}' }, drifts).body).toBe('{"b":1}');
    expect(toDriftedResponse({ status: 200, body: 'a: 1' }, drifts).body).toBe('a: 1');
    expect(toDriftedResponse({ status: 204 }, drifts)).toEqual({ status: 204 });
  });
});

describe('the token buckets', () => {
  it('let a burst through, then the rate', async () => {
    const clock = createTestClock();
    const buckets = createBuckets({ clock });
    const limit = { name: 'a', ratePerSecond: 2, burst: 3 };
    const take = (): boolean => buckets.take(limit);
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
    await clock.advance(499);
    expect(take()).toBe(false);
    await clock.advance(1);
    expect([take(), take()]).toEqual([true, false]);
  });

  it('tell the whole milliseconds until the next token, and then have it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.005, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 5 }),
        async (rate, burst) => {
          const clock = createTestClock();
          const buckets = createBuckets({ clock });
          const limit = { name: 'a', ratePerSecond: rate, burst };
          expect(buckets.msUntilNext(limit)).toBe(0);
          for (let taken = 0; taken < burst; taken++) buckets.take(limit);
          const waitMs = buckets.msUntilNext(limit);
          if (waitMs > 1) {
            await clock.advance(waitMs - 1);
            expect(buckets.take(limit)).toBe(false);
            await clock.advance(1);
          } else await clock.advance(waitMs);
          expect(buckets.take(limit)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keep buckets of different names apart', () => {
    const buckets = createBuckets({ clock: createTestClock() });
    const one = { name: 'a', ratePerSecond: 1, burst: 1 };
    expect([buckets.take(one), buckets.take({ ...one, name: 'b' }), buckets.take(one)]).toEqual([true, true, false]);
  });

  it('never admit more than burst + rate x time in any window, and never starve a caller who keeps to the rate', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 60 }),
        async (ratePerSecond, burst, gaps) => {
          const clock = createTestClock();
          const buckets = createBuckets({ clock });
          const admittedAtMs: number[] = [];
          for (const gap of gaps) {
            await clock.advance(gap);
            if (buckets.take({ name: 'x', ratePerSecond, burst })) admittedAtMs.push(clock.now());
            else expect(admittedAtMs.at(-1)).toBeGreaterThan(clock.now() - 1000 / ratePerSecond - 1e-6);
          }
          for (const [first, fromMs] of admittedAtMs.entries()) {
            for (let last = first; last < admittedAtMs.length; last++) {
              const seconds = ((admittedAtMs[last] ?? 0) - fromMs) / 1000;
              expect(last - first + 1).toBeLessThanOrEqual(burst + ratePerSecond * seconds + 1e-6);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the holds that refusals tell', () => {
  it('last until the latest of them ends, each from when its callers can know of it', () => {
    const startMs = 1_000_000;
    const holds = createHolds();
    const heldAfter = (ms: number): boolean => holds.isHeld(startMs + ms);
    holds.told(startMs, startMs + 500);
    holds.told(startMs + 100, startMs + 1_000);
    holds.told(startMs + 200, startMs + 300);
    expect([10, 60, 499, 600, 999, 1_000].map(heldAfter)).toEqual([false, true, true, true, true, false]);
  });
});

describe('the ledger', () => {
  it('counts calls that came in spite of a told wait, but not those that were on their way', async () => {
    const clock = createTestClock();
    const ledger = createLedger('tiny', { clock });
    const limit = { name: 'a', ratePerSecond: 1, burst: 1 };
    const held = (): number | undefined => ledger.report().limits.a?.heldCalls;
    ledger.limitUsed(limit, false);
    ledger.limitTold('a', clock.now() + 1_000);
    await clock.advance(ON_ITS_WAY_MS - 1);
    ledger.limitUsed(limit, false);
    expect(held()).toBe(0);
    await clock.advance(1);
    ledger.limitUsed(limit, false);
    ledger.limitUsed({ ...limit, name: 'b' }, true);
    expect(held()).toBe(1);
    ledger.limitTold('a', clock.now() + 500);
    await clock.advance(1_000 - ON_ITS_WAY_MS - 1);
    ledger.limitUsed(limit, true);
    expect(held()).toBe(2);
    await clock.advance(1);
    ledger.limitUsed(limit, true);
    expect(held()).toBe(2);
    expect(ledger.report().limits.b?.heldCalls).toBe(0);
  });

  it('counts calls, answers and what was in hand at the same time', () => {
    const ledger = createLedger('tiny', { clock: createTestClock() });
    const first = ledger.callStarted('a');
    const second = ledger.callStarted('a');
    first.ended(200, false);
    second.ended(429, true);
    ledger.callStarted('b').ended(null, false);
    expect(ledger.report()).toMatchObject({
      vendor: 'tiny',
      calls: 3,
      throttled: 1,
      peakConcurrency: 2,
      operations: {
        a: { calls: 2, throttled: 1, statuses: { 200: 1, 429: 1 } },
        b: { calls: 1, throttled: 0, statuses: { none: 1 } },
      },
    });
  });

  it('starts anew on reset: what began before is not counted after it', () => {
    const ledger = createLedger('tiny', { clock: createTestClock() });
    const call = ledger.callStarted('a');
    const sending = ledger.sendingStarted('e', 'http://target.invalid/');
    ledger.written('order 1', {});
    ledger.reset();
    call.ended(200, false);
    sending.attempted(200);
    sending.ended('acknowledged');
    expect(ledger.report()).toMatchObject({
      calls: 0,
      operations: {},
      writes: {},
      deliveries: { attempts: 0, acknowledged: 0, events: [] },
    });
  });

  it('counts every write under its business key and keeps the newest details', () => {
    const ledger = createLedger('tiny', { clock: createTestClock() });
    for (let number = 0; number < MOST_DETAILS + 5; number++) ledger.written('order 1', { number });
    const write = ledger.report().writes['order 1'];
    expect(write?.count).toBe(MOST_DETAILS + 5);
    expect(write?.latest).toHaveLength(MOST_DETAILS);
    expect(write?.latest.at(-1)?.detail).toEqual({ number: MOST_DETAILS + 4 });
  });

  it('gives reports that later events do not change', () => {
    const ledger = createLedger('tiny', { clock: createTestClock() });
    ledger.written('order 1', {});
    const report = ledger.report();
    ledger.written('order 1', {});
    expect(report.writes['order 1']?.count).toBe(1);
  });
});
