import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { silentLog } from '#runtime/log.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { testDatabases } from '#test/support/databases.ts';

describe.each(testDatabases)('storage on $name', ({ open }) => {
  test('gives the same JavaScript values for the same SQL types', async () => {
    await using opened = await open();
    const [row] = await opened.database.query(
      `select 5::bigint as big, 1.50::numeric as exact, '2026-11-20T10:00:00.123Z'::timestamptz as at,
              date '2026-11-20' as day, '{"a":[1]}'::jsonb as doc, true as flag, $1::text[] as words, null::text as nothing`,
      [['x', 'y']],
    );
    expect(row).toEqual({
      big: 5,
      exact: '1.50',
      at: '2026-11-20T10:00:00.123Z',
      day: '2026-11-20',
      doc: { a: [1] },
      flag: true,
      words: ['x', 'y'],
      nothing: null,
    });
  });

  test('a failed transaction leaves nothing, and the database goes on', async () => {
    await using opened = await open();
    const { database } = opened;
    await database.query('create table t (n int primary key)');
    await expect(
      database.transaction(async (tx) => {
        await tx.query('insert into t values ($1)', [1]);
        await tx.query('insert into t values ($1)', [1]);
      }),
    ).rejects.toThrow(/duplicate key/);
    await database.transaction((tx) => tx.query('insert into t values ($1)', [2]));
    expect(await database.query('select n from t')).toEqual([{ n: 2 }]);
  });

  test('wakes listeners after the commit and not after a rollback', async () => {
    await using opened = await open();
    const { database } = opened;
    let wakes = 0;
    const woken = Promise.withResolvers<void>();
    await database.listen('news', () => {
      wakes += 1;
      woken.resolve();
    });
    await database
      .transaction(async (tx) => {
        await database.notify(tx, 'news');
        throw new Error('no');
      })
      .catch(() => undefined);
    await database.transaction((tx) => database.notify(tx, 'news'));
    await woken.promise;
    expect(wakes).toBe(1);
  });

  test('migrations run once and in order', async () => {
    await using opened = await open();
    const area = { area: 'things', steps: ['create table thing (n int)', 'insert into thing values (1)'] };
    await migrate(opened.database, [area]);
    await migrate(opened.database, [{ ...area, steps: [...area.steps, 'insert into thing values (2)'] }]);
    expect(await opened.database.query('select n from thing order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  });
});

describe('the embedded database on disk', () => {
  test('keeps what was committed, and refuses a second opener by name of the holder', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'throughline-storage-'));
    try {
      const first = await openDatabase({ home }, { log: silentLog });
      await first.query('create table t (n int)');
      await first.query('insert into t values ($1)', [7]);
      await expect(openDatabase({ home }, { log: silentLog })).rejects.toMatchObject({
        code: 'STORAGE_LOCKED',
        message: expect.stringContaining(String(process.pid)),
      });
      await first[Symbol.asyncDispose]();
      const second = await openDatabase({ home }, { log: silentLog });
      expect(await second.query('select n from t')).toEqual([{ n: 7 }]);
      await second[Symbol.asyncDispose]();
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  // Elsewhere a number alone tells who holds it.
  if (existsSync('/proc/self/stat')) {
    test('takes over the lock of a dead process whose number another one bears now, as after a crash in a container', async () => {
      const home = await mkdtemp(path.join(tmpdir(), 'throughline-lock-'));
      try {
        await writeFile(path.join(home, 'database.lock'), `${process.pid} an-earlier-boot/1`);
        const database = await openDatabase({ home }, { log: silentLog });
        await expect(openDatabase({ home }, { log: silentLog })).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
        await database[Symbol.asyncDispose]();
      } finally {
        await rm(home, { recursive: true, force: true });
      }
    });
  }

  test('takes over a lock whose process is gone', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'throughline-storage-'));
    try {
      await writeFile(path.join(home, 'database.lock'), '999999999');
      const database = await openDatabase({ home }, { log: silentLog });
      expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
      await database[Symbol.asyncDispose]();
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});
