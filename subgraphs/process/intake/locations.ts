/**
 * Places, told by several systems. Each system's latest facts are kept as it stated them; the place is merged from them
 * by authority: the ERP for what a place is, the point of sale for where it is, which time it keeps and what it does for
 * customers, the warehouse system for when its carriers leave.
 */
import type { LocationChange } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { Location, PlaceServices } from '#model/location.ts';
import { tags } from '#model/tags.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { ChannelEntry } from './applier.ts';

type Facts = LocationChange['facts'];
export type StatedFacts = { readonly system: SystemKind; readonly facts: Facts };
export type MergedLocation = Partial<Omit<Location, 'name'>> & { readonly code: string; readonly name: string };

const MASTER: readonly SystemKind[] = ['erp', 'pos', 'wms', 'marketplace'];
const ON_SITE: readonly SystemKind[] = ['pos', 'erp', 'wms', 'marketplace'];
const DISPATCHING: readonly SystemKind[] = ['wms', 'erp', 'pos', 'marketplace'];
const AUTHORITY: { readonly [Field in keyof Facts]-?: readonly SystemKind[] } = {
  name: MASTER,
  kind: MASTER,
  gln: MASTER,
  address: MASTER,
  position: ON_SITE,
  timeZone: ON_SITE,
  openingHours: ON_SITE,
  closedDates: ON_SITE,
  pickup: ON_SITE,
  carrierCutoffs: DISPATCHING,
};

const first = <Field extends keyof Facts>(stated: readonly StatedFacts[], field: Field): Facts[Field] | undefined => {
  for (const system of AUTHORITY[field]) {
    const value = stated.find((entry) => entry.system === system)?.facts[field];
    if (value !== undefined) return value;
  }
  return undefined;
};

export const mergeLocation = (code: string, stated: readonly StatedFacts[]): MergedLocation => {
  const optional = {
    kind: first(stated, 'kind'),
    gln: first(stated, 'gln'),
    address: first(stated, 'address'),
    position: first(stated, 'position'),
    timeZone: first(stated, 'timeZone'),
    openingHours: first(stated, 'openingHours'),
    closedDates: first(stated, 'closedDates'),
    pickup: first(stated, 'pickup'),
    carrierCutoffs: first(stated, 'carrierCutoffs'),
  };
  const known = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { ...known, code, name: first(stated, 'name') ?? code };
};

/** The stream on which the availability projection learns of places. */
export const LOCATION_ENTRY = 'LOCATION_CHANGED';
export const locationSubject = (code: string): string => `location/${code}`;

const storeFacts = (
  tx: Sql,
  changes: readonly LocationChange[],
  system: SystemKind,
): Promise<readonly { code: string; changed: boolean }[]> => {
  const newest = new Map<string, LocationChange>();
  for (const change of changes) {
    const other = newest.get(change.code);
    if (!other || Date.parse(change.asOf) >= Date.parse(other.asOf)) newest.set(change.code, change);
  }
  const rows = [...newest.values()].map(({ code, facts, asOf }) => ({ code, facts, as_of: asOf }));
  return tx.query(
    `with incoming as (
       select * from jsonb_to_recordset($1::jsonb) as r(code text, facts jsonb, as_of timestamptz)
     ), before as (
       select f.code, f.facts from process.location_fact f join incoming using (code) where f.system = $2
     ), stored as (
       insert into process.location_fact as f (code, system, facts, as_of)
       select code, $2, facts, as_of from incoming order by code
       on conflict (code, system) do update set facts = excluded.facts, as_of = excluded.as_of where excluded.as_of >= f.as_of
       returning f.code, f.facts
     )
     select stored.code, before.facts is distinct from stored.facts as changed from stored left join before using (code)`,
    [JSON.stringify(rows), system],
  );
};

const storeMerged = (
  tx: Sql,
  merged: readonly MergedLocation[],
): Promise<readonly { code: string; version: number }[]> => {
  const rows = merged.map(({ position, timeZone, openingHours, closedDates, pickup, carrierCutoffs, ...rest }) => ({
    ...rest,
    latitude: position?.latitude,
    longitude: position?.longitude,
    time_zone: timeZone,
    services: { openingHours, closedDates, pickup, carrierCutoffs } satisfies {
      [Field in keyof PlaceServices]-?: unknown;
    },
  }));
  const fields = 'name, kind, gln, address, latitude, longitude, time_zone, services';
  const of = (row: string): string =>
    fields
      .split(', ')
      .map((field) => `${row}.${field}`)
      .join(', ');
  return tx.query(
    `insert into process.location as l (code, ${fields})
     select code, ${fields} from jsonb_to_recordset($1::jsonb) as r(code text, name text, kind text, gln text, address jsonb,
       latitude double precision, longitude double precision, time_zone text, services jsonb) order by code
     on conflict (code) do update set (${fields}, version) = row(${of('excluded')}, l.version + 1)
     where (${of('l')}) is distinct from (${of('excluded')})
     returning l.code, l.version`,
    [JSON.stringify(rows)],
  );
};

export type AppliedLocations = {
  /** The changes that changed a place. */
  readonly changed: readonly LocationChange[];
  /** The journal entries that tell of it. */
  readonly entries: readonly ChannelEntry[];
  /** Tags of the places of which this system says something else than before, even where another one has the last word. */
  readonly touched: readonly string[];
};

const NOTHING: AppliedLocations = { changed: [], entries: [], touched: [] };

/** Applies what one system says of places. */
export const applyLocations = async (
  tx: Sql,
  changes: readonly LocationChange[],
  system: SystemKind,
  correlationId: string,
): Promise<AppliedLocations> => {
  if (changes.length === 0) return NOTHING;
  const facts = await storeFacts(tx, changes, system);
  if (facts.length === 0) return NOTHING;
  const accepted = facts.map(({ code }) => code);
  const stated = await tx.query<StatedFacts & { code: string }>(
    'select code, system, facts from process.location_fact where code = any($1)',
    [accepted],
  );
  const byCode = Map.groupBy(stated, ({ code }) => code);
  const stored = await storeMerged(
    tx,
    [...byCode].map(([code, statedOfPlace]) => mergeLocation(code, statedOfPlace)),
  );
  const changedCodes = new Set(stored.map(({ code }) => code));
  return {
    changed: changes.filter(({ code }) => changedCodes.has(code)),
    entries: stored.map(({ code, version }) => ({
      channel: 'availability',
      subject: locationSubject(code),
      version,
      type: LOCATION_ENTRY,
      payload: { code },
      correlationId,
    })),
    touched: facts.flatMap(({ code, changed }) => (changed ? [tags.location(code)] : [])),
  };
};
