/** Order status, put together over one database and journal. */
import { DEFAULT_ORDER_POLICY } from '#model/order/policy.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import type { Applier } from '#subgraphs/process/intake/applier.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { createOrderApplier } from './applier.ts';
import { createGuests } from './guests.ts';
import { openOrderKeys } from './keys.ts';
import { createOrderResolvers } from './resolvers.ts';
import { openOrderReview } from './review.ts';
import { createOrderService } from './service.ts';
import { createOrderStreams } from './streams.ts';

export type OrderStatusOptions = { readonly policy: Pick<ProcessPolicy, 'channels' | 'maxAgeMs' | 'missingAfterMs'> };
export type OrderStatusDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};
export type OrderStatus = AsyncDisposable & { readonly applier: Applier; readonly resolvers: Resolvers };

/** A channel by any name under which order documents mention it; unnamed orders belong to the first channel. */
export const channelNamer = (channels: ProcessPolicy['channels']): ((claimed: string | null) => string) => {
  const names = new Map<string, string>();
  for (const [name, { ordersFrom, marketplace }] of Object.entries(channels)) {
    for (const alias of [name, ...ordersFrom, ...(marketplace === undefined ? [] : [marketplace])])
      names.set(alias, name);
  }
  const fallback = 'web' in channels ? 'web' : (Object.keys(channels)[0] ?? 'web');
  return (claimed) => (claimed === null ? fallback : (names.get(claimed) ?? claimed));
};

/** Needs ORDER_MIGRATION. */
export const openOrders = async (options: OrderStatusOptions, deps: OrderStatusDeps): Promise<OrderStatus> => {
  const { database, journal, clock, ids, log } = deps;
  const policy = DEFAULT_ORDER_POLICY;
  const keys = await openOrderKeys(database, { ids });
  const guests = createGuests({ database, keys, clock, ids });
  const service = createOrderService({ graceMs: policy.graceMs }, { database, journal, keys, guests, clock });
  const streams = createOrderStreams({}, { database, journal, service, clock, ids });
  const review = openOrderReview(
    { policy },
    { database, journal, keys, clock, ids, log: log.child({ part: 'order-review' }) },
  );
  return {
    applier: createOrderApplier(
      { policy, channelNamed: (claimed) => channelNamer(options.policy.channels)(claimed) },
      { keys, clock },
    ),
    resolvers: createOrderResolvers({
      policy,
      freshness: {
        get liveWithinMs() {
          return options.policy.maxAgeMs.CART;
        },
        get missingAfterMs() {
          return options.policy.missingAfterMs;
        },
      },
      database,
      journal,
      keys,
      service,
      streams,
      clock,
    }),
    [Symbol.asyncDispose]: () => review[Symbol.asyncDispose](),
  };
};
