/** The company as Square shows it on the first day: counts of every store, and the pickup orders of the web shop. */
import { isoOf } from '#runtime/clock.ts';
import type { Company, CompanyOrder, CompanyOrderStage } from '#simulation/company/company.ts';
import type { Catalog } from './catalog.ts';
import type { Inventory } from './inventory.ts';
import type { Locations } from './locations.ts';
import type { OrderBook } from './order-book.ts';
import type { FulfillmentState, OrderState, SimLine, SimOrder } from './order-wire.ts';
import { type Json, orderIdOf, uidOf } from './protocol.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How a store's till stands to an order that the shop sees at a stage; a quotation is not told to stores. */
const PICKUP_OF_STAGE: Readonly<Partial<Record<CompanyOrderStage, FulfillmentState>>> = {
  CONFIRMED: 'PROPOSED',
  RELEASED: 'PROPOSED',
  ALLOCATED: 'RESERVED',
  PICKING: 'RESERVED',
  PACKED: 'RESERVED',
  READY_FOR_PICKUP: 'PREPARED',
  COLLECTED: 'COMPLETED',
  RETURNED: 'COMPLETED',
  CANCELLED: 'CANCELED',
};

const VERSION_OF: Readonly<Record<FulfillmentState, number>> = {
  PROPOSED: 1,
  RESERVED: 2,
  PREPARED: 3,
  COMPLETED: 4,
  CANCELED: 2,
  FAILED: 3,
};

const ORDER_STATE_OF: Readonly<Partial<Record<FulfillmentState, OrderState>>> = {
  COMPLETED: 'COMPLETED',
  CANCELED: 'CANCELED',
};

const STAMPS: Readonly<Record<FulfillmentState, readonly string[]>> = {
  PROPOSED: [],
  RESERVED: ['accepted_at'],
  PREPARED: ['accepted_at', 'ready_at'],
  COMPLETED: ['accepted_at', 'ready_at', 'picked_up_at'],
  CANCELED: ['canceled_at'],
  FAILED: ['accepted_at'],
};

type Shop = {
  readonly catalog: Catalog;
  readonly locations: Locations;
  readonly inventory: Inventory;
  readonly orders: OrderBook;
};

/**
 * Units that a store's own name for an item counts: a third of the shelf, the rest is counted under the SKU. Damaged
 * units were taken out of stock (WASTE).
 */
export const aliasShareOf = (sellable: number): number => Math.floor(sellable / 3);

const seedCounts = (company: Company, shop: Shop): void => {
  const startedMs = Date.parse(company.startedAt);
  const aliases = new Map(
    company.items.flatMap((item) => item.posAliases.map(({ storeCode, alias }) => [`${storeCode} ${item.sku}`, alias])),
  );
  const rows = company.stock.filter((row) => shop.locations.ofCode(row.siteCode) !== null);
  for (const [place, row] of rows.entries()) {
    const location = shop.locations.ofCode(row.siteCode);
    const variation = location && shop.catalog.sold(row.sku, location.id);
    if (!location || !variation) continue;
    // Spread over the day before, so that a reading by time has something to tell apart. Never out of order.
    const atMs = startedMs - DAY_MS + Math.floor((place / rows.length) * 23 * HOUR_MS);
    const sellable = row.onHand - row.damaged;
    const alias = aliases.get(`${row.siteCode} ${row.sku}`);
    const local = alias === undefined ? null : shop.catalog.sold(alias, location.id);
    const share = local ? aliasShareOf(sellable) : 0;
    shop.inventory.seed(variation.id, location.id, 'IN_STOCK', sellable - share, atMs);
    if (local) shop.inventory.seed(local.id, location.id, 'IN_STOCK', share, atMs);
    if (row.damaged > 0) shop.inventory.seed(variation.id, location.id, 'WASTE', row.damaged, atMs);
  }
};

const linesOf = (order: CompanyOrder, locationId: string, catalog: Catalog): readonly SimLine[] =>
  order.lines.map((line, place) => {
    const variation = catalog.sold(line.sku, locationId);
    return {
      uid: uidOf(`${order.number} ${place}`),
      variationId: variation?.id ?? null,
      name: variation?.title ?? line.sku,
      quantity: line.quantity,
      unitMinor: line.unitPriceMinor,
    };
  });

export const recipientOf = (customer: {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}): Json => ({
  display_name: customer.name,
  email_address: customer.email,
  phone_number: customer.phone,
});

const seedOrder = (order: CompanyOrder, state: FulfillmentState, locationId: string, shop: Shop): SimOrder => {
  const placedMs = Date.parse(order.placedAt);
  const stageMs = Date.parse(order.stageAt);
  const lines = linesOf(order, locationId, shop.catalog);
  const totalMinor = lines.reduce((sum, line) => sum + line.unitMinor * line.quantity, 0);
  const orderState = ORDER_STATE_OF[state] ?? 'OPEN';
  const seeded: SimOrder = {
    id: orderIdOf(order.number),
    locationId,
    referenceId: order.number,
    source: 'Webshop',
    state: orderState,
    version: VERSION_OF[state],
    createdMs: placedMs,
    updatedMs: stageMs,
    closedMs: orderState === 'OPEN' ? null : stageMs,
    lines,
    returned: null,
    pickup: {
      uid: uidOf(`${order.number} pickup`),
      state,
      details: {
        recipient: recipientOf(order.customer),
        schedule_type: 'SCHEDULED',
        pickup_at: isoOf(placedMs + 2 * HOUR_MS),
        placed_at: isoOf(placedMs),
        ...(orderState === 'OPEN' ? { expires_at: isoOf(placedMs + 7 * DAY_MS) } : {}),
        ...Object.fromEntries(STAMPS[state].map((stamp) => [stamp, isoOf(stageMs)])),
      },
    },
    tenders:
      state === 'COMPLETED' ? [{ id: uidOf(`${order.number} tender`), type: 'OTHER', amountMinor: totalMinor }] : [],
  };
  shop.orders.seed(seeded);
  return seeded;
};

const seedReturn = (order: SimOrder, orders: OrderBook): void => {
  orders.seed({
    ...order,
    id: orderIdOf(`${order.referenceId} return`),
    referenceId: null,
    source: 'Point of Sale',
    version: null,
    createdMs: order.updatedMs,
    lines: [],
    returned: { sourceOrderId: order.id, lines: order.lines },
    pickup: null,
    tenders: [],
  });
};

export const seedShop = (company: Company, shop: Shop): void => {
  seedCounts(company, shop);
  for (const order of company.orders) {
    const state = PICKUP_OF_STAGE[order.stage];
    const location = shop.locations.ofCode(order.siteCode);
    if (order.method !== 'PICKUP_IN_STORE' || state === undefined || !location) continue;
    const seeded = seedOrder(order, state, location.id, shop);
    if (order.stage === 'RETURNED') seedReturn(seeded, shop.orders);
  }
};
