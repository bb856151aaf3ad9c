/**
 * What time alone changes: a promise that is missed, goods whose waiting ends, a contradiction that has lasted. Every
 * order says when it wants to be looked at again; whoever looks first does it, however many replicas there are.
 */
import { lastingDisagreements } from '#model/order/disagreements.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import { tags } from '#model/tags.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { changesEntries } from '#subgraphs/process/changes/entry.ts';
import { raiseExceptions, resolveExceptions } from '#subgraphs/process/exceptions/store.ts';
import { advance } from './advance.ts';
import { endedDisagreements, exceptionOf } from './disagreements.ts';
import type { OrderKeys } from './keys.ts';
import { lockOrders, readDocumentsOfOrders, writeOrders } from './store.ts';

export type ReviewDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly keys: OrderKeys;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type OrderReview = AsyncDisposable & {
  /** Looks at every order that is due; resolves with their number. */
  round(): Promise<number>;
};

const LOOK_EVERY_MS = 10_000;
const ORDERS_AT_ONCE = 100;

export const openOrderReview = (
  options: { readonly policy: OrderPolicy; readonly everyMs?: number },
  deps: ReviewDeps,
): OrderReview => {
  const { policy } = options;
  const { database, journal, keys, clock, ids } = deps;
  let running: Promise<number> | null = null;
  let ended = false;

  const reviewOrder = (id: string): Promise<boolean> =>
    database.transaction(async (tx) => {
      const [head] = await lockOrders(tx, [id]);
      const nowMs = clock.now();
      // Another replica may have been here between the look and the lock.
      if (!head?.state.reviewAt || Date.parse(head.state.reviewAt) > nowMs) return false;
      const now = isoOf(nowMs);
      const claims = (await readDocumentsOfOrders(tx, [id])).map(({ claim }) => claim);
      const told = { observedAt: now, correlationId: `review-${ids.uuid()}` };
      const { write, entries } = advance(
        head,
        { id, channel: head.channel, claims, changed: [], references: [], proofsChanged: false, now, ...told },
        policy,
        keys,
      );
      await writeOrders(tx, [write], [], { correlationId: told.correlationId, at: now });
      await resolveExceptions(tx, endedDisagreements(id, head.state, write.state), now);
      const lasting = lastingDisagreements(write.state.disagreements, policy.graceMs, nowMs);
      await raiseExceptions(
        tx,
        lasting.map((item) => exceptionOf(id, write.state, item, told.correlationId)),
        now,
        ids,
      );
      const touched = write.sequence > head.sequence ? [tags.order(id)] : [];
      await journal.append(tx, [...entries, ...changesEntries(touched, told.correlationId)]);
      return true;
    });

  const look = async (): Promise<number> => {
    let reviewed = 0;
    while (!ended) {
      const due = await database.query<{ id: string }>(
        'select id from process.orders where review_at <= $1 and merged_into is null order by review_at, id limit $2',
        [isoOf(clock.now()), ORDERS_AT_ONCE],
      );
      for (const { id } of due) if (!ended && (await reviewOrder(id))) reviewed += 1;
      if (due.length < ORDERS_AT_ONCE) break;
    }
    return reviewed;
  };

  const start = (): Promise<number> => {
    running ??= look().finally(() => {
      running = null;
    });
    return running;
  };

  const stopLooking = clock.every(options.everyMs ?? LOOK_EVERY_MS, () => {
    start().catch((error: Error) =>
      deps.log.warn({ error: error.message }, 'looking at orders that are due failed; it is tried again later'),
    );
  });

  return {
    // A look that is under way may have asked the clock before the caller did.
    round: async () => {
      await running?.catch(() => undefined);
      return start();
    },
    [Symbol.asyncDispose]: async () => {
      ended = true;
      stopLooking();
      await running?.catch(() => undefined);
    },
  };
};
