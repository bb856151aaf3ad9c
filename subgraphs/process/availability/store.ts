/** SQL of stock: set-based, because a first load brings tens of thousands of readings. */
import type { SystemKind } from '#model/identifiers.ts';
import type { LocationKind, PlaceServices } from '#model/location.ts';
import type { ItemLifecycle } from '#model/product.ts';
import type { StockReading } from '#model/stock.ts';
import { isoOf } from '#runtime/clock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { StockStatus } from './assessment.ts';
import type { Demand, Hold, ItemFacts, Learnt, Place, PlaceSupply, SourceReading } from './facts.ts';

/** What a channel was last told about a SKU. */
export type Announced = { readonly status: StockStatus; readonly sellable: number | null };
export type AvailabilityState = {
  readonly sku: string;
  readonly version: number;
  readonly channels: Readonly<Record<string, Announced>>;
};

export type ReadingKey = { readonly sku: string; readonly locationCode: string; readonly system: SystemKind };
export type StoredReading = ReadingKey & { readonly connection: string; readonly reading: StockReading };
export type NewReading = StoredReading & { readonly receivedAt: string };

/** Locks the SKUs in one order everywhere and returns what was announced of them. */
export const lockSkus = async (tx: Sql, skus: readonly string[]): Promise<ReadonlyMap<string, AvailabilityState>> => {
  await tx.query(
    'insert into process.availability_state (sku) select unnest($1::text[]) order by 1 on conflict do nothing',
    [skus],
  );
  const rows = await tx.query<AvailabilityState>(
    'select sku, version, channels from process.availability_state where sku = any($1) order by sku for update',
    [skus],
  );
  return new Map(rows.map((row) => [row.sku, row]));
};

export const saveStates = async (tx: Sql, states: readonly AvailabilityState[]): Promise<void> => {
  await tx.query(
    `update process.availability_state s set version = r.version, channels = r.channels
     from jsonb_to_recordset($1::jsonb) as r(sku text, version bigint, channels jsonb) where s.sku = r.sku`,
    [JSON.stringify(states)],
  );
};

const KEY_COLUMNS = 'sku text, "locationCode" text, system text';

type ReadingRow = ReadingKey &
  Omit<StockReading, 'sequence'> & { readonly connection: string; readonly sequence: string | null };

export const readReadings = async (tx: Sql, keys: readonly ReadingKey[]): Promise<readonly StoredReading[]> => {
  const rows = await tx.query<ReadingRow>(
    `select s.sku, s.location_code as "locationCode", s.system, s.connection, s.on_hand as "onHand", s.damaged, s.quality_hold as "qualityHold",
            s.returns_pending as "returnsPending", s.reserved_hard as "reservedHard", s.reservations, s.in_transit as "inTransit",
            s.basis, s.as_of as "asOf", s.sequence
     from process.stock_reading s
     join jsonb_to_recordset($1::jsonb) as k(${KEY_COLUMNS}) on s.sku = k.sku and s.location_code = k."locationCode" and s.system = k.system`,
    [JSON.stringify(keys)],
  );
  return rows.map(({ sku, locationCode, system, connection, sequence, ...reading }) => ({
    sku,
    locationCode,
    system,
    connection,
    reading: { ...reading, ...(sequence === null ? {} : { sequence }) },
  }));
};

export const saveReadings = async (tx: Sql, readings: readonly NewReading[]): Promise<void> => {
  const rows = readings.map(({ reading, ...rest }) => ({ ...rest, ...reading }));
  await tx.query(
    `insert into process.stock_reading as s (sku, location_code, system, connection, on_hand, damaged, quality_hold, returns_pending,
       reserved_hard, reservations, in_transit, basis, as_of, sequence, received_at)
     select sku, "locationCode", system, connection, "onHand", damaged, "qualityHold", "returnsPending", "reservedHard", reservations,
       "inTransit", basis, "asOf", sequence, "receivedAt"
     from jsonb_to_recordset($1::jsonb) as r(${KEY_COLUMNS}, connection text, "onHand" int, damaged int, "qualityHold" int,
       "returnsPending" int, "reservedHard" int, reservations text, "inTransit" int, basis text, "asOf" timestamptz, sequence text,
       "receivedAt" timestamptz)
     on conflict (sku, location_code, system) do update set
       connection = excluded.connection, on_hand = excluded.on_hand, damaged = excluded.damaged, quality_hold = excluded.quality_hold,
       returns_pending = excluded.returns_pending, reserved_hard = excluded.reserved_hard, reservations = excluded.reservations,
       in_transit = excluded.in_transit, basis = excluded.basis, as_of = excluded.as_of, sequence = excluded.sequence,
       received_at = case when s.connection = excluded.connection and s.as_of = excluded.as_of
         then greatest(s.received_at, excluded.received_at) else excluded.received_at end`,
    [JSON.stringify(rows)],
  );
};

