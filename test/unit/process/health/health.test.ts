import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isoOf } from '#runtime/clock.ts';
import type { CircuitState } from '#runtime/resilience/report.ts';
import type { Feed } from '#subgraphs/process/availability/facts.ts';
import type { StoredReport } from '#subgraphs/process/health/budget.ts';
import {
  type ConnectionHealth,
  healthOf,
  type KnownOfConnection,
  newsOf,
  REPORT_COUNTS_MS,
} from '#subgraphs/process/health/health.ts';
import { NOW_MS, quota, stored, upstreamReport } from './reports.ts';

const MARKET = 'marketplace-main';

const health = (reports: readonly StoredReport[], more: Partial<KnownOfConnection> = {}): ConnectionHealth =>
  healthOf(
    { connection: MARKET, reports, feeds: [], queueDepth: 0, expectedSinceMs: NOW_MS - 60_000, ...more },
    NOW_MS,
  );

const replica = (name: string, more: Parameters<typeof upstreamReport>[1] = {}, agoMs = 0): StoredReport =>
  stored(upstreamReport(MARKET, more, { replica: name }), agoMs);

const feed = (stream: string, agoMs: number | null, connection = MARKET): Feed => ({
  connection,
  system: 'marketplace',
  stream,
  carriesStock: false,
  completeSinceMs: null,
  lastContactMs: agoMs === null ? null : NOW_MS - agoMs,
});

describe('the circuit of a connection', () => {
  test('is the worst of its replicas, open since the first of them that still is', () => {
    const at = (minute: number) => isoOf(NOW_MS - minute * 60_000);
    const closed = replica('a', { circuit: 'CLOSED', since: at(90) });
    const probing = replica('b', { circuit: 'HALF_OPEN', since: at(1) });
    const open = replica('c', { circuit: 'OPEN', since: at(7) });
    const alsoOpen = replica('d', { circuit: 'OPEN', since: at(3) });
    expect(health([closed, alsoOpen, open, probing])).toMatchObject({ circuit: 'OPEN', since: at(7), silent: false });
    expect(health([closed, probing])).toMatchObject({ circuit: 'HALF_OPEN', since: at(1) });
  });

  test('has been closed since the last of its replicas closed', () => {
    const at = (minute: number) => isoOf(NOW_MS - minute * 60_000);
    const reports = [replica('a', { since: at(90) }), replica('b', { since: at(2) })];
    expect(health(reports)).toMatchObject({ circuit: 'CLOSED', since: at(2) });
  });

  test('is that of the replicas that still report', () => {
    const gone = replica('a', { circuit: 'OPEN' }, REPORT_COUNTS_MS + 1);
    const late = replica('b', { circuit: 'HALF_OPEN' }, REPORT_COUNTS_MS);
    expect(health([gone, late]).circuit).toBe('HALF_OPEN');
  });

  test('is not healthy while nobody reports: open since the last word, its figures gone', () => {
    const last = replica('a', { sent: 10, failed: 1, waiting: 3, p95Ms: 80 }, 31_000);
    expect(health([replica('b', {}, 40_000), last])).toMatchObject({
      circuit: 'OPEN',
      silent: true,
      since: isoOf(NOW_MS - 31_000),
      reportedAt: isoOf(NOW_MS - 31_000),
      quotas: [],
      budget: { perSecond: 0, burst: 0, used: 0, waiting: 0, shed: 0, throttledByUpstream: 0 },
      p95Ms: null,
      errorRate: 0,
      cacheHitRate: 0,
    });
    const since = isoOf(NOW_MS - 600_000);
    expect(health([replica('a', { circuit: 'OPEN', since }, 31_000)])).toMatchObject({ circuit: 'OPEN', since });
  });

  test('before the first report is open since reports are expected', () => {
    const others = [stored(upstreamReport('erp-main'))];
    expect(health(others)).toMatchObject({
      circuit: 'OPEN',
      silent: true,
      since: isoOf(NOW_MS - 60_000),
      reportedAt: null,
    });
  });
});

