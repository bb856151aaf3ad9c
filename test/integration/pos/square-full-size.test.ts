/** 300 stores: more than one question can name. Everything is read once, within the vendor's caps. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import type { Change } from '#model/change.ts';
import { systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost, type SimulatorHost } from '#simulation/host/host.ts';
import { posAdapters } from '#subgraphs/pos/adapters/registry.ts';
import { squareSimulator } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { streamOf } from '#test/contract/pos-world.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';

const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'BACKGROUND', correlationId: 'full-size' };

let clock: TestClock;
let company: Company;
let host: SimulatorHost;
let control: SimulatorControl;
let port: PosPort;

beforeEach(async () => {
  clock = createTestClock();
  company = drawCompany({ size: 'full', nowMs: clock.now() });
  host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'full' },
    { clock, ids: systemIds, log: silentLog, factories: [squareSimulator] },
  );
  control = createSimulatorControl({ url: host.url, vendor: 'square' }, { fetch });
  const account = {
    id: 'pos-full',
    system: 'pos',
    vendor: 'square',
    baseUrl: `${host.url}/square`,
    credentials: { accessToken: 'sim-square-token', signatureKey: 'sim-square-signature-key' },
    options: {},
  } as const;
  const [connection] = openConnections<PosPort>([account], posAdapters, { clock, ids: systemIds, log: silentLog });
  if (!connection) throw new Error('no connection was opened');
  port = connection.port;
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
});

const drain = async (name: string, from: string | null = null) => {
  const parts: (readonly Change[])[] = [];
  let watermark = from;
  for (;;) {
    const polled = await streamOf(port, name).poll(watermark, CALL);
    expect(polled.rejected).toEqual([]);
    parts.push(polled.changes);
    watermark = polled.watermark;
    if (!polled.more) return { parts, changes: parts.flat(), watermark };
  }
};

const referencesIn = (changes: readonly Change[], state: string): readonly string[] =>
  changes.flatMap((change) =>
    change.kind === 'order-claim' && change.pickup?.state === state ? (change.references[0]?.value ?? []) : [],
  );

it('reads everything once, in bounded parts', async () => {
  const stores = new Set(company.sites.filter(({ kind }) => kind === 'STORE').map(({ code }) => code));
  const rows = company.stock.filter(({ siteCode }) => stores.has(siteCode));
  expect(rows.length).toBeGreaterThan(30_000);
  const stock = await drain('stock');
  expect(stock.changes).toHaveLength(rows.length);
  expect(Math.max(...stock.parts.map((part) => part.length))).toBeLessThan(5_000);
  const units = stock.changes.reduce((sum, change) => sum + (change.kind === 'stock' ? change.reading.onHand : 0), 0);
  expect(units).toBe(rows.reduce((sum, row) => sum + row.onHand - row.damaged, 0));
  const counted = (await control.ledger()).operations['POST /v2/inventory/counts/batch-retrieve'];
  expect(counted?.statuses).toEqual({ 200: counted?.calls });
  // About twice the pages that the counts fill: parts end where an item ends.
  expect(counted?.calls).toBeLessThan(rows.length / 400);

  const orders = await drain('orders');
  const pickups = company.orders.filter(({ method, stage }) => method === 'PICKUP_IN_STORE' && stage !== 'QUOTED');
  expect(orders.changes).toHaveLength(pickups.length);
  expect(orders.parts.length).toBeGreaterThan(1);
  const searched = (await control.ledger()).operations['POST /v2/orders/search'];
  expect(searched?.statuses).toEqual({ 200: stores.size / 10 });
});

it('an order that changes while a round is under way is told by the next one at the latest', async () => {
  const first = await streamOf(port, 'orders').poll(null, CALL);
  expect(first.more).toBe(true);
  // One that was read before it changed, and one of a store that the round has yet to ask.
  const [early] = referencesIn(first.changes, 'READY');
  const waiting = company.orders.filter(({ stage }) => stage === 'READY_FOR_PICKUP').map(({ number }) => number);
  const late = waiting.find((number) => !referencesIn(first.changes, 'READY').includes(number));
  await clock.advance(60_000);
  await control.act({ kind: 'collect', reference: early });
  await clock.advance(600_000);
  await control.act({ kind: 'collect', reference: late });
  const rest = await drain('orders', first.watermark);
  expect(referencesIn(rest.changes, 'COLLECTED')).toContain(late);
  expect(referencesIn(rest.changes, 'COLLECTED')).not.toContain(early);
  const next = await drain('orders', rest.watermark);
  expect(referencesIn(next.changes, 'COLLECTED')).toContain(early);
});
