/** SearchOrders: filters, order and pages. */
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';
import type { OrderBook } from './order-book.ts';
import { orderWire, type SimOrder } from './order-wire.ts';
import {
  bodyOf,
  cursorOf,
  invalid,
  type Json,
  knownMembers,
  listMember,
  optionalBoolean,
  optionalInstant,
  optionalInteger,
  optionalObject,
  optionalTexts,
  positionOf,
  text,
} from './protocol.ts';

const MAX_LOCATIONS = 10;
const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 1000;
const FIELDS = { CREATED_AT: 'created_at', UPDATED_AT: 'updated_at', CLOSED_AT: 'closed_at' } as const;
type SortField = keyof typeof FIELDS;

type Matcher = (order: SimOrder) => boolean;

const timeOf = (order: SimOrder, field: SortField): number | null =>
  field === 'CREATED_AT' ? order.createdMs : field === 'UPDATED_AT' ? order.updatedMs : order.closedMs;

const stateMatcher = (filter: Json): Matcher => {
  const given = optionalObject(filter, 'state_filter', 'query.filter.');
  if (!given) return () => true;
  const at = 'query.filter.state_filter.';
  const states = optionalTexts(given, 'states', { oneOf: ['OPEN', 'COMPLETED', 'CANCELED', 'DRAFT'] }, at);
  if (!states) throw invalid('MISSING_REQUIRED_PARAMETER', 'The parameter is required.', `${at}states`);
  return (order) => states.includes(order.state);
};

const fulfillmentMatcher = (filter: Json): Matcher => {
  const given = optionalObject(filter, 'fulfillment_filter', 'query.filter.');
  if (!given) return () => true;
  const at = 'query.filter.fulfillment_filter.';
  const types = optionalTexts(given, 'fulfillment_types', { oneOf: ['PICKUP', 'SHIPMENT', 'DELIVERY'] }, at);
  const known = ['PROPOSED', 'RESERVED', 'PREPARED', 'COMPLETED', 'CANCELED', 'FAILED'];
  const states = optionalTexts(given, 'fulfillment_states', { oneOf: known }, at);
  return (order) =>
    order.pickup !== null && (!types || types.includes('PICKUP')) && (!states || states.includes(order.pickup.state));
};

/** Start and end belong to the range. The sort field must be the field of the range. */
const timeMatcher = (filter: Json, sortField: SortField): Matcher => {
  const given = optionalObject(filter, 'date_time_filter', 'query.filter.');
  if (!given) return () => true;
  const at = 'query.filter.date_time_filter.';
  knownMembers(given, Object.values(FIELDS), at);
  const names = Object.keys(given);
  if (names.length !== 1 || names[0] !== FIELDS[sortField]) {
    throw invalid(
      'CONFLICTING_PARAMETERS',
      `The sort field ${sortField} must be the one time range given.`,
      'query.sort.sort_field',
    );
  }
  const range = optionalObject(given, FIELDS[sortField], at) ?? {};
  const rangeAt = `${at}${FIELDS[sortField]}.`;
  const fromMs = optionalInstant(range, 'start_at', rangeAt) ?? Number.NEGATIVE_INFINITY;
  const toMs = optionalInstant(range, 'end_at', rangeAt) ?? Number.POSITIVE_INFINITY;
  if (fromMs > toMs) throw invalid('INVALID_TIME_RANGE', 'The range ends before it starts.', rangeAt.slice(0, -1));
  return (order) => {
    const ms = timeOf(order, sortField);
    return ms !== null && ms >= fromMs && ms <= toMs;
  };
};

const sortOf = (query: Json): { readonly field: SortField; readonly descending: boolean } => {
  const sort = optionalObject(query, 'sort', 'query.');
  if (!sort) return { field: 'CREATED_AT', descending: true };
  const field = text(sort, 'sort_field', { oneOf: Object.keys(FIELDS) }, 'query.sort.') as SortField;
  const order =
    sort.sort_order === undefined ? 'DESC' : text(sort, 'sort_order', { oneOf: ['ASC', 'DESC'] }, 'query.sort.');
  return { field, descending: order === 'DESC' };
};

export const searchOrders = (
  shop: { readonly orders: OrderBook; readonly currency: string },
  request: SimRequest,
): SimResponse => {
  const body = bodyOf(request, ['location_ids', 'cursor', 'query', 'limit', 'return_entries']);
  const locationIds = optionalTexts(body, 'location_ids', { maxEntries: MAX_LOCATIONS });
  if (!locationIds || locationIds.length === 0) {
    throw invalid('MISSING_REQUIRED_PARAMETER', 'At least one location is needed.', 'location_ids');
  }
  const limit = optionalInteger(body, 'limit', { min: 1, max: MAX_LIMIT }) ?? DEFAULT_LIMIT;
  const query = optionalObject(body, 'query') ?? {};
  knownMembers(query, ['filter', 'sort'], 'query.');
  const filter = optionalObject(query, 'filter', 'query.') ?? {};
  knownMembers(
    filter,
    ['state_filter', 'date_time_filter', 'fulfillment_filter', 'source_filter', 'customer_filter'],
    'query.filter.',
  );
  const { field, descending } = sortOf(query);
  const matchers = [stateMatcher(filter), fulfillmentMatcher(filter), timeMatcher(filter, field)];
  const direction = descending ? -1 : 1;
  const keyOf = (order: SimOrder): number => timeOf(order, field) ?? 0;
  const compare = (a: SimOrder, b: SimOrder): number =>
    direction * (keyOf(a) - keyOf(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const sorted = [...shop.orders.all()]
    .filter((order) => locationIds.includes(order.locationId) && matchers.every((matches) => matches(order)))
    .sort(compare);
  const position = positionOf(body);
  const [afterMs, afterId] =
    position === null ? [null, null] : [Number(position.split(' ')[0]), position.split(' ')[1]];
  const isAfter = (order: SimOrder): boolean => {
    if (afterMs === null) return true;
    const difference = direction * (keyOf(order) - afterMs);
    return (
      difference > 0 ||
      (difference === 0 && direction * (order.id > (afterId ?? '') ? 1 : -1) > 0 && order.id !== afterId)
    );
  };
  const left = sorted.filter(isAfter);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  const cursor = last && left.length > page.length ? { cursor: cursorOf(body, `${keyOf(last)} ${last.id}`) } : {};
  if (optionalBoolean(body, 'return_entries')) {
    const entries = page.map(({ id, locationId, version }) => ({
      order_id: id,
      location_id: locationId,
      ...(version === null ? {} : { version }),
    }));
    return { status: 200, body: { ...cursor, ...listMember('order_entries', entries) } };
  }
  return {
    status: 200,
    body: {
      ...cursor,
      ...listMember(
        'orders',
        page.map((order) => orderWire(order, shop.currency)),
      ),
    },
  };
};
