/**
 * The last units on a real ERP: more buyers than units, all at the same moment. Each holds a unit first, and only with a
 * hold a sale is entered, which carries the reservation's id. Beside it, as information, what becomes of the same buyers
 * when nobody holds anything.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphClient } from '#bin/demo/graph-client.ts';
import { systemIds } from '#runtime/ids.ts';
import { testDatabases } from '#test/support/databases.ts';
import { eventually } from '#test/support/eventually.ts';
import { createLiveTryton, type LiveSale, type LiveTryton, type SaleStep } from '#test/support/live-tryton.ts';
import { type RunningGraph, startGraph } from '#test/support/running-graph.ts';
import { faultOf } from '#vendors/tryton/faults.ts';

const liveUrl = process.env.TRYTON_URL;
if (!liveUrl) process.stderr.write('Live suite skipped: TRYTON_URL does not name a live server.\n');
const suite = liveUrl ? describe : describe.skip;

const SITE = 'WH-NORD';
const UNITS = 5;
/** Until the sale is a shipment in the warehouse, whose goods are then assigned. */
const TO_SHIPMENT = ['quote', 'confirm', 'process'] as const;
/** Each time somebody else got the lock: with so few sales one of them is next long before. */
const MOST_TRIES = 50;

const openTryton = (): LiveTryton =>
  createLiveTryton({ baseUrl: liveUrl ?? '', database: 'retail', user: 'admin', password: 'admin' });

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

const isBusy = (error: unknown): boolean => /lock|concurrent|serialize/i.test(faultOf(error)?.message ?? '');

/** An item with so many units on hand and nothing promised of it. */
const stockItem = async (tryton: LiveTryton, name: string): Promise<string> => {
  const sku = `RACE-${systemIds.token(6)}`;
  await tryton.createLiveItem({ sku, name });
  await tryton.count(SITE, [{ sku, quantity: UNITS }]);
  return sku;
};

const enterSale = (tryton: LiveTryton, sku: string, comment?: string): Promise<LiveSale> =>
  tryton.createLiveSale({
    reference: `WEB-R${systemIds.token(8)}`,
    siteCode: SITE,
    lines: [{ sku, quantity: 1 }],
    ...(comment === undefined ? {} : { comment }),
  });

/** One step of a sale, again while others hold the server's locks; resolves with how often they did. */
const advance = async (tryton: LiveTryton, sale: LiveSale, step: SaleStep): Promise<number> => {
  for (let busy = 0; busy < MOST_TRIES; busy += 1) {
    try {
      if (await tryton.advance(sale, step)) return busy;
    } catch (error) {
      if (!isBusy(error)) throw error;
      continue;
    }
    throw new Error(`${sale.reference}: the ERP found no goods for it`);
  }
  throw new Error(`${sale.reference}: locked out ${MOST_TRIES} times at ${step}`);
};

type Held = { readonly id: string; readonly state: string; readonly orderId: string | null };
type Payload = {
  readonly reservation:
    | (Held & { readonly lines: readonly { readonly held: number; readonly location: { readonly id: string } }[] })
    | null;
  readonly userErrors: readonly { readonly code: string }[];
};
const PAYLOAD = '{ reservation { id state orderId lines { held location { id } } } userErrors { code } }';

type Position = {
  readonly onHand: number;
  readonly reservedHard: number;
  readonly reservedSoft: number;
  readonly unpostedDemand: number;
  readonly net: number;
  readonly sellable: number;
};

