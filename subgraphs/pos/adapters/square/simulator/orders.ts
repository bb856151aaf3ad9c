/** The order endpoints. */
import { isoOf } from '#runtime/clock.ts';
import type { SimRequest, SimResponse, SimulatorDeps } from '#simulation/simulator.ts';
import type { Catalog } from './catalog.ts';
import { createIdempotency } from './idempotency.ts';
import type { Locations } from './locations.ts';
import { inState, mayBecome, type OrderBook } from './order-book.ts';
import {
  type FulfillmentState,
  type OrderState,
  orderWire,
  type SimLine,
  type SimOrder,
  type SimPickup,
} from './order-wire.ts';
import { pickupDetailsOf } from './pickup-details.ts';
import {
  bodyOf,
  decimal,
  invalid,
  type Json,
  knownMembers,
  listMember,
  notFound,
  object,
  optionalInteger,
  optionalObject,
  optionalObjects,
  optionalText,
  optionalTexts,
  orderIdOf,
  SquareError,
  text,
  uidOf,
} from './protocol.ts';

const MAX_IDS = 100;
const FULFILLMENT_STATES = ['PROPOSED', 'RESERVED', 'PREPARED', 'COMPLETED', 'CANCELED', 'FAILED'] as const;
const ORDER_STATES = ['OPEN', 'COMPLETED', 'CANCELED', 'DRAFT'] as const;
const KEY_RULE = { max: 192 };
const CREATE_MEMBERS = [
  'location_id',
  'reference_id',
  'source',
  'line_items',
  'fulfillments',
  'state',
  'metadata',
  'ticket_name',
];
const UPDATE_MEMBERS = ['version', 'location_id', 'reference_id', 'fulfillments', 'state', 'metadata', 'ticket_name'];
const LINE_MEMBERS = [
  'uid',
  'name',
  'quantity',
  'note',
  'catalog_object_id',
  'catalog_version',
  'variation_name',
  'item_type',
  'metadata',
  'base_price_money',
];

export type Orders = {
  create(request: SimRequest): SimResponse;
  retrieve(id: string): SimResponse;
  update(request: SimRequest, id: string): SimResponse;
  batchRetrieve(request: SimRequest): SimResponse;
};

const MAX_ENTRIES = 10;

const metadataOf = (order: Json): Pick<SimOrder, 'metadata'> => {
  const given = optionalObject(order, 'metadata', 'order.');
  if (given === undefined) return {};
  const names = Object.keys(given);
  if (names.length > MAX_ENTRIES || names.some((name) => !/^[\w-]{1,60}$/.test(name)))
    throw invalid(
      'INVALID_VALUE',
      'At most 10 entries, named by at most 60 letters, digits, "_" and "-".',
      'order.metadata',
    );
  return {
    metadata: Object.fromEntries(names.map((name) => [name, text(given, name, { max: 255 }, 'order.metadata.')])),
  };
};

const oneOf = <T extends string>(value: string, known: readonly T[], field: string): T => {
  const found = known.find((entry) => entry === value);
  if (found === undefined) throw invalid('INVALID_ENUM_VALUE', `"${value}" is none of ${known.join(', ')}.`, field);
  return found;
};

