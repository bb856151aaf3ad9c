/** Delivers webhooks over several connections at once, each again until it is acknowledged, and notes what was answered. */
import { Pool } from 'undici';
import { systemClock } from '#runtime/clock.ts';
import type { Webhook } from './capture.ts';

export type CarrierOptions = {
  /** Deliveries under way at once. */
  readonly lanes: number;
  /** Origin of the subgraph that takes what is posted to a path. */
  originOf(path: string): string;
};

export type Carried = {
  /** Time from sending a delivery to its acknowledgement, in milliseconds. */
  readonly acknowledgedMs: readonly number[];
  /** Acknowledgements by what they say of the delivery: ACCEPTED, DUPLICATE, CORRECTED. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Deliveries that had to be repeated because they were not acknowledged. */
  readonly repeated: number;
};

export type Carrier = AsyncDisposable & {
  add(webhooks: readonly Webhook[]): void;
  /** Deliveries that wait or are under way. */
  pending(): number;
  /** Resolves once fewer than so many are pending. */
  below(count: number): Promise<void>;
  carried(): Carried;
};

const REPEAT_AFTER_MS = 500;
const GIVE_UP_AFTER = 60;

export const createCarrier = (options: CarrierOptions): Carrier => {
  const pools = new Map<string, Pool>();
  const poolOf = (path: string): Pool => {
    const origin = options.originOf(path);
    const pool = pools.get(origin) ?? new Pool(origin, { connections: options.lanes, pipelining: 1 });
    pools.set(origin, pool);
    return pool;
  };
  const queue: Webhook[] = [];
  let head = 0;
  let underWay = 0;
  let repeated = 0;
  const acknowledgedMs: number[] = [];
  const outcomes = new Map<string, number>();
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);

  const pending = (): number => queue.length - head + underWay;

  /** The outcome, or null when it was not acknowledged. */
  const attempt = async (webhook: Webhook): Promise<string | null> => {
    try {
      const { statusCode, body } = await poolOf(webhook.path).request({
        method: 'POST',
        path: webhook.path,
        headers: { ...webhook.headers },
        body: webhook.body,
      });
      const text = await body.text();
      if (statusCode === 200) return (JSON.parse(text) as { readonly outcome: string }).outcome;
      if (statusCode < 500) throw new Error(`a delivery was refused with ${statusCode}: ${text}`);
      return null;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('a delivery was refused')) failed.reject(error);
      return null;
    }
  };

  const deliver = async (webhook: Webhook): Promise<void> => {
    for (let tries = 0; tries < GIVE_UP_AFTER; tries += 1) {
      const from = performance.now();
      const outcome = await attempt(webhook);
      if (outcome !== null) {
        acknowledgedMs.push(performance.now() - from);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        return;
      }
      repeated += 1;
      await systemClock.delay(REPEAT_AFTER_MS);
    }
    failed.reject(new Error(`${webhook.id} was never acknowledged`));
  };

  const settle = (): void => {
    for (const waiter of [...waiting]) {
      if (pending() >= waiter.count) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  };

  const pump = (): void => {
    while (underWay < options.lanes && head < queue.length) {
      const webhook = queue[head];
      head += 1;
      if (!webhook) continue;
      underWay += 1;
      void deliver(webhook).finally(() => {
        underWay -= 1;
        pump();
        settle();
      });
    }
    if (head > 10_000) {
      queue.splice(0, head);
      head = 0;
    }
  };

  return {
    add: (webhooks) => {
      queue.push(...webhooks);
      pump();
    },
    pending,
    below: (count) =>
      Promise.race([
        failed.promise,
        new Promise<void>((resolve) => {
          waiting.add({ count, resolve });
          settle();
        }),
      ]),
    carried: () => ({ acknowledgedMs, outcomes, repeated }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
};
