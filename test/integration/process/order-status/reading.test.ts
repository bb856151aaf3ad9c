import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredClaim } from '#model/order/claims.ts';
import { expandScopes, type Identity } from '#runtime/graphql/identity.ts';
import { readExceptions } from '#subgraphs/process/exceptions/store.ts';
import { GUESS_LIMIT, GUESS_WINDOW_MS } from '#subgraphs/process/order-status/guests.ts';
import type { OrderFilter } from '#subgraphs/process/order-status/service.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { at, channelOrder, erpOrder, line, pickup, progress, shipment } from '#test/unit/model/order/fixtures.ts';
import { acceptAll, emptyDatabase, entriesOf, idOf, nameItems, openReplica, type Replica, stateOf } from './setup.ts';

const staff = (channel: string): Identity => ({ channel, scopes: expandScopes(['orders:read']) });
const shopper = (customer: string): Identity => ({ channel: 'shop', scopes: expandScopes(['customer']), customer });
const anonymous: Identity = { channel: 'shop', scopes: expandScopes(['storefront']) };

const numbered = (number: string, told: Parameters<typeof channelOrder>[0] = {}): StoredClaim =>
  channelOrder({
    documentId: `M-${number}`,
    references: [{ scheme: 'channel', value: number }],
    lines: [line('TEE-1', 1)],
    placedAt: at(Number(number)),
    customer: {
      customerRef: `cust-${number}`,
      email: `s${number}@example.org`,
      phone: `+49 (0)30 555-10${number}`,
      postalCode: 'SW1A 1AA',
    },
    ...told,
  });

