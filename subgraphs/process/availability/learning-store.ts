/** SQL of what is learnt per SKU and place. Changed only under the SKU's lock. */
import type { SystemKind } from '#model/identifiers.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { Lesson } from './sales.ts';

export type PlaceKey = { readonly sku: string; readonly locationCode: string };
export type StoredLesson = PlaceKey & { readonly system: SystemKind | null; readonly lesson: Lesson };
/** Instants; the later of what is stored and what is told is kept. */
export type Findings = PlaceKey & { readonly shortPickAt: string | null; readonly countedAt: string | null };

type Row = PlaceKey & {
  readonly system: SystemKind | null;
  readonly soldUnits: number;
  readonly observedMinutes: number;
  readonly atMs: number;
  readonly openDemand: number;
  readonly countedAhead: number;
};

/** Lessons of these places, and of all places of SKUs whose demand changed. */
export const readLessons = async (
  tx: Sql,
  keys: readonly PlaceKey[],
  skus: readonly string[],
): Promise<readonly StoredLesson[]> => {
  const rows = await tx.query<Row>(
    `select l.sku, l.location_code as "locationCode", l.system, l.sold_units as "soldUnits", l.observed_minutes as "observedMinutes",
       (extract(epoch from l.as_of) * 1000)::float8 as "atMs", l.open_demand as "openDemand", l.counted_ahead as "countedAhead"
     from process.stock_learnt l
     where l.sku = any($2) or (l.sku, l.location_code) in
       (select k.sku, k."locationCode" from jsonb_to_recordset($1::jsonb) as k(sku text, "locationCode" text))`,
    [JSON.stringify(keys.map(({ sku, locationCode }) => ({ sku, locationCode }))), skus],
  );
  return rows.map(({ sku, locationCode, system, soldUnits, observedMinutes, atMs, openDemand, countedAhead }) => ({
    sku,
    locationCode,
    system,
    lesson: { rate: { soldUnits, observedMinutes, atMs }, openDemand, countedAhead },
  }));
};

/** Units promised to our orders per place of these SKUs. */
export const readOpenDemand = (
  tx: Sql,
  skus: readonly string[],
): Promise<readonly (PlaceKey & { readonly units: number })[]> =>
  tx.query(
    `select sku, location_code as "locationCode", sum(unreleased + released)::int as units from process.order_demand
     where sku = any($1) and location_code is not null group by sku, location_code`,
    [skus],
  );

export const saveLessons = async (tx: Sql, lessons: readonly StoredLesson[]): Promise<void> => {
  if (lessons.length === 0) return;
  const rows = lessons.map(({ lesson: { rate, openDemand, countedAhead }, ...key }) => ({
    ...key,
    ...rate,
    openDemand,
    countedAhead,
  }));
  await tx.query(
    `insert into process.stock_learnt (sku, location_code, system, sold_units, observed_minutes, as_of, open_demand, counted_ahead)
     select sku, "locationCode", system, "soldUnits", "observedMinutes", to_timestamp("atMs" / 1000), "openDemand", "countedAhead"
     from jsonb_to_recordset($1::jsonb) as r(sku text, "locationCode" text, system text, "soldUnits" float8, "observedMinutes" float8,
       "atMs" float8, "openDemand" int, "countedAhead" int)
     on conflict (sku, location_code) do update set system = excluded.system, sold_units = excluded.sold_units,
       observed_minutes = excluded.observed_minutes, as_of = excluded.as_of, open_demand = excluded.open_demand,
       counted_ahead = excluded.counted_ahead`,
    [JSON.stringify(rows)],
  );
};

/** A place of which nothing has been learnt begins here; its sales are observed from now on. */
export const saveFindings = async (tx: Sql, findings: readonly Findings[], at: string): Promise<void> => {
  if (findings.length === 0) return;
  await tx.query(
    `insert into process.stock_learnt as l (sku, location_code, sold_units, observed_minutes, as_of, open_demand, counted_ahead,
       short_pick_at, counted_at)
     select sku, "locationCode", 0, 0, $2::timestamptz, 0, 0, max("shortPickAt"), max("countedAt")
     from jsonb_to_recordset($1::jsonb) as r(sku text, "locationCode" text, "shortPickAt" timestamptz, "countedAt" timestamptz)
     group by sku, "locationCode"
     on conflict (sku, location_code) do update set short_pick_at = greatest(l.short_pick_at, excluded.short_pick_at),
       counted_at = greatest(l.counted_at, excluded.counted_at)`,
    [JSON.stringify(findings), at],
  );
};