/** One reading as a JSON array: a list of 40,000 of them crosses a thread or a socket several times faster than rows. */
const PACKED_READING = `jsonb_build_array(location_code, system, connection, on_hand, damaged, quality_hold, returns_pending, reserved_hard,
  reservations, in_transit, basis, (extract(epoch from as_of) * 1000)::float8, sequence, (extract(epoch from received_at) * 1000)::float8)`;
type PackedReading = readonly [
  locationCode: string,
  system: SystemKind,
  connection: string,
  onHand: number,
  damaged: number,
  qualityHold: number,
  returnsPending: number,
  reservedHard: number,
  reservations: StockReading['reservations'],
  inTransit: number,
  basis: StockReading['basis'],
  asOfMs: number,
  sequence: string | null,
  receivedAtMs: number,
];
type PackedDemand = readonly [locationCode: string | null, unreleased: number, released: number, channel: string];
type PackedHold = readonly [
  reservationId: string,
  locationCode: string,
  quantity: number,
  expiresAtMs: number,
  channel: string,
];
type PackedLearnt = readonly [
  locationCode: string,
  soldUnits: number,
  observedMinutes: number,
  atMs: number,
  shortPickAtMs: number | null,
  countedAtMs: number | null,
];

/** The same few hundred codes occur in every item: one string each instead of one per reading. */
export type Intern = (text: string) => string;
export const createIntern = (): Intern => {
  const known = new Map<string, string>();
  return (text) => {
    const same = known.get(text);
    if (same !== undefined) return same;
    known.set(text, text);
    return text;
  };
};

const unpackReading = (packed: PackedReading, intern: Intern): SourceReading => ({
  locationCode: intern(packed[0]),
  system: packed[1],
  connection: intern(packed[2]),
  receivedAtMs: packed[13],
  provenMs: Math.max(packed[11], packed[13]),
  reading: {
    onHand: packed[3],
    damaged: packed[4],
    qualityHold: packed[5],
    returnsPending: packed[6],
    reservedHard: packed[7],
    reservations: packed[8],
    inTransit: packed[9],
    basis: packed[10],
    asOf: isoOf(packed[11]),
    ...(packed[12] === null ? {} : { sequence: packed[12] }),
  },
});

type ItemRow = {
  readonly sku: string;
  readonly title: string;
  readonly lifecycle: ItemLifecycle;
  readonly readings: string | null;
  readonly demand: string | null;
  readonly holds: string | null;
  readonly learnt: string | null;
  readonly supplies: string | null;
};

