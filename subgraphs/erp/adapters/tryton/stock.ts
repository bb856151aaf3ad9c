/**
 * Reads the books' stock. Tryton counts either many products at one place or one product at all places in a call, so a
 * reading costs as many calls as there are products or places, whichever is fewer, and one more for all promises.
 *
 * What the numbers mean: `onHand` is everything in the building, whatever zone it lies in; `reserved` is what of it is
 * promised to shipments (assigned on the shelf, or taken to the door and not yet gone); `blocked` is what of it lies in
 * places for unsellable goods; `onOrder` is bought and not yet received. So the basis is PHYSICAL.
 */
import type { CallOptions } from '#model/call.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { TrytonClient } from '#vendors/tryton/client.ts';
import type { ErpStock } from '../../port.ts';
import { EVEN_INACTIVE } from './catalog.ts';
import type { Places, PlacesReader, Site } from './places.ts';
import {
  CODE_FIELDS,
  codeRow,
  OPEN_MOVE_FIELDS,
  type OpenMoveRow,
  openMoveRow,
  QUANTITY_FIELDS,
  quantityRow,
} from './wire.ts';

type Product = { readonly id: number; readonly sku: string };

const GONE_TO_THE_DOOR: ReadonlySet<string> = new Set(['picked', 'packed']);

/** How an open move counts: promised at the site it leaves, on order at the site it comes to, or neither. Pure. */
export const meaningOf = (
  move: OpenMoveRow,
  places: Pick<Places, 'siteOf'>,
): { readonly reservedAt: Site | null; readonly onOrderAt: Site | null } => {
  const from = places.siteOf(move.from_location);
  const to = places.siteOf(move.to_location);
  if (from === null) return { reservedAt: null, onOrderAt: to };
  const stays = to !== null && to.code === from.code;
  const isPromised = move.state === 'assigned' || (!stays && GONE_TO_THE_DOOR.has(move['shipment.']?.state ?? ''));
  return { reservedAt: isPromised ? from : null, onOrderAt: stays ? null : to };
};

const keyOf = (site: Site, productId: number): string => `${site.code} ${productId}`;

/** Totals by key; a key nothing was added to counts 0. */
const createSums = () => {
  const sums = new Map<string, number>();
  return {
    add: (key: string, quantity: number): void => {
      sums.set(key, (sums.get(key) ?? 0) + quantity);
    },
    of: (key: string): number => sums.get(key) ?? 0,
  };
};

export type StockReader = (
  skus: readonly string[],
  locationCodes: readonly string[] | null,
  call: CallOptions,
) => Promise<readonly ErpStock[]>;

export const createStockReader = (deps: {
  readonly client: TrytonClient;
  readonly clock: Clock;
  readonly places: PlacesReader;
}): StockReader => {
  const { client, clock } = deps;

  const productsOf = async (skus: readonly string[], call: CallOptions): Promise<readonly Product[]> => {
    const rows = await client.searchRead(
      'product.product',
      { domain: [['code', 'in', [...new Set(skus)]]] },
      CODE_FIELDS,
      codeRow,
      { call, context: EVEN_INACTIVE },
    );
    const ordered = rows.toSorted((a, b) => Number(a.active) - Number(b.active) || b.id - a.id);
    const bySku = new Map(ordered.map((row) => [row.code, row.id]));
    return [...bySku].flatMap(([sku, id]) => (sku === null ? [] : [{ id, sku }]));
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

  /** Many products at one place. */
  const atPlace = (ids: readonly number[], locationId: number, call: CallOptions) =>
    client.searchRead('product.product', { domain: [['id', 'in', ids]] }, QUANTITY_FIELDS, quantityRow, {
      call,
      context: { ...EVEN_INACTIVE, locations: [locationId], with_childs: true },
    });

  /** One product at many places. */
  const ofProduct = (productId: number, locationIds: readonly number[], call: CallOptions) =>
    client.searchRead('stock.location', { domain: [['id', 'in', locationIds]] }, QUANTITY_FIELDS, quantityRow, {
      call,
      context: { ...EVEN_INACTIVE, product: productId, with_childs: true },
    });

  /** Quantity by place and product. */
  const count = async (
    products: readonly Product[],
    placeIds: readonly number[],
    call: CallOptions,
  ): Promise<(placeId: number, productId: number) => number> => {
    const counted = new Map<string, number>();
    const ids = products.map((product) => product.id);
    if (products.length <= placeIds.length) {
      const answers = await Promise.all(ids.map((productId) => ofProduct(productId, placeIds, call)));
      for (const [turn, rows] of answers.entries()) {
        for (const row of rows) counted.set(`${row.id} ${ids[turn]}`, row.quantity ?? 0);
      }
    } else {
      const answers = await Promise.all(placeIds.map((placeId) => atPlace(ids, placeId, call)));
      for (const [turn, rows] of answers.entries()) {
        for (const row of rows) counted.set(`${placeIds[turn]} ${row.id}`, row.quantity ?? 0);
      }
    }
    return (placeId, productId) => counted.get(`${placeId} ${productId}`) ?? 0;
  };

  return async (skus, locationCodes, call) => {
    if (skus.length === 0 || locationCodes?.length === 0) return [];
    const asOf = isoOf(clock.now());
    const [products, listed] = await Promise.all([productsOf(skus, call), deps.places.current(call)]);
    if (products.length === 0) return [];
    const ids = products.map((product) => product.id);
    // Promises first: what is picked meanwhile is then counted twice, never missed.
    const moves = await openMoves(ids, call);
    const isNew = moves.some((move) => !listed.knows(move.from_location) || !listed.knows(move.to_location));
    const unknownCode = locationCodes?.some((code) => listed.siteByCode(code) === undefined) ?? false;
    const places = isNew || unknownCode ? await deps.places.refreshed(call) : listed;
    const sites =
      locationCodes === null ? places.sites : locationCodes.flatMap((code) => places.siteByCode(code) ?? []);
    if (sites.length === 0) return [];
    const placeIds = sites.flatMap((site) => [site.id, ...site.blockedZones]);
    const quantityAt = await count(products, placeIds, call);
    const reserved = createSums();
    const onOrder = createSums();
    for (const move of moves) {
      const { reservedAt, onOrderAt } = meaningOf(move, places);
      if (reservedAt !== null) reserved.add(keyOf(reservedAt, move.product), move.internal_quantity);
      if (onOrderAt !== null) onOrder.add(keyOf(onOrderAt, move.product), move.internal_quantity);
    }
    return products.flatMap(({ id, sku }) =>
      sites.map(
        (site): ErpStock => ({
          sku,
          locationCode: site.code,
          onHand: quantityAt(site.id, id),
          reserved: reserved.of(keyOf(site, id)),
          onOrder: onOrder.of(keyOf(site, id)),
          blocked: site.blockedZones.reduce((sum, zone) => sum + quantityAt(zone, id), 0),
          basis: 'PHYSICAL',
          asOf,
        }),
      ),
    );
  };
};
