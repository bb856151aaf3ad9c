import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import type { Journal, JournalEntry } from '#runtime/journal/journal.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { silentLog } from '#runtime/log.ts';
import { createTestClock } from '#test/support/clock.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { eventually } from '#test/support/eventually.ts';

const deps = { clock: systemClock, ids: systemIds, log: silentLog };
const entry = (channel: string, subject: string, version: number) => ({
  channel,
  subject,
  version,
  type: 'TEST',
  payload: { version },
  correlationId: 'c-1',
});

describe.each(testDatabases)('journal on $name', ({ open }) => {
  let opened: TestDatabase;
  let journal: Journal;

  beforeEach(async () => {
    opened = await open();
    journal = await openJournal(opened.database, DEFAULT_JOURNAL_OPTIONS, deps);
  });
  afterEach(async () => {
    await journal[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  });

  const append = (...entries: ReturnType<typeof entry>[]): Promise<readonly JournalEntry[]> =>
    opened.database.transaction((tx) => journal.append(tx, entries));

  test('positions are dense per channel, also past rolled-back transactions', async () => {
    await append(entry('a', 's1', 1), entry('b', 's2', 1), entry('a', 's1', 2));
    await expect(
      opened.database.transaction(async (tx) => {
        await journal.append(tx, [entry('a', 's1', 3)]);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await append(entry('a', 's1', 3));
    const positions = (await journal.read('a', 0, 10)).map(({ position, version }) => [position, version]);
    expect(positions).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(await journal.head('a')).toMatchObject({ position: 3, oldest: 1 });
    expect(await journal.head('nothing')).toMatchObject({ position: 0, oldest: 1 });
  });

  test('a version of a subject is written once', async () => {
    await append(entry('a', 's1', 1));
    await expect(append(entry('a', 's1', 1))).rejects.toThrow(/unique|duplicate/);
    expect(await journal.head('a')).toMatchObject({ position: 1 });
  });

  test('an entry that names no version is counted by its position', async () => {
    const { version: _, ...unversioned } = entry('a', 'channel/a', 0);
    await opened.database.transaction((tx) => journal.append(tx, [unversioned, entry('b', 's1', 7), unversioned]));
    await opened.database.transaction((tx) => journal.append(tx, [unversioned]));
    expect((await journal.read('a', 0, 10)).map(({ position, version }) => [position, version])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test('a channel with a retention of its own is pruned by that, and positions go on', async () => {
    const hourMs = 3_600_000;
    const clock = createTestClock(systemClock.now() + 2 * hourMs);
    await using pruning = await openJournal(
      opened.database,
      { ...DEFAULT_JOURNAL_OPTIONS, retentionMsOf: { brief: hourMs } },
      { ...deps, clock },
    );
    await append(entry('brief', 's1', 1), entry('long', 's2', 1));
    await clock.advance(600_000);
    await eventually(
      () => pruning.read('brief', 0, 10),
      (entries) => entries.length === 0,
    );
    expect(await pruning.read('long', 0, 10)).toHaveLength(1);
    expect(await pruning.head('brief')).toMatchObject({ position: 1, oldest: 2 });
    await append(entry('brief', 's1', 2));
    expect((await pruning.read('brief', 0, 10)).map(({ position }) => position)).toEqual([2]);
  });

  test('concurrent writers: a tail gets every entry once and in order', async () => {
    const writers = 8;
    const each = 25;
    const stop = new AbortController();
    const seen: JournalEntry[] = [];
    const following = (async () => {
      for await (const entries of journal.tail('busy', 0, stop.signal)) {
        seen.push(...entries);
        if (seen.length >= writers * each) stop.abort();
      }
    })();
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let version = 1; version <= each; version++) await append(entry('busy', `w${writer}`, version));
      }),
    );
    await following;
    expect(seen.map(({ position }) => position)).toEqual(Array.from({ length: writers * each }, (_, i) => i + 1));
    for (let writer = 0; writer < writers; writer++) {
      const versions = seen.filter(({ subject }) => subject === `w${writer}`).map(({ version }) => version);
      expect(versions).toEqual(Array.from({ length: each }, (_, i) => i + 1));
    }
  });

  test('a second reader of the same database follows too, from any position', async () => {
    await append(entry('a', 's', 1), entry('a', 's', 2), entry('a', 's', 3));
    const replica = await openJournal(opened.database, { ...DEFAULT_JOURNAL_OPTIONS, pollMs: 20 }, deps);
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const entries of replica.tail('a', 1, stop.signal)) {
        seen.push(...entries.map(({ position }) => position));
        if (seen.length === 4) stop.abort();
      }
    })();
    await append(entry('a', 's', 4));
    await append(entry('a', 's', 5));
    await following;
    expect(seen).toEqual([2, 3, 4, 5]);
    await replica[Symbol.asyncDispose]();
  });

  test('reads of one subject leave out the others', async () => {
    await append(entry('a', 'x', 1), entry('a', 'y', 1), entry('a', 'x', 2));
    expect((await journal.read('a', 0, 10, 'x')).map(({ position }) => position)).toEqual([1, 3]);
  });

  test('cursors survive a second opening and refuse every alteration (R21)', async () => {
    const { epoch } = await journal.head('a');
    const cursor = journal.encodeCursor({ channel: 'a', epoch, position: 7 });
    const again = await openJournal(opened.database, DEFAULT_JOURNAL_OPTIONS, deps);
    expect(again.decodeCursor(cursor)).toEqual({ channel: 'a', epoch, position: 7 });
    for (let i = 0; i < cursor.length; i++) {
      const altered = `${cursor.slice(0, i)}${cursor[i] === 'A' ? 'B' : 'A'}${cursor.slice(i + 1)}`;
      let accepted: unknown = null;
      try {
        accepted = again.decodeCursor(altered);
      } catch (error) {
        expect(isFailure(error, 'CURSOR_INVALID')).toBe(true);
      }
      // The last character of base64url may carry unused bits: the same cursor spelt differently, never another position.
      if (accepted !== null) expect(accepted).toEqual({ channel: 'a', epoch, position: 7 });
    }
    await again[Symbol.asyncDispose]();
  });
});
