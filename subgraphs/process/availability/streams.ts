/**
 * availabilityChanged: the state first, then every change, without a gap between the two.
 *
 * Normative, for clients:
 * 1. Without `after` the first items are one AvailabilityChanged per SKU with the state now (`previousStatus` equals the
 *    status). With `after` the first items are the SKUs that changed since, each once, with their state now.
 * 2. From then on an item follows whenever the answer in the caller's own context differs from the one sent last: in its
 *    word (STATUS), or in what the channel may show of the number (QUANTITY). Several changes while the client is busy
 *    become one item per SKU: a slow reader gets fewer items, never older ones, and nothing piles up.
 * 3. The cursor of an item is safe to resume from once that item is processed. Where several items belong together, all
 *    but the last carry the cursor before them.
 * 4. `Lagged` says that the cursor is too old, or from before a restore; the state of all SKUs follows.
 * 5. A `Heartbeat` with a cursor comes when nothing else does, so that a quiet stream's cursor does not grow too old. At
 *    the same beat answers are looked at again, because they also change by time alone (a system falls silent).
 */
import type { Clock } from '#runtime/clock.ts';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import { AVAILABILITY_CHANNEL } from './applier.ts';
import type { Assessment, StockStatus } from './assessment.ts';
import { displayOf, shownQuantity } from './display.ts';
import type { Applied, Projection } from './projection.ts';
import type { AvailabilityContextInput } from './question.ts';
import { startStream } from './resume.ts';
import { type AvailabilityService, MAX_SKUS } from './service.ts';

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
  readonly only: 'STATUS' | 'QUANTITY';
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

/** What one subscriber has to look at. */
type Subscriber = { readonly dirty: Set<string>; wake: () => void };
/** A cursor from before everything: resuming there brings the whole state again. */
const BEGINNING = 0;
const allOf = (skus: Iterable<string>): ReadonlyMap<string, StockStatus | null> =>
  new Map([...skus].map((sku) => [sku, null]));

type Sent = { readonly status: StockStatus; readonly shown: string };

const shownOf = ({ status, sellable, question }: Assessment): string =>
  JSON.stringify([
    shownQuantity(sellable, question.rules.display),
    displayOf(status, sellable, question.rules.display),
  ]);

export const createAvailabilityStreams = (options: StreamOptions, deps: StreamDeps): AvailabilityStreams => {
  const { projection, service, journal, clock } = deps;
  const heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
  const bySku = new Map<string, Set<Subscriber>>();
  let open = 0;

  const cursorAt = (position: number): string =>
    journal.encodeCursor({ channel: AVAILABILITY_CHANNEL, epoch: projection.epoch, position });

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
    const question = service.settle(request.context);
    const sent = new Map<string, Sent>();
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

    const differs = (now: Assessment): boolean => {
      const before = sent.get(now.item.sku);
      if (before === undefined) return true;
      return before.status !== now.status || (request.only === 'QUANTITY' && before.shown !== shownOf(now));
    };

    /** The items of one round. All but the last carry `before`: resuming there repeats the round, and loses nothing. */
    const roundOf = (
      round: ReadonlyMap<string, StockStatus | null>,
      before: number,
      position: number,
    ): readonly AvailabilityStreamItem[] => {
      const changed: { readonly now: Assessment; readonly previousStatus: StockStatus }[] = [];
      for (const [sku, toldBefore] of round) {
        const now = service.answer(sku, question);
        if (now === null || !differs(now)) continue;
        changed.push({ now, previousStatus: sent.get(sku)?.status ?? toldBefore ?? now.status });
        sent.set(sku, { status: now.status, shown: shownOf(now) });
      }
      return changed.map(({ now, previousStatus }, index) => ({
        __typename: 'AvailabilityChanged',
        cursor: cursorAt(index === changed.length - 1 ? position : before),
        previousStatus,
        availability: now,
      }));
    };

    /** After a resume the client holds the state of what did not change for it: only a difference from that is news. */
    const holdUnchanged = (changed: ReadonlyMap<string, StockStatus | null>): void => {
      for (const sku of skus) {
        const now = service.answer(sku, question);
        const wordStayed = request.only === 'STATUS' && changed.get(sku) === now?.status;
        if (now && (!changed.has(sku) || wordStayed)) sent.set(sku, { status: now.status, shown: shownOf(now) });
      }
    };

    try {
      const start = await startStream({ skus, question, after: request.after }, { projection, journal }, signal);
      if (start.kind === 'lagged')
        yield { __typename: 'Lagged', from: request.after, to: cursorAt(projection.position), missed: start.missed };
      // What changed while the start was read belongs to the first round, or its last cursor would pass over it.
      const late = allOf(subscriber.dirty);
      subscriber.dirty.clear();
      let position = projection.position;
      if (start.kind === 'resumed') {
        const first = new Map([...late, ...start.changed]);
        holdUnchanged(first);
        yield* roundOf(first, start.after, position);
      } else yield* roundOf(allOf(skus), BEGINNING, position);

      while (!signal.aborted) {
        if (subscriber.dirty.size === 0 && !beatDue) await woken.promise;
        woken = Promise.withResolvers();
        if (signal.aborted) return;
        const beating = beatDue;
        beatDue = false;
        const round = allOf(beating ? skus : subscriber.dirty);
        subscriber.dirty.clear();
        const before = position;
        position = projection.position;
        const items = roundOf(round, before, position);
        if (items.length > 0) yield* items;
        else if (beating) yield { __typename: 'Heartbeat', cursor: cursorAt(position), at: isoOf(clock.now()) };
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
