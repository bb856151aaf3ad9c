/** What every ERP must tell of what changes, whoever made it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderClaim } from '#model/change.ts';
import { money } from '#model/money.ts';
import type { CompanyOrderStage } from '#simulation/company/company.ts';
import type { ErpVendorUnderTest, NewSale } from './erp-vendors.ts';
import {
  CALL,
  claimsIn,
  claimsOf,
  drain,
  type ErpWorld,
  locationsIn,
  openErpWorld,
  streamOf,
  variantsIn,
} from './erp-world.ts';

type Word = Pick<OrderClaim, 'confirmed' | 'cancelled' | 'released' | 'payment' | 'posting'>;

const word = (
  confirmed: boolean,
  released: boolean,
  payment: Word['payment'],
  posting: Word['posting'],
  cancelled = false,
): Word => ({ confirmed, cancelled, released, payment, posting });

const UNTOUCHED = word(false, false, 'PENDING', 'NOT_POSTED');
const IN_WAREHOUSE = word(true, true, 'PENDING', 'NOT_POSTED');
const GONE = word(true, true, 'PENDING', 'POSTED');
const FINISHED = word(true, true, 'PAID', 'POSTED');

/** What the ERP has to say of the company's shipped orders, by stage. */
const SHIPPED: Readonly<Partial<Record<CompanyOrderStage, Word>>> = {
  QUOTED: UNTOUCHED,
  CONFIRMED: word(true, false, 'PENDING', 'NOT_POSTED'),
  RELEASED: IN_WAREHOUSE,
  ALLOCATED: IN_WAREHOUSE,
  PICKING: IN_WAREHOUSE,
  PACKED: IN_WAREHOUSE,
  PARTIALLY_SHIPPED: GONE,
  SHIPPED: GONE,
  DELIVERED: FINISHED,
  RETURNED: FINISHED,
  CANCELLED: word(false, false, 'PENDING', 'NOT_POSTED', true),
};

/** Of pickups: the ERP invoices them when it hands them to the store, and hears of the rest when they are paid. */
const PICKED_UP: Readonly<Partial<Record<CompanyOrderStage, Word>>> = {
  ...SHIPPED,
  RELEASED: GONE,
  ALLOCATED: GONE,
  PICKING: GONE,
  READY_FOR_PICKUP: GONE,
  COLLECTED: FINISHED,
};

const wordOf = ({ confirmed, cancelled, released, payment, posting }: OrderClaim): Word => ({
  confirmed,
  cancelled,
  released,
  payment,
  posting,
});

