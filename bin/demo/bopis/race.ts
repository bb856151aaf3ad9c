/**
 * Two browsers want the last unit of one store, for pickup. Both are shown it, both reserve it at the same moment: one holds
 * it, the other is told what is short and where else the item lies. The winner's order takes the place of its hold.
 */
import { randomUUID } from 'node:crypto';
import { locationIdOf } from '#model/identifiers.ts';
import type { Company } from '#simulation/company/company.ts';
import type { GraphClient } from '../graph-client.ts';
import { until } from '../say.ts';
import type { Stage } from '../stage.ts';
import * as ask from './operations.ts';

const ITEMS_LOOKED_AT = 400;

export type LastOfStore = {
  readonly sku: string;
  readonly title: string;
  readonly storeCode: string;
  readonly storeId: string;
};

/** One browser's try, with how long it took, in milliseconds. */
export type Try = ask.Reserve['reserveStock'] & { readonly customer: string; readonly tookMs: number };

export type Moment = { readonly atMs: number; readonly word: string };

export type Race = {
  readonly item: LastOfStore;
  /** What each browser was shown before. */
  readonly shown: readonly ask.AtStore['availability'][number][];
  readonly winner: Try;
  readonly loser: Try;
  /** Where the loser can have the item, and how long the answer took. */
  readonly offer: ask.StoreOffer | undefined;
  readonly offerMs: number;
  /** The last unit's place in the ledger: held, ordered, collected. */
  readonly held: ask.Position;
  readonly ordered: ask.Position;
  readonly collected: ask.Position;
  /** From the order's words as its page was told them; times since the order was placed. */
  readonly words: readonly Moment[];
  readonly orderNumber: string;
  /** Asked for once more at the end. */
  readonly finalWord: string | undefined;
};

const atStore = async (
  graph: GraphClient,
  sku: string,
  store: string,
): Promise<ask.AtStore['availability'][number]> => {
  const { availability } = await graph.ask<ask.AtStore>(ask.AT_STORE, { sku, store });
  const [answer] = availability;
  if (!answer) throw new Error(`no answer for ${sku}`);
  return answer;
};

const nearest = async (graph: GraphClient, sku: string, store: string): Promise<ask.StoreOffer | undefined> =>
  (await graph.ask<ask.Nearest>(ask.NEAREST, { sku, store })).nearestStores.edges[0]?.node;

/** An item of which a store has one unit to sell, while another store has it as well. */
export const findLastOfStore = async (company: Company, graph: GraphClient): Promise<LastOfStore> => {
  const inStores = company.stock.filter(({ siteCode }) => siteCode.startsWith('ST-'));
  const singles = inStores.filter(({ onHand, damaged }) => onHand - damaged === 1).slice(0, ITEMS_LOOKED_AT);
  for (const { sku, siteCode: storeCode } of singles) {
    if (!inStores.some((other) => other.sku === sku && other.siteCode !== storeCode && other.onHand > 1)) continue;
    const storeId = locationIdOf(storeCode);
    const answer = await atStore(graph, sku, storeId);
    if (answer.sellableQuantity !== 1) continue;
    return { sku, title: answer.variant?.title ?? sku, storeCode, storeId };
  }
  throw new Error('The simulated company has no item of which a store has one unit left and another store some.');
};

const reserve = async (graph: GraphClient, customer: string, { sku, storeId }: LastOfStore): Promise<Try> => {
  const startMs = performance.now();
  const { reserveStock } = await graph.ask<ask.Reserve>(ask.RESERVE, { sku, store: storeId, key: randomUUID() });
  return { ...reserveStock, customer, tookMs: performance.now() - startMs };
};

/** The store's line of the ledger, once it shows what has been committed. */
const positionOf = (
  graph: GraphClient,
  { sku, storeId }: LastOfStore,
  what: string,
  shows: (position: ask.Position) => boolean,
): Promise<ask.Position> =>
  until(`The ledger showing ${what}`, async () => {
    const { explainAvailability } = await graph.ask<ask.Explained>(ask.POSITION, { sku, store: storeId });
    const found = explainAvailability.positions.find(({ location }) => location?.id === storeId)?.position;
    return found && shows(found) ? found : undefined;
  });

