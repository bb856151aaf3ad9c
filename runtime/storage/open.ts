import path from 'node:path';
import type { Log } from '#runtime/log.ts';
import type { Database } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { openServer } from './server.ts';

export type StorageOptions = {
  /** Folder of the embedded database, or null to keep it in memory. Unused with `databaseUrl`. */
  readonly home: string | null;
  /** A Postgres connection string: the retailer's own server instead of the embedded database. */
  readonly databaseUrl?: string;
};

/** Where the embedded database of a home folder lies. */
export const databaseFolder = (home: string): string => path.join(home, 'database');

export const openDatabase = (options: StorageOptions, deps: { readonly log: Log }): Promise<Database> =>
  options.databaseUrl
    ? openServer({ databaseUrl: options.databaseUrl }, deps)
    : openEmbedded({ directory: options.home === null ? null : databaseFolder(options.home) });
