/** What every marketplace must do behind the port, whoever made it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Change, ListingChange, OrderClaim } from '#model/change.ts';
import { isFailure } from '#runtime/failure.ts';
import type { CompanyItem, CompanyListing, CompanyOrder, CompanyOrderStage } from '#simulation/company/company.ts';
import type { MarketplaceVendorUnderTest } from './marketplace-vendors.ts';
import { BACKGROUND, CALL, type MarketplaceWorld, openMarketplaceWorld, streamOf } from './marketplace-world.ts';

type Listed = CompanyItem & { readonly listing: CompanyListing };

const listingChanges = (changes: readonly Change[]): readonly ListingChange[] =>
  changes.filter((change) => change.kind === 'listing');
const orderClaims = (changes: readonly Change[]): readonly OrderClaim[] =>
  changes
    .filter((change) => change.kind === 'order-claim')
    .filter(({ documentType }) => documentType === 'marketplace-order');
const claimOf = (changes: readonly Change[], number: string): OrderClaim | undefined =>
  orderClaims(changes).findLast((claim) => claim.references.some(({ value }) => value === number));

/** What the channel says of an order in each stage: its money, and whether it goes on. */
const MEANING: Readonly<Record<CompanyOrderStage, Partial<OrderClaim>>> = {
  QUOTED: { confirmed: false, cancelled: false, payment: 'PENDING' },
  CONFIRMED: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  RELEASED: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  ALLOCATED: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  PICKING: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  PACKED: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  READY_FOR_PICKUP: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  PARTIALLY_SHIPPED: { confirmed: true, cancelled: false, payment: 'PARTIALLY_PAID' },
  SHIPPED: { confirmed: true, cancelled: false, payment: 'PAID' },
  DELIVERED: { confirmed: true, cancelled: false, payment: 'PAID' },
  COLLECTED: { confirmed: true, cancelled: false, payment: 'PAID' },
  RETURNED: { confirmed: true, cancelled: false, payment: 'PAID' },
  CANCELLED: { cancelled: true, payment: 'VOIDED' },
};

const NUMBER = '305-1111111-2222222';

