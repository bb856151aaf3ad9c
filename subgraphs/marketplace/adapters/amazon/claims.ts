/** An Amazon order to the claims it makes: the order itself, and each parcel when there are several. Pure. */
import type {
  ClaimedLine,
  ClaimedProgress,
  ClaimedShipment,
  OrderClaim,
  OrderReference,
  RejectedInput,
} from '#model/change.ts';
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';
import {
  type AmazonMarketplace,
  fulfillerOf,
  instantOf,
  itemReferences,
  marketplaceOfOrder,
  moneyOf,
  type OrderMeaning,
  shipmentStateOf,
  statusMeaning,
} from './mapping.ts';
import type { AmazonOrder, AmazonPackage, AmazonWindow } from './wire.ts';

export type OrderClaims = { readonly claims: readonly OrderClaim[]; readonly rejected: readonly RejectedInput[] };

type Item = AmazonOrder['orderItems'][number] & { readonly sellerSku: string };

const subjectOf = (order: AmazonOrder): string => `amazon-order:${order.orderId}`;

const promiseOf = (window: AmazonWindow | undefined): OrderClaim['promise'] => {
  const latest = window?.latestDateTime;
  if (latest === undefined) return undefined;
  return { earliest: instantOf(window?.earliestDateTime ?? latest), latest: instantOf(latest) };
};

const methodOf = (order: AmazonOrder): FulfilmentMethod =>
  order.programs?.includes('IN_STORE_PICK_UP') ? 'PICKUP_IN_STORE' : 'SHIP_TO_HOME';

/** Units of each order item in parcels that have arrived. */
const deliveredByItem = (order: AmazonOrder): ReadonlyMap<string, number> => {
  const delivered = new Map<string, number>();
  for (const parcel of order.packages ?? []) {
    const status = parcel.packageStatus;
    if (status === undefined || shipmentStateOf(status.status, status.detailedStatus) !== 'DELIVERED') continue;
    for (const { orderItemId, quantity } of parcel.packageItems ?? []) {
      delivered.set(orderItemId, (delivered.get(orderItemId) ?? 0) + quantity);
    }
  }
  return delivered;
};

/** Two lines may sell the same SKU: progress is per item, so their quantities add up. */
const progressOf = (
  marketplace: string,
  items: readonly Item[],
  order: AmazonOrder,
  meaning: OrderMeaning,
): readonly ClaimedProgress[] => {
  const arrived = deliveredByItem(order);
  const bySku = new Map<string, { shipped: number; delivered: number; cancelled: number }>();
  for (const item of items) {
    const sum = bySku.get(item.sellerSku) ?? { shipped: 0, delivered: 0, cancelled: 0 };
    bySku.set(item.sellerSku, sum);
    const fulfilled = Math.min(item.fulfillment?.quantityFulfilled ?? 0, item.quantityOrdered);
    const delivered = Math.min(arrived.get(item.orderItemId) ?? 0, fulfilled);
    const isCancelled = meaning.cancelled || item.cancellation?.cancellationExecution !== undefined;
    sum.delivered += delivered;
    sum.shipped += fulfilled - delivered;
    sum.cancelled += isCancelled ? item.quantityOrdered - fulfilled : 0;
  }
  return [...bySku].flatMap(([sku, quantities]) => {
    const told = Object.fromEntries(Object.entries(quantities).filter(([, quantity]) => quantity > 0));
    return Object.keys(told).length === 0 ? [] : [{ items: itemReferences(marketplace, sku), quantities: told }];
  });
};

const shipmentOf = (
  order: AmazonOrder,
  parcel: AmazonPackage,
): { readonly shipment?: ClaimedShipment; readonly rejected: readonly RejectedInput[] } => {
  const status = parcel.packageStatus;
  if (status === undefined) return { rejected: [] };
  const state = shipmentStateOf(status.status, status.detailedStatus);
  if (state === undefined) {
    const words = [status.status, status.detailedStatus].filter((word) => word !== undefined).join('/');
    return {
      rejected: [
        {
          kind: 'SCHEMA_MISMATCH',
          subject: subjectOf(order),
          message: `Package ${parcel.packageReferenceId} has the status "${words}", which is not known; the parcel was left out.`,
          unknownField: 'package.status',
        },
      ],
    };
  }
  // Only the hand-over has a time of its own; when a parcel arrived is not told.
  const handedOver =
    parcel.shipTime === undefined ? [] : [{ at: instantOf(parcel.shipTime), state: 'IN_TRANSIT' as const }];
  return {
    shipment: {
      state,
      ...(parcel.carrier === undefined ? {} : { carrier: parcel.carrier }),
      ...(parcel.trackingNumber === undefined ? {} : { trackingNumber: parcel.trackingNumber }),
      events: handedOver,
    },
    rejected: [],
  };
};

/** Parts of the price that settlements call gross sale. */
const GROSS_PARTS: readonly string[] = ['ITEM', 'GIFT_WRAP', 'COD_FEE'];

