/** A store's feed of its pickups: every open one, or what came after a cursor, and then every change as it comes. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import { type Journal, type JournalHead, type Standing, type Step, standingAt } from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { followLive } from './live.ts';
import type { OrderStreamItem } from './parents.ts';
import { orderEntryOf, PICKUPS_STREAM, readStorePickups, subjectOfStore } from './pickups.ts';
import { readStoreCursor, resumeFrom, type SnapshotPlace, standingOfHead, storeCursor } from './positions.ts';
import type { PagePlace } from './queries.ts';
import { IN_PROGRESS, type OrderService } from './service.ts';
import { changedItem, heartbeatItem, laggedItem, snapshotItem } from './stream-items.ts';

export type StoreFeedDeps = {
  readonly database: Sql;
  readonly journal: Journal;
  readonly service: Pick<OrderService, 'placeOf'>;
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

  /** Snapshots of every open pickup, behind the place where an earlier run was cut, with the sequences they tell. */
  async function* states(
    { code, channel }: StoreQuestion,
    place: Place,
    inside: SnapshotPlace | null,
    told: Map<string, number>,
  ): Items {
    const run = inside?.run ?? ids.token(RUN_BYTES);
    let after: PagePlace | null = inside && (await deps.service.placeOf(inside.orderId));
    let page: Awaited<ReturnType<typeof readStorePickups>>;
    do {
      page = await readStorePickups(database, { code, channel, statuses: IN_PROGRESS }, after, SNAPSHOTS_AT_ONCE);
      for (const order of page) {
        told.set(order.id, order.sequence);
        yield snapshotItem(order, storeCursor(code, place, journal, { run, orderId: order.id }));
      }
      after = page.at(-1) ?? null;
    } while (page.length === SNAPSHOTS_AT_ONCE);
  }

  /**
   * Every open pickup, then what happened meanwhile that those snapshots do not contain, then a heartbeat: the state is
   * complete. `begin` is where the first of it was read; the result is where the last was.
   */
  async function* snapshot(question: StoreQuestion, begin: Place, inside: SnapshotPlace | null): Items<Place> {
    const { code, channel } = question;
    const told = new Map<string, number>();
    yield* states(question, begin, inside, told);
    const until = await journal.head(PICKUPS_STREAM);
    let place = begin;
    while (place.standing.position < until.position) {
      const after = place.standing.position;
      const look = { after, limit: SNAPSHOTS_AT_ONCE, subject: subjectOfStore(code) };
      const { entries, head } = await journal.look(PICKUPS_STREAM, look);
      if (head.oldest - 1 > after) {
        const from = storeCursor(code, place, journal);
        place = { ...place, standing: { position: head.oldest - 1, mark: null } };
        yield laggedItem(from, storeCursor(code, place, journal), head.oldest - 1 - after);
      }
      const due = entries.filter(({ position }) => position <= until.position);
      for (const stored of due) {
        place = { ...place, standing: standingAt(stored) };
        const { channel: sold, entry } = orderEntryOf(stored);
        if ((channel === null || channel === sold) && entry.version > (told.get(entry.subject) ?? 0))
          yield changedItem(entry, storeCursor(code, place, journal), stored.position <= place.replayedTo);
      }
      if (due.length < SNAPSHOTS_AT_ONCE) place = { ...place, standing: standingOfHead(until) };
    }
    yield heartbeatItem(storeCursor(code, place, journal), clock);
    return place;
  }

  /** Where to go on after a cursor; null where history was lost, and all is told anew. */
  async function* resume(question: StoreQuestion, after: string): Items<Place | null> {
    const { code } = question;
    const { at, inside } = readStoreCursor(after, code, journal);
    const look = await journal.look(PICKUPS_STREAM, { after: at.position, limit: 0 });
    const resumed = resumeFrom(at, look);
    const place: Place = { ...placeAt(look.head), standing: resumed.from };
    if (resumed.kind !== 'on') {
      const missed = resumed.kind === 'gap' ? resumed.missed : null;
      yield laggedItem(after, storeCursor(code, place, journal, missed === null ? null : inside), missed);
      if (missed === null) return null;
    }
    return inside ? yield* snapshot(question, place, inside) : place;
  }

  function* tell(
    { code, channel }: StoreQuestion,
    place: Place,
    step: Extract<Step, { readonly kind: 'entries' }>,
  ): Generator<OrderStreamItem, Place> {
    let now = place;
    if (step.gap) {
      const from = storeCursor(code, now, journal);
      now = { ...now, standing: { position: step.gap.to, mark: null } };
      yield laggedItem(from, storeCursor(code, now, journal), step.gap.to - step.gap.from.position);
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
    let place: Place | null = after === null ? null : yield* resume(question, after);
    while (!signal.aborted) {
      place ??= yield* snapshot(question, placeAt(await journal.head(PICKUPS_STREAM)), null);
      yield* live(question, place, signal);
      place = null;
    }
  };
};