export const marketplaceBattery = (vendor: MarketplaceVendorUnderTest): void => {
  let world: MarketplaceWorld;
  beforeEach(async () => {
    world = await openMarketplaceWorld(vendor);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const listed = (): readonly Listed[] =>
    world.company.items.filter((item): item is Listed => item.listing?.marketplace === vendor.marketplace);
  const merchantListed = (): readonly Listed[] => listed().filter(({ listing }) => listing.fulfilment === 'MFN');
  const keyOf = (listingId: string) => ({ marketplace: vendor.marketplace, listingId });
  const orders = (): readonly CompanyOrder[] => world.company.orders.filter(({ channel }) => channel === 'amazon');
  const first = <T>(values: readonly T[], what: string): T => {
    const [value] = values;
    if (value === undefined) throw new Error(`the small company has no ${what}`);
    return value;
  };
  const sellable = (): Listed =>
    first(
      merchantListed().filter(({ listing }) => listing.quantity >= 5),
      'such listing',
    );
  const failure = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      if (isFailure(error)) return `${error.code} ${error.message} ${error.details.field ?? ''}`;
      throw error;
    }
    throw new Error('it did not fail');
  };

  describe('listings', () => {
    it('are what the company publishes, in the order of the question, null for others', async () => {
      const wanted = listed().slice(0, 5);
      const keys = [keyOf('NO-SUCH-LISTING'), ...wanted.map(({ listing }) => keyOf(listing.sellerSku))];
      const [unknown, ...found] = await world.port.listings(keys, CALL);
      expect(unknown).toBeNull();
      expect(found.map((listing) => listing?.listingId)).toEqual(wanted.map(({ listing }) => listing.sellerSku));
      for (const [index, { listing }] of wanted.entries()) {
        const isOurs = listing.fulfilment === 'MFN';
        expect(found[index]).toMatchObject({
          marketplace: vendor.marketplace,
          fulfilledBy: isOurs ? 'MERCHANT' : 'MARKETPLACE',
          publishedQuantity: isOurs ? listing.quantity : null,
          state: listing.quantity > 0 ? 'ACTIVE' : 'INACTIVE',
        });
      }
    });

    it('name the item as a listing first, then as a SKU', async () => {
      const { listing } = first(listed(), 'listing');
      const [found] = await world.port.listings([keyOf(listing.sellerSku)], CALL);
      expect(found?.items.slice(0, 2)).toEqual([
        { scheme: 'listing', scope: vendor.marketplace, value: listing.sellerSku },
        { scheme: 'sku', value: listing.sellerSku },
      ]);
    });

    it('of another marketplace are not found', async () => {
      const { listing } = first(listed(), 'listing');
      expect(await world.port.listings([{ marketplace: 'ELSEWHERE', listingId: listing.sellerSku }], CALL)).toEqual([
        null,
      ]);
    });

    it('of an item are found by its SKU, and by its GTIN where they have another name', async () => {
      const renamed = first(
        listed().filter(({ listing, sku }) => listing.sellerSku !== sku),
        'renamed listing',
      );
      const plain = first(
        listed().filter(({ listing, sku }) => listing.sellerSku === sku),
        'plain listing',
      );
      const unlisted = first(
        world.company.items.filter(({ listing }) => listing === undefined),
        'unlisted item',
      );
      const items = [renamed, unlisted, plain].map(({ gtin13, sku }) => ({ sku, gtin: gtin13 }));
      const found = await world.port.listingsOf(items, [vendor.marketplace], CALL);
      expect(found.map((listings) => listings.map(({ listingId }) => listingId))).toEqual([
        [renamed.listing.sellerSku],
        [],
        [plain.sku],
      ]);
    });

    it('are read in calls as large as the vendor allows', async () => {
      const keys = listed()
        .slice(0, 45)
        .map(({ listing }) => keyOf(listing.sellerSku));
      expect(keys.length).toBeGreaterThan(2 * vendor.perCall.listings);
      const found = await world.port.listings(keys, CALL);
      expect(found.filter((listing) => listing !== null)).toHaveLength(keys.length);
      expect(await world.callsOf(vendor.operations.listings)).toBe(Math.ceil(keys.length / vendor.perCall.listings));
    });

    it('asking for nothing asks nobody', async () => {
      expect(await world.port.listings([], CALL)).toEqual([]);
      expect(await world.port.listingsOf([], [vendor.marketplace], CALL)).toEqual([]);
      expect(await world.port.orders([], CALL)).toEqual([]);
      expect(await world.port.publishQuantities([], CALL)).toEqual([]);
      expect((await world.control.ledger()).calls).toBe(0);
    });
  });

  describe('publishing', () => {
    it('sets the quantity, which is then read back', async () => {
      const { listing } = sellable();
      const key = keyOf(listing.sellerSku);
      const [result] = await world.port.publishQuantities([{ ...key, quantity: 3 }], CALL);
      expect(result).toMatchObject({ ...key, outcome: 'ACCEPTED' });
      expect(await world.port.listings([key], CALL)).toMatchObject([{ publishedQuantity: 3, state: 'ACTIVE' }]);
      const { writes } = await world.control.ledger();
      expect(writes[`listing:${listing.sellerSku}`]).toMatchObject({ count: 1, latest: [{ detail: { quantity: 3 } }] });
    });

    it('of zero ends the sale', async () => {
      const key = keyOf(sellable().listing.sellerSku);
      await world.port.publishQuantities([{ ...key, quantity: 0 }], CALL);
      expect(await world.port.listings([key], CALL)).toMatchObject([{ publishedQuantity: 0, state: 'INACTIVE' }]);
    });

    it('tells each listing by itself: accepted, unknown, kept by the marketplace', async () => {
      const ours = sellable().listing.sellerSku;
      const theirs = first(
        listed().filter(({ listing }) => listing.fulfilment === 'FBA'),
        'FBA listing',
      ).listing;
      const results = await world.port.publishQuantities(
        [theirs.sellerSku, 'NO-SUCH-LISTING', ours].map((listingId) => ({ ...keyOf(listingId), quantity: 1 })),
        CALL,
      );
      expect(results).toMatchObject([
        { listingId: theirs.sellerSku, outcome: 'REFUSED', reason: 'NOT_MERCHANT_FULFILLED' },
        { listingId: 'NO-SUCH-LISTING', outcome: 'REFUSED', reason: 'UNKNOWN_LISTING' },
        { listingId: ours, outcome: 'ACCEPTED' },
      ]);
      // The marketplace's own stock is still the marketplace's.
      expect(await world.port.listings([keyOf(theirs.sellerSku)], CALL)).toMatchObject([
        { fulfilledBy: 'MARKETPLACE' },
      ]);
      expect(await world.callsOf(vendor.operations.publish)).toBe(1);
    });

    it('says FAILED, not REFUSED, where the vendor was down for one of them', async () => {
      const [one, two] = merchantListed();
      if (!one || !two) throw new Error('the small company has too few listings');
      await world.control.addFault({
        kind: 'unavailable',
        match: { operation: vendor.operations.publish, pathPattern: `/**/${one.listing.sellerSku}` },
      });
      const results = await world.port.publishQuantities(
        [one, two].map(({ listing }) => ({ ...keyOf(listing.sellerSku), quantity: 2 })),
        CALL,
      );
      expect(results).toMatchObject([{ outcome: 'FAILED', code: 'UPSTREAM_UNAVAILABLE' }, { outcome: 'ACCEPTED' }]);
    });

    it('an answer that gets lost is asked for again, and the quantity is what was wanted', async () => {
      const key = keyOf(sellable().listing.sellerSku);
      await world.control.addFault({ kind: 'lost-reply', match: { operation: vendor.operations.publish }, count: 1 });
      const [result] = await world.port.publishQuantities([{ ...key, quantity: 4 }], CALL);
      expect(result?.outcome).toBe('ACCEPTED');
      expect(await world.port.listings([key], CALL)).toMatchObject([{ publishedQuantity: 4 }]);
    });
  });

  describe('orders', () => {
    it('are what the company has, null for others', async () => {
      const order = first(
        orders().filter(({ stage }) => stage === 'PACKED'),
        'packed order',
      );
      const [unknown, found] = await world.port.orders([vendor.unknownOrderId, order.number], CALL);
      expect(unknown).toBeNull();
      const totalMinor = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
      expect(found).toMatchObject({
        marketplace: vendor.marketplace,
        externalId: order.number,
        fulfilledBy: 'MERCHANT',
        total: { amountMinor: totalMinor, currency: 'EUR' },
        asOf: order.stageAt,
      });
      expect(Date.parse(found?.shipBy ?? '')).toBeGreaterThan(Date.parse(order.placedAt));
      expect(Date.parse(found?.deliverBy ?? '')).toBeGreaterThan(Date.parse(found?.shipBy ?? ''));
    });

    it('one is read by itself, many in calls as large as the vendor allows, and both say the same', async () => {
      const numbers = orders().map(({ number }) => number);
      const [alone] = await world.port.orders(numbers.slice(0, 1), CALL);
      expect(await world.callsOf(vendor.operations.oneOrder)).toBe(1);
      expect(await world.callsOf(vendor.operations.manyOrders)).toBe(0);
      // More than one call can hold; the ones nobody has are null.
      const nobodys = Array.from(
        { length: vendor.perCall.orders },
        (_, index) => `998-0000000-${String(index).padStart(7, '0')}`,
      );
      const many = await world.port.orders([...numbers, ...nobodys], CALL);
      expect(many.slice(0, numbers.length).map((order) => order?.externalId)).toEqual(numbers);
      expect(many.slice(numbers.length).every((order) => order === null)).toBe(true);
      expect(await world.callsOf(vendor.operations.oneOrder)).toBe(1);
      expect(await world.callsOf(vendor.operations.manyOrders)).toBe(
        Math.ceil((numbers.length + nobodys.length) / vendor.perCall.orders),
      );
      expect({ ...many[0], asOf: '', version: '' }).toEqual({ ...alone, asOf: '', version: '' });
      expect(Math.abs(Date.parse(many[0]?.asOf ?? '') - Date.parse(alone?.asOf ?? ''))).toBeLessThan(1_000);
    });

    it('that wait for us are known without asking each time', async () => {
      const waiting = ['CONFIRMED', 'RELEASED', 'ALLOCATED', 'PICKING', 'PACKED', 'PARTIALLY_SHIPPED'];
      await world.clock.advance(vendor.streamDelayMs);
      const open = await world.port.openOrders?.(CALL);
      const expected = orders().filter(({ stage }) => waiting.includes(stage));
      expect(expected.length).toBeGreaterThan(0);
      expect(open?.complete).toBe(true);
      expect(open?.orders.map(({ externalId }) => externalId).toSorted()).toEqual(
        expected.map(({ number }) => number).toSorted(),
      );
      const calls = (await world.control.ledger()).calls;
      await world.port.openOrders?.(CALL);
      expect((await world.control.ledger()).calls).toBe(calls);
    });

    it('leave the waiting ones once the stream has seen them shipped, and join them when new', async () => {
      await world.clock.advance(vendor.streamDelayMs);
      const { watermark } = await world.drain('orders', null);
      const before = await world.port.openOrders?.(CALL);
      const gone = first(before?.orders ?? [], 'open order').externalId;
      await world.control.act(vendor.acts.ship(gone));
      await world.control.act(
        vendor.acts.newOrder({ listingId: sellable().listing.sellerSku, quantity: 1, number: NUMBER }),
      );
      await world.clock.advance(vendor.streamDelayMs);
      await world.drain('orders', watermark);
      const searched = await world.callsOf(vendor.operations.orderStream);
      const after = await world.port.openOrders?.(CALL);
      const ids = after?.orders.map(({ externalId }) => externalId) ?? [];
      expect(ids).toContain(NUMBER);
      expect(ids).not.toContain(gone);
      expect(Date.parse(after?.asOf ?? '')).toBeGreaterThan(Date.parse(before?.asOf ?? ''));
      expect(await world.callsOf(vendor.operations.orderStream)).toBe(searched);
    });
  });

  describe('the stream of listings', () => {
    it('begins with every listing, then tells only what changed', async () => {
      const all = await world.drain('listings', null);
      expect(
        listingChanges(all.changes)
          .map(({ listingId }) => listingId)
          .toSorted(),
      ).toEqual(
        listed()
          .map(({ listing }) => listing.sellerSku)
          .toSorted(),
      );
      expect(all.rejected).toEqual([]);
      const { listing } = sellable();
      await world.clock.advance(10 * 60_000);
      await world.port.publishQuantities([{ ...keyOf(listing.sellerSku), quantity: 2 }], CALL);
      await world.clock.advance(60_000);
      const next = await world.drain('listings', all.watermark);
      expect(next.polls).toBe(1);
      expect(listingChanges(next.changes)).toContainEqual(
        expect.objectContaining({ listingId: listing.sellerSku, publishedQuantity: 2 }),
      );
      expect(next.changes.length).toBeLessThan(5);
    });

    it('goes on from any watermark, also in another process', async () => {
      const begun = await streamOf(world.port, 'listings').poll(null, BACKGROUND);
      expect(begun.more).toBe(true);
      const rest = await world.drain('listings', begun.watermark, world.open());
      const told = listingChanges([...begun.changes, ...rest.changes]).map(({ listingId }) => listingId);
      expect(new Set(told)).toEqual(new Set(listed().map(({ listing }) => listing.sellerSku)));
    });

    it('reads everything again in time: sales change quantities without a trace in the dates', async () => {
      const all = await world.drain('listings', null);
      const { listing } = sellable();
      await world.control.act(vendor.acts.newOrder({ listingId: listing.sellerSku, quantity: 2, number: NUMBER }));
      await world.clock.advance(24 * 3_600_000);
      const again = await world.drain('listings', all.watermark);
      expect(listingChanges(again.changes)).toHaveLength(listed().length);
      expect(listingChanges(again.changes)).toContainEqual(
        expect.objectContaining({ listingId: listing.sellerSku, publishedQuantity: listing.quantity - 2 }),
      );
    });
  });

  describe('the stream of orders', () => {
    it('begins with every order, each with its lines, money and progress', async () => {
      await world.clock.advance(vendor.streamDelayMs);
      const { changes, rejected } = await world.drain('orders', null);
      expect(rejected).toEqual([]);
      expect(
        orderClaims(changes)
          .map(({ documentId }) => documentId)
          .toSorted(),
      ).toEqual(
        orders()
          .map(({ number }) => number)
          .toSorted(),
      );
      for (const order of orders()) {
        const claim = claimOf(changes, order.number);
        expect(claim).toMatchObject({
          ...MEANING[order.stage],
          documentType: 'marketplace-order',
          channel: 'amazon',
          references: [{ scheme: 'channel', value: order.number }],
          placedAt: order.placedAt,
          effectiveAt: order.stageAt,
          sequence: String(Date.parse(order.stageAt)),
        });
        expect(claim?.lines?.map(({ ordered }) => ordered)).toEqual(order.lines.map(({ quantity }) => quantity));
        const gone = claim?.progress?.reduce(
          (sum, { quantities }) => sum + (quantities.shipped ?? 0) + (quantities.delivered ?? 0),
          0,
        );
        const shipped =
          order.stage === 'CANCELLED' ? 0 : order.lines.reduce((sum, line) => sum + line.shippedQuantity, 0);
        expect(gone ?? 0).toBe(shipped);
        if (order.trackingNumber !== undefined && order.stage !== 'CANCELLED') {
          expect(claim?.shipment).toMatchObject({ trackingNumber: order.trackingNumber, carrier: order.carrier });
        }
      }
    });

    it('tells delivered units as delivered, cancelled ones as cancelled', async () => {
      await world.clock.advance(vendor.streamDelayMs);
      const { changes } = await world.drain('orders', null);
      const delivered = first(
        orders().filter(({ stage }) => stage === 'DELIVERED'),
        'delivered order',
      );
      const cancelled = first(
        orders().filter(({ stage }) => stage === 'CANCELLED'),
        'cancelled order',
      );
      const units = (order: CompanyOrder): number => order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
      const sumOf = (number: string, bucket: 'delivered' | 'cancelled'): number =>
        claimOf(changes, number)?.progress?.reduce((sum, { quantities }) => sum + (quantities[bucket] ?? 0), 0) ?? 0;
      expect(sumOf(delivered.number, 'delivered')).toBe(units(delivered));
      expect(claimOf(changes, delivered.number)?.shipment?.state).toBe('DELIVERED');
      expect(sumOf(cancelled.number, 'cancelled')).toBe(units(cancelled));
    });

    it('then tells only what changed, and the newest state of it', async () => {
      await world.clock.advance(vendor.streamDelayMs);
      const { watermark } = await world.drain('orders', null);
      await world.clock.advance(vendor.streamDelayMs);
      const quiet = await world.drain('orders', watermark);
      expect(quiet.changes).toEqual([]);
      await world.control.act(
        vendor.acts.newOrder({ listingId: sellable().listing.sellerSku, quantity: 2, number: NUMBER }),
      );
      await world.control.act(vendor.acts.ship(NUMBER));
      await world.clock.advance(vendor.streamDelayMs);
      const next = await world.drain('orders', quiet.watermark);
      expect(orderClaims(next.changes)).toHaveLength(1);
      expect(claimOf(next.changes, NUMBER)).toMatchObject({
        payment: 'PAID',
        progress: [{ quantities: { shipped: 2 } }],
        shipment: { state: 'IN_TRANSIT' },
      });
    });

    it('loses nothing that happens while it is not polled, nor between two windows', async () => {
      const { watermark } = await world.drain('orders', null);
      const { listing } = first(
        merchantListed().filter(({ listing }) => listing.quantity >= 12),
        'plentiful listing',
      );
      const made: string[] = [];
      let place = watermark;
      const seen = new Set<string>();
      for (let turn = 0; turn < 12; turn++) {
        const number = `306-0000000-${String(turn).padStart(7, '0')}`;
        made.push(number);
        await world.control.act(vendor.acts.newOrder({ listingId: listing.sellerSku, quantity: 1, number }));
        await world.clock.advance(50_000);
        if (turn % 3 !== 2) continue;
        const next = await world.drain('orders', place);
        place = next.watermark;
        for (const { documentId } of orderClaims(next.changes)) seen.add(documentId);
      }
      await world.clock.advance(vendor.streamDelayMs);
      for (const { documentId } of orderClaims((await world.drain('orders', place)).changes)) seen.add(documentId);
      expect(made.filter((number) => !seen.has(number))).toEqual([]);
    });

    it('does not move on when the vendor fails', async () => {
      await world.clock.advance(vendor.streamDelayMs);
      const { watermark } = await world.drain('orders', null);
      await world.control.act(
        vendor.acts.newOrder({ listingId: sellable().listing.sellerSku, quantity: 1, number: NUMBER }),
      );
      await world.clock.advance(vendor.streamDelayMs);
      await world.control.addFault({ kind: 'unavailable', match: { operation: vendor.operations.orderStream } });
      expect(await failure(streamOf(world.port, 'orders').poll(watermark, BACKGROUND))).toMatch(
        /^UPSTREAM_UNAVAILABLE/,
      );
      await world.control.clearFaults();
      const port = world.open();
      expect(claimOf((await world.drain('orders', watermark, port)).changes, NUMBER)).toBeDefined();
    });

    it('a watermark it cannot read starts it from the beginning', async () => {
      await world.clock.advance(vendor.streamDelayMs);
      const { changes } = await world.drain('orders', 'not a watermark');
      expect(orderClaims(changes)).toHaveLength(orders().length);
    });
  });

  describe('pushed deliveries', () => {
    it('of a new order make its claim', async () => {
      const { listing, sku } = sellable();
      const { changes } = await world.pushed(
        vendor.acts.newOrder({ listingId: listing.sellerSku, quantity: 2, number: NUMBER }),
        (told) => claimOf(told, NUMBER) !== undefined,
      );
      expect(claimOf(changes, NUMBER)).toMatchObject({
        confirmed: true,
        payment: 'AUTHORIZED',
        lines: [
          {
            ordered: 2,
            method: 'SHIP_TO_HOME',
            items: [
              { scheme: 'listing', value: listing.sellerSku },
              { scheme: 'sku', value: sku },
            ],
          },
        ],
      });
    });

    it('tell what is true now, however late they are read', async () => {
      const listingId = sellable().listing.sellerSku;
      const { deliveries } = await world.pushed(
        vendor.acts.newOrder({ listingId, quantity: 1, number: NUMBER }),
        (told) => claimOf(told, NUMBER) !== undefined,
      );
      await world.clock.advance(60_000);
      await world.control.act(vendor.acts.cancel(NUMBER));
      const again = await Promise.all(deliveries.map((delivery) => world.port.push?.read(delivery, CALL)));
      expect(
        claimOf(
          again.flatMap((read) => read?.changes ?? []),
          NUMBER,
        ),
      ).toMatchObject({ cancelled: true, payment: 'VOIDED' });
    });

    it("of a buyer's wish to cancel are told as such", async () => {
      const order = first(
        orders().filter(({ stage }) => stage === 'RELEASED'),
        'released order',
      );
      const { changes } = await world.pushed(
        vendor.acts.requestCancellation(order.number),
        (told) => claimOf(told, order.number) !== undefined,
      );
      expect(claimOf(changes, order.number)).toMatchObject({ cancellationRequested: true, cancelled: false });
    });

    it('of a shipment move the order on', async () => {
      const order = first(
        orders().filter(({ stage }) => stage === 'PACKED'),
        'packed order',
      );
      const { changes } = await world.pushed(
        vendor.acts.ship(order.number),
        (told) => claimOf(told, order.number) !== undefined,
      );
      const claim = claimOf(changes, order.number);
      expect(claim?.payment).toBe('PAID');
      expect(Number(claim?.sequence)).toBeGreaterThan(Date.parse(order.stageAt));
    });

    it('of a quantity make a listing change', async () => {
      const { listing } = sellable();
      const { changes } = await world.pushed(
        vendor.acts.newOrder({ listingId: listing.sellerSku, quantity: 1, number: NUMBER }),
        (told) => listingChanges(told).length > 0,
      );
      expect(listingChanges(changes)).toMatchObject([
        {
          marketplace: vendor.marketplace,
          listingId: listing.sellerSku,
          publishedQuantity: listing.quantity - 1,
          state: 'ACTIVE',
        },
      ]);
    });

    it('of a state make a listing change', async () => {
      const { listing } = sellable();
      const { changes } = await world.pushed(
        vendor.acts.listingState(listing.sellerSku, 'SUPPRESSED'),
        (told) => listingChanges(told).length > 0,
      );
      expect(listingChanges(changes)).toMatchObject([{ listingId: listing.sellerSku, state: 'SUPPRESSED' }]);
    });

    it('are refused when forged, and keep their event id when repeated', async () => {
      const { deliveries } = await world.pushed(
        vendor.acts.newOrder({ listingId: sellable().listing.sellerSku, quantity: 1, number: NUMBER }),
        (told) => claimOf(told, NUMBER) !== undefined,
      );
      const delivery = first(deliveries, 'delivery');
      const { push } = world.port;
      expect(push?.verify(delivery)).toEqual(push?.verify({ ...delivery, headers: { ...delivery.headers } }));
      expect(push?.verify({ ...delivery, headers: vendor.forge(delivery.headers) })).toMatchObject({
        verdict: 'refused',
        status: 401,
      });
      expect(push?.verify({ ...delivery, rawBody: Buffer.from('{') })).toMatchObject({ verdict: 'refused' });
    });
  });

  describe('settlements', () => {
    it('sum to their net total, and settle the orders that arrived', async () => {
      const reports = (await world.port.settlementReports?.({}, CALL)) ?? [];
      expect(reports.length).toBeGreaterThan(0);
      const settled = new Set<string>();
      for (const report of reports) {
        expect(report.marketplace).toBe(vendor.marketplace);
        expect(report.lines.reduce((sum, { amount }) => sum + amount.amountMinor, 0)).toBe(report.netTotal.amountMinor);
        for (const { orderExternalId } of report.lines) if (orderExternalId) settled.add(orderExternalId);
      }
      const arrived = orders()
        .filter(({ stage }) => stage === 'DELIVERED' || stage === 'RETURNED')
        .map(({ number }) => number);
      expect(settled.size).toBeGreaterThan(0);
      expect([...settled].filter((number) => !arrived.includes(number))).toEqual([]);
    });

    it('tell a sale as gross and tax, and a refund by its own words', async () => {
      const reports = (await world.port.settlementReports?.({}, CALL)) ?? [];
      const lines = reports.flatMap((report) => report.lines);
      for (const order of orders()) {
        const own = lines.filter(({ orderExternalId }) => orderExternalId === order.number);
        if (own.length === 0) continue;
        const sumOf = (...components: readonly string[]): number =>
          own
            .filter(({ component }) => components.includes(component))
            .reduce((sum, { amount }) => sum + amount.amountMinor, 0);
        const gross = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
        expect(sumOf('GROSS_SALE', 'TAX')).toBe(gross);
        expect(sumOf('COMMISSION')).toBeLessThan(0);
        expect(sumOf('REFUND')).toBe(order.stage === 'RETURNED' ? -gross : 0);
      }
    });

    it('are found by the days that their period touches', async () => {
      const reports = (await world.port.settlementReports?.({}, CALL)) ?? [];
      const newest = first(reports, 'report');
      const only = await world.port.settlementReports?.({ from: newest.to }, CALL);
      expect(only?.map(({ id }) => id)).toEqual([newest.id]);
      expect(await world.port.settlementReports?.({ to: '2020-01-01' }, CALL)).toEqual([]);
    });
  });

  describe('stock that the marketplace keeps', () => {
    it('is what the company keeps there, null for what it does not', async () => {
      const theirs = listed().filter(({ listing }) => listing.fulfilment === 'FBA');
      const ours = sellable().listing.sellerSku;
      expect(theirs.length).toBeGreaterThan(0);
      const held = await world.port.heldStock?.(
        vendor.marketplace,
        [ours, ...theirs.map(({ listing }) => listing.sellerSku)],
        CALL,
      );
      expect(held?.[0]).toBeNull();
      expect(held?.slice(1).map((entry) => [entry?.sellerSku, entry?.fulfillable])).toEqual(
        theirs.map(({ listing }) => [listing.sellerSku, listing.quantity]),
      );
    });
  });

  describe('when things go wrong', () => {
    it('too many calls end as UPSTREAM_RATE_LIMITED', async () => {
      await world.control.addFault({ kind: 'throttle', match: { operation: vendor.operations.oneOrder } });
      expect(await failure(world.port.orders([vendor.unknownOrderId], CALL))).toMatch(/^UPSTREAM_RATE_LIMITED/);
    });

    it('a vendor that is down ends as UPSTREAM_UNAVAILABLE, then as CIRCUIT_OPEN', async () => {
      await world.control.addFault({ kind: 'unavailable' });
      const failures: string[] = [];
      for (let turn = 0; turn < 4; turn++) failures.push(await failure(world.port.listings([keyOf('X')], CALL)));
      expect(failures[0]).toMatch(/^UPSTREAM_UNAVAILABLE/);
      expect(failures.at(-1)).toMatch(/^CIRCUIT_OPEN/);
    });

    it('a broken connection is tried again', async () => {
      await world.control.addFault({ kind: 'reset', match: { operation: vendor.operations.listings }, count: 1 });
      const { listing } = first(listed(), 'listing');
      expect(await world.port.listings([keyOf(listing.sellerSku)], CALL)).toMatchObject([
        { listingId: listing.sellerSku },
      ]);
    });

    it('an answer of another shape ends as UPSTREAM_MALFORMED and names the field', async () => {
      const number = first(orders(), 'order').number;
      const { listing } = first(listed(), 'listing');
      await world.control.addFault(vendor.drifts.order.fault);
      const orderFailure = await failure(world.port.orders([number], CALL));
      expect(orderFailure).toMatch(/^UPSTREAM_MALFORMED/);
      expect(orderFailure).toMatch(vendor.drifts.order.names);
      await world.control.clearFaults();
      await world.control.addFault(vendor.drifts.listing.fault);
      const listingFailure = await failure(world.port.listings([keyOf(listing.sellerSku)], CALL));
      expect(listingFailure).toMatch(/^UPSTREAM_MALFORMED/);
      expect(listingFailure).toMatch(vendor.drifts.listing.names);
    });

    it('a stream whose answers changed shape fails and does not move on', async () => {
      await world.clock.advance(vendor.streamDelayMs);
      await world.control.addFault(vendor.drifts.orderStream.fault);
      const said = await failure(streamOf(world.port, 'orders').poll(null, BACKGROUND));
      expect(said).toMatch(/^UPSTREAM_MALFORMED/);
      expect(said).toMatch(vendor.drifts.orderStream.names);
    });

    it('wrong credentials end as UPSTREAM_REFUSED, and no secret is told', async () => {
      for (const name of Object.keys(vendor.credentials)) {
        if (name === 'destinationKey') continue;
        const port = world.open({ ...vendor.credentials, [name]: 'not-the-secret' });
        const said = await failure(port.listings([keyOf('X')], CALL));
        expect(said).toMatch(/^UPSTREAM_REFUSED/);
        expect(said).not.toContain('not-the-secret');
      }
    });

    it('a caller who is gone is told so', async () => {
      const call = { ...CALL, signal: AbortSignal.abort(new Error('gone')) };
      expect(await failure(world.port.listings([keyOf('X')], call))).toMatch(/^UPSTREAM_TIMEOUT/);
    });

    it('the vendor never sees more calls than it allows', async () => {
      const keys = listed().map(({ listing }) => keyOf(listing.sellerSku));
      for (let turn = 0; turn < 20; turn++) await world.port.listings(keys.slice(turn, turn + 20), BACKGROUND);
      for (const { listing } of merchantListed().slice(0, 20)) {
        await world.port.publishQuantities([{ ...keyOf(listing.sellerSku), quantity: 1 }], BACKGROUND);
      }
      const { calls, throttled } = await world.control.ledger();
      expect(calls).toBeGreaterThan(60);
      expect(throttled).toBe(0);
    });
  });
};