describe('the budget of a connection', () => {
  test('is its tightest quota as seen last, with the waiting, shed and refused calls of all replicas', () => {
    const earlier = replica('a', { quotas: [quota('orders', { available: 0 })], waiting: 2, shed: 1, throttled: 4 }, 9);
    const quotas = [
      quota('orders', { available: 6 }),
      quota('listings', { ratePerSecond: 5, burst: 20, available: 5 }),
    ];
    expect(health([earlier, replica('b', { quotas, waiting: 3, throttled: 1 }, 2)])).toMatchObject({
      budget: { perSecond: 5, burst: 20, used: 0.75, waiting: 5, shed: 1, throttledByUpstream: 5 },
      quotas: [
        { name: 'orders', available: 6 },
        { name: 'listings', available: 5 },
      ],
    });
  });

  test('is used up while a quota is held, until the hold has passed', () => {
    const held = (agoMs: number) =>
      health([replica('a', { quotas: [quota('listings'), quota('orders', { heldMs: 4_000 })] }, agoMs)]);
    expect(held(1_000)).toMatchObject({ budget: { used: 1 }, quotas: [{ heldMs: 0 }, { heldMs: 3_000 }] });
    expect(held(4_000)).toMatchObject({ budget: { used: 0 }, quotas: [{ heldMs: 0 }, { heldMs: 0 }] });
  });

  test('of a vendor without known limits is 0, and an unused one is told by its smallest quota', () => {
    const unknown = quota('all', { ratePerSecond: null, burst: null, available: null, source: 'LEARNT' });
    expect(health([replica('a', { quotas: [unknown] })])).toMatchObject({
      budget: { perSecond: 0, burst: 0, used: 0 },
      quotas: [{ name: 'all', perSecond: null, burst: null, available: null, source: 'LEARNT' }],
    });
    const quotas = [
      unknown,
      quota('big', { burst: 30, available: 30 }),
      quota('small', { burst: 5.9, available: 5.9 }),
    ];
    expect(health([replica('a', { quotas })]).budget).toMatchObject({ burst: 5, used: 0 });
  });
});

describe('the figures of a connection', () => {
  test('are added up over replicas, the slowest answer standing for all', () => {
    const reading = (name: string, hits: number, misses: number, stale: number, sent: number, failed: number) =>
      stored(
        upstreamReport(
          MARKET,
          { sent, failed, p95Ms: name === 'a' ? 40.4 : 180.6 },
          { replica: name, readings: { hits, misses, stale, entries: 9 } },
        ),
      );
    expect(health([reading('a', 70, 10, 0, 30, 3), reading('b', 5, 5, 10, 10, 1)])).toMatchObject({
      p95Ms: 181,
      errorRate: 0.1,
      cacheHitRate: 0.75,
    });
    expect(health([replica('a')])).toMatchObject({ p95Ms: null, errorRate: 0, cacheHitRate: 0 });
  });

  test('lag is that of the stream quiet for longest; what was pushed does not count', () => {
    const lag = (feeds: readonly Feed[]) => health([replica('a')], { feeds }).lagSeconds;
    expect(lag([feed('orders', 4_900), feed('listings', 61_000), feed('push', 900_000)])).toBe(61);
    expect(lag([feed('orders', 4_900), feed('other', 90_000, 'erp-main')])).toBe(4);
    expect(lag([feed('orders', -400)])).toBe(0);
  });

  test('lag is unknown until every stream has told all once, and for what only pushes', () => {
    const lag = (feeds: readonly Feed[]) => health([replica('a')], { feeds }).lagSeconds;
    expect(lag([feed('orders', 1_000), feed('listings', null)])).toBeNull();
    expect(lag([feed('push', 1_000)])).toBeNull();
    expect(lag([])).toBeNull();
  });
});

