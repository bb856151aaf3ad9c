/**
 * Compares every listing with what its channel may sell now: time alone changes answers and their confidence, and
 * marketplaces change quantities.
 */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Database } from '#runtime/storage/database.ts';
import { AVAILABILITY_CHANNEL } from '#subgraphs/process/availability/announce.ts';
import type { Projection } from '#subgraphs/process/availability/projection.ts';
import type { AvailabilityService } from '#subgraphs/process/availability/service.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { type PublishedChannel, publishedChannels, wantedOf } from './policy.ts';
import { differs, type PublicationRow, review } from './row.ts';
import { lockPublications, readPublications, savePublications } from './store.ts';
import { worthRulesOf } from './worth.ts';

export type ReviewingDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly projection: Projection;
  readonly service: AvailabilityService;
  readonly clock: Clock;
};

const ROWS_PER_TRANSACTION = 500;

export const createReview = ({ policy }: { readonly policy: ProcessPolicy }, deps: ReviewingDeps) => {
  const { database, journal, projection, service, clock } = deps;

  /** The row as it should be, or null where the item is not known. */
  const reviewed = (row: PublicationRow, { channel, rules }: PublishedChannel): PublicationRow | null => {
    const answer = service.answer(row.sku, service.settle({ channel }));
    if (!answer) return null;
    const { settleMs } = policy.publication;
    const worth = worthRulesOf(rules, policy.publication);
    return review(row, wantedOf(answer, rules), { rules: worth, settleMs, at: isoOf(clock.now()) });
  };

  /** Works the rows out anew under their locks. What was marked since they were read is newer than our view and stays. */
  const store = (rows: readonly PublicationRow[], channel: PublishedChannel): Promise<void> =>
    database.transaction(async (tx) => {
      const seen = new Map(rows.map((row) => [row.listingId, row]));
      const locked = await lockPublications(tx, rows);
      await savePublications(
        tx,
        locked.flatMap((row) => {
          const before = seen.get(row.listingId);
          const unmarked = before?.desired === row.desired && before?.sellable === row.sellable;
          return unmarked ? (reviewed(row, channel) ?? []) : [];
        }),
      );
    });

  return async (signal: AbortSignal): Promise<void> => {
    for (const channel of publishedChannels(policy)) {
      // Read before the projection catches up: whatever is marked in between is found to be another row.
      const rows = await readPublications(database, channel.marketplace);
      await projection.reached((await journal.head(AVAILABILITY_CHANNEL)).position, signal);
      const moved = rows.filter((row) => {
        const next = reviewed(row, channel);
        return next !== null && differs(row, next);
      });
      for (let from = 0; from < moved.length; from += ROWS_PER_TRANSACTION)
        await store(moved.slice(from, from + ROWS_PER_TRANSACTION), channel);
    }
  };
};
