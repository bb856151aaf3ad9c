/**
 * Square's orders in canonical terms, pure. Status tables are data; a word that is not in them is reported, never
 * guessed.
 */
import type { ClaimedLine, ClaimedPickup, ClaimedProgress, OrderClaim, RejectedInput } from '#model/change.ts';
import { type ItemReference, referenceKey } from '#model/identifiers.ts';
import type { Money } from '#model/money.ts';
import type { LineBucket, PaymentStatus, PickupState } from '#model/order/vocabulary.ts';
import type {
  PickupLine,
  PickupTask,
  PickupTaskState,
  PosTransaction,
  PosTransactionKind,
} from '#subgraphs/pos/port.ts';
import { type ItemIndex, namelessItem, referencesAt, unknownVariation } from './items.ts';
import type { Store, StoreDirectory } from './stores.ts';
import type { WireFulfillment, WireLine, WireMoney, WireOrder } from './wire.ts';

type FulfillmentMeaning = {
  readonly task: PickupTaskState;
  readonly pickup: PickupState;
  readonly bucket: LineBucket;
  /** How far along; the least advanced pickup of an order speaks for it. */
  readonly rank: number;
};

export const FULFILLMENT_STATES: Readonly<Record<string, FulfillmentMeaning>> = {
  // A short pick gives the units back to the order: they are open again and may be routed elsewhere.
  FAILED: { task: 'SHORT', pickup: 'SHORT', bucket: 'open', rank: 0 },
  PROPOSED: { task: 'REQUESTED', pickup: 'REQUESTED', bucket: 'open', rank: 1 },
  RESERVED: { task: 'PICKING', pickup: 'PREPARING', bucket: 'picking', rank: 2 },
  PREPARED: { task: 'READY', pickup: 'READY', bucket: 'readyForPickup', rank: 3 },
  COMPLETED: { task: 'COLLECTED', pickup: 'COLLECTED', bucket: 'collected', rank: 4 },
  CANCELED: { task: 'CANCELLED', pickup: 'CANCELLED', bucket: 'cancelled', rank: 5 },
};

/** Which of Square's states hold tasks of ours. EXPIRED and REJECTED are told apart by timestamps, not by the state. */
export const STATES_OF_TASK: Readonly<Record<PickupTaskState, readonly string[]>> = {
  REQUESTED: ['PROPOSED'],
  ACCEPTED: [],
  PICKING: ['RESERVED'],
  READY: ['PREPARED'],
  COLLECTED: ['COMPLETED'],
  SHORT: ['FAILED'],
  REJECTED: ['CANCELED', 'FAILED'],
  EXPIRED: ['CANCELED', 'FAILED'],
  CANCELLED: ['CANCELED'],
  UNKNOWN: [],
};

/** true: the state is known and means a cancelled order. */
export const ORDER_STATES: Readonly<Record<string, { readonly cancelled: boolean }>> = {
  DRAFT: { cancelled: false },
  OPEN: { cancelled: false },
  COMPLETED: { cancelled: false },
  CANCELED: { cancelled: true },
};

/** An own entry of a table, never something that every object has. */
const entryOf = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/** Line item types that are goods. Custom amounts and gift cards are money, not stock. */
const GOODS_TYPES: readonly string[] = ['ITEM'];

export const moneyOf = (wire: WireMoney | null | undefined): Money | null =>
  wire ? { amountMinor: wire.amount, currency: wire.currency } : null;

/** Part of a unit in an order needs a whole one. */
export const orderedUnits = (quantity: string): number => Math.ceil(Number(quantity));

export const pickupsOf = (order: WireOrder): readonly WireFulfillment[] =>
  order.fulfillments.filter((fulfillment) => fulfillment.type === 'PICKUP');

/** Orders made at the till have no version; their modification time grows as well. */
const sequenceOf = (order: WireOrder): string => String(order.version ?? Date.parse(order.updated_at));

const meaningOf = (fulfillment: WireFulfillment): FulfillmentMeaning | null => {
  const meaning = entryOf(FULFILLMENT_STATES, fulfillment.state ?? '');
  if (!meaning) return null;
  const ended = fulfillment.state === 'CANCELED' || fulfillment.state === 'FAILED';
  if (ended && fulfillment.pickup_details?.expired_at) return { ...meaning, task: 'EXPIRED', pickup: 'EXPIRED' };
  if (ended && fulfillment.pickup_details?.rejected_at) return { ...meaning, task: 'REJECTED', pickup: 'CANCELLED' };
  return meaning;
};

/** The pickup that speaks for the order: one that nobody understands, else the least advanced. */
const speakerOf = (order: WireOrder): WireFulfillment | null =>
  pickupsOf(order).toSorted((a, b) => (meaningOf(a)?.rank ?? -1) - (meaningOf(b)?.rank ?? -1))[0] ?? null;

