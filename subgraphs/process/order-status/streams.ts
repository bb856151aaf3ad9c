/**
 * Streams of orders: the state first, then every change once and in order, without a gap between the two.
 *
 * Normative, for clients:
 * 1. Without `after`, orderStatus begins with a snapshot. channelOrders begins with a heartbeat, whose cursor is where the
 *    feed begins, or, with `snapshot`, with one snapshot per order still in progress. With `after` a stream goes on right
 *    behind what that cursor came with.
 * 2. Per order, sequence numbers grow by one from item to item. A repeat has the same `eventId`; streams themselves do not
 *    repeat, but a client that did not store its last cursor may ask for the same stretch again.
 * 3. `Lagged` names a stretch that can no longer be told; the stream goes on behind it.
 * 4. A `Heartbeat` comes when nothing else does; its cursor moves past what concerned other orders.
 * 5. An order that turned out to be another one says so with CORRECTED; its stream goes on with a snapshot of that one.
 */
import { codeOfLocationId } from '#model/identifiers.ts';
import type { Clock } from '#runtime/clock.ts';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Identity } from '#runtime/graphql/identity.ts';
import type { Journal, JournalEntry, JournalHead } from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { type OrderEventPayload, streamOfChannel } from './advance.ts';
import { endable, followLive } from './live.ts';
import type { OrderParent, OrderStatusChangedParent, OrderStreamItem } from './parents.ts';
import { feedCursor, MAX_FEED_CHANNELS, resumePoint, splitFeedCursor } from './positions.ts';
import { type PagePlace, readOrder } from './queries.ts';
import type { OrderService } from './service.ts';

export type OrderStream = AsyncIterableIterator<OrderStreamItem, void, undefined>;

export type ChannelFilter = {
  readonly channels: readonly string[];
  readonly types?: readonly string[] | null;
  readonly statuses?: readonly string[] | null;
  readonly locationIds?: readonly string[] | null;
  readonly snapshot?: boolean | null;
};

export type OrderStreams = {
  /** Follows an order that the caller may see. */
  follow(order: OrderParent, after: string | null, signal: AbortSignal): OrderStream;
  channel(identity: Identity, filter: ChannelFilter, after: string | null, signal: AbortSignal): OrderStream;
};

const HEARTBEAT_MS = 20_000;
const READ_AT_ONCE = 200;
const SNAPSHOTS_AT_ONCE = 100;

const changedItem = (entry: JournalEntry, cursor: string, replayed: boolean): OrderStatusChangedParent => {
  const payload = entry.payload as OrderEventPayload;
  return {
    __typename: 'OrderStatusChanged',
    eventId: `${entry.subject}.${entry.version}`,
    cursor,
    sequence: entry.version,
    type: payload.type,
    previousStatus: payload.previousStatus,
    status: payload.status,
    changedAxes: payload.changedAxes,
    occurredAt: payload.occurredAt,
    observedAt: payload.observedAt,
    system: payload.system,
    correlationId: entry.correlationId,
    replayed,
    orderId: entry.subject,
  };
};

