/** A client that follows a channel as the protocol asks: it keeps its last cursor and goes on behind it, whatever happens. */
import { systemClock } from '#runtime/clock.ts';
import { createGraphClient } from '../../demo/graph-client.ts';

const FOLLOW = `subscription Follow($filter: ChannelStreamFilter!, $after: EventCursor) {
  channelOrders(filter: $filter, after: $after) {
    __typename
    ... on OrderStatusChanged { cursor sequence order { id } }
    ... on Heartbeat { cursor }
    ... on Lagged { to missed }
  }
}`;

type Item = {
  readonly channelOrders: {
    readonly __typename: string;
    readonly cursor?: string;
    readonly to?: string;
    readonly sequence?: number;
    readonly order?: { readonly id: string };
  };
};

export type Subscriber = AsyncDisposable & {
  /** Order and sequence of each event, in the order in which they came, each as often as it came. */
  readonly events: readonly string[];
  /** How often a gap was named. */
  lagged(): number;
  /** How often the stream had to be asked for again. */
  resumed(): number;
  /** Why it ended the last time. */
  reason(): string | null;
  /** Resolves once the stream stands. */
  readonly attached: Promise<void>;
};

const AGAIN_AFTER_MS = 200;

export const followChannel = (url: string, token: string, channel: string): Subscriber => {
  const client = createGraphClient(url, token);
  const attached = Promise.withResolvers<void>();
  const events: string[] = [];
  let cursor: string | null = null;
  let lagged = 0;
  let times = 0;
  let isOver = false;
  let reason: string | null = null;
  let current: AsyncIterableIterator<Item> | null = null;

  const followOnce = async (): Promise<void> => {
    current = client.follow<Item>(FOLLOW, { filter: { channels: [channel] }, after: cursor });
    for await (const { channelOrders: item } of current) {
      cursor = item.cursor ?? item.to ?? cursor;
      if (item.__typename === 'Lagged') lagged += 1;
      if (item.order && item.sequence !== undefined) events.push(`${item.order.id}.${item.sequence}`);
      attached.resolve();
    }
  };
  const following = (async () => {
    while (!isOver) {
      times += 1;
      await followOnce().catch((error: unknown) => {
        reason = error instanceof Error ? error.message : String(error);
      });
      if (!isOver) await systemClock.delay(AGAIN_AFTER_MS);
    }
  })();

  return {
    events,
    lagged: () => lagged,
    resumed: () => times - 1,
    reason: () => reason,
    attached: attached.promise,
    [Symbol.asyncDispose]: async () => {
      isOver = true;
      await current?.return?.();
      await following;
      await client[Symbol.asyncDispose]();
    },
  };
};