suite.each(testDatabases)('live ERP, its last units, holds kept on $name', (kind) => {
  const opened = new AsyncDisposableStack();
  let graph: RunningGraph;
  let shop: GraphClient;
  let operator: GraphClient;
  let tryton: LiveTryton;

  beforeAll(async () => {
    tryton = openTryton();
    // The embedded one is the graph's own, in its own home.
    const { databaseUrl = '' } = kind.name === 'embedded' ? {} : opened.use(await kind.open());
    graph = opened.use(await startGraph({ TRYTON_URL: liveUrl ?? '', DATABASE_URL: databaseUrl }));
    shop = await graph.withScopes(['storefront'], 'web');
    operator = await graph.withScopes(['orders:read', 'ops:read', 'stock:raw']);
  }, 180_000);
  afterAll(() => opened.disposeAsync(), 60_000);

  const positionOf = async (sku: string): Promise<Position | null> => {
    const { explainAvailability } = await operator.ask<{
      readonly explainAvailability: { readonly positions: readonly { readonly position: Position }[] } | null;
    }>(
      `query($sku: String!, $at: ID) { explainAvailability(sku: $sku, locationId: $at) {
        positions { position { onHand reservedHard reservedSoft unpostedDemand net sellable } } } }`,
      { sku, at: `loc_${SITE}` },
    );
    return explainAvailability?.positions[0]?.position ?? null;
  };

  const reserve = async (sku: string): Promise<Payload> => {
    const { reserveStock } = await shop.ask<{ readonly reserveStock: Payload }>(
      `mutation($input: ReserveStockInput!) { reserveStock(input: $input) ${PAYLOAD} }`,
      {
        input: {
          idempotencyKey: systemIds.uuid(),
          items: [{ sku, quantity: 1 }],
          context: { channel: 'web' },
          locationId: `loc_${SITE}`,
        },
      },
    );
    return reserveStock;
  };

  /** What has become of a hold: one that an order has taken cannot be extended, and says whose it is. */
  const lookAt = async (id: string): Promise<Held | null> => {
    const { extendReservation } = await shop.ask<{ readonly extendReservation: Payload }>(
      `mutation($input: ReservationActionInput!) { extendReservation(input: $input) ${PAYLOAD} }`,
      { input: { idempotencyKey: systemIds.uuid(), reservationId: id } },
    );
    return extendReservation.reservation;
  };

  const race = async (buyers: number) => {
    const sku = await stockItem(tryton, `Last units for ${buyers}`);
    const known = await eventually(
      () => positionOf(sku).catch(() => null),
      (position) => position?.sellable === UNITS,
    );
    expect(known).toMatchObject({ onHand: UNITS, reservedHard: 0, reservedSoft: 0, unpostedDemand: 0 });

    const answers = await times(buyers, () => reserve(sku));
    const holds = answers.flatMap(({ reservation }) => reservation ?? []);
    expect(holds).toHaveLength(UNITS);
    for (const { state, lines } of holds) {
      expect(state).toBe('HELD');
      expect(lines).toEqual([{ held: 1, location: { id: `loc_${SITE}` } }]);
    }
    const refused = answers.filter(({ reservation }) => reservation === null);
    expect(refused.flatMap(({ userErrors }) => userErrors)).toEqual(
      Array.from({ length: buyers - UNITS }, () => ({ code: 'OUT_OF_STOCK' })),
    );
    await eventually(
      () => positionOf(sku),
      (position) => position?.sellable === 0,
    );

    // From here on nothing is to be had, whatever stands between a hold, its sale and the assigned shipment.
    const positions: (Position | null)[] = [];
    const late: Payload[] = [];
    const assigned: number[] = [];
    const look = async (): Promise<void> => {
      const [position, attempt, books] = await Promise.all([positionOf(sku), reserve(sku), tryton.unitsAt(SITE, sku)]);
      positions.push(position);
      late.push(attempt);
      assigned.push(books.assigned);
    };
    const sales = await Promise.all(
      holds.map(async ({ id }) => {
        const sale = await enterSale(tryton, sku, `reservation:${id}`);
        let busy = 0;
        for (const step of [...TO_SHIPMENT, 'assign'] as const) {
          busy += await advance(tryton, sale, step);
          await look();
        }
        return { sale, busy, reservationId: id };
      }),
    );

    const confirmed = await Promise.all(
      holds.map(({ id }) =>
        eventually(
          () => lookAt(id),
          (held) => held?.state === 'CONFIRMED',
        ),
      ),
    );
    const settled = await eventually(
      async () => {
        await look();
        return positions.at(-1);
      },
      (position) => position?.reservedHard === UNITS && position.unpostedDemand === 0,
    );
    return { sku, answers, refused, sales, confirmed, settled, positions, late, assigned };
  };

  test.each([8, 30])(
    '%i buyers, 5 units: 5 holds, 5 sales, 5 assigned, nothing twice',
    async (buyers) => {
      const startedMs = performance.now();
      const { sku, sales, confirmed, settled, positions, late, assigned } = await race(buyers);

      // What the ERP says itself.
      expect(await tryton.unitsAt(SITE, sku)).toEqual({ onHand: UNITS, assigned: UNITS });
      expect(await tryton.unitsSold(sku)).toBe(UNITS);
      expect(Math.max(...assigned)).toBe(UNITS);
      const states = await Promise.all(sales.map(({ sale }) => tryton.state(sale)));
      expect(states.map(({ shipments }) => shipments.map(({ state }) => state))).toEqual(sales.map(() => ['assigned']));

      // Each hold went to the order of its own sale, and to no other.
      const { orders } = await operator.ask<{
        readonly orders: {
          readonly edges: readonly { readonly node: { readonly id: string; readonly number: string } }[];
        };
      }>('{ orders(first: 250) { edges { node { id number } } } }');
      const numberOf = new Map(orders.edges.map(({ node }) => [node.id, node.number]));
      expect(confirmed.map((held) => numberOf.get(held?.orderId ?? ''))).toEqual(
        sales.map(({ sale }) => sale.reference),
      );
      expect(new Set(confirmed.map((held) => held?.orderId)).size).toBe(UNITS);

      // Never a unit more to be had, and none missing from the books in the end.
      expect(new Set(positions.map((position) => position?.sellable))).toEqual(new Set([0]));
      expect(late.map(({ reservation }) => reservation)).toEqual(late.map(() => null));
      expect(settled).toMatchObject({ onHand: UNITS, reservedHard: UNITS, reservedSoft: 0, net: 0, sellable: 0 });

      const busy = sales.reduce((all, sale) => all + sale.busy, 0);
      const nets = positions.map((position) => position?.net ?? 0);
      process.stderr.write(
        `live race on ${kind.name}: ${buyers} buyers, ${UNITS} units: ${confirmed.length} holds, ${sales.length} sales, ` +
          `${Math.max(...assigned)} assigned; ${late.length} late attempts, none held; net from ${Math.min(...nets)} to ` +
          `${Math.max(...nets)}; ${busy} steps repeated for the ERP's locks; ${Math.round((performance.now() - startedMs) / 1_000)} s\n`,
      );
    },
    120_000,
  );
});

