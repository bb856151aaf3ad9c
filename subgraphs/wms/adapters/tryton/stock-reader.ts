/**
 * Reads stock. Tryton counts for the locations a call names and sums several, so each site costs a call for its
 * building and one for its output zone, whatever the number of products; promises and supply of all sites come in one.
 *
 * The calls are not one snapshot. They follow the goods: promises first, then the output zone, the building last. A pick
 * or dispatch in between is then counted twice, never missed: such a reading sells too little for the second until the
 * next poll, not too much.
 */
import type { CallOptions } from '#model/call.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { TrytonClient } from '#vendors/tryton/client.ts';
import type { WmsStock } from '../../port.ts';
import { type Counted, stockOf } from './quantities.ts';
import { type Site, type Sites, sitesOf } from './sites.ts';
import {
  LOCATION_FIELDS,
  locationRow,
  OPEN_MOVE_FIELDS,
  type OpenMoveRow,
  openMoveRow,
  PRODUCT_FIELDS,
  productRow,
  QUANTITY_FIELDS,
  quantityRow,
} from './wire.ts';

export type Product = { readonly id: number; readonly sku: string };

export type StockReaderOptions = {
  /** Which warehouses are ours, by code. */
  isOurs(code: string): boolean;
  readonly damagedLocations: readonly string[];
  readonly qualityHoldLocations: readonly string[];
};

export type StockReader = {
  sites(call: CallOptions): Promise<Sites>;
  /** Reads the list of locations again: something pointed to one that was not in it. */
  refreshSites(call: CallOptions): Promise<Sites>;
  products(skus: readonly string[], call: CallOptions): Promise<readonly Product[]>;
  /** All pairs of the given products and sites, zeros included. */
  read(products: readonly Product[], sites: readonly Site[], call: CallOptions): Promise<readonly WmsStock[]>;
};

const SITES_FRESH_MS = 5 * 60_000;

/** Discontinued products are still on shelves: Tryton hides inactive records unless told otherwise. */
const EVEN_INACTIVE = { active_test: false };

/** Products per call: answers stay small and no call holds one of the server's few workers for long. */
const CHUNK = 250;

type Quantities = ReadonlyMap<number, number>;

