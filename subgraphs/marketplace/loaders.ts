/** Look-ups of one request, batched: one call per marketplace however many entities the gateway asks for. */
import DataLoader from 'dataloader';
import { variantIdOf } from '#model/identifiers.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { askAll } from '#runtime/inlet/ask.ts';
import type { Log } from '#runtime/log.ts';
import type { MarketplaceConnection } from './connections.ts';
import type { ListingParent, MarketplaceOrderParent, SettlementReportParent } from './parents.ts';
import type { ListedItem, ListingKey, MarketplacePort, SettlementRange } from './port.ts';

export type LoaderDeps = {
  readonly connections: readonly MarketplaceConnection[];
  /** Which connection a marketplace belongs to. */
  readonly owners: ReadonlyMap<string, MarketplaceConnection>;
  readonly clock: Clock;
  readonly log: Log;
};

export type OrderKey = { readonly marketplace: string; readonly externalId: string };

export type MarketplaceLoaders = {
  readonly listing: DataLoader<ListingKey, ListingParent | null, string>;
  readonly order: DataLoader<OrderKey, MarketplaceOrderParent | null, string>;
  /** Listings of one item on these marketplaces; on all for null. */
  listingsOf(marketplaces: readonly string[] | null): DataLoader<ListedItem, readonly ListingParent[], string>;
  settlements(range: SettlementRange): Promise<readonly SettlementReportParent[]>;
};

/** Batches by marketplace: keys of one that fails are that failure, keys of an unknown one are null. */
const perMarketplace = async <Key extends { readonly marketplace: string }, T, Parent>(
  keys: readonly Key[],
  deps: LoaderDeps,
  ask: (port: MarketplacePort, keys: readonly Key[]) => Promise<readonly (T | null)[]>,
  toParent: (value: T, connection: string) => Parent,
): Promise<readonly (Parent | Error | null)[]> => {
  const results: (Parent | Error | null)[] = keys.map(() => null);
  const places = Map.groupBy(keys.keys(), (place) => deps.owners.get(keys[place]?.marketplace ?? ''));
  await Promise.all(
    [...places].map(async ([owner, group]) => {
      if (owner === undefined) return;
      try {
        const found = await ask(
          owner.port,
          group.flatMap((place) => keys[place] ?? []),
        );
        for (const [index, place] of group.entries()) {
          const value = found[index];
          results[place] = value === null || value === undefined ? null : toParent(value, owner.connection);
        }
      } catch (error) {
        for (const place of group) results[place] = error instanceof Error ? error : new Error(String(error));
      }
    }),
  );
  return results;
};

const createLoaders = (deps: LoaderDeps, context: RequestContext): MarketplaceLoaders => {
  const provenance = (connection: string) =>
    ({ connection, fetchedAt: isoOf(deps.clock.now()), cache: 'MISS' }) as const;

  const listingsOn = (
    marketplaces: readonly string[] | null,
  ): DataLoader<ListedItem, readonly ListingParent[], string> =>
    new DataLoader(
      async (items) => {
        const { answers } = await askAll(
          deps.connections,
          (port) => port.listingsOf(items, marketplaces ?? port.marketplaces, context),
          deps,
        );
        return items.map(({ sku }, place) =>
          answers.flatMap(({ answer, connection }) =>
            (answer[place] ?? []).map((listing) => ({
              ...listing,
              ...provenance(connection),
              variantId: variantIdOf(sku),
            })),
          ),
        );
      },
      { cacheKeyFn: ({ sku }) => sku },
    );

  const listingLoaders = new Map<string, ReturnType<typeof listingsOn>>();
  const settlementReads = new Map<string, Promise<readonly SettlementReportParent[]>>();

  const readSettlements = async (range: SettlementRange): Promise<readonly SettlementReportParent[]> => {
    const { answers } = await askAll(
      deps.connections.filter(({ port }) => port.settlementReports !== undefined),
      async (port) => (await port.settlementReports?.(range, context)) ?? [],
      deps,
    );
    return answers.flatMap(({ answer, connection }) =>
      answer.map((report) => ({ ...report, ...provenance(connection) })),
    );
  };

  return {
    listing: new DataLoader(
      (keys) =>
        perMarketplace(
          keys,
          deps,
          (port, asked) => port.listings(asked, context),
          (listing, connection): ListingParent => ({ ...listing, ...provenance(connection) }),
        ),
      { cacheKeyFn: ({ listingId, marketplace }) => JSON.stringify([marketplace, listingId]) },
    ),
    order: new DataLoader(
      (keys) =>
        perMarketplace(
          keys,
          deps,
          async (port, asked) => {
            const found = await port.orders(
              asked.map(({ externalId }) => externalId),
              context,
            );
            // An account may know the order on another of its marketplaces: that is not the one asked for.
            return found.map((order, place) => (order?.marketplace === asked[place]?.marketplace ? order : null));
          },
          (order, connection): MarketplaceOrderParent => ({ ...order, ...provenance(connection) }),
        ),
      { cacheKeyFn: ({ externalId, marketplace }) => JSON.stringify([marketplace, externalId]) },
    ),
    listingsOf: (marketplaces) => {
      const key = marketplaces === null ? '*' : JSON.stringify(marketplaces.toSorted());
      const loader = listingLoaders.get(key) ?? listingsOn(marketplaces);
      listingLoaders.set(key, loader);
      return loader;
    },
    settlements: (range) => {
      const key = JSON.stringify([range.from ?? null, range.to ?? null]);
      const read = settlementReads.get(key) ?? readSettlements(range);
      settlementReads.set(key, read);
      return read;
    },
  };
};

const LOADERS = Symbol('marketplace loaders');

export const loadersOf = (deps: LoaderDeps, context: RequestContext): MarketplaceLoaders =>
  context.loaders(LOADERS, () => createLoaders(deps, context));
