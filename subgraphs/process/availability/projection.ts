/**
 * All stock in memory, so that a question never touches the database. Loaded at start and kept current by following the
 * journal, which every replica does by itself; an entry says which SKU to read again, so applying one twice or late
 * is harmless. Contacts change with every poll and are read on their own, in one small query.
 *
 * Items lie packed, because a large retailer has millions of readings; those asked for lately are kept at hand.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Journal, JournalEntry } from '#runtime/journal/journal.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { readFeeds } from '#subgraphs/process/intake/feeds.ts';
import { LOCATION_ENTRY } from '#subgraphs/process/intake/locations.ts';
import { AVAILABILITY_CHANNEL } from './announce.ts';
import { contactsOf } from './contacts.ts';
import type { Feed, ItemFacts, StockConnection, World } from './facts.ts';
import { createPacking, type PackedItem } from './packing.ts';
import { createIntern, readItems, readPlaces, readSkus } from './store.ts';

export type ProjectionOptions = {
  readonly stockConnections: readonly StockConnection[];
  /** How often contacts are read, in milliseconds. */
  readonly contactsEveryMs?: number;
};
export type ProjectionDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
};

/** What the projection took in: all entries up to `position`, among them these SKUs' ones, oldest first. */
export type Applied = { readonly position: number; readonly entries: readonly JournalEntry[] };

export type Projection = AsyncDisposable & {
  item(sku: string): ItemFacts | undefined;
  readonly world: World;
  readonly feeds: readonly Feed[];
  /** The journal position up to which everything is contained. */
  readonly position: number;
  readonly epoch: string;
  /** Called after every step forward, until the returned function is called. */
  onApplied(listener: (applied: Applied) => void): () => void;
  /** Resolves once everything up to this journal position is contained. */
  reached(position: number, signal: AbortSignal): Promise<void>;
  /** Reads the contacts now instead of at the next turn. */
  refreshContacts(): Promise<void>;
  /** Reads these items again now: a reading that was only confirmed has no journal entry. */
  renew(skus: readonly string[]): Promise<void>;
};

const ITEMS_PER_READ = 500;
const CONTACTS_EVERY_MS = 1_000;
const RETRY_MS = 1_000;
/** Readings of the items kept at hand, some 500 bytes each with what was learnt. */
const READINGS_AT_HAND = 100_000;

