/**
 * Where things are. A Tryton warehouse is a location whose children are zones: goods come in through the input zone,
 * lie in the storage zone, and wait in the output zone to leave. Zones may be subdivided to any depth, and two zones of
 * a small site may be the same location.
 */
import type { LocationRow } from './wire.ts';

export type Zone = 'input' | 'storage' | 'output' | 'other';

export type Site = {
  /** The ERP's site code. */
  readonly code: string;
  readonly name: string;
  readonly warehouseId: number;
  /** The zone goods wait in before they leave, or null when they leave straight from the shelf. */
  readonly outputId: number | null;
};

export type Place = { readonly site: Site; readonly zone: Zone };

export type Sites = {
  readonly all: readonly Site[];
  byCode(code: string): Site | undefined;
  byWarehouse(warehouseId: number): Site | undefined;
  /** Which site and zone a location lies in; null when it is in none of our sites (customers, suppliers, transit). */
  placeOf(locationId: number): Place | null;
  /** Whether Tryton listed this location at all: an unknown one means that our list is out of date. */
  knows(locationId: number): boolean;
  /** Tryton's word for the kind of location ("supplier", "customer", "storage" ...), or null when it is unknown. */
  typeOf(locationId: number): string | null;
  /** Topmost locations inside a site whose code matches: what lies below them is theirs. */
  within(site: Site, pattern: RegExp): readonly number[];
  /** Whether this location, or one it lies in below its warehouse, has a matching code. */
  liesIn(locationId: number, pattern: RegExp): boolean;
};

const MAX_DEPTH = 50;

/** `rows`: all locations there are. A warehouse without a code is no site: nobody else could name it. */
export const sitesOf = (rows: readonly LocationRow[]): Sites => {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const warehouses = rows.filter((row) => row.type === 'warehouse' && row.code !== null);
  const all = warehouses.map(
    (row): Site => ({
      code: row.code ?? '',
      name: row.name,
      warehouseId: row.id,
      outputId: row.output_location === row.storage_location ? null : row.output_location,
    }),
  );
  const siteById = new Map(all.map((site) => [site.warehouseId, site]));
  const siteByCode = new Map(all.map((site) => [site.code, site]));
  const places = new Map<number, Place | null>();

  const ancestors = (locationId: number): readonly number[] => {
    const path: number[] = [];
    let current: number | null = locationId;
    while (current !== null && path.length < MAX_DEPTH) {
      path.push(current);
      current = byId.get(current)?.parent ?? null;
    }
    return path;
  };

  const locate = (locationId: number): Place | null => {
    const path = ancestors(locationId);
    const warehouseId = path.find((step) => siteById.has(step));
    const site = warehouseId === undefined ? undefined : siteById.get(warehouseId);
    const row = warehouseId === undefined ? undefined : byId.get(warehouseId);
    if (site === undefined || row === undefined) return null;
    for (const step of path) {
      if (step === row.storage_location) return { site, zone: 'storage' };
      if (step === row.output_location) return { site, zone: 'output' };
      if (step === row.input_location) return { site, zone: 'input' };
    }
    return { site, zone: 'other' };
  };

  const placeOf = (locationId: number): Place | null => {
    const known = places.get(locationId);
    if (known !== undefined) return known;
    const found = locate(locationId);
    places.set(locationId, found);
    return found;
  };

  const matches = (locationId: number, pattern: RegExp): boolean => {
    const row = byId.get(locationId);
    return row !== undefined && row.code !== null && row.type !== 'warehouse' && pattern.test(row.code);
  };

  return {
    all,
    byCode: (code) => siteByCode.get(code),
    byWarehouse: (warehouseId) => siteById.get(warehouseId),
    placeOf,
    knows: (locationId) => byId.has(locationId),
    typeOf: (locationId) => byId.get(locationId)?.type ?? null,
    within: (site, pattern) =>
      rows
        .filter((row) => matches(row.id, pattern) && placeOf(row.id)?.site === site)
        .filter(
          (row) =>
            !ancestors(row.id)
              .slice(1)
              .some((above) => matches(above, pattern)),
        )
        .map((row) => row.id),
    liesIn: (locationId, pattern) => ancestors(locationId).some((step) => matches(step, pattern)),
  };
};
