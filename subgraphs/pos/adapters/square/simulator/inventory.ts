/** Inventory: counts, changes, and what every change sets off. */
import { isoOf } from '#runtime/clock.ts';
import type { SimRequest, SimResponse, SimulatorDeps } from '#simulation/simulator.ts';
import type { Catalog } from './catalog.ts';
import { createIdempotency } from './idempotency.ts';
import type { Locations } from './locations.ts';
import {
  bodyOf,
  cursorOf,
  decimal,
  decimalText,
  invalid,
  type Json,
  knownMembers,
  listMember,
  notFound,
  object,
  optionalBoolean,
  optionalInstant,
  optionalInteger,
  optionalObjects,
  optionalText,
  optionalTexts,
  positionOf,
  text,
} from './protocol.ts';
import {
  COUNTED_STATES,
  type CountRecord,
  countWire,
  createStockBook,
  latestOf,
  MOVABLE_STATES,
} from './stock-book.ts';
import type { Webhooks } from './webhooks.ts';

const STATES = [
  'CUSTOM',
  'IN_STOCK',
  'SOLD',
  'RETURNED_BY_CUSTOMER',
  'RESERVED_FOR_SALE',
  'SOLD_ONLINE',
  'ORDERED_FROM_VENDOR',
  'RECEIVED_FROM_VENDOR',
  'IN_TRANSIT_TO',
  'NONE',
  'WASTE',
  'UNLINKED_RETURN',
  'COMPOSED',
  'DECOMPOSED',
  'SUPPORTED_BY_NEWER_VERSION',
  'IN_TRANSIT',
];
const MAX_CHANGES = 100;
const MAX_PAGE = 1000;
const DEFAULT_PAGE = 100;
const DAY_MS = 86_400_000;
/** Clocks of callers may run ahead of Square's by this much. */
const FUTURE_TOLERANCE_MS = 60_000;

export type Movement = {
  readonly variationId: string;
  readonly locationId: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
};

type Change = {
  readonly variationId: string;
  readonly locationId: string;
  readonly type: string;
  readonly states: readonly string[];
  readonly createdMs: number;
  readonly wire: Json;
};

export type Inventory = {
  counts(request: SimRequest): SimResponse;
  changes(request: SimRequest): SimResponse;
  batchChange(request: SimRequest): SimResponse;
  /** The first count, told to nobody. */
  seed(variationId: string, locationId: string, state: string, quantity: number, atMs: number): void;
  move(movements: readonly Movement[]): readonly CountRecord[];
  count(variationId: string, locationId: string, quantity: number): readonly CountRecord[];
  onHand(variationId: string, locationId: string): number;
};

const isCounted = (state: string): boolean => COUNTED_STATES.some((counted) => counted === state);