describe.each(testDatabases)('reading orders on $name', ({ open }) => {
  let opened: TestDatabase;
  let replica: Replica;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await emptyDatabase(opened.database);
    replica = await openReplica(opened.database);
    await nameItems(replica.intake);
  });
  afterEach(async () => {
    await replica[Symbol.asyncDispose]();
  });

  test('staff see their channel, customers their own orders, everybody else nothing by id', async () => {
    await acceptAll(replica.intake, [numbered('10')]);
    const id = idOf(replica, '10');
    const sees = async (identity: Identity): Promise<boolean> => (await replica.service.order(identity, id)) !== null;
    expect(await sees(staff('shop'))).toBe(true);
    expect(await sees(staff('*'))).toBe(true);
    expect(await sees(staff('web'))).toBe(false);
    expect(await sees(shopper('cust-10'))).toBe(true);
    expect(await sees(shopper('S10@Example.org'))).toBe(true);
    expect(await sees(shopper('cust-11'))).toBe(false);
    expect(await sees(anonymous)).toBe(false);
    expect(await replica.service.order(staff('*'), 'ord_unknown')).toBeNull();
  });

  test('the unguessable id lets an anonymous caller follow, but no other known caller', async () => {
    await acceptAll(replica.intake, [numbered('10')]);
    const id = idOf(replica, '10');
    expect(await replica.service.followable(anonymous, id)).toMatchObject({ id });
    expect(await replica.service.followable(shopper('cust-10'), id)).toMatchObject({ id });
    expect(await replica.service.followable(shopper('cust-11'), id)).toBeNull();
    expect(await replica.service.followable(staff('web'), id)).toBeNull();
  });

  test('parts are found by their own ids, for whoever sees the order', async () => {
    await acceptAll(replica.intake, [
      numbered('10'),
      shipment('S1', {
        references: [{ scheme: 'channel', value: '10' }],
        shipment: { state: 'IN_TRANSIT', events: [] },
        progress: [progress('TEE-1', { shipped: 1 })],
      }),
    ]);
    const id = replica.keys.partId('shp', idOf(replica, '10'), 'wms:wms-main:shipment:S1');
    expect(await replica.service.part(staff('shop'), id)).toMatchObject({
      key: 'wms:wms-main:shipment:S1',
      order: { id: idOf(replica, '10') },
    });
    expect(await replica.service.part(anonymous, id)).toBeNull();
    expect(await replica.service.part(staff('shop'), 'shp_other')).toBeNull();
  });

  describe('guests', () => {
    const ask = (
      number: string,
      proof: { email?: string; phone?: string; postalCode?: string },
      authorization?: string,
    ) =>
      replica.service.guestOrder(
        { identity: anonymous, ...(authorization === undefined ? {} : { authorization }) },
        { number, ...proof },
      );

    test('one proof opens the order, however it is written', async () => {
      await acceptAll(replica.intake, [numbered('10')]);
      for (const proof of [
        { email: ' S10@EXAMPLE.org ' },
        { phone: '0305551010' },
        { phone: '0049 30 55510-10' },
        { postalCode: 'sw1a1aa' },
      ]) {
        expect(await ask('10', proof)).toMatchObject({ id: idOf(replica, '10') });
      }
      await expect(ask('10', {})).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });

    test('unknown numbers, wrong proofs, stored hashes and empty proofs look alike', async () => {
      await acceptAll(replica.intake, [numbered('10')]);
      const [proof] = await opened.database.query<{ hash: string }>(
        "select hash from process.order_proof where kind = 'email'",
      );
      for (const [number, told] of [
        ['99', { email: 's10@example.org' }],
        ['10', { email: 's11@example.org' }],
        ['10', { email: proof?.hash ?? '' }],
        ['10', { postalCode: ' - ' }],
        ['10', { phone: '10' }],
      ] as const) {
        expect(await ask(number, told)).toBeNull();
      }
    });

    test('after five wrong tries about a number even the right proof says nothing, until they are old', async () => {
      await acceptAll(replica.intake, [numbered('10')]);
      for (let tries = 0; tries < GUESS_LIMIT; tries++)
        expect(await ask('10', { email: `x${tries}@example.org` })).toBeNull();
      expect(await ask('10', { email: 's10@example.org' })).toBeNull();
      await replica.clock.advance(GUESS_WINDOW_MS + 1);
      expect(await ask('10', { email: 's10@example.org' })).not.toBeNull();
    });

    test('a caller who guesses at many numbers is stopped as well; others are not', async () => {
      await acceptAll(replica.intake, [numbered('10')]);
      for (let tries = 0; tries < GUESS_LIMIT; tries++)
        await ask(`8${tries}`, { email: 'x@example.org' }, 'Bearer one');
      expect(await ask('10', { email: 's10@example.org' }, 'Bearer one')).toBeNull();
      expect(await ask('10', { email: 's10@example.org' }, 'Bearer two')).not.toBeNull();
    });

    test('right answers are never counted', async () => {
      await acceptAll(replica.intake, [numbered('10')]);
      for (let tries = 0; tries < GUESS_LIMIT * 2; tries++)
        expect(await ask('10', { email: 's10@example.org' })).not.toBeNull();
    });
  });

  describe('lists', () => {
    const numbersIn = async (filter: OrderFilter, identity: Identity = staff('*')): Promise<readonly string[]> =>
      (await replica.service.orders(identity, { filter, first: 50, after: null })).orders.map(
        ({ state }) => state.number,
      );

    test('pages hold together while new orders arrive', async () => {
      await acceptAll(
        replica.intake,
        ['10', '11', '12', '13', '14'].map((number) => numbered(number)),
      );
      const seen: string[] = [];
      let after: string | null = null;
      for (let page = 0; page < 3; page++) {
        const { orders, hasNextPage, hasPreviousPage, total } = await replica.service.orders(staff('shop'), {
          filter: {},
          first: 2,
          after,
        });
        seen.push(...orders.map(({ state }) => state.number));
        expect([hasNextPage, hasPreviousPage]).toEqual([page < 2, page > 0]);
        expect(await total()).toBe(5 + page);
        after = orders.at(-1)?.cursor ?? null;
        await acceptAll(replica.intake, [numbered(`9${page}`)]);
      }
      expect(seen).toEqual(['14', '13', '12', '11', '10']);
      await expect(
        replica.service.orders(staff('shop'), { filter: {}, first: 2, after: 'nonsense' }),
      ).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
      await expect(
        replica.service.orders(staff('shop'), { filter: {}, first: 251, after: null }),
      ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });

    test('every condition narrows, and the channel of the token narrows first', async () => {
      await acceptAll(replica.intake, [
        numbered('10', { lines: [line('TEE-1', 1, { locationCode: 'S7' })] }),
        numbered('11', { confirmed: true }),
        erpOrder({
          documentId: 'SO-12',
          channel: 'web',
          references: [{ scheme: 'channel', value: '12' }],
          lines: [line('TEE-1', 1)],
          placedAt: at(12),
        }),
      ]);
      expect(await numbersIn({})).toEqual(['12', '11', '10']);
      expect(await numbersIn({}, staff('shop'))).toEqual(['11', '10']);
      expect(await numbersIn({ channels: ['web'] }, staff('shop'))).toEqual([]);
      expect(await numbersIn({ channels: ['web'] })).toEqual(['12']);
      expect(await numbersIn({ statuses: ['CONFIRMED'] })).toEqual(['11']);
      expect(await numbersIn({ placedFrom: at(11), placedTo: at(12) })).toEqual(['11']);
      expect(await numbersIn({ locationId: 'loc_S7' })).toEqual(['10']);
      await expect(numbersIn({ locationId: 'nowhere' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      expect(await numbersIn({ olderThan: 'PT3H' })).toEqual([]);
      await replica.clock.advance(24 * 3_600_000);
      expect(await numbersIn({ olderThan: 'PT3H' })).toEqual(['12', '11', '10']);
    });

    test("a shopper's list holds the shopper's orders of every channel, and nobody else's", async () => {
      await acceptAll(replica.intake, [
        numbered('10'),
        numbered('11', { customer: { customerRef: 'cust-10' } }),
        numbered('12'),
      ]);
      const mine = await replica.service.myOrders(shopper('cust-10'), { filter: {}, first: 20, after: null });
      expect(mine.orders.map(({ state }) => state.number)).toEqual(['11', '10']);
      await expect(replica.service.myOrders(staff('*'), { filter: {}, first: 20, after: null })).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
    });
  });

  describe('what time alone changes', () => {
    test('a missed promise is told once, by whichever replica looks first', async () => {
      const other = await openReplica(opened.database);
      try {
        await acceptAll(replica.intake, [
          numbered('10', { confirmed: true, promise: { earliest: at(130), latest: at(140) } }),
        ]);
        expect(await replica.review.round()).toBe(0);
        await replica.clock.advance(21 * 60_000);
        await other.clock.advance(21 * 60_000);
        await Promise.all([replica.review.round(), other.review.round()]);
        expect(await stateOf(opened.database, replica, '10')).toMatchObject({
          status: 'DELAYED',
          statusDetail: { since: at(140) },
        });
        expect((await entriesOf(replica)).map(({ type }) => type)).toEqual(['PLACED', 'CONFIRMED', 'DELAYED']);
      } finally {
        await other[Symbol.asyncDispose]();
      }
    });

    test('goods about to go back to the shelf ask the shopper to act', async () => {
      await acceptAll(replica.intake, [
        numbered('10', { lines: [line('TEE-1', 1, { method: 'PICKUP_IN_STORE' })] }),
        pickup({
          references: [{ scheme: 'channel', value: '10' }],
          pickup: { locationCode: 'S1', state: 'READY', expiresAt: at(120 + 25 * 60) },
          progress: [progress('TEE-1', { readyForPickup: 1 })],
        }),
      ]);
      expect((await stateOf(opened.database, replica, '10'))?.status).toBe('READY_FOR_PICKUP');
      await replica.clock.advance(61 * 60_000);
      await replica.review.round();
      expect(await stateOf(opened.database, replica, '10')).toMatchObject({
        status: 'ACTION_REQUIRED',
        statusDetail: { code: 'PICKUP_EXPIRING' },
      });
    });

    test('a contradiction becomes an exception after the grace, and is resolved when it is over', async () => {
      const said = (minutes: number, bucket: 'packed' | 'shipped'): StoredClaim =>
        shipment('S1', {
          minutes,
          references: [{ scheme: 'channel', value: '10' }],
          progress: [progress('TEE-1', { [bucket]: 1 })],
        });
      await acceptAll(replica.intake, [
        numbered('10', { minutes: 119, progress: [progress('TEE-1', { shipped: 1 })] }),
        said(118, 'packed'),
      ]);
      const found = () =>
        readExceptions(opened.database, { filter: { kinds: ['STATUS_DISAGREEMENT'] }, after: null, limit: 5 });
      const disagreeing = async (wanted: boolean) =>
        (await replica.service.orders(staff('*'), { filter: { disagreeing: wanted }, first: 5, after: null })).orders
          .length;
      await replica.review.round();
      expect([await found(), await disagreeing(true), await disagreeing(false)]).toEqual([[], 0, 1]);
      await replica.clock.advance(15 * 60_000);
      await replica.review.round();
      expect(await found()).toMatchObject([{ state: 'OPEN', attempts: 1, orderId: idOf(replica, '10') }]);
      expect((await found())[0]?.message).toContain('wms-main says IN_PROGRESS, shop-main says SHIPPED');
      expect([await disagreeing(true), await disagreeing(false)]).toEqual([1, 0]);
      await acceptAll(replica.intake, [said(200, 'shipped')]);
      expect(await found()).toMatchObject([{ state: 'RESOLVED' }]);
    });
  });
});
