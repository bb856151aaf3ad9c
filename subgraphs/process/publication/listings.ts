/** Listings' part of the intake transaction, and the mark that stock's part leaves behind for them. */
import { tags } from '#model/tags.ts';
import type { Clock } from '#runtime/clock.ts';
import { isoOf } from '#runtime/clock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { SellableChange } from '#subgraphs/process/availability/announce.ts';
import type { Applier } from '#subgraphs/process/intake/applier.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { publishedChannels, wantedOf } from './policy.ts';
import { want } from './row.ts';
import {
  dropPublications,
  lockPublicationsOf,
  noteShown,
  type StatedListing,
  saveListings,
  savePublications,
} from './store.ts';
import { worthRulesOf } from './worth.ts';

type Options = { readonly policy: ProcessPolicy };
type Deps = { readonly clock: Clock };

/** A listing without a quantity has its stock kept by the marketplace; a suppressed one takes no quantity. */
const isOurs = ({ publishedQuantity, state }: StatedListing): boolean =>
  publishedQuantity !== null && state !== 'SUPPRESSED';

export const createListingApplier =
  ({ policy }: Options, deps: Deps): Applier =>
  async ({ tx, batch, crosswalk }) => {
    const published = new Set(publishedChannels(policy).map(({ marketplace }) => marketplace));
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

/** Marks listings whose channel may sell another quantity now, in the transaction that changed it: nothing is forgotten. */
export const createDirtyMarker =
  ({ policy }: Options, deps: Deps) =>
  async (tx: Sql, changes: readonly SellableChange[]): Promise<void> => {
    const channels = publishedChannels(policy);
    const wanted = changes.flatMap(({ channel, answer }) => {
      const published = channels.find((entry) => entry.channel === channel);
      if (!published) return [];
      const { marketplace, rules } = published;
      const { sku } = answer.item;
      return [{ marketplace, sku, rules, wanted: wantedOf(answer, rules) }];
    });
    if (wanted.length === 0) return;
    const at = isoOf(deps.clock.now());
    const byItem = new Map(wanted.map((entry) => [JSON.stringify([entry.marketplace, entry.sku]), entry]));
    const items = wanted.map(({ marketplace, sku }) => ({ marketplace, sku }));
    const rows = await lockPublicationsOf(tx, items);
    await savePublications(
      tx,
      rows.flatMap((row) => {
        const entry = byItem.get(JSON.stringify([row.marketplace, row.sku]));
        return entry ? [want(row, entry.wanted, worthRulesOf(entry.rules, policy.publication), at)] : [];
      }),
    );
  };
