/** Tryton's documents to canonical claims and entities. Pure; the tables in README.md say the same in words. */
import type { ClaimedProgress, ClaimedShipment, ClaimedShortage, OrderClaim, OrderReference } from '#model/change.ts';
import type { LineBucket, ReturnStatus, ShipmentState } from '#model/order/vocabulary.ts';
import { stampOf } from '#vendors/tryton/sweep.ts';
import type { ReturnDisposition, WmsReturnReceipt, WmsShipment, WmsShipmentState } from '../../port.ts';
import type { GoodsMove, ReturnDocument, SaleName, ShipmentDocument } from './documents.ts';
import type { Sites } from './sites.ts';
import type { DocumentMoveRow, ReturnRow, ShipmentRow } from './wire.ts';

type ShipmentWord = ShipmentRow['state'];

/** "Picked" in Tryton means taken off the shelf and not packed yet: the nearest canonical word is PICKING. */
const WMS_STATE: Readonly<Record<ShipmentWord, WmsShipmentState>> = {
  draft: 'RELEASED',
  waiting: 'RELEASED',
  assigned: 'RELEASED',
  picked: 'PICKING',
  packed: 'PACKED',
  done: 'SHIPPED',
  cancelled: 'CANCELLED',
};

/** Before it is packed there is no parcel to speak of, only the intention. */
const PARCEL_STATE: Readonly<Record<ShipmentWord, ShipmentState>> = {
  draft: 'INFO_RECEIVED',
  waiting: 'INFO_RECEIVED',
  assigned: 'INFO_RECEIVED',
  picked: 'INFO_RECEIVED',
  packed: 'LABEL_CREATED',
  done: 'IN_TRANSIT',
  cancelled: 'CANCELLED',
};

const RETURN_STATUS: Readonly<Record<ReturnRow['state'], ReturnStatus>> = {
  draft: 'AUTHORIZED',
  received: 'RECEIVED',
  done: 'COMPLETED',
  cancelled: 'CANCELLED',
};

/** Tryton's float quantities are whole for countable goods; what binary fractions add is cut off here. */
const units = (quantity: number): number => Math.round(quantity * 1e6) / 1e6;

const milliseconds = (stamp: string): string => String(Date.parse(stamp));

const skuOf = (move: DocumentMoveRow): string | null => move['product.'].code;

const isText = (value: string | null): value is string => value !== null && value.trim() !== '';

/** The channel's number first: it is what the shopper knows; the ERP's always follows. */
export const referencesOf = (sale: SaleName): readonly OrderReference[] => [
  ...(isText(sale.reference) ? [{ scheme: 'channel', value: sale.reference } as const] : []),
  ...(isText(sale.number) ? [{ scheme: 'erp', value: sale.number } as const] : []),
];

const orderReferenceOf = (sale: SaleName): string => (isText(sale.reference) ? sale.reference : (sale.number ?? ''));

type Spread = readonly (readonly [LineBucket, number])[];

const assignedOf = (goods: GoodsMove): number =>
  Math.min(
    goods.move.internal_quantity,
    goods.walks.filter((walk) => walk.state === 'assigned').reduce((sum, walk) => sum + walk.internal_quantity, 0),
  );

/**
 * Where the goods of one move stand. A cancelled move that was made anew elsewhere says nothing: its successor speaks.
 * What an assignment looked for and did not find is back-ordered; what nobody looked for yet is open.
 */
const spreadOf = (goods: GoodsMove, shipment: ShipmentRow): Spread => {
  const { move } = goods;
  const quantity = move.internal_quantity;
  if (move.state === 'cancelled') return move.sale_exception_state === 'recreated' ? [] : [['cancelled', quantity]];
  if (move.state === 'done') return [['shipped', quantity]];
  if (move.state === 'staging') return [['backordered', quantity]];
  switch (shipment.state) {
    case 'assigned':
      return [['allocated', quantity]];
    case 'picked':
      return [['picking', quantity]];
    case 'packed':
    case 'done':
      return [['packed', quantity]];
    case 'cancelled':
      return [['cancelled', quantity]];
    default: {
      const allocated = assignedOf(goods);
      const rest = quantity - allocated;
      return [
        ['allocated', allocated],
        [shipment.partially_assigned === true ? 'backordered' : 'open', rest],
      ];
    }
  }
};