/** Everything known of these items; items that the item master does not have are left out. */
export const readItems = async (sql: Sql, skus: readonly string[], intern: Intern): Promise<readonly ItemFacts[]> => {
  const rows = await sql.query<ItemRow>(
    `select v.sku, v.title, v.lifecycle, r.readings, d.demand, h.holds, l.learnt, s.supplies
     from process.variant v
     left join (
       select sku, jsonb_agg(${PACKED_READING})::text as readings from process.stock_reading where sku = any($1) group by sku
     ) r on r.sku = v.sku
     left join (
       select sku, jsonb_agg(jsonb_build_array(location_code, unreleased, released, channel))::text as demand from (
         select d.sku, d.location_code, o.channel, sum(d.unreleased)::int as unreleased, sum(d.released)::int as released
         from process.order_demand d join process.orders o on o.id = d.order_id
         where d.sku = any($1) group by d.sku, d.location_code, o.channel
       ) per_place group by sku
     ) d on d.sku = v.sku
     left join (
       select h.sku, jsonb_agg(jsonb_build_array(h.reservation_id, h.location_code, h.quantity,
         (extract(epoch from h.expires_at) * 1000)::float8, r.channel))::text as holds
       from process.reservation_hold h join process.reservation r on r.id = h.reservation_id
       where h.sku = any($1) group by h.sku
     ) h on h.sku = v.sku
     left join (
       select sku, jsonb_agg(jsonb_build_array(location_code, sold_units, observed_minutes, (extract(epoch from as_of) * 1000)::float8,
         (extract(epoch from short_pick_at) * 1000)::float8, (extract(epoch from counted_at) * 1000)::float8))::text as learnt
       from process.stock_learnt where sku = any($1) group by sku
     ) l on l.sku = v.sku
     left join (
       select sku, jsonb_agg(jsonb_build_object('system', system, 'locationCode', location_code, 'supplies', supplies))::text as supplies
       from process.supply where sku = any($1) and supplies <> '[]' group by sku
     ) s on s.sku = v.sku
     where v.sku = any($1)`,
    [skus],
  );
  return rows.map(({ sku, title, lifecycle, readings, demand, holds, learnt, supplies }) => ({
    sku,
    title,
    lifecycle,
    readings:
      readings === null ? [] : (JSON.parse(readings) as PackedReading[]).map((packed) => unpackReading(packed, intern)),
    demand:
      demand === null
        ? []
        : (JSON.parse(demand) as PackedDemand[]).map(
            (packed): Demand => ({
              channel: intern(packed[3]),
              locationCode: packed[0],
              unreleased: packed[1],
              released: packed[2],
            }),
          ),
    holds:
      holds === null
        ? []
        : (JSON.parse(holds) as PackedHold[]).map(
            (packed): Hold => ({
              channel: intern(packed[4]),
              reservationId: packed[0],
              locationCode: intern(packed[1]),
              quantity: packed[2],
              expiresAtMs: packed[3],
            }),
          ),
    learnt: new Map(
      learnt === null
        ? []
        : (JSON.parse(learnt) as PackedLearnt[]).map((packed): readonly [string, Learnt] => [
            intern(packed[0]),
            {
              rate: { soldUnits: packed[1], observedMinutes: packed[2], atMs: packed[3] },
              shortPickAtMs: packed[4],
              countedAtMs: packed[5],
            },
          ]),
    ),
    supplies: supplies === null ? [] : (JSON.parse(supplies) as PlaceSupply[]),
  }));
};

/** SKUs after `after` in their order: pages of the whole item master. */
export const readSkus = async (sql: Sql, after: string, limit: number): Promise<readonly string[]> => {
  const rows = await sql.query<{ sku: string }>(
    'select sku from process.variant where sku > $1 order by sku limit $2',
    [after, limit],
  );
  return rows.map(({ sku }) => sku);
};

export const skusWithStockAt = async (sql: Sql, codes: readonly string[]): Promise<readonly string[]> => {
  const rows = await sql.query<{ sku: string }>(
    'select distinct sku from process.stock_reading where location_code = any($1)',
    [codes],
  );
  return rows.map(({ sku }) => sku);
};

type PlaceRow = {
  readonly code: string;
  readonly name: string;
  readonly kind: LocationKind | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly timeZone: string | null;
  readonly country: string | null;
  readonly services: PlaceServices;
};

export const readPlaces = async (sql: Sql): Promise<ReadonlyMap<string, Place>> => {
  const rows = await sql.query<PlaceRow>(
    `select code, name, kind, latitude, longitude, time_zone as "timeZone", address->>'country' as country, services
     from process.location order by code`,
  );
  return new Map(
    rows.map(({ code, name, kind, latitude, longitude, timeZone, country, services }) => {
      const position = latitude === null || longitude === null ? {} : { position: { latitude, longitude } };
      const home = { ...(timeZone === null ? {} : { timeZone }), ...(country === null ? {} : { country }) };
      const known = Object.keys(services).length === 0 ? {} : { services };
      return [code, { code, name, kind, ...position, ...home, ...known }];
    }),
  );
};
