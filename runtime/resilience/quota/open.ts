import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { createMemoryQuotaStore } from './memory-store.ts';
import { openPostgresQuotaStore } from './postgres-store.ts';
import type { QuotaStore } from './store.ts';

export type QuotaStoreOptions = {
  /** A Postgres connection string: replicas that are given the same one keep their quotas together. */
  readonly databaseUrl?: string;
  /** Names this process among its replicas; a new one for each start. */
  readonly replica: string;
};

/** Quotas shared through Postgres where there is one, else kept in this process. Never fails for a lost database. */
export const openQuotaStore = async (
  options: QuotaStoreOptions,
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<QuotaStore & AsyncDisposable> => {
  if (!options.databaseUrl) {
    return { ...createMemoryQuotaStore(deps), [Symbol.asyncDispose]: async () => undefined };
  }
  const database = await openDatabase({ home: null, databaseUrl: options.databaseUrl }, deps);
  const store = await openPostgresQuotaStore({ database, replica: options.replica }, deps);
  return {
    update: store.update,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};
