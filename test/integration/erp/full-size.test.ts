/** The whole company, 2,000 SKUs and 302 sites: the books are read in few calls and agree with it to the unit. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost, type SimulatorHost } from '#simulation/host/host.ts';
import { erpAdapters } from '#subgraphs/erp/adapters/registry.ts';
import type { ErpPort } from '#subgraphs/erp/port.ts';
import { CALL, claimsIn, drain, locationsIn, variantsIn } from '#test/contract/erp-world.ts';
import { createTestClock } from '#test/support/clock.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

let company: Company;
let host: SimulatorHost;
let control: SimulatorControl;
let port: ErpPort;

beforeAll(async () => {
  const clock = createTestClock();
  company = drawCompany({ size: 'full', nowMs: clock.now() });
  host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'full' },
    { clock, ids: systemIds, log: silentLog, factories: [trytonSimulator] },
  );
  control = createSimulatorControl({ url: host.url, vendor: 'tryton' }, { fetch });
  const [connection] = openConnections<ErpPort>(
    [
      {
        id: 'erp-main',
        system: 'erp',
        vendor: 'tryton',
        baseUrl: `${host.url}/tryton`,
        credentials: { user: 'admin', password: 'admin' },
        options: { database: 'retail', siteKinds: [{ pattern: '^ST-', kind: 'STORE' }], blockedLocations: '-DMG$' },
      },
    ],
    erpAdapters,
    { clock, ids: systemIds, log: silentLog },
  );
  if (!connection) throw new Error('no connection was opened');
  port = connection.port;
  await port.locations(CALL);
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

describe('the full company', () => {
  it('is told in full: items in pages, sites at once, one statement per order', async () => {
    const { changes: products } = await drain(port, 'products', null);
    expect(new Set(variantsIn(products).map(({ variant }) => variant.sku)).size).toBe(2_000);
    expect((await control.ledger()).operations['product.product.search_read']?.calls).toBeLessThanOrEqual(12);
    expect(locationsIn((await drain(port, 'sites', null)).changes)).toHaveLength(302);
    const known = company.orders.filter(({ erpNumber }) => erpNumber !== undefined);
    expect(claimsIn((await drain(port, 'sales', null)).changes)).toHaveLength(known.length);
  });

  it('one item at all sites is one count', async () => {
    const sku = company.items[100]?.sku ?? '';
    await control.resetLedger();
    const stock = await port.stock([sku], null, CALL);
    expect((await control.ledger()).calls).toBeLessThanOrEqual(3);
    expect(stock).toHaveLength(302);
    const held = new Map(company.stock.filter((row) => row.sku === sku).map((row) => [row.siteCode, row]));
    expect(held.size).toBeGreaterThan(2);
    for (const { locationCode, onHand, blocked } of stock) {
      const { onHand: expected = 0, damaged = 0 } = held.get(locationCode) ?? {};
      expect([locationCode, onHand, blocked]).toEqual([locationCode, expected, damaged]);
    }
  });

  it('all items at one site are two counts: the building, and what in it is damaged', async () => {
    await control.resetLedger();
    const stock = await port.stock(
      company.items.map(({ sku }) => sku),
      ['WH-NORD'],
      CALL,
    );
    expect((await control.ledger()).calls).toBeLessThanOrEqual(4);
    const held = new Map(company.stock.filter((row) => row.siteCode === 'WH-NORD').map((row) => [row.sku, row.onHand]));
    const told = stock.map(({ sku, onHand }) => [sku, onHand] as const);
    expect(told).toHaveLength(2_000);
    expect(told).toEqual(told.map(([sku]) => [sku, held.get(sku) ?? 0]));
  });
});