const circuit = fc.constantFrom<CircuitState>('CLOSED', 'HALF_OPEN', 'OPEN');
const count = fc.nat({ max: 1_000 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const amount = fc.double({ min: 0, max: 500, noNaN: true });
const anyReport = fc
  .record({
    circuit,
    sinceAgoMs: fc.nat({ max: 10_000_000 }),
    agoMs: fc.nat({ max: REPORT_COUNTS_MS }),
    replica: fc.string({ minLength: 1, maxLength: 5 }),
    counts: fc.record({ waiting: count, sent: count, failed: count, shed: count, throttled: count }),
    readings: fc.record({ hits: count, misses: count, stale: count, entries: count }),
    quotas: fc.array(
      fc.record({
        name: fc.constantFrom('orders', 'listings', 'stock'),
        ratePerSecond: maybe(amount),
        burst: maybe(amount),
        available: maybe(fc.double({ min: -500, max: 500, noNaN: true })),
        heldMs: fc.oneof(fc.constant(0), amount),
        source: fc.constantFrom('PUBLISHED' as const, 'CORRECTED' as const, 'LEARNT' as const),
      }),
    ),
  })
  .map(({ circuit, sinceAgoMs, agoMs, replica, counts, readings, quotas }) =>
    stored(
      upstreamReport(MARKET, { circuit, since: isoOf(NOW_MS - sinceAgoMs), quotas, ...counts }, { replica, readings }),
      agoMs,
    ),
  );
const SEVERITY = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 } as const;

describe('whatever is reported', () => {
  test('another replica never makes the circuit look better, and the claimed time holds for every replica', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { minLength: 1, maxLength: 6 }), anyReport, (reports, another) => {
        const before = health(reports);
        const after = health([...reports, another]);
        expect(SEVERITY[after.circuit]).toBeGreaterThanOrEqual(SEVERITY[before.circuit]);
        for (const { report } of reports) {
          if (before.circuit !== 'OPEN' || report.governor.circuit === 'OPEN') continue;
          expect(SEVERITY[report.governor.circuit]).toBeLessThan(SEVERITY[before.circuit]);
        }
        if (before.circuit === 'CLOSED') {
          for (const { report } of reports)
            expect(Date.parse(before.since)).toBeGreaterThanOrEqual(Date.parse(report.governor.since));
        }
      }),
    );
  });

  test('shares stay within 0 and 1, counts are never negative, and the order of reports does not matter for sums', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 6 }), (reports) => {
        const told = health(reports);
        for (const share of [told.budget.used, told.errorRate, told.cacheHitRate]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        for (const { available, heldMs } of told.quotas) {
          expect(available ?? 0).toBeGreaterThanOrEqual(0);
          expect(Number.isSafeInteger(heldMs) && heldMs >= 0).toBe(true);
        }
        const turned = health(reports.toReversed());
        expect([turned.circuit, turned.since, turned.budget.waiting, turned.errorRate]).toEqual([
          told.circuit,
          told.since,
          told.budget.waiting,
          told.errorRate,
        ]);
        if (told.quotas.some(({ heldMs }) => heldMs > 0)) expect(told.budget.used).toBe(1);
      }),
    );
  });
});

describe('news', () => {
  const calm = health([replica('a', { quotas: [quota('orders', { available: 3 })] })], { feeds: [feed('x', 1_000)] });
  const now = (more: Parameters<typeof upstreamReport>[1], lagMs = 1_000) =>
    health([replica('a', more)], { feeds: [feed('x', lagMs)] });

  test.each([
    ['a circuit that opens', now({ circuit: 'OPEN' })],
    ['a hold', now({ quotas: [quota('orders', { heldMs: 1 })] })],
    ['shedding', now({ shed: 1 })],
    ['silence', health([replica('a', {}, 31_000)], { feeds: [feed('x', 1_000)] })],
    ['a lag of a minute', now({}, 60_000)],
    ['a lag that ends being known', health([replica('a')])],
  ])('is %s', (_name, changed) => {
    expect(newsOf(changed)).not.toBe(newsOf(calm));
  });

  test.each([
    ['figures that move', now({ sent: 90, failed: 3, waiting: 5, throttled: 2, p95Ms: 90 })],
    ['a quota in use', now({ quotas: [quota('orders', { available: 0 })] })],
    ['a lag of a few seconds more', now({}, 59_000)],
  ])('is not %s', (_name, same) => {
    expect(newsOf(same)).toBe(newsOf(calm));
  });

  test('tells a silent system from one that is open', () => {
    expect(newsOf(health([replica('a', { circuit: 'OPEN' }, 31_000)]))).not.toBe(
      newsOf(health([replica('a', { circuit: 'OPEN' }, 1_000)])),
    );
  });
});
