/** Listings' part of the intake transaction, and the mark that stock's part leaves behind for them. */
import { tags } from '#model/tags.ts';
import type { Clock } from '#runtime/clock.ts';
import { isoOf } from '#runtime/clock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { SellableChange } from '#subgraphs/process/availability/announce.ts';
import type { Applier } from '#subgraphs/process/intake/applier.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { desiredQuantity, publishedChannels } from './policy.ts';
import { dropPublications, noteShown, type StatedListing, saveListings, setDesired } from './store.ts';

type Options = { readonly policy: ProcessPolicy };
type Deps = { readonly clock: Clock };

/** A listing without a quantity has its stock kept by the marketplace; a suppressed one takes no quantity. */
const isOurs = ({ publishedQuantity, state }: StatedListing): boolean =>
  publishedQuantity !== null && state !== 'SUPPRESSED';

export const createListingApplier = ({ policy }: Options, deps: Deps): Applier => {
  const published = new Set(publishedChannels(policy).map(({ marketplace }) => marketplace));
  return async ({ tx, batch, crosswalk }) => {
    const stated: StatedListing[] = [];
    for (const change of batch.changes) {
      if (change.kind !== 'listing') continue;
      const sku = await crosswalk.skuOf(change.items);
      if (sku === null) throw new Error('a listing change without a mapped item got past the intake');
      const { marketplace, listingId, publishedQuantity, state, asOf } = change;
      stated.push({ marketplace, listingId, sku, publishedQuantity, state, asOf, connection: batch.connection });
    }
    const { newer, changed } = await saveListings(tx, stated);
    const relevant = newer.filter(({ marketplace }) => published.has(marketplace));
    await noteShown(tx, relevant.filter(isOurs), isoOf(deps.clock.now()));
    await dropPublications(
      tx,
      relevant.filter((listing) => !isOurs(listing)),
    );
    const touched = changed.map(({ marketplace, listingId }) => tags.listing(marketplace, listingId));
    return { applied: newer.length, entries: [], demandChanged: [], touched };
  };
};

/** Marks listings whose channel may sell another quantity now, in the transaction that changed it: nothing is forgotten. */
export const createDirtyMarker = ({ policy }: Options, deps: Deps) => {
  const byChannel = new Map(publishedChannels(policy).map((entry) => [entry.channel, entry]));
  return async (tx: Sql, changes: readonly SellableChange[]): Promise<void> => {
    const desired = changes.flatMap(({ sku, channel, sellable }) => {
      const published = byChannel.get(channel);
      const quantity = published ? desiredQuantity(sellable, published.rules) : null;
      return published && quantity !== null ? [{ marketplace: published.marketplace, sku, desired: quantity }] : [];
    });
    await setDesired(tx, desired, isoOf(deps.clock.now()));
  };
};
