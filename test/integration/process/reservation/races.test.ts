/**
 * Many at once. On Postgres several replicas with connections of their own, which is where races are real; the embedded
 * database runs one transaction at a time and plays the same battery at a smaller size.
 */
import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { systemIds } from '#runtime/ids.ts';
import type { ReservationResult } from '#subgraphs/process/reservation/reservation.ts';
import { type TestDatabaseKind, testDatabases } from '#test/support/databases.ts';
import { borrowShop } from './borrow.ts';
import { fill, heldBy, orderFor, type Shop } from './shop.ts';

const REPLICAS = 3;

const sizeOf = ({ name }: TestDatabaseKind) =>
  name === 'embedded'
    ? { rounds: 2, attempts: 60, units: 12, baskets: 40, mixed: 150 }
    : { rounds: 20, attempts: 500, units: 100, baskets: 400, mixed: 1_500 };

const openReplicas = async (kind: TestDatabaseKind) => {
  await using opening = new AsyncDisposableStack();
  const shop = opening.use(await borrowShop(kind));
  const replicas: Shop[] = [shop];
  while (replicas.length < REPLICAS) replicas.push(opening.use(await shop.replica()));
  const owned = opening.move();
  const at = (index: number): Shop => replicas[index % REPLICAS] ?? shop;
  return { shop, at, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

const held = (results: readonly ReservationResult[]): number =>
  results.reduce((sum, result) => sum + heldBy(result), 0);

/** Live holds by SKU and place that are more than what is there. */
const overdrawn = (shop: Shop, units: number) =>
  shop.database.query(
    `select sku, location_code, sum(quantity) from process.reservation_hold where expires_at > $2
     group by sku, location_code having sum(quantity) > $1`,
    [units, new Date(shop.clock.now()).toISOString()],
  );

describe.each(testDatabases)('races on $name', (kind) => {
  const size = sizeOf(kind);

  test(`${size.attempts} shoppers, ${size.units} units, ${size.rounds} rounds: exactly ${size.units} get one`, async () => {
    await using world = await openReplicas(kind);
    const skus = Array.from({ length: size.rounds }, (_, round) => `R${round}`);
    await fill(world.shop, Object.fromEntries(skus.map((sku) => [sku, { X: size.units - 5, Y: 5 }])));
    for (const sku of skus) {
      const results = await times(size.attempts, (index) => world.at(index).reserve({ items: [{ sku, quantity: 1 }] }));
      expect(held(results)).toBe(size.units);
      const refused = results.filter(({ reservation }) => reservation === null);
      expect(new Set(refused.map(({ userErrors }) => userErrors[0]?.code))).toEqual(new Set(['OUT_OF_STOCK']));
      expect(await world.shop.sellable(sku)).toBe(0);
    }
  }, 300_000);

  test('baskets that share items in opposite orders: nobody waits for ever, nothing is held twice', async () => {
    await using world = await openReplicas(kind);
    const skus = ['A', 'B', 'C', 'D', 'E'];
    await fill(world.shop, Object.fromEntries(skus.map((sku) => [sku, { X: 20 }])));
    const results = await times(size.baskets, (index) => {
      const turned = index % 2 === 0 ? skus : skus.toReversed();
      const items = turned.slice(index % 3).map((sku) => ({ sku, quantity: 1 + (index % 2) }));
      return world.at(index).reserve({ items });
    });
    expect(results.filter(({ reservation }) => reservation !== null).length).toBeGreaterThan(0);
    expect(await overdrawn(world.shop, 20)).toEqual([]);
    // The scarcest item ran out: nothing more could have been held.
    const rows = await world.shop.database.query<{ units: number }>(
      `select sum(quantity)::int as units from process.reservation_hold where sku = 'C'`,
    );
    expect(rows[0]?.units).toBeGreaterThanOrEqual(19);
  }, 120_000);

  test('twins with one key: one executes, all get its answer', async () => {
    await using world = await openReplicas(kind);
    await fill(world.shop, { A: { X: 50 } });
    const twins = await times(20, (index) =>
      world.at(index).reserve({ idempotencyKey: 'one-key-for-all', items: [{ sku: 'A', quantity: 2 }] }),
    );
    expect(heldBy(twins[0] ?? { reservation: null, shortages: [], userErrors: [] })).toBe(2);
    for (const twin of twins) expect(twin).toEqual(twins[0]);
    expect(await world.shop.sellable('A')).toBe(48);
  });

  test('extending, releasing, ordering and expiry at the same moment end in one state', async () => {
    await using world = await openReplicas(kind);
    const { shop } = world;
    await fill(shop, { A: { X: 40 }, B: { X: 40 } });
    const items = [
      { sku: 'B', quantity: 1 },
      { sku: 'A', quantity: 1 },
    ];
    const holds = await times(20, () => shop.reserve({ items, ttl: 'PT1M' }));
    shop.clock.pass(59_999);
    const races = holds.flatMap(({ reservation }, index) => {
      const id = reservation?.id ?? '';
      const cites = { reservationIds: [id], locationCode: 'X' };
      return [
        () => world.at(index).extend(id),
        () => world.at(index + 1).release(id),
        () => world.at(index + 2).sweeper.sweep(),
        () => world.at(index).accept('erp', [orderFor(`W-${index}`, 'A', 1, cites)]),
      ];
    });
    const running = races.map((race) => race());
    shop.clock.pass(1);
    await Promise.all(running);
    const states = await shop.database.query<{ state: string }>('select distinct state from process.reservation');
    // Every one was ordered, before or after it ended otherwise.
    expect(states).toEqual([{ state: 'CONFIRMED' }]);
    expect(await shop.database.query('select 1 from process.reservation_hold')).toEqual([]);
    expect([await shop.sellable('A'), await shop.sellable('B')]).toEqual([20, 40]);
  });

  test('stock that comes and goes while shoppers hold, order and leave: the books agree in the end', async () => {
    await using world = await openReplicas(kind);
    const { shop } = world;
    const skus = ['A', 'B', 'C'];
    const units = 60;
    await fill(shop, Object.fromEntries(skus.map((sku) => [sku, { X: units }])));
    await times(size.mixed, async (index) => {
      const own = world.at(index);
      const sku = skus[index % 3] ?? 'A';
      const { reservation } = await own.reserve({ items: [{ sku, quantity: 1 + (index % 3) }], allOrNothing: false });
      if (reservation === null) return;
      const ordered = heldBy({ reservation, shortages: [], userErrors: [] });
      if (index % 4 === 0) await own.release(reservation.id);
      else if (index % 4 === 1) {
        const cites = { reservationIds: [reservation.id], locationCode: 'X' };
        await own.accept('erp', [orderFor(`M-${index}`, sku, ordered, cites)]);
      } else await own.extend(reservation.id, 3_600_000);
    });
    const spoken = await shop.database.query<{ sku: string; units: number }>(
      `select sku, sum(units)::int as units from (
         select sku, quantity as units from process.reservation_hold
         union all select sku, unreleased + released from process.order_demand
       ) as everything group by sku order by sku`,
    );
    expect(spoken.map(({ sku }) => sku)).toEqual(skus);
    for (const { sku, units: taken } of spoken) {
      expect(taken).toBeLessThanOrEqual(units);
      expect(await shop.sellable(sku)).toBe(units - taken);
    }
  }, 120_000);
});

const servers = testDatabases.filter(({ name }) => name === 'Postgres');
const onServer = servers.length > 0 ? test : test.skip;

describe('a lost connection', () => {
  onServer(
    'in the middle of a hold leaves nothing behind, and the key is free for another try',
    async () => {
      const [kind] = servers;
      if (!kind) throw new Error('runs with a server only');
      await using shop = await borrowShop(kind);
      await fill(shop, { A: { X: 5 } });
      const [blocker, watcher] = [shop.databaseUrl, shop.databaseUrl].map(
        (connectionString) => new pg.Client({ connectionString }),
      );
      if (!blocker || !watcher) throw new Error('two connections are needed');
      await Promise.all([blocker.connect(), watcher.connect()]);
      try {
        // The item's lock is taken, so that the hold stands in the middle of its transaction when it is cut off.
        await blocker.query('begin');
        await blocker.query(`select 1 from process.availability_state where sku = 'A' for update`);
        const idempotencyKey = systemIds.uuid();
        const input = { idempotencyKey, items: [{ sku: 'A', quantity: 2 }] };
        const cut = shop.reserve(input).then(
          () => 'held',
          () => 'failed',
        );
        let killed = 0;
        while (killed === 0) {
          // On its own connection: within one transaction the server shows the same picture of its activity again.
          const { rowCount } = await watcher.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
             and wait_event_type = 'Lock' and query ilike '%availability_state%' and pid <> pg_backend_pid()`,
          );
          killed = rowCount ?? 0;
        }
        expect(await cut).toBe('failed');
        await blocker.query('rollback');
        expect(await shop.sellable('A')).toBe(5);
        expect(await shop.database.query('select 1 from process.idempotency')).toEqual([]);
        expect(heldBy(await shop.reserve(input))).toBe(2);
        expect(heldBy(await shop.reserve(input))).toBe(2);
        expect(await shop.sellable('A')).toBe(3);
      } finally {
        await Promise.all([blocker.end(), watcher.end()]);
      }
    },
    60_000,
  );
});
