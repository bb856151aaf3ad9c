/** Where goods can be: sites are Tryton's warehouses, and every zone below one belongs to it. */
import type { CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import type { TrytonClient } from '#vendors/tryton/client.ts';
import { LOCATION_FIELDS, type LocationRow, locationRow } from './wire.ts';

export type Site = { readonly id: number; readonly code: string; readonly blockedZones: readonly number[] };

export type Places = {
  readonly rows: readonly LocationRow[];
  readonly sites: readonly Site[];
  siteByCode(code: string): Site | undefined;
  /** The site a location lies in, or null: customers, suppliers, goods in transit. */
  siteOf(locationId: number): Site | null;
  knows(locationId: number): boolean;
};

const MAX_DEPTH = 50;

/** Pure. `isBlocked`: by code, whether what lies there cannot be sold. */
export const placesOf = (rows: readonly LocationRow[], isBlocked: (code: string) => boolean): Places => {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const warehouseOf = (locationId: number): LocationRow | null => {
    let row = byId.get(locationId);
    for (let depth = 0; row !== undefined && depth < MAX_DEPTH; depth++) {
      if (row.type === 'warehouse') return row;
      row = row.parent === null ? undefined : byId.get(row.parent);
    }
    return null;
  };
  const blocked = Map.groupBy(
    rows.filter((row) => row.code !== null && row.type !== 'warehouse' && isBlocked(row.code)),
    (row) => warehouseOf(row.id)?.id ?? null,
  );
  const sites = rows.flatMap((row): Site[] =>
    row.type === 'warehouse' && row.code !== null
      ? [{ id: row.id, code: row.code, blockedZones: (blocked.get(row.id) ?? []).map((zone) => zone.id) }]
      : [],
  );
  const siteById = new Map(sites.map((site) => [site.id, site]));
  const byCode = new Map(sites.map((site) => [site.code, site]));
  return {
    rows,
    sites,
    siteByCode: (code) => byCode.get(code),
    siteOf: (locationId) => siteById.get(warehouseOf(locationId)?.id ?? -1) ?? null,
    knows: (locationId) => byId.has(locationId),
  };
};

const FRESH_MS = 5 * 60_000;

export type PlacesReader = {
  /** Read at most every five minutes: places change rarely, and a new one shows itself by its first move. */
  current(call: CallOptions): Promise<Places>;
  refreshed(call: CallOptions): Promise<Places>;
};

export const createPlacesReader = (
  options: { isBlocked(code: string): boolean },
  deps: { readonly client: TrytonClient; readonly clock: Clock },
): PlacesReader => {
  let held: { readonly places: Places; readonly atMs: number } | null = null;
  const refreshed = async (call: CallOptions): Promise<Places> => {
    const rows = await deps.client.searchRead(
      'stock.location',
      { domain: [], order: [['id', 'ASC']] },
      LOCATION_FIELDS,
      locationRow,
      { call },
    );
    held = { places: placesOf(rows, options.isBlocked), atMs: deps.clock.now() };
    return held.places;
  };
  return {
    refreshed,
    current: (call) =>
      held !== null && deps.clock.now() - held.atMs < FRESH_MS ? Promise.resolve(held.places) : refreshed(call),
  };
};
