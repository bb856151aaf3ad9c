/** Opening balances and what is on its way in. */
import type { Company, CompanyOrder } from '#simulation/company/company.ts';
import type { World } from '../orm/request.ts';
import type { SeededSite } from './base.ts';

export type SeededCompany = {
  readonly company: Company;
  readonly sites: ReadonlyMap<string, SeededSite>;
  readonly products: ReadonlyMap<string, number>;
  readonly carriers: ReadonlyMap<string, number>;
};

const DAY_MS = 86_400_000;
/** The stock period was closed this long ago: all seeded moves are younger. */
const OPENING_AGE_DAYS = 30;

export const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

/** Units of one line that have left the building by now and have not come back. */
const goneQuantity = (order: CompanyOrder, line: CompanyOrder['lines'][number]): number => {
  const shipsFromHere = order.erpNumber !== undefined && order.method === 'SHIP_TO_HOME';
  return shipsFromHere && order.stage !== 'RETURNED' ? line.shippedQuantity : 0;
};

/**
 * Opens every place with what lies there now plus what the seeded shipments have carried away since, so that after them
 * all zones of a site together hold the company's stock.
 */
export const seedOpeningStock = (world: World, seeded: SeededCompany): void => {
  const { company, sites, products } = seeded;
  const day = dayOf(Date.parse(company.startedAt) - OPENING_AGE_DAYS * DAY_MS);
  const gone = new Map<string, number>();
  for (const order of company.orders) {
    for (const line of order.lines) {
      const key = `${order.siteCode} ${line.sku}`;
      gone.set(key, (gone.get(key) ?? 0) + goneQuantity(order, line));
    }
  }
  const open = (siteCode: string, sku: string, sellable: number, damaged: number): void => {
    const site = sites.get(siteCode);
    const product = products.get(sku);
    if (site === undefined || product === undefined) return;
    const key = `${siteCode} ${sku}`;
    world.ledger.open(site.storage, product, sellable + (gone.get(key) ?? 0), day);
    gone.delete(key);
    if (damaged > 0) world.ledger.open(site.damaged, product, damaged, day);
  };
  for (const row of company.stock) open(row.siteCode, row.sku, row.onHand - row.damaged, row.damaged);
  for (const key of [...gone.keys()]) {
    const [siteCode = '', sku = ''] = key.split(' ');
    open(siteCode, sku, 0, 0);
  }
};

const ORDERED_PER_WAREHOUSE = 12;

/** One confirmed purchase per warehouse, to arrive within the next two weeks. */
export const seedPurchases = (world: World, seeded: SeededCompany): void => {
  const { tables, anchors, nextNumber } = world;
  const { company, sites, products } = seeded;
  if (company.items.length === 0) return;
  const supplier = tables.insert('party.party', { name: 'Textil Großhandel AG', code: 'SUP-1', active: true });
  const startMs = Date.parse(company.startedAt);
  for (const [turn, site] of company.sites.filter((candidate) => candidate.kind === 'WAREHOUSE').entries()) {
    const place = sites.get(site.code);
    if (place === undefined) continue;
    const delivery = dayOf(startMs + (5 + 4 * turn) * DAY_MS);
    const purchase = tables.insert('purchase.purchase', {
      number: nextNumber('purchase'),
      reference: null,
      state: 'processing',
      shipment_state: 'waiting',
      invoice_state: 'none',
      party: supplier.id,
      warehouse: place.warehouse,
      purchase_date: dayOf(startMs - 3 * DAY_MS),
      delivery_date: delivery,
      currency: anchors.currency,
      company: anchors.company,
    });
    const ordered = company.items.filter((_, index) => index % 16 === 3 + 5 * turn).slice(0, ORDERED_PER_WAREHOUSE);
    for (const [index, item] of ordered.entries()) {
      const product = products.get(item.sku) ?? 0;
      const price = (item.costMinor / 100).toFixed(2);
      const quantity = 60 + 20 * (index % 4);
      const line = tables.insert('purchase.line', {
        purchase: purchase.id,
        type: 'line',
        product,
        quantity,
        unit: anchors.unit,
        unit_price: price,
      });
      tables.insert('stock.move', {
        product,
        quantity,
        uom: anchors.unit,
        from_location: anchors.supplierLocation,
        to_location: place.input,
        origin: `purchase.line,${line.id}`,
        shipment: null,
        state: 'draft',
        planned_date: delivery,
        effective_date: null,
        unit_price: price,
        currency: anchors.currency,
        company: anchors.company,
      });
    }
  }
};