/**
 * The parts of the total as a settlement will name them. Left out where Amazon tells other parts too (discounts, tips), or
 * where the parts do not sum to the total: then prices contain the tax, and only the total can be compared.
 */
const chargedOf = (order: AmazonOrder): OrderClaim['charged'] => {
  const { grandTotal, breakdowns = [] } = order.proceeds ?? {};
  const parts = breakdowns.map(({ type, subtotal }) => ({ type, amountMinor: moneyOf(subtotal).amountMinor }));
  const sumOf = (types: readonly string[]): number =>
    parts.reduce((sum, { type, amountMinor }) => sum + (types.includes(type) ? amountMinor : 0), 0);
  const known = [...GROSS_PARTS, 'TAX', 'SHIPPING'];
  const isTold =
    grandTotal !== undefined &&
    parts.some(({ type }) => type === 'TAX') &&
    parts.every(({ type }) => known.includes(type)) &&
    sumOf(known) === moneyOf(grandTotal).amountMinor;
  return isTold ? { gross: sumOf(GROSS_PARTS), tax: sumOf(['TAX']), shipping: sumOf(['SHIPPING']) } : undefined;
};

/**
 * Everything an order says. One parcel travels inside the order's own claim. Several become documents of their own, with
 * tracking but without quantities: those stay with the order, so that no unit counts twice.
 */
export const toOrderClaims = (marketplaces: readonly AmazonMarketplace[], order: AmazonOrder): OrderClaims => {
  const marketplace = marketplaceOfOrder(marketplaces, order);
  if (marketplace === null) return { claims: [], rejected: [] };
  const items = order.orderItems.flatMap((item): readonly Item[] => {
    const { sellerSku } = item.product;
    return sellerSku ? [{ ...item, sellerSku }] : [];
  });
  if (items.length < order.orderItems.length) {
    const message = 'An order item names no seller SKU, so the order cannot be taken over in full; it was left out.';
    return { claims: [], rejected: [{ kind: 'IDENTIFIER_UNMAPPED', subject: subjectOf(order), message }] };
  }

  const status = order.fulfillment.fulfillmentStatus;
  const { meaning, rejected } = statusMeaning(status, order.orderId);
  const references: readonly OrderReference[] = [{ scheme: 'channel', value: order.orderId }];
  const effectiveAt = instantOf(order.lastUpdatedTime);
  const sequence = String(Date.parse(order.lastUpdatedTime));
  const parcels = (order.packages ?? []).map((parcel) => ({ parcel, ...shipmentOf(order, parcel) }));
  const [only] = parcels.length === 1 ? parcels : [];
  const promise = promiseOf(order.fulfillment.deliverByWindow);
  const total = order.proceeds?.grandTotal;
  const charged = chargedOf(order);
  const method = methodOf(order);
  const shipsFrom = fulfillerOf(order.fulfillment.fulfilledBy) === 'MARKETPLACE' ? marketplace.warehouse : undefined;
  const asked = order.orderItems.some(
    ({ cancellation }) =>
      cancellation?.cancellationRequest !== undefined && cancellation.cancellationExecution === undefined,
  );
  const lines: readonly ClaimedLine[] = items.map((item) => ({
    lineRef: item.orderItemId,
    items: itemReferences(marketplace.name, item.sellerSku),
    ordered: item.quantityOrdered,
    method,
    ...(shipsFrom === undefined ? {} : { locationCode: shipsFrom }),
  }));

  const claim: OrderClaim = {
    kind: 'order-claim',
    documentType: 'marketplace-order',
    documentId: order.orderId,
    references,
    sequence,
    effectiveAt,
    rawStatus: status,
    channel: marketplace.channel,
    placedAt: instantOf(order.createdTime),
    ...(total === undefined ? {} : { total: moneyOf(total) }),
    ...(charged === undefined ? {} : { charged }),
    lines,
    confirmed: meaning.confirmed,
    onHold: meaning.onHold,
    cancelled: meaning.cancelled,
    cancellationRequested: asked && !meaning.cancelled,
    progress: progressOf(marketplace.name, items, order, meaning),
    payment: meaning.payment,
    ...(only?.shipment === undefined ? {} : { shipment: only.shipment }),
    ...(promise === undefined ? {} : { promise }),
  };
  const parcelClaims = parcels.flatMap(({ parcel, shipment }): readonly OrderClaim[] =>
    only !== undefined || shipment === undefined
      ? []
      : [
          {
            kind: 'order-claim',
            documentType: 'shipment',
            documentId: `${order.orderId}/${parcel.packageReferenceId}`,
            references,
            sequence,
            effectiveAt,
            rawStatus: parcel.packageStatus?.detailedStatus ?? parcel.packageStatus?.status ?? status,
            shipment,
          },
        ],
  );
  return {
    claims: [claim, ...parcelClaims],
    rejected: [...rejected, ...parcels.flatMap((parcel) => parcel.rejected)],
  };
};