export const createOrders = (
  shop: {
    readonly catalog: Catalog;
    readonly locations: Locations;
    readonly orders: OrderBook;
    readonly currency: string;
  },
  deps: SimulatorDeps,
): Orders => {
  const once = createIdempotency();
  const answer = (order: SimOrder): SimResponse => ({ status: 200, body: { order: orderWire(order, shop.currency) } });

  const lineOf = (line: Json, place: number): SimLine => {
    const at = `order.line_items[${place}].`;
    knownMembers(line, LINE_MEMBERS, at);
    const quantity = decimal(line, 'quantity', { max: 12 }, at);
    const uid = optionalText(line, 'uid', { max: 60 }, at) ?? uidOf(`${deps.ids.uuid()} ${place}`);
    const variationId = optionalText(line, 'catalog_object_id', { max: 192 }, at);
    const price = optionalObject(line, 'base_price_money', at);
    const priceMinor = price ? optionalInteger(price, 'amount', {}, `${at}base_price_money.`) : undefined;
    if (variationId === undefined) {
      if (priceMinor === undefined) {
        throw invalid(
          'MISSING_REQUIRED_PARAMETER',
          'A line without a catalog object needs a price.',
          `${at}base_price_money`,
        );
      }
      return { uid, variationId: null, name: text(line, 'name', { max: 512 }, at), quantity, unitMinor: priceMinor };
    }
    const variation = shop.catalog.variation(variationId);
    if (!variation || variation.deleted) {
      throw notFound(`Catalog object ${variationId} was not found.`, `${at}catalog_object_id`);
    }
    return { uid, variationId, name: variation.title, quantity, unitMinor: priceMinor ?? variation.priceMinor };
  };

  const pickupOf = (fulfillments: readonly Json[] | undefined): SimPickup | null => {
    const [fulfillment] = fulfillments ?? [];
    if (!fulfillment) return null;
    const at = 'order.fulfillments[0].';
    knownMembers(fulfillment, ['uid', 'type', 'state', 'pickup_details', 'metadata'], at);
    const type = text(fulfillment, 'type', { oneOf: ['PICKUP', 'SHIPMENT', 'DELIVERY'] }, at);
    if (type !== 'PICKUP') throw invalid('INVALID_VALUE', 'The simulator knows pickups only.', `${at}type`);
    const state = oneOf(
      optionalText(fulfillment, 'state', {}, at) ?? 'PROPOSED',
      ['PROPOSED', 'RESERVED', 'PREPARED'],
      `${at}state`,
    );
    const details = pickupDetailsOf(object(fulfillment, 'pickup_details', at), `${at}pickup_details.`, 'new');
    return {
      uid: optionalText(fulfillment, 'uid', { max: 60 }, at) ?? uidOf(deps.ids.uuid()),
      state,
      details: { schedule_type: 'SCHEDULED', ...details, placed_at: isoOf(deps.clock.now()) },
    };
  };

  const changedPickup = (order: SimOrder, fulfillments: readonly Json[]): SimPickup | null => {
    let { pickup } = order;
    for (const [place, sparse] of fulfillments.entries()) {
      const at = `order.fulfillments[${place}].`;
      knownMembers(sparse, ['uid', 'type', 'state', 'pickup_details', 'metadata'], at);
      const uid = text(sparse, 'uid', { max: 60 }, at);
      if (!pickup || pickup.uid !== uid) throw notFound(`Fulfillment ${uid} was not found.`, `${at}uid`);
      const details = optionalObject(sparse, 'pickup_details', at);
      if (details) {
        pickup = {
          ...pickup,
          details: { ...pickup.details, ...pickupDetailsOf(details, `${at}pickup_details.`, 'change') },
        };
      }
      const wanted = optionalText(sparse, 'state', {}, at);
      if (wanted === undefined) continue;
      const state: FulfillmentState = oneOf(wanted, FULFILLMENT_STATES, `${at}state`);
      if (state === pickup.state) continue;
      if (!mayBecome(pickup.state, state)) {
        throw invalid('INVALID_VALUE', `A pickup that is ${pickup.state} cannot become ${state}.`, `${at}state`);
      }
      pickup = inState(pickup, state, deps.clock.now());
    }
    return pickup;
  };

  const known = (id: string): SimOrder => {
    const order = shop.orders.get(id);
    if (!order) throw notFound(`Order ${id} was not found.`, 'order_id');
    return order;
  };

  const changesOf = (order: SimOrder, sparse: Json): Partial<SimOrder> => {
    const fulfillments = optionalObjects(sparse, 'fulfillments', {}, 'order.');
    const wanted = optionalText(sparse, 'state', { oneOf: ORDER_STATES }, 'order.');
    if (wanted === 'COMPLETED') {
      throw invalid('INVALID_VALUE', 'An order is completed by paying and fulfilling it.', 'order.state');
    }
    const referenceId = optionalText(sparse, 'reference_id', { max: 40 }, 'order.');
    const state: OrderState | undefined = wanted === undefined ? undefined : oneOf(wanted, ORDER_STATES, 'order.state');
    const pickup = fulfillments ? changedPickup(order, fulfillments) : order.pickup;
    const canceled = state === 'CANCELED';
    return {
      ...(referenceId === undefined ? {} : { referenceId }),
      ...(state === undefined ? {} : { state }),
      ...(canceled ? { closedMs: deps.clock.now() } : {}),
      pickup:
        canceled && pickup && mayBecome(pickup.state, 'CANCELED')
          ? inState(pickup, 'CANCELED', deps.clock.now())
          : pickup,
    };
  };

  return {
    create: (request) => {
      const body = bodyOf(request, ['order', 'idempotency_key']);
      const wanted = object(body, 'order');
      knownMembers(wanted, CREATE_MEMBERS, 'order.');
      const key = optionalText(body, 'idempotency_key', KEY_RULE);
      return once(key, body, () => {
        const locationId = text(wanted, 'location_id', { min: 1 }, 'order.');
        if (!shop.locations.ofId(locationId))
          throw notFound(`Location ${locationId} was not found.`, 'order.location_id');
        const nowMs = deps.clock.now();
        const source = optionalObject(wanted, 'source', 'order.');
        const order = shop.orders.create({
          id: orderIdOf(deps.ids.uuid()),
          locationId,
          referenceId: optionalText(wanted, 'reference_id', { max: 40 }, 'order.') ?? null,
          source: (source ? optionalText(source, 'name', {}, 'order.source.') : undefined) ?? 'Simulator',
          state: oneOf(optionalText(wanted, 'state', {}, 'order.') ?? 'OPEN', ['OPEN', 'DRAFT'], 'order.state'),
          version: 1,
          createdMs: nowMs,
          updatedMs: nowMs,
          closedMs: null,
          lines: (optionalObjects(wanted, 'line_items', {}, 'order.') ?? []).map(lineOf),
          returned: null,
          pickup: pickupOf(optionalObjects(wanted, 'fulfillments', { max: 1 }, 'order.')),
          tenders: [],
          ...metadataOf(wanted),
        });
        deps.recordWrite(`order:${order.referenceId ?? order.id}`, { operation: 'create', orderId: order.id });
        return answer(order);
      });
    },

    retrieve: (id) => answer(known(id)),

    update: (request, id) => {
      const body = bodyOf(request, ['order', 'fields_to_clear', 'idempotency_key']);
      if ((optionalTexts(body, 'fields_to_clear') ?? []).length > 0) {
        throw invalid('INVALID_VALUE', 'The simulator clears no fields.', 'fields_to_clear');
      }
      const key = optionalText(body, 'idempotency_key', KEY_RULE);
      return once(key === undefined ? undefined : `${id} ${key}`, body, () => {
        const order = known(id);
        const sparse = object(body, 'order');
        knownMembers(sparse, UPDATE_MEMBERS, 'order.');
        const version = optionalInteger(sparse, 'version', {}, 'order.');
        if (version === undefined)
          throw invalid('MISSING_REQUIRED_PARAMETER', 'The parameter is required.', 'order.version');
        if (order.version === null) throw invalid('BAD_REQUEST', 'The order was not made through the API.', 'order_id');
        if (version !== order.version) {
          throw new SquareError(
            409,
            'INVALID_REQUEST_ERROR',
            'CONFLICT',
            `The order is at version ${order.version}.`,
            'order.version',
          );
        }
        if (order.state === 'COMPLETED' || order.state === 'CANCELED') {
          throw invalid('BAD_REQUEST', `An order that is ${order.state} cannot be changed.`, 'order_id');
        }
        const next = shop.orders.update(order, changesOf(order, sparse));
        deps.recordWrite(`order:${next.referenceId ?? next.id}`, {
          operation: 'update',
          orderId: id,
          version: next.version,
        });
        return answer(next);
      });
    },

    batchRetrieve: (request) => {
      const body = bodyOf(request, ['location_id', 'order_ids']);
      const ids = optionalTexts(body, 'order_ids', { maxEntries: MAX_IDS });
      if (!ids) throw invalid('MISSING_REQUIRED_PARAMETER', 'The parameter is required.', 'order_ids');
      const locationId = optionalText(body, 'location_id');
      const found = [...new Set(ids)].flatMap((id) => shop.orders.get(id) ?? []);
      const shown = found.filter((order) => locationId === undefined || order.locationId === locationId);
      return {
        status: 200,
        body: listMember(
          'orders',
          shown.map((order) => orderWire(order, shop.currency)),
        ),
      };
    },
  };
};
