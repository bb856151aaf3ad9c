/** Orders as Square keeps them, and their form on the wire. */
import { isoOf } from '#runtime/clock.ts';
import { decimalText, type Json } from './protocol.ts';

export type OrderState = 'DRAFT' | 'OPEN' | 'COMPLETED' | 'CANCELED';
export type FulfillmentState = 'PROPOSED' | 'RESERVED' | 'PREPARED' | 'COMPLETED' | 'CANCELED' | 'FAILED';

export type SimLine = {
  readonly uid: string;
  readonly variationId: string | null;
  readonly name: string;
  readonly quantity: number;
  readonly unitMinor: number;
};

export type SimPickup = {
  readonly uid: string;
  readonly state: FulfillmentState;
  /** pickup_details, timestamps included. */
  readonly details: Json;
};

export type SimTender = { readonly id: string; readonly type: 'CARD' | 'CASH' | 'OTHER'; readonly amountMinor: number };

export type SimOrder = {
  readonly id: string;
  readonly locationId: string;
  readonly referenceId: string | null;
  readonly source: string;
  readonly state: OrderState;
  /** Null: made at the till, not through the API, and not to be updated through it. */
  readonly version: number | null;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly closedMs: number | null;
  readonly lines: readonly SimLine[];
  /** Goods given back, of the named order if any. */
  readonly returned: { readonly sourceOrderId: string | null; readonly lines: readonly SimLine[] } | null;
  readonly pickup: SimPickup | null;
  readonly tenders: readonly SimTender[];
  readonly metadata?: Readonly<Record<string, string>>;
};

const sumOf = (lines: readonly SimLine[]): number =>
  lines.reduce((sum, line) => sum + Math.round(line.unitMinor * line.quantity), 0);

export const totalMinorOf = (order: SimOrder): number => sumOf(order.lines);
export const dueMinorOf = (order: SimOrder): number =>
  totalMinorOf(order) - order.tenders.reduce((sum, tender) => sum + tender.amountMinor, 0);

export const orderWire = (order: SimOrder, currency: string): Json => {
  const money = (amount: number): Json => ({ amount, currency });
  const amounts = (total: number): Json => ({
    total_money: money(total),
    tax_money: money(0),
    discount_money: money(0),
    tip_money: money(0),
    service_charge_money: money(0),
  });
  const shared = (line: SimLine): Json => ({
    uid: line.uid,
    ...(line.variationId === null ? {} : { catalog_object_id: line.variationId }),
    name: line.name,
    quantity: decimalText(line.quantity),
    item_type: line.variationId === null ? 'CUSTOM_AMOUNT' : 'ITEM',
    base_price_money: money(line.unitMinor),
    variation_total_price_money: money(sumOf([line])),
    total_tax_money: money(0),
    total_discount_money: money(0),
    total_money: money(sumOf([line])),
    total_service_charge_money: money(0),
  });
  const total = totalMinorOf(order);
  const back = order.returned ? sumOf(order.returned.lines) : 0;
  return {
    id: order.id,
    location_id: order.locationId,
    ...(order.referenceId === null ? {} : { reference_id: order.referenceId }),
    source: { name: order.source },
    ...(order.metadata === undefined ? {} : { metadata: order.metadata }),
    state: order.state,
    ...(order.version === null ? {} : { version: order.version }),
    created_at: isoOf(order.createdMs),
    updated_at: isoOf(order.updatedMs),
    ...(order.closedMs === null ? {} : { closed_at: isoOf(order.closedMs) }),
    ...(order.lines.length === 0
      ? {}
      : { line_items: order.lines.map((line) => ({ ...shared(line), gross_sales_money: money(sumOf([line])) })) }),
    ...(order.pickup === null
      ? {}
      : {
          fulfillments: [
            {
              uid: order.pickup.uid,
              type: 'PICKUP',
              state: order.pickup.state,
              line_item_application: 'ALL',
              pickup_details: order.pickup.details,
            },
          ],
        }),
    ...(order.returned === null
      ? {}
      : {
          returns: [
            {
              ...(order.returned.sourceOrderId === null ? {} : { source_order_id: order.returned.sourceOrderId }),
              return_line_items: order.returned.lines.map((line) => ({
                ...shared(line),
                gross_return_money: money(sumOf([line])),
              })),
            },
          ],
          return_amounts: amounts(back),
        }),
    ...(order.tenders.length === 0
      ? {}
      : {
          tenders: order.tenders.map((tender) => ({
            id: tender.id,
            location_id: order.locationId,
            transaction_id: order.id,
            created_at: isoOf(order.closedMs ?? order.updatedMs),
            amount_money: money(tender.amountMinor),
            type: tender.type,
          })),
        }),
    net_amounts: amounts(total - back),
    total_money: money(total),
    total_tax_money: money(0),
    total_discount_money: money(0),
    total_tip_money: money(0),
    total_service_charge_money: money(0),
    net_amount_due_money: money(Math.max(0, dueMinorOf(order))),
  };
};
