/**
 * A reading: something a system said, kept for a while, with its age told. One flight per key, however many ask; old
 * answers within their bound while a new one is on its way or the system is down; nothing ever older than its bound.
 */
import type { CallOptions } from '#model/call.ts';
import type { ReadingReport } from '#runtime/resilience/report.ts';

/** Where a value came from; the contract's CacheState. */
export type CacheState = 'MISS' | 'HIT' | 'STALE_WHILE_REVALIDATE' | 'STALE_ON_ERROR';

export type Reading<Value> = {
  /** Null: the system does not know the key. */
  readonly value: Value | null;
  /** When it was asked for at the system, in milliseconds since the epoch: the answer is at least this new. */
  readonly readAtMs: number;
  readonly cache: CacheState;
};

/** How a caller wants its reading; the call's class, deadline and signal hold as everywhere. */
export type ReadingCall = CallOptions & {
  /** Oldest reading the caller takes without trying for a newer one, in milliseconds; the kind's own when absent. */
  readonly maxAgeMs?: number;
  /** How long to wait for a newer one when an older is kept, in milliseconds; 0 when absent. */
  readonly waitMs?: number;
};

export type Lifetime<Value> = {
  /** A reading younger than this is fresh. Spread by up to a tenth, so that what was read together is not renewed together. */
  readonly freshMs: number;
  /** Nothing older than this is ever answered, whatever fails. */
  readonly boundMs: number;
  /** How long "the system does not know it" is believed. */
  readonly absentMs: number;
  /** A shorter fresh life for values that change soon, such as low stock. */
  freshMsOf?(value: Value): number;
};

export type ReaderOptions<Key, Value> = {
  /** Kind of thing, e.g. "variant": label of metrics. */
  readonly name: string;
  /** Tells equal keys. */
  nameOf(key: Key): string;
  /** What the change feed calls the things a reading consists of, e.g. ["variant:AB-1"]: a change of one drops it. */
  tagsOf?(key: Key, value: Value | null): readonly string[];
  /** The caller's part of the key, for readings that depend on who asks; "system" when they do not. */
  readonly scope: 'system' | ((call: ReadingCall) => string);
  readonly lifetime: Lifetime<Value>;
  readonly maxEntries: number;
  /** Most keys of one call to the vendor, and how long the first key of a batch waits for others. */
  readonly batch: { readonly maxKeys: number; readonly windowMs: number };
  /** Longest time one flight may take, in milliseconds: it serves all who wait and is not given up with one of them. */
  readonly flightMs: number;
  /** Asks the system. In the order of the keys; null where it does not know one. */
  fetch(keys: readonly Key[], call: CallOptions): Promise<readonly (Value | null)[]>;
};

export type Reader<Key, Value> = {
  /** Rejects with the system's failure when there is nothing within the bound to answer with. */
  read(key: Key, call: ReadingCall): Promise<Reading<Value>>;
  /** Each key by itself: one that fails leaves the others alone. In the order of the keys. */
  readAll(keys: readonly Key[], call: ReadingCall): Promise<readonly (Reading<Value> | Error)[]>;
};

/** All readers of one connection share a shelf: it hears of changes and reports. */
export type Shelf = {
  reader<Key, Value>(options: ReaderOptions<Key, Value>): Reader<Key, Value>;
  /** Drops every reading with one of these tags, and keeps flights under way from being kept as fresh. */
  drop(tags: readonly string[]): void;
  /** Changes may have been missed: nothing kept counts as fresh any more; it may still be answered as stale. */
  distrust(): void;
  report(): ReadingReport;
};

/** How one read ended, for metrics. */
export type ReadingObservation = {
  readonly connection: string;
  /** The reader's name. */
  readonly reader: string;
  readonly outcome: 'hit' | 'miss' | 'stale' | 'stale_on_error' | 'failed';
  /** Age of what was answered, in milliseconds; null when nothing was. */
  readonly ageMs: number | null;
};