const detailTimes = (
  fulfillment: WireFulfillment,
): { readonly readyAt?: string; readonly collectedAt?: string; readonly expiresAt?: string } => {
  const details = fulfillment.pickup_details;
  return {
    ...(details?.ready_at ? { readyAt: details.ready_at } : {}),
    ...(details?.picked_up_at ? { collectedAt: details.picked_up_at } : {}),
    ...(details?.expires_at ? { expiresAt: details.expires_at } : {}),
  };
};

const isGoods = (line: WireLine): line is WireLine & { readonly catalog_object_id: string } =>
  Boolean(line.catalog_object_id) && GOODS_TYPES.includes(line.item_type ?? 'ITEM');

/** What a line is called: its uid, or its place where it has none. */
const lineId = ({ uid }: WireLine, place: number): string => uid || String(place);

/** The lines that are goods, by their ids. */
export const goodsOf = (order: WireOrder) =>
  order.line_items.flatMap((line, place) =>
    isGoods(line)
      ? [{ id: lineId(line, place), variationId: line.catalog_object_id, units: orderedUnits(line.quantity) }]
      : [],
  );

const pickupLines = (order: WireOrder, items: ItemIndex): readonly PickupLine[] =>
  goodsOf(order).map(({ id, units, variationId }) => {
    const sku = items.ofVariation(variationId)?.sku;
    return { id, ...(sku ? { sku } : {}), quantity: units };
  });

/** Null when the order is not to be picked up or its store is unknown. */
export const toPickupTask = (order: WireOrder, items: ItemIndex, stores: StoreDirectory): PickupTask | null => {
  const speaker = speakerOf(order);
  const store = stores.ofId(order.location_id);
  if (!speaker || !store) return null;
  return {
    id: order.id,
    locationCode: store.code,
    orderReference: order.reference_id ?? order.id,
    state: meaningOf(speaker)?.task ?? 'UNKNOWN',
    lines: pickupLines(order, items),
    requestedAt: speaker.pickup_details?.placed_at ?? order.created_at,
    ...detailTimes(speaker),
    asOf: order.updated_at,
    version: sequenceOf(order),
  };
};

const kindOf = (order: WireOrder): PosTransactionKind => {
  if (entryOf(ORDER_STATES, order.state)?.cancelled) return 'VOID';
  if (pickupsOf(order).length > 0) return 'PICKUP';
  if (order.returns.length === 0) return 'SALE';
  return order.line_items.length === 0 ? 'RETURN' : 'EXCHANGE';
};

/** Null for drafts (nothing happened yet), unknown stores and orders without a total. */
export const toTransaction = (order: WireOrder, stores: StoreDirectory): PosTransaction | null => {
  const store = stores.ofId(order.location_id);
  const total = moneyOf(order.net_amounts?.total_money ?? order.total_money);
  if (!store || !total || order.state === 'DRAFT') return null;
  return {
    id: order.id,
    locationCode: store.code,
    kind: kindOf(order),
    occurredAt: order.created_at,
    ...(order.reference_id ? { orderReference: order.reference_id } : {}),
    total,
    asOf: order.updated_at,
    version: sequenceOf(order),
  };
};

const paymentOf = (order: WireOrder): PaymentStatus | null => {
  if (order.tenders.length === 0) return null; // paid elsewhere or not at all: the till does not know
  if (order.state === 'COMPLETED') return 'PAID';
  const paid = order.tenders.reduce((sum, tender) => sum + (tender.amount_money?.amount ?? 0), 0);
  return paid >= (order.total_money?.amount ?? 0) ? 'PAID' : 'PARTIALLY_PAID';
};

type NamedLine = {
  readonly uid: string;
  readonly items: readonly ItemReference[];
  readonly ordered: number;
};

const namedLines = (
  order: WireOrder,
  items: ItemIndex,
  store: Store,
): { readonly lines: readonly NamedLine[]; readonly rejected: readonly RejectedInput[] } => {
  const lines: NamedLine[] = [];
  const rejected: RejectedInput[] = [];
  for (const { id, units, variationId } of goodsOf(order)) {
    const group = items.ofVariation(variationId);
    const names = group ? referencesAt(group, store) : [];
    if (!group) rejected.push(unknownVariation(variationId));
    else if (names.length === 0) rejected.push(namelessItem(group));
    else lines.push({ uid: id, items: names, ordered: units });
  }
  return { lines, rejected };
};

/** Units of one line that a pickup hands out. */
const unitsIn = (fulfillment: WireFulfillment, line: NamedLine): number =>
  fulfillment.line_item_application === 'ENTRY_LIST'
    ? fulfillment.entries
        .filter((entry) => entry.line_item_uid === line.uid)
        .reduce((sum, entry) => sum + orderedUnits(entry.quantity), 0)
    : line.ordered;

