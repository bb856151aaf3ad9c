/**
 * What the account calls its stores and items, kept in memory: both change rarely and are needed to read anything else.
 * Shared by all callers; a caller that gives up does not take the reading away from the others.
 */
import type { CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { createBatchReader } from '#runtime/inlet/batch-reader.ts';
import type { Log } from '#runtime/log.ts';
import { MAX_CATALOG_IDS, readPages, type SquareClient } from './client.ts';
import { buildItemIndex, type ItemIndex, toVariation, type Variation } from './items.ts';
import { buildStoreDirectory, type LocationCodeRule, type StoreDirectory } from './stores.ts';

export type DirectoryOptions = {
  readonly connection: string;
  readonly locationCode: LocationCodeRule;
  /** How long names are taken as they are before they are read again. */
  readonly maxAgeMs: number;
};

export type Directory = {
  stores(call: CallOptions): Promise<StoreDirectory>;
  items(call: CallOptions): Promise<ItemIndex>;
  /** The items, with these variations looked up by id if the index does not have them. */
  itemsKnowing(variationIds: Iterable<string>, call: CallOptions): Promise<ItemIndex>;
  /** The stores, read again if one of these locations is not among them. */
  storesKnowing(locationIds: Iterable<string>, call: CallOptions): Promise<StoreDirectory>;
  refreshStores(call: CallOptions): Promise<StoreDirectory>;
  refreshItems(call: CallOptions): Promise<ItemIndex>;
};

/** A location that a new reading did not know either is not asked for again before this. */
const ASK_AGAIN_MS = 30_000;

const untilAborted = <T>(work: Promise<T>, signal: AbortSignal, connection: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void =>
      reject(new Failure('UPSTREAM_TIMEOUT', `${connection}: the caller's time ran out.`, { system: connection }));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });

type Kept<T> = { read(call: CallOptions): Promise<T>; refresh(call: CallOptions): Promise<T>; readAtMs(): number };

/** One value for all: read when first asked for; once it is too old it serves while a new one is read. */
const keep = <T>(
  load: (call: CallOptions) => Promise<T>,
  options: { readonly what: string; readonly connection: string; readonly maxAgeMs: number },
  deps: { readonly clock: Clock; readonly log: Log },
): Kept<T> => {
  let kept: { readonly value: T; readonly atMs: number } | null = null;
  let loading: Promise<T> | null = null;
  const loadShared = (call: CallOptions): Promise<T> => {
    loading ??= load({ ...call, callClass: 'DETAIL', signal: new AbortController().signal })
      .then((value) => {
        kept = { value, atMs: deps.clock.now() };
        return value;
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  };
  const refresh = (call: CallOptions): Promise<T> => untilAborted(loadShared(call), call.signal, options.connection);
  return {
    refresh,
    readAtMs: () => kept?.atMs ?? Number.NEGATIVE_INFINITY,
    read: async (call) => {
      if (!kept) return refresh(call);
      if (deps.clock.now() - kept.atMs >= options.maxAgeMs) {
        loadShared(call).catch((error: unknown) =>
          deps.log.warn({ what: options.what, error: String(error) }, 'could not be read again; the old ones serve'),
        );
      }
      return kept.value;
    },
  };
};

export const createDirectory = (
  options: DirectoryOptions,
  deps: { readonly client: SquareClient; readonly clock: Clock; readonly log: Log },
): Directory => {
  const { client, clock } = deps;
  const variations = new Map<string, Variation>();
  let latestTime: string | null = null;

  const stores = keep(
    async (call) => buildStoreDirectory(await client.locations(call), options.locationCode),
    { ...options, what: 'stores' },
    deps,
  );

  const learn = (learnt: readonly (Variation | null)[]): void => {
    for (const variation of learnt) if (variation) variations.set(variation.id, variation);
  };

  const items = keep(
    async (call) => {
      const since = latestTime;
      let reached: string | null = null;
      const { items: wire } = await readPages(async (cursor) => {
        const page = await client.variations({ since, cursor }, call);
        reached ??= page.latestTime;
        return page;
      }, options);
      learn(wire.map(toVariation));
      latestTime = reached ?? since;
      return buildItemIndex([...variations.values()]);
    },
    { ...options, what: 'items' },
    deps,
  );

  const variationById = createBatchReader<string, Variation | null>({
    maxBatchSize: MAX_CATALOG_IDS,
    nameOf: (id) => id,
    read: async (ids, call) =>
      new Map((await client.variationsById(ids, call)).map((wire) => [wire.id, toVariation(wire)] as const)),
    absent: null,
  });

  return {
    stores: stores.read,
    items: items.read,
    refreshStores: stores.refresh,
    refreshItems: items.refresh,

    storesKnowing: async (locationIds, call) => {
      const known = await stores.read(call);
      const missing = [...locationIds].some((id) => known.ofId(id) === null);
      return missing && clock.now() - stores.readAtMs() >= ASK_AGAIN_MS ? stores.refresh(call) : known;
    },

    itemsKnowing: async (variationIds, call) => {
      const index = await items.read(call);
      const missing = [...new Set(variationIds)].filter((id) => !variations.has(id));
      if (missing.length === 0) return index;
      const found = await Promise.all(missing.map((id) => variationById(id, call)));
      if (found.every((variation) => variation === null)) return index;
      learn(found);
      return items.refresh(call);
    },
  };
};
