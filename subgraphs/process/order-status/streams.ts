/**
 * Streams of orders: the state first, then every change once and in order, without a gap between the two. The rules that
 * clients may rely on are docs/reference/subscription-resume.md; this file says who may follow what.
 */
import { codeOfLocationId } from '#model/identifiers.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Identity } from '#runtime/graphql/identity.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal, JournalEntry } from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { OrderEventPayload } from './advance.ts';
import { createChannelFeed } from './follow-channels.ts';
import { createOrderFollowing } from './follow-order.ts';
import { createStoreFeed } from './follow-store.ts';
import { endable } from './live.ts';
import type { OrderParent, OrderStreamItem } from './parents.ts';
import { MAX_FEED_CHANNELS } from './positions.ts';
import { readOwnChannel } from './queries.ts';
import type { OrderService } from './service.ts';

export type OrderStream = AsyncIterableIterator<OrderStreamItem, void, undefined>;

export type ChannelFilter = {
  readonly channels: readonly string[];
  readonly types?: readonly string[] | null;
  readonly statuses?: readonly string[] | null;
  readonly locationIds?: readonly string[] | null;
  readonly snapshot?: boolean | null;
  readonly beginning?: 'NOW' | 'OLDEST' | null;
};

export type OrderStreams = {
  /** Follows an order that the caller may see; `askedId` is the id it was asked for by, where that became this order. */
  follow(order: OrderParent, after: string | null, signal: AbortSignal, askedId?: string): OrderStream;
  channel(identity: Identity, filter: ChannelFilter, after: string | null, signal: AbortSignal): OrderStream;
  /** A store's pickups, of the sales channel that the caller may see. */
  store(identity: Identity, locationId: string, after: string | null, signal: AbortSignal): OrderStream;
};

export type OrderStreamsDeps = {
  readonly database: Sql;
  readonly journal: Journal;
  readonly service: OrderService;
  readonly clock: Clock;
  readonly ids: Ids;
};

const HEARTBEAT_MS = 20_000;

export const createOrderStreams = (
  options: { readonly heartbeatMs?: number },
  deps: OrderStreamsDeps,
): OrderStreams => {
  const { database } = deps;
  const heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
  const followOrder = createOrderFollowing({ heartbeatMs }, deps);
  const feed = createChannelFeed({ heartbeatMs }, deps);
  const storeFeed = createStoreFeed({ heartbeatMs }, deps);

  async function* follow(
    order: OrderParent,
    after: string | null,
    askedId: string,
    signal: AbortSignal,
  ): AsyncGenerator<OrderStreamItem, void, undefined> {
    const channel = askedId === order.id ? null : await readOwnChannel(database, askedId);
    yield* followOrder({ order, ...(channel === null ? {} : { asked: { id: askedId, channel } }) }, after, signal);
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
    follow: (order, after, signal, askedId = order.id) =>
      endable((over) => follow(order, after, askedId, over), signal),
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
      const snapshot = filter.snapshot ?? false;
      const fromOldest = filter.beginning === 'OLDEST';
      if (snapshot && fromOldest) {
        throw new Failure(
          'BAD_INPUT',
          'filter.beginning: OLDEST tells what happened, a snapshot what is; ask for one of them.',
          { field: 'filter.beginning' },
        );
      }
      const question = { channels: [...names], wanted, snapshot, fromOldest };
      return endable((over) => feed(question, after, over), signal);
    },
    store: (identity, locationId, after, signal) => {
      const code = codeOfLocationId(locationId);
      if (code === null) {
        throw new Failure('BAD_INPUT', `locationId: ${JSON.stringify(locationId)} is not the id of a location.`, {
          field: 'locationId',
        });
      }
      const channel = identity.channel === '*' ? null : identity.channel;
      return endable((over) => storeFeed({ code, channel }, after, over), signal);
    },
  };
};
