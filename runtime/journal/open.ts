import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Database, Sql } from '#runtime/storage/database.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { createGate } from './gate.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { createLooks, ENTRY_COLUMNS } from './looks.ts';
import { JOURNAL_MIGRATION } from './tables.ts';
import { createTails } from './tails.ts';

export type JournalOptions = {
  /** Entries older than this are dropped; resuming is possible for at least this long. */
  readonly retentionMs: number;
  /** The same for channels whose entries are needed for another time, in milliseconds by channel. */
  readonly retentionMsOf?: Readonly<Record<string, number>>;
  /** Wake-ups can be lost; tails look by themselves at least this often. */
  readonly pollMs: number;
  /**
   * Reads at once for readers that are behind, over all channels. A crowd that comes back after a cut queues here, and not
   * in front of the writers.
   */
  readonly catchUpReads: number;
};

export const DEFAULT_JOURNAL_OPTIONS: JournalOptions = {
  retentionMs: 7 * 24 * 3_600_000,
  pollMs: 500,
  catchUpReads: 4,
};

const WAKE_TOPIC = 'throughline_journal';
const PRUNE_EVERY_MS = 600_000;

type Deps = { readonly clock: Clock; readonly ids: Ids; readonly log: Log };

/** A value that the first opener chooses and every later one reads: the epoch, the cursor secret. */
const metaValue = async (database: Database, key: string, candidate: string): Promise<string> => {
  await database.query('insert into journal.meta (key, value) values ($1, $2) on conflict do nothing', [
    key,
    candidate,
  ]);
  const [row] = await database.query<{ value: string }>('select value from journal.meta where key = $1', [key]);
  return row?.value ?? candidate;
};

const byChannel = <T extends { readonly channel: string }>(
  entries: readonly T[],
): readonly (readonly [string, readonly T[]])[] => {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const group = groups.get(entry.channel) ?? [];
    group.push(entry);
    groups.set(entry.channel, group);
  }
  // Heads are locked in one order everywhere, so that transactions that touch several channels cannot deadlock.
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
};

export const openJournal = async (database: Database, options: JournalOptions, deps: Deps): Promise<Journal> => {
  await migrate(database, [JOURNAL_MIGRATION]);
  const epoch = await metaValue(database, 'epoch', deps.ids.token(6));
  const secret = await metaValue(database, 'cursor-secret', deps.ids.token(32));
  const { head, read, look, standingOf } = createLooks(database, epoch);
  const gate = createGate(options.catchUpReads);
  const tails = createTails({ retryMs: options.pollMs }, { look, gate, clock: deps.clock });

  const append: Journal['append'] = async (tx: Sql, entries) => {
    const written: JournalEntry[] = [];
    for (const [channel, group] of byChannel(entries)) {
      const [row] = await tx.query<{ position: number }>(
        `insert into journal.stream_head (channel, position) values ($1, $2)
         on conflict (channel) do update set position = journal.stream_head.position + $2 returning position`,
        [channel, group.length],
      );
      const first = (row?.position ?? group.length) - group.length + 1;
      const rows = group.map((entry, index) => ({
        ...entry,
        version: entry.version ?? first + index,
        position: first + index,
      }));
      const stored = await tx.query<JournalEntry>(
        `insert into journal.entry (channel, position, subject, version, type, payload, correlation_id)
         select $1, e.position, e.subject, e.version, e.type, e.payload, e."correlationId"
         from jsonb_to_recordset($2::jsonb) as e(position bigint, subject text, version bigint, type text, payload jsonb, "correlationId" text)
         returning ${ENTRY_COLUMNS}`,
        [channel, JSON.stringify(rows)],
      );
      written.push(...stored.toSorted((a, b) => a.position - b.position));
    }
    if (written.length > 0) await database.notify(tx, WAKE_TOPIC);
    return written;
  };

  const pruneAll = async (): Promise<void> => {
    const since = (retentionMs: number): string => isoOf(deps.clock.now() - retentionMs);
    const own = Object.entries(options.retentionMsOf ?? {});
    for (const [channel, retentionMs] of own)
      await database.query('delete from journal.entry where channel = $1 and at < $2', [channel, since(retentionMs)]);
    await database.query('delete from journal.entry where at < $1 and channel <> all($2)', [
      since(options.retentionMs),
      own.map(([channel]) => channel),
    ]);
  };
  const prune = (): void => {
    pruneAll().catch((error: Error) =>
      deps.log.warn({ error: error.message }, 'pruning the journal failed; it is tried again later'),
    );
  };

  const stopListening = await database.listen(WAKE_TOPIC, tails.wakeAll);
  const stopPolling = deps.clock.every(options.pollMs, tails.wakeAll);
  const stopPruning = deps.clock.every(PRUNE_EVERY_MS, prune);

  return {
    append,
    head,
    read,
    look: (channel, asked) => gate(() => look(channel, asked)),
    standingOf,
    follow: tails.follow,
    tail: tails.tail,
    encodeCursor: (at) => encodeCursor(at, secret),
    decodeCursor: (text) => decodeCursor(text, secret),
    [Symbol.asyncDispose]: async () => {
      stopPolling();
      stopPruning();
      await stopListening();
    },
  };
};
