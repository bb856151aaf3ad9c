import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isoOf } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import type { UpstreamReport } from '#runtime/resilience/report.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { startUpstreamReporter } from '#runtime/telemetry/upstream-reporter.ts';
import { emptyDatabase, location, stock, variant } from '#test/integration/process/intake/process.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { eventually } from '#test/support/eventually.ts';
import { openSocket, type RawSocket, subscribeTo } from '#test/support/graphql-client.ts';
import { governor, quota, upstreamReport } from '#test/unit/process/health/reports.ts';
import { type Answer, call, down, outcomeOf, request, setUp, throttled } from '#test/unit/runtime/resilience/setup.ts';
import { CONNECTIONS, type ServedProcess, serveProcess } from './served.ts';

const EVERYTHING = `{ systemHealth { system circuit since reportedAt p95Ms errorRate queueDepth lagSeconds cacheHitRate
  budget { perSecond burst used waiting shed throttledByUpstream } quotas { name perSecond burst available heldMs source } } }`;
/** What the retailer's own saved operation asks of systemHealth. */
const CONTRACT = `query Health { systemHealth { system circuit
  budget { perSecond burst used waiting shed throttledByUpstream } p95Ms queueDepth lagSeconds cacheHitRate } }`;
const STREAM = 'subscription { systemHealthChanged { system circuit reportedAt lagSeconds budget { used shed } } }';

type Health = {
  readonly system: string;
  readonly circuit: string;
  readonly since: string;
  readonly reportedAt: string | null;
  readonly lagSeconds: number | null;
  readonly queueDepth: number;
  readonly budget: { readonly used: number; readonly waiting: number; readonly shed: number };
};

const healths = async (process: ServedProcess, query = EVERYTHING): Promise<readonly Health[]> => {
  const { data, errors } = await process.ask(query, 'ops:read');
  if (errors) throw new Error(JSON.stringify(errors));
  return (data?.systemHealth ?? []) as readonly Health[];
};
const healthOf = async (process: ServedProcess, system: string): Promise<Health | undefined> =>
  (await healths(process)).find((health) => health.system === system);

const now = (clock: TestClock): string => isoOf(clock.now());
const reportAt = (
  clock: TestClock,
  connection: string,
  more: Parameters<typeof upstreamReport>[1] = {},
  rest: Partial<UpstreamReport> = {},
): UpstreamReport => upstreamReport(connection, more, { at: now(clock), ...rest });

const listen = async (process: ServedProcess): Promise<RawSocket> => {
  const socket = await openSocket(`${process.url}/graphql`, await process.token('ops:read'));
  subscribeTo(socket, '1', STREAM);
  return socket;
};
const nextHealth = async (socket: RawSocket): Promise<Health> => {
  const { payload } = (await socket.nextOf('1')) as {
    readonly payload: { readonly data: { readonly systemHealthChanged: Health } };
  };
  return payload.data.systemHealthChanged;
};
const firstHealths = async (socket: RawSocket): Promise<readonly Health[]> => {
  const told: Health[] = [];
  while (told.length < CONNECTIONS.length) told.push(await nextHealth(socket));
  return told;
};

