/** What really reached a vendor: the referee of tests and benchmarks, kept on the other side of the wire. */
import type { Clock } from '#runtime/clock.ts';
import {
  createHolds,
  createLimitBooks,
  type Holds,
  type LimitBooks,
  type LimitReport,
  type PlacesLimit,
  type PlacesReport,
  pushBounded,
} from '#simulation/host/limit-books.ts';
import type { SimLimit } from '#simulation/simulator.ts';

export type LedgerReport = {
  readonly vendor: string;
  /** Since when it counts: the start, or the last reset. */
  readonly sinceMs: number;
  readonly calls: number;
  /** Answered with "too many calls", by a limit or by a fault. */
  readonly throttled: number;
  /** The most calls that were in the vendor's hands at the same time. */
  readonly peakConcurrency: number;
  /** By the vendor's operation name, or by method and path pattern. */
  readonly operations: Readonly<Record<string, OperationReport>>;
  /** Rates, by the vendor's name of the limit or the id of the quota fault. */
  readonly limits: Readonly<Record<string, LimitReport>>;
  /** Calls at once, by the id of the concurrency fault. */
  readonly places: Readonly<Record<string, PlacesReport>>;
  /** How often faults struck, by kind and by id. */
  readonly faults: {
    readonly byKind: Readonly<Record<string, number>>;
    readonly byId: Readonly<Record<string, number>>;
  };
  readonly deliveries: DeliveriesReport;
  /** By business key: how often it was written, and the latest details. */
  readonly writes: Readonly<Record<string, WriteReport>>;
};

export type OperationReport = {
  readonly calls: number;
  readonly throttled: number;
  /** Calls that came before a wait was over that a refusal of this operation had told, whatever refused it. */
  readonly heldCalls: number;
  /** By HTTP status; "none": the caller got no answer. */
  readonly statuses: Readonly<Record<string, number>>;
};

export type DeliveriesReport = {
  readonly attempts: number;
  readonly acknowledged: number;
  /** Given up after the last attempt. */
  readonly abandoned: number;
  /** Never sent: by a lost-delivery fault, or because too many were waiting. */
  readonly lost: number;
  /** The newest MOST_EVENTS sendings; duplicates and repeats are sendings of their own with the same event id. */
  readonly events: readonly SendingReport[];
};

export type SendingReport = {
  readonly eventId: string;
  readonly url: string;
  readonly attempts: readonly { readonly atMs: number; readonly status: number | 'failed' }[];
  readonly outcome: 'waiting' | 'acknowledged' | 'abandoned';
};

export type WriteReport = {
  readonly count: number;
  readonly latest: readonly { readonly atMs: number; readonly detail: Readonly<Record<string, unknown>> }[];
};

export type Ledger = {
  callStarted(operation: string): CallEntry;
  limitUsed(limit: SimLimit | PlacesLimit, admitted: boolean): void;
  /** A refusal of the limit of that name goes out, and says to come back at `untilMs`. */
  limitTold(name: string, untilMs: number): void;
  faultApplied(fault: { readonly id: string; readonly kind: string }): void;
  sendingStarted(eventId: string, url: string): Sending;
  deliveryLost(): void;
  written(businessKey: string, detail: Readonly<Record<string, unknown>>): void;
  report(): LedgerReport;
  reset(): void;
};

export type CallEntry = {
  /** It is refused for its rate, and told to come back at `untilMs`. */
  told(untilMs: number): void;
  /** `status` null: the caller got no answer. */
  ended(status: number | null, throttled: boolean): void;
};

export type Sending = {
  attempted(status: number | 'failed'): void;
  ended(outcome: 'acknowledged' | 'abandoned'): void;
};

/** Bounds of what is kept one by one; counts are always complete. */
export const MOST_EVENTS = 1_000;
export const MOST_DETAILS = 20;

const bump = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

type OperationBook = {
  calls: number;
  throttled: number;
  heldCalls: number;
  readonly statuses: Map<string, number>;
  readonly holds: Holds;
};

type Books = {
  readonly sinceMs: number;
  calls: number;
  throttled: number;
  peakConcurrency: number;
  attempts: number;
  acknowledged: number;
  abandoned: number;
  lost: number;
  readonly operations: Map<string, OperationBook>;
  readonly limits: LimitBooks;
  readonly faultsByKind: Map<string, number>;
  readonly faultsById: Map<string, number>;
  readonly events: {
    eventId: string;
    url: string;
    attempts: SendingReport['attempts'][number][];
    outcome: SendingReport['outcome'];
  }[];
  readonly writes: Map<string, { count: number; latest: WriteReport['latest'][number][] }>;
};

