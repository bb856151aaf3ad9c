/** A store's feed of its pickups: every open one, or what came after a cursor, and then every change as it comes. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import { type Journal, type JournalHead, type Standing, type Step, standingAt } from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { followLive } from './live.ts';
import type { OrderStreamItem } from './parents.ts';
import { orderEntryOf, PICKUPS_STREAM, readStorePickups, subjectOfStore } from './pickups.ts';
import { readStoreCursor, resumeFrom, snapshotCursor, standingOfHead, storeCursor } from './positions.ts';
import type { PagePlace } from './queries.ts';
import { IN_PROGRESS } from './service.ts';
import { changedItem, heartbeatItem, laggedItem, snapshotItem } from './stream-items.ts';

export type StoreFeedDeps = {
  readonly database: Sql;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ids: Ids;
};

/** `channel` null: orders of all sales channels. */
export type StoreQuestion = { readonly code: string; readonly channel: string | null };

const SNAPSHOTS_AT_ONCE = 100;
const RUN_BYTES = 6;

type Items<Result = void> = AsyncGenerator<OrderStreamItem, Result, undefined>;
/** Entries up to `replayedTo` happened before the feed was opened. */
type Place = { readonly epoch: string; readonly standing: Standing; readonly replayedTo: number };

export const createStoreFeed = (options: { readonly heartbeatMs: number }, deps: StoreFeedDeps) => {
  const { database, journal, clock, ids } = deps;

  const placeAt = (head: JournalHead): Place => ({
    epoch: head.epoch,
    standing: standingOfHead(head),
    replayedTo: head.position,
  });

  /**
   * Every open pickup, and what happened meanwhile that its snapshot does not contain; then a heartbeat, whose cursor is
   * the first to resume behind. Until then a cut begins the whole again.
   */
  async function* snapshots({ code, channel }: StoreQuestion): Items<Place> {
    const from = await journal.head(PICKUPS_STREAM);
    const run = ids.token(RUN_BYTES);
    let number = 0;
    const cursor = (): string => snapshotCursor(run, ++number, journal);
    const told = new Map<string, number>();
    let page: Awaited<ReturnType<typeof readStorePickups>>;
    let after: PagePlace | null = null;
    do {
      page = await readStorePickups(database, { code, channel, statuses: IN_PROGRESS }, after, SNAPSHOTS_AT_ONCE);
      for (const order of page) {
        told.set(order.id, order.sequence);
        yield snapshotItem(order, cursor());
      }
      after = page.at(-1) ?? null;
    } while (page.length === SNAPSHOTS_AT_ONCE);
    const until = await journal.head(PICKUPS_STREAM);
    let at = from.position;
    while (at < until.position) {
      const look = { after: at, limit: SNAPSHOTS_AT_ONCE, subject: subjectOfStore(code) };
      const { entries } = await journal.look(PICKUPS_STREAM, look);
      const due = entries.filter(({ position }) => position <= until.position);
      for (const stored of due) {
        const { channel: sold, entry } = orderEntryOf(stored);
        if ((channel === null || channel === sold) && entry.version > (told.get(entry.subject) ?? 0))
          yield changedItem(entry, cursor(), false);
      }
      at = due.length < SNAPSHOTS_AT_ONCE ? until.position : (due.at(-1)?.position ?? until.position);
    }
    const place = placeAt(until);
    yield heartbeatItem(storeCursor(code, place, journal), clock);
    return place;
  }

  /** Null: history was lost, or the cursor stands inside a snapshot, and all is told anew. */
  async function* resume(code: string, after: string): Items<Place | null> {
    const cursor = readStoreCursor(after, code, journal);
    if (cursor === null) return null;
    const look = await journal.look(PICKUPS_STREAM, { after: cursor.position, limit: 0 });
    const resumed = resumeFrom(cursor, look);
    const place: Place = { ...placeAt(look.head), standing: resumed.from };
    if (resumed.kind === 'on') return place;
    const missed = resumed.kind === 'gap' ? resumed.missed : null;
    yield laggedItem(after, storeCursor(code, place, journal), missed);
    return missed === null ? null : place;
  }

  function* tell(
    { code, channel }: StoreQuestion,
    place: Place,
    step: Extract<Step, { readonly kind: 'entries' }>,
  ): Generator<OrderStreamItem, Place> {
    let now = place;
    if (step.missed > 0) {
      const from = storeCursor(code, now, journal);
      now = { ...now, standing: { position: now.standing.position + step.missed, mark: null } };
      yield laggedItem(from, storeCursor(code, now, journal), step.missed);
    }
    for (const stored of step.entries) {
      now = { ...now, standing: standingAt(stored) };
      const { channel: sold, entry } = orderEntryOf(stored);
      if (channel === null || channel === sold)
        yield changedItem(entry, storeCursor(code, now, journal), stored.position <= place.replayedTo);
    }
    return now;
  }

  /** Ends when history was lost, or with the signal. */
  async function* live(question: StoreQuestion, begin: Place, signal: AbortSignal): Items {
    const { code } = question;
    const leaving = new AbortController();
    const over = AbortSignal.any([signal, leaving.signal]);
    const follower = journal.follow(PICKUPS_STREAM, { from: begin.standing, subject: subjectOfStore(code) }, over);
    const followers = new Map([[PICKUPS_STREAM, follower]]);
    let place = begin;
    let quiet = true;
    try {
      for await (const item of followLive({ followers, heartbeatMs: options.heartbeatMs }, { clock }, over)) {
        if (item.kind === 'beat') {
          // Moves past what concerned other stores.
          place = { ...place, standing: follower.standing() };
          if (quiet) yield heartbeatItem(storeCursor(code, place, journal), clock);
          quiet = true;
          continue;
        }
        if (item.step.kind === 'lost') {
          const head = placeAt(await journal.head(PICKUPS_STREAM));
          yield laggedItem(storeCursor(code, place, journal), storeCursor(code, head, journal), null);
          return;
        }
        quiet = false;
        place = yield* tell(question, place, item.step);
      }
    } finally {
      leaving.abort();
    }
  }

  return async function* feed(question: StoreQuestion, after: string | null, signal: AbortSignal): Items {
    let place: Place | null = after === null ? null : yield* resume(question.code, after);
    while (!signal.aborted) {
      place ??= yield* snapshots(question);
      yield* live(question, place, signal);
      place = null;
    }
  };
};
