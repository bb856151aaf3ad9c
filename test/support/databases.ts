/** Databases for tests: the embedded one always, a real Postgres when DATABASE_URL names one (each test its own database). */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { silentLog } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { openDatabase } from '#runtime/storage/open.ts';

export type TestDatabase = { readonly database: Database; readonly databaseUrl?: string } & AsyncDisposable;
export type TestDatabaseKind = { readonly name: string; open(): Promise<TestDatabase> };

const openEmbeddedDatabase = async (): Promise<TestDatabase> => {
  const database = await openDatabase({ home: null }, { log: silentLog });
  return { database, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
};

const withAdmin = async (adminUrl: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
};

const openServerDatabase = async (adminUrl: string): Promise<TestDatabase> => {
  const name = `throughline_test_${randomBytes(6).toString('hex')}`;
  await withAdmin(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const database = await openDatabase({ home: null, databaseUrl: url.href }, { log: silentLog });
  return {
    database,
    databaseUrl: url.href,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await withAdmin(adminUrl, `drop database if exists ${name} with (force)`);
    },
  };
};

const serverUrl = process.env.DATABASE_URL;
if (!serverUrl) process.stderr.write('Postgres tests skipped: DATABASE_URL is not set.\n');

export const testDatabases: readonly TestDatabaseKind[] = [
  { name: 'embedded', open: openEmbeddedDatabase },
  ...(serverUrl ? [{ name: 'Postgres', open: () => openServerDatabase(serverUrl) }] : []),
];
