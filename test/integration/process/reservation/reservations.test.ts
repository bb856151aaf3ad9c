/** What becomes of a basket: held, told, extended, released, expired, taken over by its order. */
import { describe, expect, test } from '@jest/globals';
import { createTestClock } from '#test/support/clock.ts';
import { testDatabases } from '#test/support/databases.ts';
import { borrowShop } from './borrow.ts';
import { fill, GUEST, heldBy, OPEN_POLICY, orderFor } from './shop.ts';

const MINUTE_MS = 60_000;
const codes = ({ userErrors }: { readonly userErrors: readonly { readonly code: string }[] }) =>
  userErrors.map(({ code }) => code);

describe.each(testDatabases)('reservations on $name', (kind) => {
  test('a hold is taken off every channel at once and told to followers', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 5 } });
    const result = await shop.reserve({ items: [{ sku: 'A', quantity: 3 }] });
    expect(result.userErrors).toEqual([]);
    expect(result.reservation).toMatchObject({
      state: 'HELD',
      lines: [{ sku: 'A', locationCode: 'X', requested: 3, held: 3 }],
      expiresAt: '2026-03-02T09:15:00.000Z',
    });
    expect([await shop.sellable('A'), await shop.sellable('A', 'app')]).toEqual([2, 2]);
    const [position] = shop.availability.explain('A', null).locations;
    expect(position?.position).toMatchObject({ reservedSoft: 3, net: 2, sellable: 2 });
    const [last] = (await shop.journal.read('availability', 0, 1_000)).slice(-1);
    expect(last?.payload).toMatchObject({ sku: 'A', channels: { web: { previousSellable: 5, sellable: 2 } } });
  });

  test('what is held cannot be held again, whichever channel asks; it comes back in the instant it expires', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 2 } });
    await shop.reserve({ items: [{ sku: 'A', quantity: 2 }], ttl: 'PT1M' });
    const app = { items: [{ sku: 'A', quantity: 1 }], context: { channel: 'app' } };
    const refused = await shop.reserve(app, { channel: 'app', customer: null });
    expect(codes(refused)).toEqual(['OUT_OF_STOCK']);
    expect(refused.shortages).toEqual([{ sku: 'A', requested: 1, fulfillable: 0, shortage: 1, channel: 'app' }]);
    shop.clock.pass(MINUTE_MS - 1);
    expect(codes(await shop.reserve(app))).toEqual(['OUT_OF_STOCK']);
    shop.clock.pass(1);
    // Nobody has swept: the hold is still on record, and counts for nothing.
    expect(shop.availability.availability(['A'])[0]?.sellable).toBe(2);
    expect(heldBy(await shop.reserve({ items: [{ sku: 'A', quantity: 2 }] }))).toBe(2);
  });

  test('all or nothing, or what there is with the rest told as shortages', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 1, Y: 2 }, B: { X: 1 } });
    const items = [
      { sku: 'A', quantity: 5 },
      { sku: 'B', quantity: 1 },
    ];
    const nothing = await shop.reserve({ items });
    expect([nothing.reservation, codes(nothing)]).toEqual([null, ['OUT_OF_STOCK']]);
    expect(await shop.sellable('B')).toBe(1);
    const some = await shop.reserve({ items, allOrNothing: false });
    expect(some.userErrors).toEqual([]);
    expect(some.reservation?.lines).toEqual([
      { sku: 'A', locationCode: 'Y', requested: 2, held: 2 },
      { sku: 'A', locationCode: 'X', requested: 1, held: 1 },
      { sku: 'A', locationCode: null, requested: 2, held: 0 },
      { sku: 'B', locationCode: 'X', requested: 1, held: 1 },
    ]);
    expect(some.shortages).toEqual([{ sku: 'A', requested: 5, fulfillable: 3, shortage: 2, channel: 'web' }]);
    expect([await shop.sellable('A'), await shop.sellable('B')]).toEqual([0, 0]);
  });

  test('lines of one item are summed; only the given place is taken from', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 3, Y: 9 } });
    const line = { sku: 'A', quantity: 2 };
    const both = await shop.reserve({ items: [line, line], locationId: 'loc_X' });
    expect(codes(both)).toEqual(['OUT_OF_STOCK']);
    const one = await shop.reserve({ items: [line], locationId: 'loc_X' });
    expect(one.reservation?.lines.map(({ locationCode }) => locationCode)).toEqual(['X']);
  });

  test('demand that no place has yet weighs on what may be held at any', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 3 } });
    await shop.accept('erp', [orderFor('W-1', 'A', 2)]);
    expect(codes(await shop.reserve({ items: [{ sku: 'A', quantity: 2 }] }))).toEqual(['OUT_OF_STOCK']);
    expect(heldBy(await shop.reserve({ items: [{ sku: 'A', quantity: 1 }] }))).toBe(1);
  });

  test("a bundle is held as its parts, under the bundle's name", async () => {
    const policy = {
      ...OPEN_POLICY,
      bundles: {
        SET: [
          { sku: 'A', quantity: 2 },
          { sku: 'B', quantity: 1 },
        ],
      },
    };
    await using shop = await borrowShop(kind, { policy });
    await fill(shop, { A: { X: 5 }, B: { X: 9 }, SET: {} });
    const result = await shop.reserve({
      items: [
        { sku: 'A', quantity: 1 },
        { sku: 'SET', quantity: 2 },
      ],
    });
    expect(result.reservation?.lines).toEqual([
      { sku: 'A', locationCode: 'X', requested: 1, held: 1 },
      { sku: 'SET', locationCode: 'X', requested: 2, held: 2 },
    ]);
    expect([await shop.sellable('A'), await shop.sellable('B'), await shop.sellable('SET')]).toEqual([0, 7, 0]);
  });

  test('extending and releasing', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 1 } });
    const { reservation } = await shop.reserve({ items: [{ sku: 'A', quantity: 1 }], ttl: 'PT1M' });
    const id = reservation?.id ?? '';
    shop.clock.pass(30_000);
    const longer = await shop.extend(id, 10 * MINUTE_MS);
    expect(longer.reservation?.expiresAt).toBe('2026-03-02T09:10:30.000Z');
    shop.clock.pass(9 * MINUTE_MS);
    expect(await shop.sellable('A')).toBe(0);
    const key = 'release-key-1';
    const freed = await shop.release(id, key);
    expect(freed.reservation?.state).toBe('RELEASED');
    expect([await shop.release(id, key), await shop.release(id)]).toEqual([freed, freed]);
    expect(await shop.sellable('A')).toBe(1);
    expect(codes(await shop.extend(id))).toEqual(['HOLD_RELEASED']);
  });

  test('an expired hold is not extended, swept or not; the sweep tells of the units that are free', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 1 } });
    const { reservation } = await shop.reserve({ items: [{ sku: 'A', quantity: 1 }], ttl: 'PT1M' });
    const id = reservation?.id ?? '';
    shop.clock.pass(MINUTE_MS);
    expect(codes(await shop.extend(id))).toEqual(['HOLD_EXPIRED']);
    expect((await shop.reservations.read(id, GUEST))?.state).toBe('EXPIRED');
    const before = (await shop.journal.head('availability')).position;
    expect([await shop.sweeper.sweep(), await shop.sweeper.sweep()]).toEqual([1, 0]);
    const told = await shop.journal.read('availability', before, 10);
    expect(told.map(({ payload }) => payload)).toMatchObject([
      { sku: 'A', channels: { web: { previousSellable: 0, sellable: 1 } } },
    ]);
    expect(codes(await shop.extend(id))).toEqual(['HOLD_EXPIRED']);
    expect(await shop.database.query('select 1 from process.reservation_hold')).toEqual([]);
  });

  test("units given to somebody else are not given back to a slower clock's extension", async () => {
    const slow = createTestClock();
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 1 } });
    const { reservation } = await shop.reserve({ items: [{ sku: 'A', quantity: 1 }], ttl: 'PT1M' });
    await using late = await shop.replica(slow);
    shop.clock.pass(MINUTE_MS);
    expect(heldBy(await shop.reserve({ items: [{ sku: 'A', quantity: 1 }] }))).toBe(1);
    expect(codes(await late.extend(reservation?.id ?? ''))).toEqual(['HOLD_EXPIRED']);
  });

  test('callers see the holds of their own channel and customer only', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 9 } });
    const kim = { channel: 'web', customer: 'kim' };
    const { reservation } = await shop.reserve({ items: [{ sku: 'A', quantity: 1 }] }, kim);
    const id = reservation?.id ?? '';
    for (const stranger of [
      { channel: 'web', customer: 'alex' },
      { channel: 'app', customer: null },
    ]) {
      expect(codes(await shop.release(id, undefined, stranger))).toEqual(['NOT_FOUND']);
      expect(codes(await shop.extend(id, undefined, undefined, stranger))).toEqual(['NOT_FOUND']);
      expect(await shop.reservations.read(id, stranger)).toBeNull();
    }
    expect(codes(await shop.release('res_nobody'))).toEqual(['NOT_FOUND']);
    expect((await shop.release(id, undefined, kim)).reservation?.state).toBe('RELEASED');
  });

  test('an order that cites its hold takes its place: never both, never neither', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 5 } });
    const { reservation } = await shop.reserve({ items: [{ sku: 'A', quantity: 2 }] });
    const id = reservation?.id ?? '';
    const before = (await shop.journal.head('availability')).position;
    const order = orderFor('W-7', 'A', 2, { locationCode: 'X', reservationIds: [id] });
    await shop.accept('erp', [order]);
    await shop.accept('erp', [order]);
    const sellables = (await shop.journal.read('availability', before, 10)).map(({ payload }) => payload);
    // The same units, first held, then ordered: no channel ever saw another number.
    expect(sellables).toEqual([{ sku: 'A', channels: {} }]);
    expect(await shop.sellable('A')).toBe(3);
    const taken = await shop.reservations.read(id, GUEST);
    expect(taken?.state).toBe('CONFIRMED');
    expect(taken?.orderId).toMatch(/^ord_/);
    expect(codes(await shop.release(id))).toEqual(['HOLD_CONFIRMED']);
    shop.clock.pass(60 * MINUTE_MS);
    expect(await shop.sweeper.sweep()).toBe(0);
  });

  test('also when the order comes after the hold has expired, and when it is cancelled from the start', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 5 } });
    const late = await shop.reserve({ items: [{ sku: 'A', quantity: 2 }], ttl: 'PT1M' });
    const dropped = await shop.reserve({ items: [{ sku: 'A', quantity: 1 }] });
    shop.clock.pass(2 * MINUTE_MS);
    await shop.sweeper.sweep();
    await shop.accept('wms', []);
    await shop.accept('erp', [
      orderFor('W-8', 'A', 2, { locationCode: 'X', reservationIds: [late.reservation?.id ?? ''] }),
      orderFor('W-9', 'A', 1, {
        locationCode: 'X',
        reservationIds: [dropped.reservation?.id ?? ''],
        cancelled: true,
      }),
    ]);
    expect(await shop.sellable('A')).toBe(3);
    for (const { reservation } of [late, dropped])
      expect((await shop.reservations.read(reservation?.id ?? '', GUEST))?.state).toBe('CONFIRMED');
  });

  test('the same key and basket give the same answer; another basket is a conflict; the next day the key is new', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 9 } });
    const idempotencyKey = 'basket-key-1';
    const items = [{ sku: 'A', quantity: 2 }];
    const first = await shop.reserve({ idempotencyKey, items });
    expect(await shop.reserve({ idempotencyKey, items, ttl: 'PT15M', allOrNothing: true })).toEqual(first);
    expect(await shop.sellable('A')).toBe(7);
    const other = await shop.reserve({ idempotencyKey, items: [{ sku: 'A', quantity: 3 }] });
    expect([other.reservation, codes(other)]).toEqual([null, ['IDEMPOTENCY_CONFLICT']]);
    const stranger = await shop.reserve({ idempotencyKey, items }, { channel: 'web', customer: 'kim' });
    expect(stranger.reservation?.id).not.toBe(first.reservation?.id);
    shop.clock.pass(24 * 60 * MINUTE_MS);
    await shop.sweeper.forget();
    expect(await shop.database.query('select 1 from process.idempotency')).toEqual([]);
    await shop.accept('wms', []);
    await shop.accept('pos', []);
    expect((await shop.reserve({ idempotencyKey, items })).reservation?.id).not.toBe(first.reservation?.id);
  });

  test('what has ended is remembered for a week', async () => {
    await using shop = await borrowShop(kind);
    await fill(shop, { A: { X: 9 } });
    const { reservation } = await shop.reserve({ items: [{ sku: 'A', quantity: 2 }] });
    await shop.release(reservation?.id ?? '');
    const week = 7 * 24 * 60 * MINUTE_MS;
    shop.clock.pass(week);
    await shop.sweeper.forget();
    expect(await shop.reservations.read(reservation?.id ?? '', GUEST)).not.toBeNull();
    shop.clock.pass(1);
    await shop.sweeper.forget();
    expect(await shop.reservations.read(reservation?.id ?? '', GUEST)).toBeNull();
  });
});