export const createOrderStreams = (
  options: { readonly heartbeatMs?: number },
  deps: { readonly database: Sql; readonly journal: Journal; readonly service: OrderService; readonly clock: Clock },
): OrderStreams => {
  const { database, journal, service, clock } = deps;
  const heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
  const lagged = (from: string | null, to: string, missed: number | null): OrderStreamItem => ({
    __typename: 'Lagged',
    from,
    to,
    missed,
  });
  const heartbeat = (cursor: string): OrderStreamItem => ({ __typename: 'Heartbeat', cursor, at: isoOf(clock.now()) });

  /** Follows one order until it turns out to be another one, whose id is the result. */
  async function* followOne(
    order: OrderParent,
    after: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<OrderStreamItem, string | null, undefined> {
    const channel = streamOfChannel(order.channel);
    const head = await journal.head(channel);
    const cursorAt = (position: number): string => journal.encodeCursor({ channel, epoch: head.epoch, position });
    let at = head.position;
    let seen = 0;

    if (after === null) {
      // Read after the head: what is in the state and behind the head is left out of the tail by its sequence.
      const now = await readOrder(database, order.id);
      if (!now || now.id !== order.id) return now?.id ?? null;
      yield { __typename: 'OrderSnapshot', cursor: cursorAt(at), order: now };
      seen = now.sequence;
    } else {
      const resume = resumePoint(after, channel, head, journal);
      at = resume.after;
      if (resume.lagged) yield lagged(after, cursorAt(at), resume.lagged.missed);
      while (at < head.position && !signal.aborted) {
        const entries = (await journal.read(channel, at, READ_AT_ONCE, order.id)).filter(
          ({ position }) => position <= head.position,
        );
        for (const entry of entries) {
          at = entry.position;
          yield changedItem(entry, cursorAt(at), true);
          const { mergedInto } = entry.payload as OrderEventPayload;
          if (mergedInto !== undefined) return mergedInto;
        }
        if (entries.length < READ_AT_ONCE) at = head.position;
      }
    }

    let quiet = true;
    for await (const item of followLive({ from: new Map([[channel, at]]), heartbeatMs }, { journal, clock }, signal)) {
      if (item.kind === 'beat') {
        if (quiet) yield heartbeat(cursorAt(at));
        quiet = true;
        continue;
      }
      const first = item.entries[0]?.position ?? at + 1;
      if (first > at + 1) {
        yield lagged(cursorAt(at), cursorAt(first - 1), first - 1 - at);
        quiet = false;
      }
      for (const entry of item.entries) {
        at = entry.position;
        if (entry.subject !== order.id || entry.version <= seen) continue;
        quiet = false;
        yield changedItem(entry, cursorAt(at), false);
        const { mergedInto } = entry.payload as OrderEventPayload;
        if (mergedInto !== undefined) return mergedInto;
      }
    }
    return null;
  }

  async function* followOrder(
    order: OrderParent,
    after: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<OrderStreamItem, void, undefined> {
    let current: OrderParent | null = order;
    let cursor = after;
    while (current && !signal.aborted) {
      const next: string | null = yield* followOne(current, cursor, signal);
      current = next === null ? null : await readOrder(database, next);
      cursor = null;
    }
  }

  /** Snapshots of everything in progress, and the sequences they stood at. */
  async function* snapshots(
    channel: string,
    cursor: () => string,
    told: Map<string, number>,
  ): AsyncGenerator<OrderStreamItem, void, undefined> {
    let place: PagePlace | null = null;
    for (;;) {
      const page: Awaited<ReturnType<OrderService['inProgress']>> = await service.inProgress(
        channel,
        place,
        SNAPSHOTS_AT_ONCE,
      );
      for (const order of page) {
        told.set(order.id, order.sequence);
        yield { __typename: 'OrderSnapshot', cursor: cursor(), order };
      }
      const last = page.at(-1);
      if (!last || page.length < SNAPSHOTS_AT_ONCE) return;
      place = last;
    }
  }

  async function* followChannels(
    filter: ChannelFilter,
    wanted: (entry: JournalEntry) => boolean,
    after: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<OrderStreamItem, void, undefined> {
    const names = [...new Set(filter.channels)];
    const streams = names.map(streamOfChannel);
    const heads = new Map<string, JournalHead>();
    for (const stream of streams) heads.set(stream, await journal.head(stream));
    const epochOf = (stream: string): string => heads.get(stream)?.epoch ?? '';
    const startOf = (stream: string): number => heads.get(stream)?.position ?? 0;
    const at = new Map(streams.map((stream) => [stream, startOf(stream)]));
    const cursor = (): string =>
      feedCursor(new Map([...at].map(([stream, position]) => [stream, { epoch: epochOf(stream), position }])), journal);
    /** Sequences that snapshots have told: what they contain is not told again. Forgotten once the feed is past them. */
    const told = new Map<string, number>();
    const toldUpTo = new Map<string, number>();

    if (after !== null) {
      const cursors = splitFeedCursor(after, streams, journal);
      const gaps: (number | null)[] = [];
      for (const [stream, part] of cursors) {
        const head = heads.get(stream);
        if (!head) continue;
        const resume = resumePoint(part, stream, head, journal);
        at.set(stream, resume.after);
        if (resume.lagged) gaps.push(resume.lagged.missed);
      }
      const missed = gaps.reduce<number | null>((sum, gap) => (sum === null || gap === null ? null : sum + gap), 0);
      if (gaps.length > 0) yield lagged(after, cursor(), missed);
    } else if (filter.snapshot) {
      for (const name of names) yield* snapshots(name, cursor, told);
      for (const stream of streams) toldUpTo.set(stream, (await journal.head(stream)).position);
    } else yield heartbeat(cursor());

    let quiet = true;
    for await (const item of followLive({ from: new Map(at), heartbeatMs }, { journal, clock }, signal)) {
      if (item.kind === 'beat') {
        if (quiet) yield heartbeat(cursor());
        quiet = true;
        continue;
      }
      const before = at.get(item.channel) ?? 0;
      const first = item.entries[0]?.position ?? before + 1;
      if (first > before + 1) {
        const from = cursor();
        at.set(item.channel, first - 1);
        yield lagged(from, cursor(), first - 1 - before);
        quiet = false;
      }
      for (const entry of item.entries) {
        at.set(item.channel, entry.position);
        if (entry.version <= (told.get(entry.subject) ?? 0) || !wanted(entry)) continue;
        quiet = false;
        yield changedItem(entry, cursor(), entry.position <= startOf(item.channel));
      }
      if (told.size > 0 && streams.every((stream) => (at.get(stream) ?? 0) >= (toldUpTo.get(stream) ?? 0)))
        told.clear();
    }
  }

  const conditionOf = (filter: ChannelFilter): ((entry: JournalEntry) => boolean) => {
    const codes = filter.locationIds?.map((id) => {
      const code = codeOfLocationId(id);
      if (code !== null) return code;
      throw new Failure('BAD_INPUT', `filter.locationIds: ${JSON.stringify(id)} is not the id of a location.`, {
        field: 'filter.locationIds',
      });
    });
    return (entry) => {
      const payload = entry.payload as OrderEventPayload;
      return (
        (filter.types?.includes(payload.type) ?? true) &&
        (filter.statuses?.includes(payload.status) ?? true) &&
        (codes?.some((code) => payload.locations.includes(code)) ?? true)
      );
    };
  };

  return {
    follow: (order, after, signal) => endable((over) => followOrder(order, after, over), signal),
    channel: (identity, filter, after, signal) => {
      const names = new Set(filter.channels);
      if (names.size < 1 || names.size > MAX_FEED_CHANNELS) {
        throw new Failure(
          'BAD_INPUT',
          `filter.channels: name between 1 and ${MAX_FEED_CHANNELS} channels, got ${names.size}.`,
          { field: 'filter.channels' },
        );
      }
      const foreign = [...names].find((name) => identity.channel !== '*' && name !== identity.channel);
      if (foreign !== undefined) {
        throw new Failure(
          'FORBIDDEN',
          `filter.channels: this token is for the channel "${identity.channel}", not for "${foreign}".`,
          { field: 'filter.channels' },
        );
      }
      const wanted = conditionOf(filter);
      return endable((over) => followChannels(filter, wanted, after, over), signal);
    },
  };
};
