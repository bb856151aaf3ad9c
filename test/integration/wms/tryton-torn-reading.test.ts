/** A stock reading is several calls. Whatever happens between any two of them, it must not promise what is not there. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor } from '#runtime/resilience/governor.ts';
import type { Upstream } from '#runtime/resilience/upstream.ts';
import { trytonWmsAdapter } from '#subgraphs/wms/adapters/tryton/adapter.ts';
import type { WmsPort, WmsStock } from '#subgraphs/wms/port.ts';
import { type OrderStage, wmsVendors } from '#test/contract/wms-vendors.ts';
import { CALL, openWmsWorld, type WmsWorld } from '#test/contract/wms-world.ts';

const SITE = 'WH-SUED';
const ORDERED = 3;
const ON_SHELF = 20;
const CALLS_OF_A_READING = 5;

let world: WmsWorld;
let port: WmsPort;
/** What happens just before the call with this number goes out. */
let interruption: { readonly atCall: number; readonly happen: () => Promise<void> } | null;
let calls: number;

beforeEach(async () => {
  const vendor = wmsVendors.find((candidate) => candidate.vendor === trytonWmsAdapter.vendor);
  if (vendor === undefined) throw new Error('the vendor is not under test');
  world = await openWmsWorld(vendor);
  const deps = { clock: world.clock, ids: systemIds, log: silentLog };
  const governor = createGovernor({ connection: 'torn', limits: trytonWmsAdapter.limits }, deps);
  calls = 0;
  interruption = null;
  const upstream: Upstream = {
    send: async (request, call) => {
      calls += 1;
      if (interruption !== null && calls === interruption.atCall) {
        const { happen } = interruption;
        interruption = null;
        await happen();
      }
      return governor.send(request, call);
    },
  };
  port = trytonWmsAdapter.open(
    {
      connection: 'torn',
      baseUrl: world.baseUrl,
      credentials: vendor.credentials,
      options: trytonWmsAdapter.options.parse(vendor.options),
    },
    { ...deps, upstream },
  );
  await port.stock(['P1000-S'], [SITE], CALL);
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const sellableOf = (stock: WmsStock | undefined): number => {
  if (stock === undefined) throw new Error('nothing was read');
  return stock.onHand - stock.damaged - stock.allocated - stock.picked - stock.returnsPendingInspection;
};

const readDuring = async (sku: string, atCall: number, happen: () => Promise<void>) => {
  calls = 0;
  interruption = { atCall, happen };
  const [stock] = await port.stock([sku], [SITE], CALL);
  const wasInterrupted = interruption === null;
  interruption = null;
  return { stock, calls, wasInterrupted };
};

const STEPS = [
  ['picking', 'allocated'],
  ['packed', 'picking'],
  ['shipped', 'packed'],
] as const satisfies readonly (readonly [OrderStage, OrderStage])[];

describe('a reading', () => {
  it.each(STEPS)('that a shipment overtakes on its way to %s sells no more than there is', async (to, from) => {
    const skus = world.company.items.slice(0, CALLS_OF_A_READING).map(({ sku }) => sku);
    for (const [place, sku] of skus.entries()) {
      const reference = `WEB-${to}-${place}`;
      await world.staff.count(SITE, { sku, quantity: ON_SHELF });
      await world.staff.order(reference, SITE, [{ sku, quantity: ORDERED }]);
      await world.staff.bring(reference, from);
      const [before] = await port.stock([sku], [SITE], CALL);

      const torn = await readDuring(sku, place + 1, () => world.staff.bring(reference, to));
      expect(torn).toMatchObject({ wasInterrupted: true, calls: CALLS_OF_A_READING });
      expect(sellableOf(torn.stock)).toBeLessThanOrEqual(sellableOf(before));

      const [after] = await port.stock([sku], [SITE], CALL);
      expect(sellableOf(after)).toBe(sellableOf(before));
    }
  });
});