suite('live ERP, its last units, without holds', () => {
  const BUYERS = 8;

  test('what becomes of 8 buyers and 5 units, for comparison', async () => {
    const tryton = openTryton();
    const sku = await stockItem(tryton, 'Last units, nobody holds');
    const sales = await times(BUYERS, async () => {
      const sale = await enterSale(tryton, sku);
      for (const step of TO_SHIPMENT) await advance(tryton, sale, step);
      return sale;
    });
    const outcomes = await Promise.all(
      sales.map((sale) =>
        tryton.advance(sale, 'assign').then(
          (found) => (found ? 'assigned' : 'no goods'),
          (error: unknown) => {
            if (!isBusy(error)) throw error;
            return 'locked out';
          },
        ),
      ),
    );
    const sold = await tryton.unitsSold(sku);
    const { onHand, assigned } = await tryton.unitsAt(SITE, sku);
    const told = [...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, all]) => `${all.length} ${outcome}`);
    process.stderr.write(
      `live race without holds: ${onHand} on hand, ${sold} sold, ${assigned} assigned (${told.join(', ')}): ` +
        `${Math.max(0, sold - onHand)} sold too many, ${Math.max(0, assigned - onHand)} assigned too many\n`,
    );
    // The ERP itself accepts every sale: that is what holds are for.
    expect(sold).toBe(BUYERS);
  }, 60_000);
});
