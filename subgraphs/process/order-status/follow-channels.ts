/** The feed of several channels: every change of every order, under one cursor. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Follower, Journal, JournalEntry, JournalHead, Standing, Step } from '#runtime/journal/journal.ts';
import { standingAt } from '#runtime/journal/journal.ts';
import { streamOfChannel } from './advance.ts';
import { followLive } from './live.ts';
import type { OrderStreamItem } from './parents.ts';
import { feedCursor, readFeedCursor, resumeFrom, type SnapshotPlace, standingOfHead } from './positions.ts';
import type { PagePlace } from './queries.ts';
import type { OrderService } from './service.ts';
import { changedItem, heartbeatItem, laggedItem, snapshotItem } from './stream-items.ts';

export type FeedQuestion = {
  /** Names of sales channels, each once. */
  readonly channels: readonly string[];
  readonly wanted: (entry: JournalEntry) => boolean;
  readonly snapshot: boolean;
  /** Without a cursor: from the oldest entry that is held, not from now on. */
  readonly fromOldest: boolean;
};

export type ChannelFeedDeps = {
  readonly journal: Journal;
  readonly service: Pick<OrderService, 'inProgress' | 'placeOf'>;
  readonly clock: Clock;
  readonly ids: Ids;
};

const SNAPSHOTS_AT_ONCE = 100;
const RUN_BYTES = 6;

type Items<Result = void> = AsyncGenerator<OrderStreamItem, Result, undefined>;

/** Where a feed stands, channel by channel. `replayedTo`: entries up to there happened before it was opened. */
type Places = Map<string, { epoch: string; standing: Standing; replayedTo: number }>;

type Start =
  | { readonly kind: 'on'; readonly places: Places }
  /** History was lost: who wants snapshots gets them anew. */
  | { readonly kind: 'lost'; readonly places: Places }
  | { readonly kind: 'snapshot'; readonly places?: Places; readonly inside: SnapshotPlace | null }
  | { readonly kind: 'now' }
  | { readonly kind: 'oldest' };