export const erpStreams = (vendor: ErpVendorUnderTest): void => {
  let world: ErpWorld;
  beforeEach(async () => {
    world = await openErpWorld(vendor);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const sale = (reference: string, over: Partial<NewSale> = {}): NewSale => ({
    reference,
    siteCode: 'WH-NORD',
    goods: [{ sku: 'P1000-S', quantity: 2 }],
    method: 'SHIP_TO_HOME',
    ...over,
  });

  it.each(['products', 'sites', 'sales'])('%s: when nothing happens, say nothing at little cost', async (name) => {
    const { watermark, rejected } = await drain(world.port, name, null);
    expect(rejected).toEqual([]);
    let place = watermark;
    for (let poll = 0; poll < 20; poll++) {
      await world.clock.advance(streamOf(world.port, name).intervalMs);
      // Within a session that the vendor has not closed meanwhile.
      await world.port.salesOrders(['NO-SUCH-ORDER'], CALL);
      await world.control.resetLedger();
      const polled = await streamOf(world.port, name).poll(place, CALL);
      expect(polled).toMatchObject({ changes: [], rejected: [], more: false });
      expect((await world.control.ledger()).calls).toBeLessThanOrEqual(vendor.idleCalls);
      place = polled.watermark;
    }
  });

  it.each(['products', 'sites', 'sales'])('%s: begin anew from a watermark that is not theirs', async (name) => {
    const { changes } = await drain(world.port, name, 'written by another version');
    expect(changes).toEqual((await drain(world.port, name, null)).changes);
    expect(changes.length).toBeGreaterThan(0);
  });

  it.each(['products', 'sales'])(
    '%s: go on in another process from where the last one stored its place',
    async (name) => {
      const { watermark } = await drain(world.port, name, null);
      await world.staff.reprice('P1001-M', 1_111);
      await world.staff.sell(sale('WEB-AFTER'), 'confirmed');
      const { changes } = await drain(world.open(), name, watermark);
      const subjects = changes.map((change) => (change.kind === 'variant' ? change.variant.productCode : 'sale'));
      expect(new Set(subjects)).toEqual(new Set([name === 'products' ? 'P1001' : 'sale']));
    },
  );

  describe('products', () => {
    it('are told once each from the beginning', async () => {
      const { changes } = await drain(world.port, 'products', null);
      expect(
        variantsIn(changes)
          .map(({ variant }) => variant.sku)
          .toSorted(),
      ).toEqual(world.company.items.map(({ sku }) => sku).toSorted());
    });

    it('a new price, a new name and an end of sale are told, with a later time', async () => {
      const { changes: first, watermark } = await drain(world.port, 'products', null);
      await world.staff.reprice('P1001-M', 1_234);
      await world.staff.name('P1002-S', { scheme: 'listing', scope: 'AMAZON_DE', value: 'NEW-NAME' });
      await world.staff.discontinue('P1003-L');
      const { changes, watermark: next } = await drain(world.port, 'products', watermark);
      const told = new Map(variantsIn(changes).map((change) => [change.variant.sku, change]));
      expect([...told.keys()].toSorted()).toEqual(['P1001-L', 'P1001-M', 'P1001-S', 'P1001-XL', 'P1002-S', 'P1003-L']);
      expect(told.get('P1001-M')?.variant.listPrice).toEqual(money(1_234, 'EUR'));
      expect(told.get('P1002-S')?.variant.aliases).toContainEqual({
        scheme: 'listing',
        scope: 'AMAZON_DE',
        value: 'NEW-NAME',
      });
      expect(told.get('P1003-L')?.variant.lifecycle).toBe('DISCONTINUED');
      for (const [sku, { asOf }] of told) {
        expect(asOf > (variantsIn(first).find(({ variant }) => variant.sku === sku)?.asOf ?? '')).toBe(true);
      }
      expect((await drain(world.port, 'products', next)).changes).toEqual([]);
    });
  });

  it('sites are told with what the ERP masters of them', async () => {
    const { changes } = await drain(world.port, 'sites', null);
    const told = new Map(locationsIn(changes).map((change) => [change.code, change.facts]));
    expect([...told.keys()].toSorted()).toEqual(world.company.sites.map(({ code }) => code).toSorted());
    for (const { code, name, kind } of world.company.sites) expect(told.get(code)).toMatchObject({ name, kind });
  });

  describe('sales', () => {
    it('make one statement per order the ERP has, in the words of its stage', async () => {
      const { changes } = await drain(world.port, 'sales', null);
      const known = world.company.orders.filter((order) => order.erpNumber !== undefined);
      expect(claimsIn(changes)).toHaveLength(known.length);
      for (const order of known) {
        const [claim, ...others] = claimsOf(changes, order.number);
        if (claim === undefined) throw new Error(`no claim for ${order.number}`);
        expect(others).toEqual([]);
        const expected = (order.method === 'PICKUP_IN_STORE' ? PICKED_UP : SHIPPED)[order.stage];
        expect([order.number, order.stage, wordOf(claim)]).toEqual([order.number, order.stage, expected]);
        expect(claim).toMatchObject({
          documentType: 'sales-order',
          documentId: order.erpNumber,
          channel: order.channel,
          placedAt: order.placedAt,
          onHold: false,
          references: [
            { scheme: 'channel', value: order.number },
            { scheme: 'erp', value: order.erpNumber },
          ],
          total: money(
            order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0),
            'EUR',
          ),
          customer: {
            email: order.customer.email,
            phone: order.customer.phone,
            postalCode: order.customer.postalCode,
          },
        });
        expect(
          claim.lines?.map(({ items, ordered, method, locationCode }) => [items, ordered, method, locationCode]),
        ).toEqual(
          order.lines.map((line) => [
            [{ scheme: 'sku', value: line.sku }],
            line.quantity,
            order.method,
            order.siteCode,
          ]),
        );
      }
    });

    it('every step is told as it is taken, each with a higher sequence', async () => {
      let { watermark } = await drain(world.port, 'sales', null);
      const words: unknown[] = [];
      const sequences: bigint[] = [];
      const look = async (): Promise<void> => {
        const polled = await drain(world.port, 'sales', watermark);
        watermark = polled.watermark;
        for (const claim of claimsOf(polled.changes, 'WEB-NEW')) {
          words.push(wordOf(claim));
          sequences.push(BigInt(claim.sequence));
        }
      };
      await world.staff.sell(sale('WEB-NEW'), 'entered');
      await look();
      expect(words).toEqual([]);
      for (const stage of ['quoted', 'confirmed', 'processed', 'shipped', 'invoiced', 'paid'] as const) {
        await world.staff.bring('WEB-NEW', stage);
        await look();
      }
      expect(words).toEqual([
        UNTOUCHED,
        word(true, false, 'PENDING', 'NOT_POSTED'),
        IN_WAREHOUSE,
        word(true, true, 'PENDING', 'STAGED'),
        GONE,
        FINISHED,
      ]);
      expect(sequences).toEqual(sequences.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(new Set(sequences).size).toBe(sequences.length);
    });

    it('a quote that is called off is cancelled', async () => {
      await world.staff.sell(sale('WEB-NO'), 'quoted');
      const { watermark } = await drain(world.port, 'sales', null);
      await world.staff.bring('WEB-NO', 'cancelled');
      const { changes } = await drain(world.port, 'sales', watermark);
      expect(claimsOf(changes, 'WEB-NO').map(({ cancelled }) => cancelled)).toEqual([true]);
    });

    it('goods fetched in a store are a pickup there', async () => {
      await world.staff.sell(sale('WEB-PICK', { siteCode: 'ST-BERLIN', method: 'PICKUP_IN_STORE' }), 'processed');
      const [claim] = claimsOf((await drain(world.port, 'sales', null)).changes, 'WEB-PICK');
      expect(claim?.lines).toEqual([
        expect.objectContaining({ method: 'PICKUP_IN_STORE', locationCode: 'ST-BERLIN', ordered: 2 }),
      ]);
      expect(claim?.released).toBe(true);
    });

    it('goods coming back are no order', async () => {
      await world.staff.sell(sale('WEB-BACK'), 'paid');
      const { watermark } = await drain(world.port, 'sales', null);
      await world.staff.takeBack('WEB-BACK');
      expect(claimsIn((await drain(world.port, 'sales', watermark)).changes)).toEqual([]);
    });

    it('an order that was entered twice is two documents of the same order', async () => {
      for (let turn = 0; turn < 2; turn++) await world.staff.sell(sale('WEB-TWICE'), 'confirmed');
      const claims = claimsOf((await drain(world.port, 'sales', null)).changes, 'WEB-TWICE');
      expect(new Set(claims.map(({ documentId }) => documentId)).size).toBe(2);
    });
  });
};
