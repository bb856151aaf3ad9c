/** The feed of several channels: every change of every order, under one cursor. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Follower, Journal, JournalEntry, JournalHead, Standing, Step } from '#runtime/journal/journal.ts';
import { standingAt } from '#runtime/journal/journal.ts';
import { streamOfChannel } from './advance.ts';
import { followLive } from './live.ts';
import type { OrderStreamItem } from './parents.ts';
import { feedCursor, readFeedCursor, resumeFrom, snapshotCursor, standingOfHead } from './positions.ts';
import type { PagePlace } from './queries.ts';
import type { OrderService } from './service.ts';
import { changedItem, heartbeatItem, laggedItem, snapshotItem } from './stream-items.ts';

export type FeedQuestion = {
  /** Names of sales channels, each once. */
  readonly channels: readonly string[];
  readonly wanted: (entry: JournalEntry) => boolean;
  readonly snapshot: boolean;
};

export type ChannelFeedDeps = {
  readonly journal: Journal;
  readonly service: Pick<OrderService, 'inProgress'>;
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
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'now' };

export const createChannelFeed = (options: { readonly heartbeatMs: number }, deps: ChannelFeedDeps) => {
  const { journal, service, clock, ids } = deps;

  const placeAt = (head: JournalHead) => ({
    epoch: head.epoch,
    standing: standingOfHead(head),
    replayedTo: head.position,
  });
  const headsOf = async (streams: readonly string[]): Promise<Places> =>
    new Map(await Promise.all(streams.map(async (stream) => [stream, placeAt(await journal.head(stream))] as const)));

  /**
   * Every order in progress, and what happened meanwhile that its snapshot does not contain; then a heartbeat, whose cursor
   * is the first to resume behind. Until then a cut begins the whole again.
   */
  async function* snapshots({ channels, wanted }: FeedQuestion, places: Places): Items {
    const run = ids.token(RUN_BYTES);
    let number = 0;
    const cursor = (): string => snapshotCursor(run, ++number, journal);
    const told = new Map<string, number>();
    for (const channel of channels) {
      let place: PagePlace | null = null;
      do {
        const page: Awaited<ReturnType<OrderService['inProgress']>> = await service.inProgress(
          channel,
          place,
          SNAPSHOTS_AT_ONCE,
        );
        for (const order of page) {
          told.set(order.id, order.sequence);
          yield snapshotItem(order, cursor());
        }
        place = page.length < SNAPSHOTS_AT_ONCE ? null : (page.at(-1) ?? null);
      } while (place);
    }
    for (const [stream, place] of places) {
      const until = await journal.head(stream);
      let at = place.standing.position;
      while (at < until.position) {
        const { entries } = await journal.look(stream, { after: at, limit: SNAPSHOTS_AT_ONCE });
        const due = entries.filter(({ position }) => position <= until.position);
        for (const entry of due)
          if (entry.version > (told.get(entry.subject) ?? 0) && wanted(entry))
            yield changedItem(entry, cursor(), false);
        at = due.at(-1)?.position ?? until.position;
      }
      places.set(stream, placeAt(until));
    }
    yield heartbeatItem(feedCursor(places, journal), clock);
  }

  /** Where to go on after a cursor. */
  async function* resume(after: string, streams: readonly string[]): Items<Start> {
    const cursor = readFeedCursor(after, streams, journal);
    if (cursor.kind === 'in-snapshot') return { kind: 'snapshot' };
    const places: Places = new Map();
    const gaps: (number | null)[] = [];
    for (const [stream, at] of cursor.byChannel) {
      const look = await journal.look(stream, { after: at.position, limit: 0 });
      const resumed = resumeFrom(at, look);
      places.set(stream, { ...placeAt(look.head), standing: resumed.from });
      if (resumed.kind !== 'on') gaps.push(resumed.kind === 'gap' ? resumed.missed : null);
    }
    if (gaps.length === 0) return { kind: 'on', places };
    const missed = gaps.reduce<number | null>((sum, gap) => (sum === null || gap === null ? null : sum + gap), 0);
    yield laggedItem(after, feedCursor(places, journal), missed);
    return { kind: missed === null ? 'lost' : 'on', places };
  }

  function* tell(
    step: Extract<Step, { readonly kind: 'entries' }>,
    stream: string,
    places: Places,
    wanted: FeedQuestion['wanted'],
  ): Generator<OrderStreamItem, void, undefined> {
    const place = places.get(stream);
    if (!place) return;
    if (step.missed > 0) {
      const from = feedCursor(places, journal);
      place.standing = { position: place.standing.position + step.missed, mark: null };
      yield laggedItem(from, feedCursor(places, journal), step.missed);
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
    const begin: Start = { kind: question.snapshot ? 'snapshot' : 'now' };
    let start: Start = after === null ? begin : yield* resume(after, streams);
    while (!signal.aborted) {
      if (start.kind === 'lost' && question.snapshot) start = begin;
      const places: Places = 'places' in start ? start.places : await headsOf(streams);
      if (start.kind === 'snapshot') yield* snapshots(question, places);
      if (start.kind === 'now') yield heartbeatItem(feedCursor(places, journal), clock);
      const lost: string | null = yield* live(question, places, signal);
      if (lost === null) return;
      const from = feedCursor(places, journal);
      places.set(lost, placeAt(await journal.head(lost)));
      yield laggedItem(from, feedCursor(places, journal), null);
      start = { kind: 'lost', places };
    }
  };
};
