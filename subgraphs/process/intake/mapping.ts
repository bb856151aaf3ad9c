/** Holds back what names an item that nobody knows: put on record, never guessed at. */
import type { Change, ListingChange, StockChange, SupplyChange } from '#model/change.ts';
import type { NewException } from './applier.ts';
import type { ItemMatch, LoadedCrosswalk } from './crosswalk.ts';

/** A change that is about one item and nothing else. */
type ItemChange = StockChange | SupplyChange | ListingChange;

const isOfItem = (change: Change): change is ItemChange =>
  change.kind === 'stock' || change.kind === 'supply' || change.kind === 'listing';

const placeOf = (change: ItemChange): string =>
  change.kind === 'listing'
    ? `listing ${change.listingId} on ${change.marketplace}`
    : `${change.kind} at ${change.locationCode}`;

const unmapped = (match: Exclude<ItemMatch, { kind: 'known' }>, change: ItemChange): NewException => {
  const subject = match.names.join(' ');
  const remedy = 'It is kept and applied by itself once the ERP maps the name to one item.';
  const message =
    match.kind === 'unknown'
      ? `No item is known as ${match.names.join(' or ')} (first seen for ${placeOf(change)}). ${remedy}`
      : `The names contradict each other: ${match.claims.join(', ')} (first seen for ${placeOf(change)}). ${remedy}`;
  return { kind: 'IDENTIFIER_UNMAPPED', nature: 'BUSINESS', subject, message };
};

/** The changes that can go on; the others are raised with what they wait for. Orders judge their own lines. */
export const withMappedItems = async (
  changes: readonly Change[],
  crosswalk: LoadedCrosswalk,
  raise: (exception: NewException, change: Change) => void,
): Promise<readonly Change[]> => {
  const mapped: Change[] = [];
  for (const change of changes) {
    if (!isOfItem(change)) {
      mapped.push(change);
      continue;
    }
    const match = await crosswalk.match(change.items);
    if (match.kind === 'known') mapped.push(change);
    else raise(unmapped(match, change), change);
  }
  return mapped;
};
