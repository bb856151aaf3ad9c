/** The company's orders as sales, each brought to its stage at the time it reached it. */
import { decimalOf, money } from '#model/money.ts';
import type { CompanyOrder, CompanyOrderStage } from '#simulation/company/company.ts';
import { invoicesOfSale, shipmentsOfSale } from '../flow/documents.ts';
import { postInvoice } from '../flow/invoices.ts';
import { createSale } from '../flow/orders.ts';
import { cancelSale, quote } from '../flow/sales.ts';
import { finishReturn, OUT, OUT_RETURN, receiveReturn } from '../flow/shipments.ts';
import { advanceSale, type SaleStage, shipPartly } from '../flow/stages.ts';
import { referenceOf } from '../orm/fields.ts';
import { type RpcContext, requestOf, type World } from '../orm/request.ts';
import type { SeedTime } from '../world.ts';
import type { SeededCompany } from './stock.ts';

/** Cancelled and returned orders take other ways, see below. */
const SHIPPED_STAGE: Readonly<Record<CompanyOrderStage, SaleStage>> = {
  QUOTED: 'quotation',
  CONFIRMED: 'confirmed',
  RELEASED: 'processing',
  ALLOCATED: 'assigned',
  PICKING: 'picked',
  PACKED: 'packed',
  PARTIALLY_SHIPPED: 'assigned',
  SHIPPED: 'invoiced',
  DELIVERED: 'paid',
  READY_FOR_PICKUP: 'invoiced',
  COLLECTED: 'paid',
  CANCELLED: 'quotation',
  RETURNED: 'paid',
};

/** A pickup is invoiced when it is processed; how far the store is with it the ERP does not know. */
const PICKUP_STAGE: Readonly<Partial<Record<CompanyOrderStage, SaleStage>>> = {
  RELEASED: 'invoiced',
  ALLOCATED: 'invoiced',
  PICKING: 'invoiced',
};

const trackingUrl = (trackingNumber: string): string =>
  `https://tracking.example.invalid/${encodeURIComponent(trackingNumber)}`;

const sketchOf = (order: CompanyOrder, seeded: SeededCompany, sign: 1 | -1) => ({
  customer: order.customer,
  warehouse: seeded.sites.get(order.siteCode)?.warehouse ?? 0,
  pickup: order.method === 'PICKUP_IN_STORE',
  lines: order.lines.map((line) => ({
    product: seeded.products.get(line.sku) ?? 0,
    quantity: sign * line.quantity,
    unitPrice: decimalOf(money(line.unitPriceMinor, seeded.company.currency)),
  })),
});

/** The parcel's carrier and tracking number, on the shipment that has left. */
const addParcel = (request: RpcContext, saleId: number, order: CompanyOrder, seeded: SeededCompany): void => {
  const { tables } = request.world;
  if (order.carrier === undefined || order.trackingNumber === undefined) return;
  const shipped = shipmentsOfSale(request, saleId, OUT).find((id) => tables.get(OUT, id).values.state === 'done');
  if (shipped === undefined) return;
  tables.update(OUT, shipped, { carrier: seeded.carriers.get(order.carrier) ?? null });
  tables.insert('stock.package', {
    code: request.world.nextNumber('package'),
    type: 1,
    shipment: referenceOf(OUT, shipped),
    company: request.world.anchors.company,
    state: 'closed',
    shipping_reference: order.trackingNumber,
    shipping_tracking_url: trackingUrl(order.trackingNumber),
    moves: [],
  });
};

const returnSale = (request: RpcContext, saleId: number, order: CompanyOrder, seeded: SeededCompany): void => {
  const back = createSale(request, {
    ...sketchOf(order, seeded, -1),
    reference: `RMA-${order.number}`,
    origin: referenceOf('sale.sale', saleId),
  });
  advanceSale(request, back.id, 'processing');
  for (const id of shipmentsOfSale(request, back.id, OUT_RETURN)) {
    receiveReturn(request, id);
    finishReturn(request, id);
  }
  advanceSale(request, back.id, 'paid');
};

const bringToStage = (request: RpcContext, saleId: number, order: CompanyOrder, seeded: SeededCompany): void => {
  const pickup = order.method === 'PICKUP_IN_STORE';
  const stage = (pickup ? PICKUP_STAGE[order.stage] : undefined) ?? SHIPPED_STAGE[order.stage];
  advanceSale(request, saleId, stage);
  if (order.stage === 'CANCELLED') cancelSale(request, [saleId]);
  if (order.stage === 'PARTIALLY_SHIPPED') {
    const shipped = order.lines.map((line) => [seeded.products.get(line.sku) ?? 0, line.shippedQuantity] as const);
    shipPartly(request, saleId, new Map(shipped));
    for (const id of invoicesOfSale(request, saleId)) postInvoice(request, id);
  }
  addParcel(request, saleId, order, seeded);
};

export const seedOrders = (world: World, seeded: SeededCompany, time: SeedTime): void => {
  for (const order of seeded.company.orders) {
    if (order.erpNumber === undefined) continue;
    const request = requestOf(world);
    time.setMs(Date.parse(order.placedAt));
    const sale = createSale(request, {
      ...sketchOf(order, seeded, 1),
      reference: order.number,
      number: order.erpNumber,
    });
    quote(request, [sale.id]);
    time.setMs(Date.parse(order.stageAt));
    bringToStage(request, sale.id, order, seeded);
    if (order.stage === 'RETURNED') returnSale(request, sale.id, order, seeded);
  }
  time.setMs(null);
};