/** One entry per item, whatever number of moves it took. */
const progressOf = (entries: readonly (readonly [sku: string, spread: Spread])[]): readonly ClaimedProgress[] => {
  const bySku = new Map<string, Map<LineBucket, number>>();
  for (const [sku, spread] of entries) {
    const quantities = bySku.get(sku) ?? new Map<LineBucket, number>();
    bySku.set(sku, quantities);
    for (const [bucket, quantity] of spread) {
      if (quantity > 0) quantities.set(bucket, units((quantities.get(bucket) ?? 0) + quantity));
    }
  }
  return [...bySku].flatMap(([sku, quantities]) =>
    quantities.size === 0
      ? []
      : [{ items: [{ scheme: 'sku' as const, value: sku }], quantities: Object.fromEntries(quantities) }],
  );
};

const progressOfGoods = (
  goods: readonly GoodsMove[],
  spread: (goods: GoodsMove) => Spread,
): readonly ClaimedProgress[] =>
  progressOf(
    goods.flatMap((entry) => {
      const sku = skuOf(entry.move);
      return sku === null ? [] : [[sku, spread(entry)] as const];
    }),
  );

const originCodeOf = (warehouse: number | null, sites: Sites): string | undefined =>
  warehouse === null ? undefined : sites.byWarehouse(warehouse)?.code;

const carrierOf = (shipment: ShipmentRow): string | undefined => shipment['carrier.']?.['party.'].name ?? undefined;

const claimedShipment = (document: ShipmentDocument, sites: Sites): ClaimedShipment => {
  const { shipment, packages } = document;
  const originCode = originCodeOf(shipment.warehouse, sites);
  const tracked = packages.find((parcel) => isText(parcel.shipping_reference));
  const carrier = carrierOf(shipment);
  const state = PARCEL_STATE[shipment.state];
  return {
    ...(originCode === undefined ? {} : { originCode }),
    state,
    ...(carrier === undefined ? {} : { carrier }),
    ...(tracked?.shipping_reference ? { trackingNumber: tracked.shipping_reference } : {}),
    ...(tracked?.shipping_tracking_url ? { trackingUrl: tracked.shipping_tracking_url } : {}),
    events: [{ at: document.stamp, state }],
  };
};

const PICKED_OR_LATER: ReadonlySet<ShipmentWord> = new Set(['picked', 'packed', 'done']);

/** Tryton lets nobody change an assigned quantity; goods that cannot be found leave the shipment by a cancelled move. */
const shortGoodsOf = ({ goods, shipment }: ShipmentDocument): readonly GoodsMove[] =>
  PICKED_OR_LATER.has(shipment.state) ? goods.filter(({ move }) => move.state === 'cancelled') : [];

const shortagesOf = (document: ShipmentDocument, sites: Sites): readonly ClaimedShortage[] => {
  const locationCode = originCodeOf(document.shipment.warehouse, sites);
  if (locationCode === undefined) return [];
  return shortGoodsOf(document).flatMap(({ move }) => {
    const sku = skuOf(move);
    return sku === null ? [] : [{ items: [{ scheme: 'sku', value: sku }], locationCode, noticedAt: stampOf(move) }];
  });
};

export const claimOfShipment = (document: ShipmentDocument, sites: Sites): OrderClaim => {
  const shortages = shortagesOf(document, sites);
  return {
    kind: 'order-claim',
    documentType: 'shipment',
    documentId: document.id,
    references: referencesOf(document.sale),
    sequence: milliseconds(document.stamp),
    effectiveAt: document.stamp,
    rawStatus: document.shipment.state,
    released: document.shipment.state !== 'draft' && document.shipment.state !== 'cancelled',
    progress: progressOfGoods(document.goods, (goods) => spreadOf(goods, document.shipment)),
    ...(shortages.length === 0 ? {} : { shortages }),
    shipment: claimedShipment(document, sites),
  };
};

/** Packages leave when the goods' moves are done; Tryton keeps no other time of departure. */
const shippedAtOf = (document: ShipmentDocument): string | undefined =>
  document.shipment.state === 'done' ? document.stamp : undefined;

const UNKNOWN_CARRIER = 'unknown';

const parcelsOf = (document: ShipmentDocument): WmsShipment['parcels'] => {
  const shippedAt = shippedAtOf(document);
  return document.packages.map((parcel) => ({
    carrier: carrierOf(document.shipment) ?? UNKNOWN_CARRIER,
    ...(isText(parcel.shipping_reference) ? { trackingNumber: parcel.shipping_reference } : {}),
    ...(isText(parcel.shipping_tracking_url) ? { trackingUrl: parcel.shipping_tracking_url } : {}),
    ...(shippedAt === undefined ? {} : { shippedAt }),
  }));
};