describe.each(testDatabases)('system health on $name', (kind) => {
  let stored: TestDatabase;
  beforeAll(async () => {
    stored = await kind.open();
  });
  afterAll(async () => {
    await stored[Symbol.asyncDispose]();
  });
  afterEach(() => emptyDatabase(stored.database));

  test('tells of every configured connection, healthy or not heard of, in the order of the configuration', async () => {
    const clock = createTestClock();
    await using process = await serveProcess(stored.database, clock);
    const unheard = { circuit: 'OPEN', since: now(clock), reportedAt: null, quotas: [], p95Ms: null, lagSeconds: null };
    expect(await healths(process)).toEqual(
      CONNECTIONS.map((system) => expect.objectContaining({ ...unheard, system, queueDepth: 0 })),
    );

    const quotas = [quota('orders', { available: 7 }), quota('listings', { burst: 5, available: 1, heldMs: 800 })];
    const busy = { quotas, waiting: 3, sent: 40, failed: 4, shed: 2, throttled: 5, p95Ms: 120.4 };
    const readings = { hits: 30, misses: 5, stale: 5, entries: 12 };
    expect(
      await process.report([
        reportAt(clock, 'marketplace-main', busy, { readings }),
        reportAt(clock, 'another-shop', busy),
      ]),
    ).toEqual({ status: 204, text: '' });
    await process.report([reportAt(clock, 'marketplace-main', { ...busy, quotas: [] }, { replica: 'replica-2' })]);
    const [erp, , marketplace] = await healths(process);
    expect(erp).toMatchObject({ system: 'erp-main', circuit: 'OPEN', reportedAt: null });
    expect(marketplace).toEqual({
      system: 'marketplace-main',
      circuit: 'CLOSED',
      since: governor().since,
      reportedAt: now(clock),
      budget: { perSecond: 2, burst: 5, used: 1, waiting: 6, shed: 4, throttledByUpstream: 10 },
      quotas: [
        { name: 'orders', perSecond: 2, burst: 10, available: 7, heldMs: 0, source: 'PUBLISHED' },
        { name: 'listings', perSecond: 2, burst: 5, available: 1, heldMs: 800, source: 'PUBLISHED' },
      ],
      p95Ms: 120,
      errorRate: 0.1,
      queueDepth: 0,
      lagSeconds: null,
      cacheHitRate: 0.75,
    });
    expect(await healths(process, CONTRACT)).toHaveLength(CONNECTIONS.length);
  });

  test('is for operators: query and stream refuse a shopper, reports refuse whoever may not write health', async () => {
    const clock = createTestClock();
    await using process = await serveProcess(stored.database, clock);
    expect((await process.ask(CONTRACT, 'storefront')).errors).toMatchObject([
      { path: ['systemHealth'], extensions: { code: 'FORBIDDEN' } },
    ]);
    await using socket = await openSocket(`${process.url}/graphql`, await process.token('storefront'));
    subscribeTo(socket, '1', STREAM);
    expect(await socket.nextOf('1')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    const refused = await process.report([reportAt(clock, 'erp-main')], 'intake:write');
    expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('health:write') });
    expect(await healthOf(process, 'erp-main')).toMatchObject({ reportedAt: null });
  });

  test('refuses malformed reports, naming where, and keeps nothing of them', async () => {
    const clock = createTestClock();
    await using process = await serveProcess(stored.database, clock);
    const good = reportAt(clock, 'erp-main');
    const wrong = upstreamReport('wms-main', { waiting: -1, quotas: [quota('a'), quota('b', { heldMs: -1 })] });
    const refused = await process.report([good, wrong]);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('[1].governor.waiting');
    expect(refused.text).toContain('[1].governor.quotas[1].heldMs');
    expect((await process.report('{')).text).toContain('not JSON');
    expect((await process.report([good, good])).text).toContain('[1].connection: is reported twice');
    expect(await stored.database.query('select 1 from process.upstream_report')).toEqual([]);
  });

  test('a stream hears at the next look of a circuit, a hold, shedding, lag and silence, and of nothing else', async () => {
    const clock = createTestClock();
    await using process = await serveProcess(stored.database, clock);
    const erp = (more: Parameters<typeof upstreamReport>[1] = {}) =>
      process.report([reportAt(clock, 'erp-main', more)]);
    await erp();
    await process.accept({
      system: 'erp',
      connection: 'erp-main',
      watermark: { stream: 'items', value: '1', complete: true },
      changes: [],
    });
    await using socket = await listen(process);
    expect((await firstHealths(socket)).map(({ system, circuit }) => [system, circuit])).toEqual([
      ['erp-main', 'CLOSED'],
      ['wms-main', 'OPEN'],
      ['marketplace-main', 'OPEN'],
    ]);
    await erp({ sent: 90, failed: 2, throttled: 3, waiting: 8 });
    await clock.advance(1_000);
    await erp({ circuit: 'OPEN' });
    await clock.advance(1_000);
    expect(await nextHealth(socket)).toMatchObject({ system: 'erp-main', circuit: 'OPEN' });
    await erp({ quotas: [quota('orders', { heldMs: 60_000 })] });
    await clock.advance(1_000);
    expect(await nextHealth(socket)).toMatchObject({ circuit: 'CLOSED', budget: { used: 1, shed: 0 } });
    await erp({ shed: 2 });
    await clock.advance(1_000);
    expect(await nextHealth(socket)).toMatchObject({ budget: { used: 0, shed: 2 } });
    await clock.advance(29_000);
    await erp({ shed: 2 });
    await clock.advance(27_000);
    expect(await nextHealth(socket)).toMatchObject({ lagSeconds: 60, circuit: 'CLOSED' });
    await clock.advance(5_000);
    expect(await nextHealth(socket)).toMatchObject({ system: 'erp-main', circuit: 'OPEN' });
  });

  test('lag and what waits to be published are told, as figures and as metrics', async () => {
    const clock = createTestClock();
    const shop = { marketplace: 'SHOP', publish: true, locations: { kinds: ['WAREHOUSE' as const] } };
    await using process = await serveProcess(stored.database, clock, { channels: { web: {}, shop } });
    await process.accept({
      system: 'erp',
      connection: 'erp-main',
      watermark: { stream: 'items', value: '1', complete: true },
      changes: [variant('P1-S'), variant('P1-M'), location('WH-NORD')],
    });
    await process.accept({
      system: 'marketplace',
      connection: 'marketplace-main',
      changes: ['P1-S', 'P1-M'].map((sku) => ({
        kind: 'listing',
        marketplace: 'SHOP',
        listingId: `L-${sku}`,
        items: [{ scheme: 'sku', value: sku }],
        publishedQuantity: 1,
        state: 'ACTIVE',
        asOf: now(clock),
      })),
    });
    await process.accept({
      system: 'wms',
      connection: 'wms-main',
      watermark: { stream: 'stock', value: '1', complete: false },
      changes: [stock('P1-S', 'WH-NORD', 40), stock('P1-M', 'WH-NORD', 30)],
    });
    await process.report([reportAt(clock, 'erp-main'), reportAt(clock, 'marketplace-main')]);
    await clock.advance(12_000);
    expect((await healths(process)).map(({ lagSeconds, queueDepth }) => [lagSeconds, queueDepth])).toEqual([
      [12, 0],
      [null, 0],
      [null, 2],
    ]);
    const metrics = await process.metrics();
    expect(metrics).toMatch(/^system_lag_seconds\{connection="erp-main".*\} 12$/m);
    expect(metrics).not.toMatch(/^system_lag_seconds\{connection="wms-main"/m);
    expect(metrics).toMatch(/^system_queue_depth\{connection="marketplace-main".*\} 2$/m);
    expect(metrics).toMatch(/^system_silent\{connection="erp-main".*\} 0$/m);
    expect(metrics).toMatch(/^system_silent\{connection="wms-main".*\} 1$/m);
  });

  test('a late word of a teller does not undo a newer one, but whatever comes after a silence counts', async () => {
    const clock = createTestClock();
    await using process = await serveProcess(stored.database, clock);
    const early = reportAt(clock, 'erp-main', { circuit: 'OPEN' });
    await clock.advance(100);
    await process.report([reportAt(clock, 'erp-main')]);
    await process.report([early]);
    expect(await healthOf(process, 'erp-main')).toMatchObject({ circuit: 'CLOSED' });
    await clock.advance(31_000);
    // Its clock was set back, and it is heard all the same.
    await process.report([{ ...early, governor: governor() }]);
    expect(await healthOf(process, 'erp-main')).toMatchObject({ circuit: 'CLOSED', reportedAt: now(clock) });
  });

  test('what was told more than a day ago is dropped', async () => {
    const clock = createTestClock();
    await using process = await serveProcess(stored.database, clock);
    await stored.database.query(
      `insert into process.upstream_report (connection, replica, report, told_at, received_at)
       values ('erp-main', 'long gone', '{}', $1, $1), ('erp-main', 'gone', '{}', $2, $2)`,
      [isoOf(clock.now() - 24 * 3_600_000 - 1), isoOf(clock.now() - 23 * 3_600_000)],
    );
    await process.report([reportAt(clock, 'erp-main')]);
    const kept = await stored.database.query('select replica from process.upstream_report order by replica');
    expect(kept).toEqual([{ replica: 'gone' }, { replica: 'replica-1' }]);
  });

  test('a reporter over a socket tells of a governor that holds, and whose circuit opens, to who listens', async () => {
    const clock = createTestClock();
    await using process = await serveProcess(stored.database, clock);
    let answer: Answer = throttled(20);
    const { governor: calls } = setUp(() => answer, { connection: 'wms-main' }, { clock });
    const shelf = createShelf({ connection: 'wms-main' }, { clock, ids: systemIds, log: silentLog });
    const token = await process.token('health:write');
    await using _reporter = startUpstreamReporter(
      { system: 'wms', replica: 'replica-1', reportUrl: `${process.url}/health/upstreams` },
      {
        connections: [
          { connection: 'wms-main', vendor: 'vendor', report: calls.report, onChange: calls.onChange, shelf },
        ],
        authorization: async () => `Bearer ${token}`,
        clock,
        log: silentLog,
      },
    );
    const write = (operation: string) =>
      outcomeOf(calls.send(request(operation, { method: 'POST', idempotent: false }), call()));
    const heard = (fits: (health: Health) => boolean) =>
      eventually(
        async () => {
          // The reporter may still be at the answer to its report before: its pause begins after that.
          await clock.advance(50);
          return healthOf(process, 'wms-main');
        },
        (health) => health !== undefined && health.reportedAt !== null && fits(health),
      );
    await heard(({ circuit, budget }) => circuit === 'CLOSED' && budget.used < 1);
    await using socket = await listen(process);
    await firstHealths(socket);

    const held = call({ deadlineMs: clock.now() + 1_000 });
    expect(await outcomeOf(calls.send(request('slow'), held))).toBe('UPSTREAM_RATE_LIMITED');
    await heard(({ budget }) => budget.used === 1);
    await clock.advance(1_000);
    expect(await nextHealth(socket)).toMatchObject({ system: 'wms-main', circuit: 'CLOSED', budget: { used: 1 } });

    answer = down;
    for (let failed = 0; failed < 5; failed++) await write('other');
    await heard(({ circuit }) => circuit === 'OPEN');
    await clock.advance(1_000);
    expect(await nextHealth(socket)).toMatchObject({ system: 'wms-main', circuit: 'OPEN' });
  });
});