const emptyOperation = (): OperationBook => ({
  calls: 0,
  throttled: 0,
  heldCalls: 0,
  statuses: new Map(),
  holds: createHolds(),
});

const emptyBooks = (sinceMs: number, inFlight: number): Books => ({
  sinceMs,
  calls: 0,
  throttled: 0,
  peakConcurrency: inFlight,
  attempts: 0,
  acknowledged: 0,
  abandoned: 0,
  lost: 0,
  operations: new Map(),
  limits: createLimitBooks(),
  faultsByKind: new Map(),
  faultsById: new Map(),
  events: [],
  writes: new Map(),
});

const toReport = (vendor: string, books: Books): LedgerReport => ({
  vendor,
  sinceMs: books.sinceMs,
  calls: books.calls,
  throttled: books.throttled,
  peakConcurrency: books.peakConcurrency,
  operations: Object.fromEntries(
    [...books.operations].map(([name, { calls, throttled, heldCalls, statuses }]) => [
      name,
      { calls, throttled, heldCalls, statuses: Object.fromEntries(statuses) },
    ]),
  ),
  limits: books.limits.limits(),
  places: books.limits.places(),
  faults: { byKind: Object.fromEntries(books.faultsByKind), byId: Object.fromEntries(books.faultsById) },
  deliveries: {
    attempts: books.attempts,
    acknowledged: books.acknowledged,
    abandoned: books.abandoned,
    lost: books.lost,
    events: books.events.slice(-MOST_EVENTS),
  },
  writes: Object.fromEntries(
    [...books.writes].map(([key, { count, latest }]) => [key, { count, latest: latest.slice(-MOST_DETAILS) }]),
  ),
});

export const createLedger = (vendor: string, deps: { readonly clock: Clock }): Ledger => {
  let inFlight = 0;
  let books = emptyBooks(deps.clock.now(), inFlight);

  return {
    callStarted: (operation) => {
      // The books of the time it began: what outlives a reset is not counted in the new ones.
      const own = books;
      const entry = own.operations.get(operation) ?? emptyOperation();
      own.operations.set(operation, entry);
      if (entry.holds.isHeld(deps.clock.now())) entry.heldCalls += 1;
      inFlight += 1;
      own.peakConcurrency = Math.max(own.peakConcurrency, inFlight);
      own.calls += 1;
      entry.calls += 1;
      return {
        told: (untilMs) => entry.holds.told(deps.clock.now(), untilMs),
        ended: (status, throttled) => {
          inFlight -= 1;
          bump(entry.statuses, status === null ? 'none' : String(status));
          if (!throttled) return;
          own.throttled += 1;
          entry.throttled += 1;
        },
      };
    },
    limitUsed: (limit, admitted) => books.limits.used(limit, admitted, deps.clock.now()),
    limitTold: (name, untilMs) => books.limits.told(name, deps.clock.now(), untilMs),
    faultApplied: (fault) => {
      bump(books.faultsByKind, fault.kind);
      bump(books.faultsById, fault.id);
    },
    sendingStarted: (eventId, url) => {
      const own = books;
      const event: Books['events'][number] = { eventId, url, attempts: [], outcome: 'waiting' };
      pushBounded(own.events, event, MOST_EVENTS);
      return {
        attempted: (status) => {
          own.attempts += 1;
          event.attempts.push({ atMs: deps.clock.now(), status });
        },
        ended: (outcome) => {
          event.outcome = outcome;
          if (outcome === 'acknowledged') own.acknowledged += 1;
          else own.abandoned += 1;
        },
      };
    },
    deliveryLost: () => {
      books.lost += 1;
    },
    written: (businessKey, detail) => {
      const entry = books.writes.get(businessKey) ?? { count: 0, latest: [] };
      entry.count += 1;
      pushBounded(entry.latest, { atMs: deps.clock.now(), detail }, MOST_DETAILS);
      books.writes.set(businessKey, entry);
    },
    report: () => structuredClone(toReport(vendor, books)),
    reset: () => {
      books = emptyBooks(deps.clock.now(), inFlight);
    },
  };
};
