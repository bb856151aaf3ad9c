/**
 * Tells whoever follows when other rules change answers. All items are worked out again in batches, each in a transaction
 * of its own under the items' locks, and those that a channel sees differently go into the journal. Which rules were told
 * last is kept, so that rules changed while nothing ran, or a stop half-way, are made up for at the next start.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Log } from '#runtime/log.ts';
import type { Database, Sql } from '#runtime/storage/database.ts';
import { answerTags, changesEntries } from '#subgraphs/process/changes/entry.ts';
import { readFeeds } from '#subgraphs/process/intake/feeds.ts';
import type { LivePolicy } from '#subgraphs/process/policy/live.ts';
import type { Announce } from './announce.ts';
import { contactsOf } from './contacts.ts';
import type { StockConnection } from './facts.ts';
import * as store from './store.ts';

export type PolicyChangeOptions = {
  readonly stockConnections: readonly StockConnection[];
  /** Items per transaction: few, so that nobody waits long for their locks. */
  readonly itemsPerBatch?: number;
};
export type PolicyChangeDeps = {
  readonly live: Pick<LivePolicy, 'version' | 'onChange'>;
  readonly announce: Announce;
  readonly database: Database;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type PolicyChanges = AsyncDisposable & {
  /** Resolves when the rules in force now have been told, or telling them has been given up by a stop. */
  told(): Promise<void>;
};

const ITEMS_PER_BATCH = 200;
const RETRY_MS = 5_000;

const readTold = async (sql: Sql): Promise<string | null> => {
  const rows = await sql.query<{ version: string }>('select version from process.told_policy where id');
  return rows[0]?.version ?? null;
};

const saveTold = (sql: Sql, version: string): Promise<unknown> =>
  sql.query(
    'insert into process.told_policy (id, version) values (true, $1) on conflict (id) do update set version = excluded.version',
    [version],
  );

export const openPolicyChanges = (options: PolicyChangeOptions, deps: PolicyChangeDeps): PolicyChanges => {
  const { live, announce, database, journal, clock, ids } = deps;
  const log = deps.log.child({ part: 'policy' });
  const itemsPerBatch = options.itemsPerBatch ?? ITEMS_PER_BATCH;
  const stop = new AbortController();

  /** Returns how many items a channel sees differently now. */
  const tell = (skus: readonly string[], correlationId: string): Promise<number> =>
    database.transaction(async (tx) => {
      const states = await store.lockSkus(tx, skus);
      const items = await store.readItems(tx, skus, (text) => text);
      const contacts = contactsOf(await readFeeds(tx), options.stockConnections);
      const world = { places: await store.readPlaces(tx), contacts };
      const entries = await announce(tx, { items, world, states, correlationId, onlyChanged: true });
      await journal.append(tx, [...entries, ...changesEntries(answerTags(entries), correlationId)]);
      return entries.length;
    });

  const tellAll = async (version: string): Promise<void> => {
    const correlationId = ids.uuid();
    let changed = 0;
    let after = '';
    while (!stop.signal.aborted && live.version === version) {
      const skus = await store.readSkus(database, after, itemsPerBatch);
      const last = skus.at(-1);
      if (last === undefined) {
        await saveTold(database, version);
        log.info({ version, items: changed, correlationId }, 'answers under the new rules have been told');
        return;
      }
      changed += await tell(skus, correlationId);
      after = last;
    }
  };

  /** Until what was told last is what is in force: rules may change again meanwhile, and the database may be away. */
  const catchUp = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const { version } = live;
        if ((await readTold(database)) === version) return;
        await tellAll(version);
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn(
          { error: error instanceof Error ? error.message : String(error) },
          'telling new rules failed; it is tried again',
        );
        await clock.delay(RETRY_MS, stop.signal).catch(() => undefined);
      }
    }
  };

  let working = catchUp();
  const stopListening = live.onChange(() => {
    working = working.then(catchUp);
  });
  return {
    told: () => working,
    [Symbol.asyncDispose]: async () => {
      stopListening();
      stop.abort(new Error('the process layer stops'));
      await working;
    },
  };
};