export const createStockReader = (
  options: StockReaderOptions,
  deps: { readonly client: TrytonClient; readonly clock: Clock },
): StockReader => {
  const { client, clock } = deps;
  let cached: { readonly sites: Sites; readonly atMs: number } | null = null;

  const refreshSites = async (call: CallOptions): Promise<Sites> => {
    const atMs = clock.now();
    const rows = await client.searchRead('stock.location', { domain: [] }, LOCATION_FIELDS, locationRow, {
      call,
      context: EVEN_INACTIVE,
    });
    const sites = sitesOf(rows, options.isOurs);
    cached = { sites, atMs };
    return sites;
  };

  const currentSites = async (call: CallOptions): Promise<Sites> =>
    cached !== null && clock.now() - cached.atMs < SITES_FRESH_MS ? cached.sites : refreshSites(call);

  /** Done moves only, up to the server's own today: no date is sent, so its time zone need not be known. */
  const countAt = async (locationId: number, ids: readonly number[], call: CallOptions): Promise<Quantities> => {
    const rows = await client.searchRead(
      'product.product',
      { domain: [['id', 'in', ids]] },
      QUANTITY_FIELDS,
      quantityRow,
      { call, context: { ...EVEN_INACTIVE, locations: [locationId], with_childs: true } },
    );
    return new Map(rows.map((row) => [row.id, row.quantity]));
  };

  const openMoves = (ids: readonly number[], call: CallOptions): Promise<readonly OpenMoveRow[]> =>
    client.searchRead(
      'stock.move',
      {
        domain: [
          ['product', 'in', ids],
          ['state', 'in', ['draft', 'assigned']],
        ],
      },
      OPEN_MOVE_FIELDS,
      openMoveRow,
      { call },
    );

  /** Quantities at the named special places, summed per site. */
  const countPlaces = async (
    codes: readonly string[],
    option: string,
    ids: readonly number[],
    sites: Sites,
    wanted: readonly Site[],
    call: CallOptions,
  ): Promise<(site: Site, productId: number) => number> => {
    const sums = new Map<string, number>();
    await Promise.all(
      codes.map(async (code) => {
        const locationId = sites.idOfCode(code);
        const place = locationId === null ? null : sites.placeOf(locationId);
        if (locationId === null || place === null) {
          throw new Failure(
            'CONFIG_INVALID',
            `options.${option}: Tryton has no location "${code}" inside one of our warehouses; correct the code.`,
            { field: `options.${option}` },
          );
        }
        if (!wanted.some((site) => site.code === place.site.code)) return;
        for (const [productId, quantity] of await countAt(locationId, ids, call)) {
          const key = `${place.site.code} ${productId}`;
          sums.set(key, (sums.get(key) ?? 0) + quantity);
        }
      }),
    );
    return (site, productId) => sums.get(`${site.code} ${productId}`) ?? 0;
  };

  const countPerSite = async (
    wanted: readonly Site[],
    locationOf: (site: Site) => number | null,
    ids: readonly number[],
    call: CallOptions,
  ): Promise<ReadonlyMap<string, Quantities>> =>
    new Map(
      await Promise.all(
        wanted.map(async (site): Promise<readonly [string, Quantities]> => {
          const locationId = locationOf(site);
          return [site.code, locationId === null ? new Map() : await countAt(locationId, ids, call)];
        }),
      ),
    );

  const readChunk = async (
    products: readonly Product[],
    wanted: readonly Site[],
    call: CallOptions,
  ): Promise<readonly WmsStock[]> => {
    const asOf = isoOf(clock.now());
    const ids = products.map((product) => product.id);
    const moves = await openMoves(ids, call);
    const listed = await currentSites(call);
    const isNew = (move: OpenMoveRow): boolean => !listed.knows(move.from_location) || !listed.knows(move.to_location);
    const sites = moves.some(isNew) ? await refreshSites(call) : listed;
    const outputs = await countPerSite(wanted, (site) => site.outputId, ids, call);
    const buildings = await countPerSite(wanted, (site) => site.warehouseId, ids, call);
    const { damagedLocations, qualityHoldLocations } = options;
    const damaged = await countPlaces(damagedLocations, 'damagedLocations', ids, sites, wanted, call);
    const held = await countPlaces(qualityHoldLocations, 'qualityHoldLocations', ids, sites, wanted, call);
    const movesOf = Map.groupBy(moves, (move) => move.product);
    return products.flatMap(({ id, sku }) =>
      wanted.map((site) => {
        const counted: Counted = {
          inWarehouse: buildings.get(site.code)?.get(id) ?? 0,
          inOutput: outputs.get(site.code)?.get(id) ?? 0,
          damaged: damaged(site, id),
          qualityHold: held(site, id),
        };
        return stockOf(site, sku, counted, movesOf.get(id) ?? [], sites, asOf);
      }),
    );
  };

  return {
    sites: currentSites,
    refreshSites,
    products: async (skus, call) => {
      if (skus.length === 0) return [];
      const domain = [['code', 'in', [...new Set(skus)]]];
      const rows = await client.searchRead('product.product', { domain }, PRODUCT_FIELDS, productRow, {
        call,
        context: EVEN_INACTIVE,
      });
      return rows.flatMap((row) => (row.code === null ? [] : [{ id: row.id, sku: row.code }]));
    },
    read: async (products, wanted, call) => {
      const stock: WmsStock[] = [];
      if (wanted.length === 0) return stock;
      for (let start = 0; start < products.length; start += CHUNK) {
        stock.push(...(await readChunk(products.slice(start, start + CHUNK), wanted, call)));
      }
      return stock;
    },
  };
};