export const createInventory = (
  shop: { readonly catalog: Catalog; readonly locations: Locations },
  webhooks: Webhooks,
  deps: SimulatorDeps,
): Inventory => {
  const book = createStockBook();
  const once = createIdempotency();
  const changes: Change[] = [];
  const nowMs = (): number => deps.clock.now();

  /** One event per variation, with all of its counts that changed. */
  const announce = (records: readonly CountRecord[]): void => {
    for (const changed of Map.groupBy(latestOf(records), (record) => record.variationId).values()) {
      webhooks.emit('inventory.count.updated', {
        type: 'inventory_counts',
        id: deps.ids.uuid(),
        object: { inventory_counts: changed.map(countWire) },
      });
    }
  };

  const newId = (): string => deps.ids.uuid().replaceAll('-', '').toUpperCase().slice(0, 24);

  const record = (change: Omit<Change, 'createdMs' | 'wire'>, body: Json, kind: string): Change => {
    const createdMs = nowMs();
    const wire = { type: change.type, [kind]: { id: newId(), ...body, created_at: isoOf(createdMs) } };
    const kept = { ...change, createdMs, wire };
    changes.push(kept);
    return kept;
  };

  const applyMovement = (movement: Movement, atMs: number, reference: Json = {}) => {
    const { variationId, locationId, from, to, quantity } = movement;
    const records = [
      ...(isCounted(from) ? [book.move({ variationId, locationId, state: from }, -quantity, atMs, nowMs())] : []),
      ...(isCounted(to) ? [book.move({ variationId, locationId, state: to }, quantity, atMs, nowMs())] : []),
    ];
    const change = record(
      { variationId, locationId, type: 'ADJUSTMENT', states: [from, to] },
      {
        ...reference,
        from_state: from,
        to_state: to,
        location_id: locationId,
        catalog_object_id: variationId,
        catalog_object_type: 'ITEM_VARIATION',
        quantity: decimalText(quantity),
        occurred_at: isoOf(atMs),
      },
      'adjustment',
    );
    return { records, change };
  };

  const applyCount = (
    counted: {
      readonly variationId: string;
      readonly locationId: string;
      readonly state: string;
      readonly quantity: number;
    },
    atMs: number,
    reference: Json = {},
  ) => {
    const { variationId, locationId, state, quantity } = counted;
    const records = [book.count(counted, quantity, atMs, nowMs())];
    const change = record(
      { variationId, locationId, type: 'PHYSICAL_COUNT', states: [state] },
      {
        ...reference,
        catalog_object_id: variationId,
        catalog_object_type: 'ITEM_VARIATION',
        state,
        location_id: locationId,
        quantity: decimalText(quantity),
        occurred_at: isoOf(atMs),
      },
      'physical_count',
    );
    return { records, change };
  };

  type Checked = { readonly apply: () => { readonly records: readonly CountRecord[]; readonly change: Change } | null };

  const commonOf = (part: Json, at: string) => {
    const variationId = text(part, 'catalog_object_id', { max: 100 }, at);
    const locationId = text(part, 'location_id', { max: 100 }, at);
    if (!shop.catalog.variation(variationId)) {
      throw notFound(`Catalog object ${variationId} was not found.`, `${at}catalog_object_id`);
    }
    if (!shop.locations.ofId(locationId)) throw notFound(`Location ${locationId} was not found.`, `${at}location_id`);
    const atMs = optionalInstant(part, 'occurred_at', at);
    if (atMs === undefined)
      throw invalid('MISSING_REQUIRED_PARAMETER', 'The parameter is required.', `${at}occurred_at`);
    if (atMs > nowMs() + FUTURE_TOLERANCE_MS || atMs < nowMs() - DAY_MS) {
      throw invalid('INVALID_TIME', 'Not in the future and not older than 24 hours.', `${at}occurred_at`);
    }
    const referenceId = optionalText(part, 'reference_id', { max: 255 }, at);
    const reference = referenceId === undefined ? {} : { reference_id: referenceId };
    return { variationId, locationId, atMs, reference, quantity: decimal(part, 'quantity', { max: 26 }, at) };
  };

  const PART_MEMBERS = [
    'id',
    'reference_id',
    'catalog_object_id',
    'catalog_object_type',
    'location_id',
    'quantity',
    'occurred_at',
    'employee_id',
    'team_member_id',
  ];

  const check = (change: Json, place: number, ignoreUnchanged: boolean): Checked => {
    const at = `changes[${place}].`;
    knownMembers(change, ['type', 'physical_count', 'adjustment', 'transfer', 'measurement_unit_id'], at);
    const type = text(change, 'type', { oneOf: ['PHYSICAL_COUNT', 'ADJUSTMENT', 'TRANSFER'] }, at);
    if (type === 'TRANSFER') throw invalid('INVALID_VALUE', 'Transfers are Transfer Orders now.', `${at}type`);
    const name = type === 'ADJUSTMENT' ? 'adjustment' : 'physical_count';
    const part = object(change, name, at);
    const partAt = `${at}${name}.`;
    if (type === 'PHYSICAL_COUNT') {
      knownMembers(part, [...PART_MEMBERS, 'state'], partAt);
      const state = text(part, 'state', { oneOf: COUNTED_STATES }, partAt);
      const common = commonOf(part, partAt);
      return {
        apply: () => {
          const before = book.get({ ...common, state });
          if (ignoreUnchanged && before?.quantity === common.quantity) return null;
          return applyCount({ ...common, state }, common.atMs, common.reference);
        },
      };
    }
    knownMembers(part, [...PART_MEMBERS, 'from_state', 'to_state'], partAt);
    const from = text(part, 'from_state', { oneOf: MOVABLE_STATES }, partAt);
    const to = text(part, 'to_state', { oneOf: MOVABLE_STATES }, partAt);
    if (from === to) throw invalid('INVALID_VALUE', 'The states must differ.', `${partAt}to_state`);
    const common = commonOf(part, partAt);
    return { apply: () => applyMovement({ ...common, from, to }, common.atMs, common.reference) };
  };

  return {
    counts: (request) => {
      const body = bodyOf(request, [
        'catalog_object_ids',
        'location_ids',
        'updated_after',
        'cursor',
        'states',
        'limit',
      ]);
      const limit = optionalInteger(body, 'limit', { min: 1, max: MAX_PAGE }) ?? DEFAULT_PAGE;
      const variationIds = optionalTexts(body, 'catalog_object_ids');
      const locationIds = optionalTexts(body, 'location_ids');
      const states = optionalTexts(body, 'states', { oneOf: STATES });
      const position = positionOf(body);
      const found = book.select(
        {
          variationIds: variationIds ?? null,
          locationIds: locationIds ? new Set(locationIds) : null,
          states: states ? new Set(states) : null,
          afterMs: optionalInstant(body, 'updated_after') ?? Number.NEGATIVE_INFINITY,
          belowSlot: position === null ? null : Number(position),
        },
        limit,
      );
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const cursor = last && found.length > limit ? { cursor: cursorOf(body, String(last.slot)) } : {};
      return { status: 200, body: { ...cursor, ...listMember('counts', page.map(countWire)) } };
    },

    changes: (request) => {
      const body = bodyOf(request, [
        'catalog_object_ids',
        'location_ids',
        'types',
        'states',
        'updated_after',
        'updated_before',
        'cursor',
        'limit',
      ]);
      const limit = optionalInteger(body, 'limit', { min: 1, max: MAX_PAGE }) ?? DEFAULT_PAGE;
      const variationIds = optionalTexts(body, 'catalog_object_ids');
      const locationIds = optionalTexts(body, 'location_ids');
      const types = optionalTexts(body, 'types', { oneOf: ['PHYSICAL_COUNT', 'ADJUSTMENT'] });
      const states = optionalTexts(body, 'states', { oneOf: STATES });
      const afterMs = optionalInstant(body, 'updated_after') ?? Number.NEGATIVE_INFINITY;
      const beforeMs = optionalInstant(body, 'updated_before') ?? Number.POSITIVE_INFINITY;
      const below = Number(positionOf(body) ?? changes.length);
      const found: { readonly place: number; readonly wire: Json }[] = [];
      for (let place = below - 1; place >= 0 && found.length <= limit; place--) {
        const change = changes[place];
        if (!change || change.createdMs <= afterMs || change.createdMs >= beforeMs) continue;
        if (variationIds && !variationIds.includes(change.variationId)) continue;
        if (locationIds && !locationIds.includes(change.locationId)) continue;
        if (types && !types.includes(change.type)) continue;
        if (states && change.type === 'ADJUSTMENT' && !change.states.some((s) => states.includes(s))) continue;
        found.push({ place, wire: change.wire });
      }
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const cursor = last && found.length > limit ? { cursor: cursorOf(body, String(last.place)) } : {};
      return {
        status: 200,
        body: {
          ...cursor,
          ...listMember(
            'changes',
            page.map(({ wire }) => wire),
          ),
        },
      };
    },

    batchChange: (request) => {
      const body = bodyOf(request, ['idempotency_key', 'changes', 'ignore_unchanged_counts']);
      const key = text(body, 'idempotency_key', { min: 1, max: 128 });
      const wanted = optionalObjects(body, 'changes', { max: MAX_CHANGES }) ?? [];
      const ignoreUnchanged = optionalBoolean(body, 'ignore_unchanged_counts') ?? true;
      return once(key, body, () => {
        // All are checked before the first is applied: a batch is taken as a whole or not at all.
        const checked = wanted.map((change, place) => check(change, place, ignoreUnchanged));
        const applied = checked.flatMap(({ apply }) => apply() ?? []);
        const records = applied.flatMap((entry) => entry.records);
        announce(records);
        deps.recordWrite(`inventory:${key}`, { changes: applied.length });
        return {
          status: 200,
          body: {
            ...listMember('counts', latestOf(records).map(countWire)),
            ...listMember(
              'changes',
              applied.map(({ change }) => change.wire),
            ),
          },
        };
      });
    },

    seed: (variationId, locationId, state, quantity, atMs) => {
      book.count({ variationId, locationId, state }, quantity, atMs, atMs);
    },
    move: (movements) => {
      const records = movements.flatMap((movement) => applyMovement(movement, nowMs()).records);
      announce(records);
      return records;
    },
    count: (variationId, locationId, quantity) => {
      const { records } = applyCount({ variationId, locationId, state: 'IN_STOCK', quantity }, nowMs());
      announce(records);
      return records;
    },
    onHand: (variationId, locationId) => book.get({ variationId, locationId, state: 'IN_STOCK' })?.quantity ?? 0,
  };
};