export const openProjection = async (options: ProjectionOptions, deps: ProjectionDeps): Promise<Projection> => {
  const { database, journal, clock, log } = deps;
  const items = new Map<string, PackedItem>();
  const packing = createPacking();
  const atHand = new LRUCache<string, ItemFacts>({
    maxSize: READINGS_AT_HAND,
    sizeCalculation: ({ readings }) => 1 + readings.length,
  });
  const listeners = new Set<(applied: Applied) => void>();
  const intern = createIntern();
  const stop = new AbortController();

  const readInTurn = async (skus: readonly string[]): Promise<void> => {
    for (let from = 0; from < skus.length; from += ITEMS_PER_READ) {
      for (const item of await readItems(database, skus.slice(from, from + ITEMS_PER_READ), intern)) {
        items.set(item.sku, packing.pack(item));
        atHand.delete(item.sku);
      }
    }
  };
  const itemOf = (sku: string): ItemFacts | undefined => {
    const known = atHand.get(sku);
    if (known) return known;
    const packed = items.get(sku);
    if (!packed) return undefined;
    const item = packing.unpack(packed);
    atHand.set(sku, item);
    return item;
  };
  let turn: Promise<void> = Promise.resolve();
  /** One after the other: of two readings at once the older could come back last, and stay. */
  const readAgain = (skus: readonly string[]): Promise<void> => {
    const read = turn.then(() => readInTurn(skus));
    turn = read.catch(() => undefined);
    return read;
  };

  const readAll = async (): Promise<ReadonlySet<string>> => {
    const found = new Set<string>();
    for (
      let page = await readSkus(database, '', ITEMS_PER_READ);
      page.length > 0;
      page = await readSkus(database, page.at(-1) ?? '', ITEMS_PER_READ)
    ) {
      await readAgain(page);
      for (const sku of page) found.add(sku);
    }
    return found;
  };

  // The head is read before the content: what commits in between is read again when its entry is followed.
  const head = await journal.head(AVAILABILITY_CHANNEL);
  let { position } = head;
  let feeds = await readFeeds(database);
  let world: World = { places: await readPlaces(database), contacts: contactsOf(feeds, options.stockConnections) };
  await readAll();

  let reading: Promise<void> | null = null;
  const refreshContacts = (): Promise<void> => {
    reading ??= readFeeds(database)
      .then((latest) => {
        feeds = latest;
        world = { ...world, contacts: contactsOf(latest, options.stockConnections) };
      })
      .finally(() => {
        reading = null;
      });
    return reading;
  };

  const apply = async (entries: readonly JournalEntry[]): Promise<void> => {
    const skus = new Set<string>();
    let placesChanged = false;
    for (const entry of entries) {
      if (entry.type === LOCATION_ENTRY) placesChanged = true;
      else skus.add(entry.subject);
    }
    await readAgain([...skus]);
    if (placesChanged) world = { ...world, places: await readPlaces(database) };
    await refreshContacts();
    position = entries.at(-1)?.position ?? position;
    for (const listener of [...listeners]) listener({ position, entries });
  };

  /** After a restore: what lies here may never have happened, so all of it is read anew. */
  const startOver = async (): Promise<void> => {
    const now = await journal.head(AVAILABILITY_CHANNEL);
    const places = await readPlaces(database);
    const found = await readAll();
    for (const sku of [...items.keys()]) {
      if (found.has(sku)) continue;
      items.delete(sku);
      atHand.delete(sku);
    }
    world = { ...world, places };
    await refreshContacts();
    position = now.position;
    for (const listener of [...listeners]) listener({ position, entries: [] });
  };

  /** Goes on from the last applied position after any failure, so that no entry is passed over. */
  const follow = async (): Promise<void> => {
    let isLost = false;
    while (!stop.signal.aborted) {
      try {
        if (isLost) await startOver();
        isLost = false;
        for await (const entries of journal.tail(AVAILABILITY_CHANNEL, position, stop.signal)) await apply(entries);
      } catch (error) {
        if (stop.signal.aborted) return;
        isLost ||= isFailure(error, 'CURSOR_EXPIRED');
        log.warn(
          { error: error instanceof Error ? error.message : String(error), position },
          isLost
            ? 'the journal lost history that was followed; all stock is read anew'
            : 'following the journal failed; it goes on from there',
        );
        await clock.delay(RETRY_MS, stop.signal).catch(() => undefined);
      }
    }
  };
  const following = follow();
  const stopContacts = clock.every(options.contactsEveryMs ?? CONTACTS_EVERY_MS, () => {
    refreshContacts().catch((error: Error) =>
      log.warn({ error: error.message }, 'reading contacts failed; answers grow older until it works'),
    );
  });

  return {
    item: itemOf,
    get world() {
      return world;
    },
    get feeds() {
      return feeds;
    },
    get position() {
      return position;
    },
    epoch: head.epoch,
    onApplied: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reached: (wanted, signal) =>
      new Promise((resolve, reject) => {
        if (position >= wanted) return resolve();
        const done = (settle: () => void) => (): void => {
          listeners.delete(check);
          signal.removeEventListener('abort', onAbort);
          settle();
        };
        const onAbort = done(() => reject(signal.reason));
        const check = (applied: Applied): void => {
          if (applied.position >= wanted) done(resolve)();
        };
        listeners.add(check);
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
      }),
    refreshContacts,
    renew: readAgain,
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error('the projection stops'));
      stopContacts();
      await following;
      await turn;
      await reading?.catch(() => undefined);
    },
  };
};
