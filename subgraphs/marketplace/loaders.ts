/** What one request asks the seller accounts for, each thing once. Readings batch the questions of all requests. */
import { variantIdOf } from '#model/identifiers.ts';
import type { Clock } from '#runtime/clock.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { once } from '#runtime/graphql/once.ts';
import { provenanceOf } from '#runtime/graphql/stamp.ts';
import { createAsker } from '#runtime/inlet/ask.ts';
import type { Log } from '#runtime/log.ts';
import type { MarketplaceConnection } from './connections.ts';
import type { ListingParent, MarketplaceOrderParent, SettlementReportParent } from './parents.ts';
import type { ListedItem, ListingKey, SettlementRange } from './port.ts';
import { type MarketplaceReadings, nameOfListingKey, nameOfRange } from './readings.ts';

export type LoaderDeps = {
  readonly accounts: readonly MarketplaceReadings[];
  /** Which connection a marketplace belongs to. */
  readonly owners: ReadonlyMap<string, MarketplaceConnection>;
  readonly clock: Clock;
  readonly log: Log;
};

export type OrderKey = { readonly marketplace: string; readonly externalId: string };

/** An item's listings on these marketplaces; on all for null. */
export type ListingsQuestion = ListedItem & { readonly marketplaces: readonly string[] | null };

export type MarketplaceLoaders = {
  listing(key: ListingKey): Promise<ListingParent | null>;
  listingsOf(question: ListingsQuestion): Promise<readonly ListingParent[]>;
  order(key: OrderKey): Promise<MarketplaceOrderParent | null>;
  settlements(range: SettlementRange): Promise<readonly SettlementReportParent[]>;
};

const createLoaders = ({ accounts, log }: LoaderDeps, context: RequestContext): MarketplaceLoaders => {
  const asker = createAsker({ log });
  const ownerOf = (marketplace: string): MarketplaceReadings | undefined =>
    accounts.find(({ marketplaces }) => marketplaces.includes(marketplace));

  return {
    listing: once(nameOfListingKey, async (key) => {
      const owner = ownerOf(key.marketplace);
      const reading = await owner?.listing.read(key, context);
      return owner && reading?.value ? { ...reading.value, ...provenanceOf(owner.connection, reading) } : null;
    }),
    listingsOf: once(
      ({ gtin, marketplaces, sku }) => JSON.stringify([sku, gtin ?? null, marketplaces?.toSorted() ?? null]),
      async ({ marketplaces, ...item }) => {
        const { answers } = await asker.all(accounts, (account) =>
          account.listingsOf.read({ ...item, marketplaces: marketplaces ?? account.marketplaces }, context),
        );
        const variantId = variantIdOf(item.sku);
        return answers.flatMap(({ answer, connection }) =>
          (answer.value ?? []).map((listing) => ({ ...listing, ...provenanceOf(connection, answer), variantId })),
        );
      },
    ),
    order: once(
      ({ externalId, marketplace }) => JSON.stringify([marketplace, externalId]),
      async ({ externalId, marketplace }) => {
        const owner = ownerOf(marketplace);
        const reading = await owner?.order.read(externalId, context);
        // An account may know the order on another of its marketplaces: that is not the one asked for.
        if (!owner || reading?.value?.marketplace !== marketplace) return null;
        return { ...reading.value, ...provenanceOf(owner.connection, reading) };
      },
    ),
    settlements: once(nameOfRange, async (range) => {
      const telling = accounts.flatMap(({ connection, settlements }) =>
        settlements === undefined ? [] : [{ connection, settlements }],
      );
      const { answers } = await asker.all(telling, ({ settlements }) => settlements.read(range, context));
      return answers.flatMap(({ answer, connection }) =>
        (answer.value ?? []).map((report) => ({ ...report, ...provenanceOf(connection, answer) })),
      );
    }),
  };
};

const LOADERS = Symbol('marketplace loaders');

export const loadersOf = (deps: LoaderDeps, context: RequestContext): MarketplaceLoaders =>
  context.loaders(LOADERS, () => createLoaders(deps, context));
