/**
 * availabilityChanged: the state first, then every change, without a gap between the two.
 *
 * Normative, for clients:
 * 1. Without `after` the first items are one AvailabilityChanged per SKU with the state now (`previousStatus` equals the
 *    status). With `after` the first items are those SKUs whose answer differs from what the client was told up to that
 *    cursor, each once, as it is now; `previousStatus` is the word it was told last.
 * 2. From then on an item follows whenever the answer in the caller's own context differs from the one told last: in its
 *    word (STATUS), or in what the channel may show of the number (QUANTITY). Several changes while the client is busy
 *    become one item per SKU: a slow reader gets fewer items, never older ones, and nothing piles up.
 * 3. Every cursor is safe to resume from once its item is processed. Equal cursors mean an equal state held.
 * 4. `Lagged` comes first when entries after the cursor are no longer held, or the history was restored. Nothing is lost
 *    by it: the differences follow, only the steps between are not known any more.
 * 5. A `Heartbeat` with a cursor comes when nothing else does. At the same beat answers are looked at again, because they
 *    also change by time alone (a system falls silent).
 */
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Assessment, StockStatus } from './assessment.ts';
import { codeOf, type Detail, type Held, nothingHeld, questionKey, statusOfCode } from './held.ts';
import type { Applied, Projection } from './projection.ts';
import type { AvailabilityContextInput } from './question.ts';
import { type AvailabilityService, MAX_SKUS } from './service.ts';
import { readCursor, type StreamStart, writeCursor } from './stream-cursor.ts';

export type AvailabilityStreamItem =
  | {
      readonly __typename: 'AvailabilityChanged';
      readonly cursor: string;
      readonly previousStatus: StockStatus;
      readonly availability: Assessment;
    }
  | { readonly __typename: 'Lagged'; readonly from: string | null; readonly to: string; readonly missed: number | null }
  | { readonly __typename: 'Heartbeat'; readonly cursor: string; readonly at: string };

export type AvailabilityRequest = {
  readonly skus: readonly string[];
  readonly context?: AvailabilityContextInput | null;
  readonly only: Detail;
  readonly after: string | null;
};

export type StreamOptions = { readonly heartbeatMs?: number };
export type StreamDeps = {
  readonly projection: Projection;
  readonly service: AvailabilityService;
  readonly journal: Journal;
  readonly clock: Clock;
};

export type AvailabilityStreams = Disposable & {
  follow(
    request: AvailabilityRequest,
    signal: AbortSignal,
  ): AsyncIterableIterator<AvailabilityStreamItem, void, undefined>;
  /** Streams open now, for metrics. */
  readonly open: number;
};

const HEARTBEAT_MS = 20_000;

/** What one stream has to look at next. */
type Subscriber = { readonly dirty: Set<string>; wake: () => void };

export const createAvailabilityStreams = (options: StreamOptions, deps: StreamDeps): AvailabilityStreams => {
  const { projection, service, clock } = deps;
  const heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
  const bySku = new Map<string, Set<Subscriber>>();
  let open = 0;

  /** One look-up per entry, however many streams are open. */
  const spread = ({ entries }: Applied): void => {
    for (const { subject } of entries) {
      for (const subscriber of bySku.get(subject) ?? []) {
        subscriber.dirty.add(subject);
        subscriber.wake();
      }
    }
  };
  const stopSpreading = projection.onApplied(spread);

  const register = (skus: readonly string[], subscriber: Subscriber): (() => void) => {
    for (const sku of skus) bySku.set(sku, (bySku.get(sku) ?? new Set()).add(subscriber));
    open += 1;
    return () => {
      open -= 1;
      for (const sku of skus) {
        const subscribers = bySku.get(sku);
        subscribers?.delete(subscriber);
        if (subscribers?.size === 0) bySku.delete(sku);
      }
    };
  };

  async function* run(
    request: AvailabilityRequest,
    signal: AbortSignal,
  ): AsyncGenerator<AvailabilityStreamItem, void, undefined> {
    const skus = [...new Set(request.skus)];
    if (skus.length === 0)
      throw new Failure('BAD_INPUT', `skus: name at least one SKU, at most ${MAX_SKUS}.`, { field: 'skus' });
    service.availability(skus, request.context);
    const key = questionKey(skus, request.only, service.settle(request.context));
    const subscriber: Subscriber = { dirty: new Set(), wake: () => undefined };
    // Registered before the start is read, so that nothing falls between the two.
    const unregister = register(skus, subscriber);
    let beatDue = false;
    let woken = Promise.withResolvers<void>();
    subscriber.wake = () => woken.resolve();
    signal.addEventListener('abort', subscriber.wake, { once: true });
    const stopBeating = clock.every(heartbeatMs, () => {
      beatDue = true;
      woken.resolve();
    });

    /** The answers that differ from what the client holds, each told with what it holds then. */
    function* news(looked: Iterable<string>, held: Held): Generator<AvailabilityStreamItem, void, undefined> {
      // Settled anew each time: other rules may be in force.
      const question = service.settle(request.context);
      for (const sku of looked) {
        const availability = service.answer(sku, question);
        if (availability === null) continue;
        const before = held.get(sku) ?? null;
        const code = codeOf(availability, request.only);
        if (code === before) continue;
        held.set(sku, code);
        const previousStatus = (before === null ? null : statusOfCode(before)) ?? availability.status;
        yield { __typename: 'AvailabilityChanged', cursor: writeCursor(key, held, deps), previousStatus, availability };
      }
    }

    try {
      const start: StreamStart =
        request.after === null
          ? { held: nothingHeld(skus), missed: 0 }
          : await readCursor(request.after, key, skus, deps, signal);
      const { held, missed } = start;
      if (missed !== 0) yield { __typename: 'Lagged', from: request.after, to: writeCursor(key, held, deps), missed };
      yield* news(skus, held);
      while (!signal.aborted) {
        if (subscriber.dirty.size === 0 && !beatDue) await woken.promise;
        woken = Promise.withResolvers();
        if (signal.aborted) return;
        const beating = beatDue;
        beatDue = false;
        const looked = beating ? skus : [...subscriber.dirty];
        subscriber.dirty.clear();
        let quiet = true;
        for (const item of news(looked, held)) {
          quiet = false;
          yield item;
        }
        if (beating && quiet)
          yield { __typename: 'Heartbeat', cursor: writeCursor(key, held, deps), at: isoOf(clock.now()) };
      }
    } finally {
      stopBeating();
      unregister();
      signal.removeEventListener('abort', subscriber.wake);
    }
  }

  return {
    follow: (request, signal) => {
      // A generator that waits does not hear its consumer leave; the signal does.
      const leaving = new AbortController();
      const items = run(request, AbortSignal.any([signal, leaving.signal]));
      return {
        next: () => items.next(),
        return: async () => {
          leaving.abort();
          return items.return();
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    get open() {
      return open;
    },
    [Symbol.dispose]: stopSpreading,
  };
};