export const createChannelFeed = (options: { readonly heartbeatMs: number }, deps: ChannelFeedDeps) => {
  const { journal, service, clock, ids } = deps;

  const placeAt = (head: JournalHead) => ({
    epoch: head.epoch,
    standing: standingOfHead(head),
    replayedTo: head.position,
  });
  const headsOf = async (streams: readonly string[]): Promise<Places> =>
    new Map(await Promise.all(streams.map(async (stream) => [stream, placeAt(await journal.head(stream))] as const)));
  /** In front of everything that is held. */
  const beginningsOf = async (streams: readonly string[]): Promise<Places> =>
    new Map(
      await Promise.all(
        streams.map(async (stream) => {
          const head = await journal.head(stream);
          return [stream, { ...placeAt(head), standing: { position: head.oldest - 1, mark: null } }] as const;
        }),
      ),
    );

  /** Snapshots of every order in progress, behind the place where an earlier run was cut, with the sequences they tell. */
  async function* states(
    channels: readonly string[],
    places: Places,
    inside: SnapshotPlace | null,
    told: Map<string, number>,
  ): Items {
    const run = inside?.run ?? ids.token(RUN_BYTES);
    const cut = inside && (await service.placeOf(inside.orderId));
    const rest = cut ? channels.slice(Math.max(0, channels.indexOf(cut.channel))) : channels;
    for (const channel of rest) {
      let place: PagePlace | null = cut?.channel === channel ? cut : null;
      do {
        const page: Awaited<ReturnType<OrderService['inProgress']>> = await service.inProgress(
          channel,
          place,
          SNAPSHOTS_AT_ONCE,
        );
        for (const order of page) {
          told.set(order.id, order.sequence);
          yield snapshotItem(order, feedCursor(places, journal, { run, orderId: order.id }));
        }
        place = page.length < SNAPSHOTS_AT_ONCE ? null : (page.at(-1) ?? null);
      } while (place);
    }
  }

  /**
   * Every order in progress, then what happened meanwhile that those snapshots do not contain, then a heartbeat: the state
   * is complete. `places` is where the first of it was read; it moves to where the last was.
   */
  async function* snapshot(question: FeedQuestion, places: Places, inside: SnapshotPlace | null): Items {
    const told = new Map<string, number>();
    yield* states(question.channels, places, inside, told);
    for (const [stream, place] of places) {
      const until = await journal.head(stream);
      while (place.standing.position < until.position) {
        const after = place.standing.position;
        const { entries, head } = await journal.look(stream, { after, limit: SNAPSHOTS_AT_ONCE });
        if (head.oldest - 1 > after) {
          const from = feedCursor(places, journal);
          place.standing = { position: head.oldest - 1, mark: null };
          yield laggedItem(from, feedCursor(places, journal), head.oldest - 1 - after);
        }
        const due = entries.filter(({ position }) => position <= until.position);
        for (const entry of due) {
          place.standing = standingAt(entry);
          if (entry.version > (told.get(entry.subject) ?? 0) && question.wanted(entry))
            yield changedItem(entry, feedCursor(places, journal), entry.position <= place.replayedTo);
        }
        if (due.length === 0 && place.standing.position < until.position) place.standing = standingOfHead(until);
      }
    }
    yield heartbeatItem(feedCursor(places, journal), clock);
  }

  /** Where to go on after a cursor. */
  async function* resume(after: string, streams: readonly string[]): Items<Start> {
    const { byChannel, inside } = readFeedCursor(after, streams, journal);
    const places: Places = new Map();
    const gaps: (number | null)[] = [];
    for (const [stream, at] of byChannel) {
      const look = await journal.look(stream, { after: at.position, limit: 0 });
      const resumed = resumeFrom(at, look);
      places.set(stream, { ...placeAt(look.head), standing: resumed.from });
      if (resumed.kind !== 'on') gaps.push(resumed.kind === 'gap' ? resumed.missed : null);
    }
    const missed = gaps.reduce<number | null>((sum, gap) => (sum === null || gap === null ? null : sum + gap), 0);
    if (gaps.length > 0) yield laggedItem(after, feedCursor(places, journal, missed === null ? null : inside), missed);
    if (missed === null) return { kind: 'lost', places };
    return inside ? { kind: 'snapshot', places, inside } : { kind: 'on', places };
  }

  function* tell(
    step: Extract<Step, { readonly kind: 'entries' }>,
    stream: string,
    places: Places,
    wanted: FeedQuestion['wanted'],
  ): Generator<OrderStreamItem, void, undefined> {
    const place = places.get(stream);
    if (!place) return;
    if (step.gap) {
      const from = feedCursor(places, journal);
      place.standing = { position: step.gap.to, mark: null };
      yield laggedItem(from, feedCursor(places, journal), step.gap.to - step.gap.from.position);
    }
    for (const entry of step.entries) {
      place.standing = standingAt(entry);
      if (wanted(entry)) yield changedItem(entry, feedCursor(places, journal), entry.position <= place.replayedTo);
    }
  }

  /** Ends with the channel whose history was lost, or, with the signal, without one. */
  async function* live({ wanted }: FeedQuestion, places: Places, signal: AbortSignal): Items<string | null> {
    const leaving = new AbortController();
    const over = AbortSignal.any([signal, leaving.signal]);
    const followers = new Map<string, Follower>(
      [...places].map(([stream, { standing }]) => [stream, journal.follow(stream, { from: standing }, over)]),
    );
    let quiet = true;
    try {
      for await (const item of followLive({ followers, heartbeatMs: options.heartbeatMs }, { clock }, over)) {
        if (item.kind === 'beat') {
          if (quiet) yield heartbeatItem(feedCursor(places, journal), clock);
          quiet = true;
          continue;
        }
        if (item.step.kind === 'lost') return item.channel;
        for (const told of tell(item.step, item.channel, places, wanted)) {
          quiet = false;
          yield told;
        }
      }
      return null;
    } finally {
      leaving.abort();
    }
  }

  return async function* feed(question: FeedQuestion, after: string | null, signal: AbortSignal): Items {
    const streams = question.channels.map(streamOfChannel);
    const begin: Start = question.snapshot
      ? { kind: 'snapshot', inside: null }
      : { kind: question.fromOldest ? 'oldest' : 'now' };
    let start: Start = after === null ? begin : yield* resume(after, streams);
    while (!signal.aborted) {
      if (start.kind === 'lost' && question.snapshot) start = begin;
      const places: Places =
        ('places' in start ? start.places : undefined) ??
        (await (start.kind === 'oldest' ? beginningsOf(streams) : headsOf(streams)));
      if (start.kind === 'snapshot') yield* snapshot(question, places, start.inside);
      if (start.kind === 'now' || start.kind === 'oldest') yield heartbeatItem(feedCursor(places, journal), clock);
      const lost: string | null = yield* live(question, places, signal);
      if (lost === null) return;
      const from = feedCursor(places, journal);
      places.set(lost, placeAt(await journal.head(lost)));
      yield laggedItem(from, feedCursor(places, journal), null);
      start = { kind: 'lost', places };
    }
  };
};