/** What an order's page is told. Begins with the word of now; from then on nothing can be missed. */
const followWords = async (graph: GraphClient, id: string, startMs: number) => {
  const stream = graph.follow<ask.Followed>(ask.FOLLOW, { id });
  const words: Moment[] = [];
  const note = ({ orderStatus: item }: ask.Followed): void => {
    const word = item.order?.status ?? item.status;
    if (word !== undefined && word !== words.at(-1)?.word) words.push({ atMs: performance.now() - startMs, word });
  };
  const first = await stream.next();
  if (!first.done) note(first.value);
  return {
    /** All words, once `last` has come. */
    until: async (last: string): Promise<readonly Moment[]> => {
      while (words.at(-1)?.word !== last) {
        const item = await stream.next();
        if (item.done) throw new Error(`the order's stream ended before it said ${last}`);
        note(item.value);
      }
      return [...words];
    },
  };
};

const operate = async (staff: GraphClient, operation: string, task: string): Promise<void> => {
  const [payload] = Object.values(await staff.ask<ask.Operated>(operation, { task, key: randomUUID() }));
  const error = payload?.userErrors[0];
  if (error) throw new Error(`${error.code}: ${error.message}`);
};

export const runRace = async (stage: Stage, company: Company): Promise<Race> => {
  const shopper = { channel: 'web', scopes: ['storefront', 'customer'] };
  const [anna, ben, page, staff] = await Promise.all([
    stage.as({ ...shopper, customer: 'C-ANNA' }),
    stage.as({ ...shopper, customer: 'C-BEN' }),
    stage.as({ channel: 'web', scopes: ['storefront'] }),
    stage.as({ channel: '*', scopes: ['store:operate', 'ops:read', 'orders:read', 'stock:raw'] }),
  ]);
  const item = await findLastOfStore(company, anna);
  const { sku, storeCode, storeId } = item;

  const shown = await Promise.all([anna, ben].map((graph) => atStore(graph, sku, storeId)));
  const tries = await Promise.all([reserve(anna, 'Anna', item), reserve(ben, 'Ben', item)]);
  const winner = tries.find(({ reservation }) => reservation !== null);
  const loser = tries.find(({ reservation }) => reservation === null);
  if (!winner?.reservation || !loser) throw new Error('not exactly one of two browsers holds the last unit');
  const held = await positionOf(staff, item, 'the hold', ({ reservedSoft }) => reservedSoft > 0);
  const offerStartMs = performance.now();
  const offer = await nearest(loser.customer === 'Ben' ? ben : anna, sku, storeId);
  const offerMs = performance.now() - offerStartMs;

  const startMs = performance.now();
  const orderNumber = `WEB-${90_000 + Math.floor(startMs % 10_000)}`;
  // The web shop sends the order to the store and to the ERP; both carry the hold that it takes over.
  const order = { reference: orderNumber, reservationId: winner.reservation.id };
  await stage.act('square', { kind: 'pickupOrder', locationCode: storeCode, sku, ...order });
  await stage.act('tryton', {
    kind: 'newSale',
    siteCode: storeCode,
    method: 'PICKUP_IN_STORE',
    lines: [{ sku, quantity: 1 }],
    ...order,
  });
  const orderId = await until('The order reaching the graph', async () => {
    const { orders } = await staff.ask<ask.Orders>(ask.ORDERS);
    return orders.edges.find(({ node }) => node.number === orderNumber)?.node.id;
  });
  const words = await followWords(page, orderId, startMs);
  const ordered = await positionOf(staff, item, 'the order', ({ unpostedDemand }) => unpostedDemand > 0);
  const task = await until('The pickup reaching the store', async () => {
    const { storePickupTasks } = await staff.ask<ask.Tasks>(ask.TASKS, { store: storeId });
    return storePickupTasks.edges.find(({ node }) => node.orderReference === orderNumber)?.node.id;
  });
  await operate(staff, ask.READY, task);
  await words.until('READY_FOR_PICKUP');
  await operate(staff, ask.COLLECTED, task);
  const told = await words.until('COLLECTED');
  const { orders } = await staff.ask<ask.Orders>(ask.ORDERS);
  return {
    item,
    shown,
    winner,
    loser,
    offer,
    offerMs,
    held,
    ordered,
    collected: await positionOf(staff, item, 'the collection', ({ onHand }) => onHand === 0),
    words: told,
    orderNumber,
    finalWord: orders.edges.find(({ node }) => node.id === orderId)?.node.status,
  };
};