for (const kind of testDatabases.filter(({ name }) => name === 'Postgres')) {
  test('what one replica of the process subgraph is told, the other tells, by query and stream', async () => {
    await using stored = await kind.open();
    await using second = await openDatabase(
      { home: null, ...(stored.databaseUrl === undefined ? {} : { databaseUrl: stored.databaseUrl }) },
      { log: silentLog },
    );
    const clock = createTestClock();
    await using told = await serveProcess(stored.database, clock);
    await using asked = await serveProcess(second, clock);
    await told.report([reportAt(clock, 'erp-main', { waiting: 3 })]);
    expect(await healthOf(asked, 'erp-main')).toMatchObject({ circuit: 'CLOSED', budget: { waiting: 3 } });
    await using socket = await listen(asked);
    await firstHealths(socket);
    await told.report([reportAt(clock, 'erp-main', { circuit: 'OPEN' }, { replica: 'replica-2' })]);
    await clock.advance(1_000);
    expect(await nextHealth(socket)).toMatchObject({ system: 'erp-main', circuit: 'OPEN' });
    await asked.report([reportAt(clock, 'erp-main', { waiting: 4 }, { replica: 'replica-2' })]);
    await clock.advance(1_000);
    expect(await healthOf(told, 'erp-main')).toMatchObject({ circuit: 'CLOSED', budget: { waiting: 7 } });
  });
}
