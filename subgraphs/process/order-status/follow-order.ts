/** One order's stream: a snapshot, or what came after a cursor, and then everything as it comes. */
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import {
  type CursorPosition,
  type Journal,
  type JournalEntry,
  type Standing,
  standingAt,
} from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { streamOfChannel } from './advance.ts';
import { followLive } from './live.ts';
import type { OrderParent, OrderStreamItem } from './parents.ts';
import { readOrderCursor, resumeFrom, turnedCursor } from './positions.ts';
import { readOrder } from './queries.ts';
import { changedItem, heartbeatItem, laggedItem, snapshotItem, turnedInto } from './stream-items.ts';

export type Followed = {
  readonly order: OrderParent;
  /** The order that was asked for, where that turned out to be this one. */
  readonly asked?: { readonly id: string; readonly channel: string };
};

export type OrderStreamDeps = { readonly database: Sql; readonly journal: Journal; readonly clock: Clock };

const READ_AT_ONCE = 200;

/** What is followed: an order and its channel. */
type Subject = { readonly id: string; readonly channel: string };
type Items<Result> = AsyncGenerator<OrderStreamItem, Result, undefined>;
/** Where the stream goes on: behind this, with entries up to `replayedTo` being repeats of the past. */
type Place = {
  readonly subject: Subject;
  readonly epoch: string;
  readonly from: Standing;
  readonly replayedTo: number;
};
/** The end of one subject's part: the order it turned out to be, or that its history was lost. */
type Turn = { readonly kind: 'turned'; readonly into: string } | { readonly kind: 'lost' } | { readonly kind: 'over' };

export const createOrderFollowing = (options: { readonly heartbeatMs: number }, deps: OrderStreamDeps) => {
  const { database, journal, clock } = deps;

  const cursorOf = ({ subject, epoch }: Pick<Place, 'subject' | 'epoch'>, standing: Standing): string =>
    journal.encodeCursor({ channel: streamOfChannel(subject.channel), epoch, ...standing });

  /** Items of entries; ends early with the order that the last of them turned out to be. */
  function* tell(
    place: Omit<Place, 'from'>,
    entries: readonly JournalEntry[],
  ): Generator<OrderStreamItem, string | null> {
    for (const entry of entries) {
      const into = turnedInto(entry);
      const at = { channel: streamOfChannel(place.subject.channel), epoch: place.epoch, ...standingAt(entry) };
      const cursor = into === null ? journal.encodeCursor(at) : turnedCursor(at, journal);
      yield changedItem(entry, cursor, entry.position <= place.replayedTo);
      if (into !== null) return into;
    }
    return null;
  }

  /** The state, at the furthest position that it contains everything up to. */
  async function* snapshot(id: string): Items<Place | null> {
    const order = await readOrder(database, id);
    if (!order) return null;
    const { epoch, ...from } = await journal.standingOf(streamOfChannel(order.channel), order.id, order.sequence);
    const subject = { id: order.id, channel: order.channel };
    yield snapshotItem(order, cursorOf({ subject, epoch }, from));
    return { subject, epoch, from, replayedTo: 0 };
  }

  async function* resume(subject: Subject, at: CursorPosition, after: string): Items<Place | Turn> {
    const channel = streamOfChannel(subject.channel);
    const look = await journal.look(channel, { after: at.position, limit: READ_AT_ONCE, subject: subject.id });
    const { epoch, position: replayedTo } = look.head;
    const resumed = resumeFrom(at, look);
    const place: Place = { subject, epoch, from: resumed.from, replayedTo };
    if (resumed.kind === 'lost') {
      yield laggedItem(after, cursorOf(place, resumed.from), null);
      return { kind: 'lost' };
    }
    if (resumed.kind === 'gap') yield laggedItem(after, cursorOf(place, resumed.from), resumed.missed);
    const into = yield* tell(place, look.entries);
    if (into !== null) return { kind: 'turned', into };
    const last = look.entries.at(-1);
    const isAll = look.entries.length < READ_AT_ONCE || !last;
    return { ...place, from: isAll ? { position: look.head.position, mark: look.head.mark } : standingAt(last) };
  }

  async function* live(place: Place, signal: AbortSignal): Items<Turn> {
    const { subject, from } = place;
    const channel = streamOfChannel(subject.channel);
    const leaving = new AbortController();
    const over = AbortSignal.any([signal, leaving.signal]);
    const follower = journal.follow(channel, { from, subject: subject.id }, over);
    let at = from;
    let quiet = true;
    try {
      const items = followLive(
        { followers: new Map([[channel, follower]]), heartbeatMs: options.heartbeatMs },
        deps,
        over,
      );
      for await (const item of items) {
        if (item.kind === 'beat') {
          if (quiet) yield heartbeatItem(cursorOf(place, follower.standing()), clock);
          quiet = true;
          continue;
        }
        const { step } = item;
        quiet = false;
        if (step.kind === 'lost') {
          const head = await journal.head(channel);
          yield laggedItem(cursorOf(place, at), cursorOf({ subject, epoch: head.epoch }, head), null);
          return { kind: 'lost' };
        }
        if (step.gap) {
          const to = { position: step.gap.to, mark: null };
          yield laggedItem(cursorOf(place, step.gap.from), cursorOf(place, to), step.gap.to - step.gap.from.position);
          at = to;
        }
        const into = yield* tell(place, step.entries);
        if (into !== null) return { kind: 'turned', into };
        const last = step.entries.at(-1);
        if (last) at = standingAt(last);
      }
      return { kind: 'over' };
    } finally {
      leaving.abort();
    }
  }

  /** A cursor of an order that turned out to be another one may stand before that, right behind it, or long after. */
  async function* start({ order, asked }: Followed, after: string | null): Items<Place | Turn> {
    if (after === null) return { kind: 'turned', into: order.id };
    const now: Subject = { id: order.id, channel: order.channel };
    const channels = [now, ...(asked ? [asked] : [])].map(({ channel }) => streamOfChannel(channel));
    const at = readOrderCursor(after, channels, journal);
    if (at.hasTurned) return { kind: 'turned', into: order.id };
    const isOfAsked = asked !== undefined && at.channel === streamOfChannel(asked.channel);
    if (!isOfAsked) return yield* resume(now, at, after);
    const rest = await journal.look(at.channel, { after: at.position, limit: 1, subject: asked.id });
    if (rest.entries.length > 0) return yield* resume(asked, at, after);
    const resumed = resumeFrom(at, rest);
    // Nothing of it follows: the cursor is one of the other order's life, where that has the same channel.
    if (resumed.kind === 'on' && asked.channel === now.channel) return yield* resume(now, at, after);
    if (resumed.kind !== 'on')
      yield laggedItem(
        after,
        cursorOf({ subject: asked, epoch: rest.head.epoch }, resumed.from),
        resumed.kind === 'gap' ? resumed.missed : null,
      );
    return { kind: 'turned', into: order.id };
  }

  return async function* follow(
    followed: Followed,
    after: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<OrderStreamItem, void, undefined> {
    let next: Place | Turn = yield* start(followed, after);
    let current = followed.order.id;
    while (!signal.aborted) {
      if ('kind' in next) {
        if (next.kind === 'over') return;
        if (next.kind === 'turned') current = next.into;
        const place: Place | null = yield* snapshot(current);
        if (!place)
          throw new Failure(
            'CURSOR_EXPIRED',
            'The order is no longer there: was the database restored? Look it up again.',
          );
        next = place;
      } else {
        current = next.subject.id;
        next = yield* live(next, signal);
      }
    }
  };
};