const linesOf = (document: ShipmentDocument): WmsShipment['lines'] => {
  const isPicked = PICKED_OR_LATER.has(document.shipment.state);
  const bySku = Map.groupBy(document.goods, ({ move }) => skuOf(move) ?? '');
  return [...bySku]
    .filter(([sku]) => sku !== '')
    .map(([sku, goods]) => {
      const live = goods.filter(({ move }) => move.state !== 'cancelled');
      const ordered = units(goods.reduce((sum, { move }) => sum + move.internal_quantity, 0));
      const left = units(live.reduce((sum, { move }) => sum + move.internal_quantity, 0));
      const shipped = live.filter(({ move }) => move.state === 'done');
      return {
        sku,
        ordered,
        picked: isPicked ? left : 0,
        shipped: units(shipped.reduce((sum, { move }) => sum + move.internal_quantity, 0)),
        short: isPicked ? units(ordered - left) : 0,
      };
    });
};

/** Null when the shipment leaves from a place that is none of our sites. */
export const wmsShipmentOf = (document: ShipmentDocument, sites: Sites): WmsShipment | null => {
  const originCode = originCodeOf(document.shipment.warehouse, sites);
  if (originCode === undefined) return null;
  return {
    id: document.id,
    orderReference: orderReferenceOf(document.sale),
    originCode,
    state: WMS_STATE[document.shipment.state],
    lines: linesOf(document),
    parcels: parcelsOf(document),
    asOf: document.stamp,
    version: milliseconds(document.stamp),
  };
};

/** A return nobody tied to a sale names at least the order its own reference says, never its own sale number. */
const returnReferences = (document: ReturnDocument): readonly OrderReference[] =>
  document.isOriginKnown
    ? referencesOf(document.sale)
    : referencesOf({ reference: document.sale.reference, number: null });

const rmaOf = (document: ReturnDocument): string | null => {
  const candidates = [document.receipt.reference, document.returnSale.reference, document.returnSale.number];
  return candidates.find(isText) ?? null;
};

const isReceived = (receipt: ReturnRow): boolean => receipt.state === 'received' || receipt.state === 'done';

export const claimOfReturn = (document: ReturnDocument): OrderClaim => {
  const rmaNumber = rmaOf(document);
  return {
    kind: 'order-claim',
    documentType: 'return-receipt',
    documentId: document.id,
    references: returnReferences(document),
    sequence: milliseconds(document.stamp),
    effectiveAt: document.stamp,
    rawStatus: document.receipt.state,
    progress: isReceived(document.receipt)
      ? progressOfGoods(document.goods, ({ move }) => [['returned', move.internal_quantity]])
      : [],
    return: {
      ...(rmaNumber === null ? {} : { rmaNumber }),
      status: RETURN_STATUS[document.receipt.state],
      // The warehouse sees goods, never money: with goods back a refund is due, and whether it was paid others say.
      refund: isReceived(document.receipt) ? 'PENDING' : 'NOT_DUE',
    },
  };
};

/** Whether a location holds damaged goods. */
export type IsDamaged = (locationId: number) => boolean;

const dispositionOf = (goods: GoodsMove, receipt: ReturnRow, isDamaged: IsDamaged): ReturnDisposition => {
  if (receipt.state !== 'done') return 'PENDING_INSPECTION';
  const target = goods.walks.find((walk) => walk.state === 'done')?.to_location ?? goods.move.to_location;
  return isDamaged(target) ? 'DAMAGED' : 'RESTOCKED';
};

export const wmsReturnReceiptOf = (document: ReturnDocument, isDamaged: IsDamaged): WmsReturnReceipt => {
  const rmaNumber = rmaOf(document);
  const received = isReceived(document.receipt) ? document.goods.find(({ move }) => move.state === 'done') : undefined;
  const receivedAt = received === undefined ? undefined : (received.move.write_date ?? received.move.create_date);
  return {
    id: document.id,
    ...(rmaNumber === null ? {} : { rmaNumber }),
    orderReference: orderReferenceOf(document.sale),
    ...(receivedAt === undefined ? {} : { receivedAt }),
    lines: document.goods.flatMap((goods) => {
      const sku = skuOf(goods.move);
      const quantity = units(goods.move.internal_quantity);
      return sku === null ? [] : [{ sku, quantity, disposition: dispositionOf(goods, document.receipt, isDamaged) }];
    }),
    asOf: document.stamp,
    version: milliseconds(document.stamp),
  };
};
