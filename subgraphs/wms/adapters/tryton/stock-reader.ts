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
  /** Codes of the sites whose stock is told. */
  readonly stockSites: RegExp;
  /** Codes of locations inside a site whose content is damaged, or waits for a quality decision; null: none. */
  readonly damagedLocations: RegExp | null;
  readonly qualityHoldLocations: RegExp | null;
};

export type StockReader = {
  sites(call: CallOptions): Promise<Sites>;
  /** Reads the list of locations again: something pointed to one that was not in it. */
  refreshSites(call: CallOptions): Promise<Sites>;
  products(skus: readonly string[], call: CallOptions): Promise<readonly Product[]>;
  /** All pairs of the given products and those of the given sites whose stock is told, zeros included. */
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
    const sites = sitesOf(rows);
    cached = { sites, atMs };
    return sites;
  };

  const currentSites = async (call: CallOptions): Promise<Sites> =>
    cached !== null && clock.now() - cached.atMs < SITES_FRESH_MS ? cached.sites : refreshSites(call);

  /**
   * What lies at these locations together. Done moves only, up to the server's own today: no date is sent, so its time
   * zone need not be known.
   */
  const countAt = async (
    locations: readonly number[],
    ids: readonly number[],
    call: CallOptions,
  ): Promise<Quantities> => {
    if (locations.length === 0) return new Map();
    const rows = await client.searchRead(
      'product.product',
      { domain: [['id', 'in', ids]] },
      QUANTITY_FIELDS,
      quantityRow,
      { call, context: { ...EVEN_INACTIVE, locations, with_childs: true } },
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

  const countPerSite = async (
    wanted: readonly Site[],
    locationsOf: (site: Site) => readonly number[],
    ids: readonly number[],
    call: CallOptions,
  ): Promise<(site: Site, productId: number) => number> => {
    const counts = await Promise.all(
      wanted.map(async (site) => [site.code, await countAt(locationsOf(site), ids, call)] as const),
    );
    const bySite = new Map(counts);
    return (site, productId) => bySite.get(site.code)?.get(productId) ?? 0;
  };

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
    const outputs = await countPerSite(wanted, ({ outputId }) => (outputId === null ? [] : [outputId]), ids, call);
    const buildings = await countPerSite(wanted, ({ warehouseId }) => [warehouseId], ids, call);
    const placesOf = (pattern: RegExp | null) => (site: Site) => (pattern === null ? [] : sites.within(site, pattern));
    const damaged = await countPerSite(wanted, placesOf(options.damagedLocations), ids, call);
    const held = await countPerSite(wanted, placesOf(options.qualityHoldLocations), ids, call);
    const movesOf = Map.groupBy(moves, (move) => move.product);
    return products.flatMap(({ id, sku }) =>
      wanted.map((site) => {
        const counted: Counted = {
          inWarehouse: buildings(site, id),
          inOutput: outputs(site, id),
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
    read: async (products, asked, call) => {
      const stock: WmsStock[] = [];
      const wanted = asked.filter((site) => options.stockSites.test(site.code));
      if (wanted.length === 0) return stock;
      for (let start = 0; start < products.length; start += CHUNK) {
        stock.push(...(await readChunk(products.slice(start, start + CHUNK), wanted, call)));
      }
      return stock;
    },
  };
};