const progressOf = (order: WireOrder, lines: readonly NamedLine[]): readonly ClaimedProgress[] => {
  const byItem = new Map<
    string,
    { items: readonly ItemReference[]; quantities: Partial<Record<LineBucket, number>> }
  >();
  for (const fulfillment of pickupsOf(order)) {
    const bucket = meaningOf(fulfillment)?.bucket;
    if (bucket === undefined) continue;
    for (const line of lines) {
      const units = unitsIn(fulfillment, line);
      if (units === 0) continue;
      const key = line.items.map(referenceKey).join(' ');
      const entry = byItem.get(key) ?? { items: line.items, quantities: {} };
      entry.quantities[bucket] = (entry.quantities[bucket] ?? 0) + units;
      byItem.set(key, entry);
    }
  }
  return [...byItem.values()];
};

const unknownStates = (order: WireOrder): readonly RejectedInput[] => [
  ...(entryOf(ORDER_STATES, order.state)
    ? []
    : [
        {
          kind: 'SCHEMA_MISMATCH',
          subject: `order:${order.id}`,
          message: `Order ${order.id} has the state "${order.state}", which is not known here; it is taken as open.`,
          unknownField: 'order.state',
        } as const,
      ]),
  ...pickupsOf(order)
    .filter((fulfillment) => meaningOf(fulfillment) === null)
    .map(
      (fulfillment) =>
        ({
          kind: 'SCHEMA_MISMATCH',
          subject: `order:${order.id}`,
          message: `The pickup of order ${order.id} has the state "${fulfillment.state ?? ''}", which is not known here; nothing is said about its progress.`,
          unknownField: 'fulfillment.state',
        }) as const,
    ),
];

export type ClaimResult = { readonly claim: OrderClaim | null; readonly rejected: readonly RejectedInput[] };

const NOTHING: ClaimResult = { claim: null, rejected: [] };

const proofsOf = (speaker: WireFulfillment): Pick<OrderClaim, 'customer'> => {
  const recipient = speaker.pickup_details?.recipient;
  const customer = {
    ...(recipient?.email_address ? { email: recipient.email_address } : {}),
    ...(recipient?.phone_number ? { phone: recipient.phone_number } : {}),
  };
  return Object.keys(customer).length === 0 ? {} : { customer };
};

/** Where a shop that orders what it has reserved writes the reservation's id. */
const RESERVATION_ENTRY = 'reservation_id';

const reservationsOf = ({ metadata }: WireOrder): Pick<OrderClaim, 'reservationIds'> => {
  const id = metadata?.[RESERVATION_ENTRY];
  return id ? { reservationIds: [id] } : {};
};

const pickupOf = (speaker: WireFulfillment, store: Store): { readonly pickup?: ClaimedPickup } => {
  const meaning = meaningOf(speaker);
  return meaning === null
    ? {}
    : { pickup: { locationCode: store.code, state: meaning.pickup, ...detailTimes(speaker) } };
};

/** What a pickup order says. Sales at the till concern no order of a channel and claim nothing. */
export const toOrderClaim = (order: WireOrder, items: ItemIndex, stores: StoreDirectory): ClaimResult => {
  const speaker = speakerOf(order);
  if (!speaker || order.state === 'DRAFT') return NOTHING;
  const store = stores.ofId(order.location_id);
  if (!store || !order.reference_id) {
    const missing = store
      ? 'carries no reference_id'
      : `belongs to location ${order.location_id}, which has no location code`;
    return {
      claim: null,
      rejected: [
        {
          kind: 'IDENTIFIER_UNMAPPED',
          subject: `order:${order.id}`,
          message: `Pickup order ${order.id} ${missing}: it cannot be matched to an order.`,
        },
      ],
    };
  }
  const { lines, rejected } = namedLines(order, items, store);
  const method = speaker.pickup_details?.is_curbside_pickup ? 'CURBSIDE' : 'PICKUP_IN_STORE';
  const total = moneyOf(order.total_money);
  const payment = paymentOf(order);
  return {
    claim: {
      kind: 'order-claim',
      documentType: 'pickup',
      documentId: order.id,
      references: [{ scheme: 'channel', value: order.reference_id }],
      sequence: sequenceOf(order),
      effectiveAt: order.updated_at,
      rawStatus: `${order.state}/${speaker.state ?? ''}`,
      placedAt: speaker.pickup_details?.placed_at ?? order.created_at,
      ...(total ? { total } : {}),
      ...proofsOf(speaker),
      ...reservationsOf(order),
      lines: lines.map(
        (line): ClaimedLine => ({
          lineRef: line.uid,
          items: line.items,
          ordered: line.ordered,
          method,
          locationCode: store.code,
        }),
      ),
      cancelled: entryOf(ORDER_STATES, order.state)?.cancelled ?? false,
      released: true,
      progress: progressOf(order, lines),
      ...(payment ? { payment } : {}),
      ...pickupOf(speaker, store),
    },
    rejected: [...rejected, ...unknownStates(order)],
  };
};
