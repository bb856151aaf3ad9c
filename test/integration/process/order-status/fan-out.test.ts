/** What following costs the database: one read per channel for all who listen, none for channels nobody follows. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemIds } from '#runtime/ids.ts';
import type { Follower, Journal, Step } from '#runtime/journal/journal.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { silentLog } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { within } from '#test/support/event-log.ts';

const CATCH_UP_READS = 3;

/** A database that counts the reads of entries, and can hold them back. */
const counting = (database: Database) => {
  const reads: { readonly channel: string; readonly subject: string | null }[] = [];
  const counts = { atOnce: 0, most: 0 };
  let held: Promise<void> | null = null;
  return {
    reads,
    counts,
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = null;
        resolve();
      };
    },
    database: {
      ...database,
      query: async (text, parameters = []) => {
        if (!text.includes('from journal.entry') || !text.includes('limit')) return database.query(text, parameters);
        reads.push({
          channel: String(parameters[0]),
          subject: parameters[3] === undefined ? null : String(parameters[3]),
        });
        counts.atOnce += 1;
        counts.most = Math.max(counts.most, counts.atOnce);
        try {
          await held;
          return await database.query(text, parameters);
        } finally {
          counts.atOnce -= 1;
        }
      },
    } satisfies Database as Database,
  };
};

describe.each(testDatabases)('fan-out on $name', ({ open }) => {
  let opened: TestDatabase;
  let counted: ReturnType<typeof counting>;
  let journal: Journal;
  let clock: TestClock;
  let leaving: AbortController;
  const versions = new Map<string, number>();

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    counted = counting(opened.database);
    clock = createTestClock();
    leaving = new AbortController();
    const deps = { clock, ids: systemIds, log: silentLog };
    journal = await openJournal(counted.database, { ...DEFAULT_JOURNAL_OPTIONS, catchUpReads: CATCH_UP_READS }, deps);
    await opened.database.query('truncate journal.entry, journal.stream_head');
    versions.clear();
  });
  afterEach(async () => {
    leaving.abort();
    await journal[Symbol.asyncDispose]();
  });

  const append = (channel: string, ...subjects: readonly string[]) =>
    opened.database.transaction((tx) =>
      journal.append(
        tx,
        subjects.map((subject) => {
          const version = (versions.get(subject) ?? 0) + 1;
          versions.set(subject, version);
          return { channel, subject, version, type: 'T', payload: {}, correlationId: 'c' };
        }),
      ),
    );
  const follow = async (channel: string, count: number, subject?: (index: number) => string): Promise<Follower[]> => {
    const from = await journal.head(channel);
    return Array.from({ length: count }, (_, index) =>
      journal.follow(channel, { from, ...(subject ? { subject: subject(index) } : {}) }, leaving.signal),
    );
  };
  /** Until every read that is under way has been answered and dealt with. */
  const quiet = async (): Promise<void> => {
    do await clock.advance(0);
    while (counted.counts.atOnce > 0);
    await clock.advance(0);
  };
  const started = async (steps: readonly Promise<Step | null>[]): Promise<void> => {
    for (const step of steps) step.catch(() => undefined);
    await quiet();
    counted.reads.length = 0;
  };

  test('one read of a channel serves all who listen to it, whether to all of it or to one subject (R40)', async () => {
    const all = await follow('a', 50);
    const ones = await follow('a', 200, (index) => `s${index}`);
    const steps = [...all, ...ones].map((follower) => follower.next());
    await started(steps);
    await append('a', 's3', 's5', 's3');
    const woken = await within('all of them', Promise.all([...steps.slice(0, 50), steps[53], steps[55]]));
    expect(woken.map((step) => step?.kind === 'entries' && step.entries.length)).toEqual([
      ...Array.from({ length: 50 }, () => 3),
      2,
      1,
    ]);
    await quiet();
    expect(counted.reads.every(({ channel, subject }) => channel === 'a' && subject === null)).toBe(true);
    expect(counted.reads.length).toBeLessThanOrEqual(2);
  });

  test('only channels that somebody follows are read; the last to leave ends it (R40)', async () => {
    const own = new AbortController();
    const from = await journal.head('b');
    const stays = (await follow('a', 1)).map((follower) => follower.next());
    const goes = [1, 2].map(() => journal.follow('b', { from }, own.signal).next());
    await started([...stays, ...goes]);
    await clock.advance(1_000);
    await quiet();
    expect(new Set(counted.reads.map(({ channel }) => channel))).toEqual(new Set(['a', 'b']));
    own.abort();
    expect(await Promise.all(goes)).toEqual([null, null]);
    counted.reads.length = 0;
    await append('b', 'x');
    await clock.advance(1_000);
    await quiet();
    expect(new Set(counted.reads.map(({ channel }) => channel))).toEqual(new Set(['a']));
  });

  test('a crowd that comes back from far behind reads a few at a time, each its own subject, and once for the same (R41)', async () => {
    const subjects = Array.from({ length: 40 }, (_, index) => `s${index}`);
    await append('a', ...subjects);
    const behind = { position: 0, mark: null };
    // Somebody who is up to date keeps the channel at hand; the crowd stands where that does not reach.
    await started((await follow('a', 1)).map((follower) => follower.next()));
    const release = counted.hold();
    const crowd = [
      ...subjects.map((subject) => journal.follow('a', { from: behind, subject }, leaving.signal)),
      ...subjects.map(() => journal.follow('a', { from: behind }, leaving.signal)),
    ];
    const steps = crowd.map((follower) => follower.next());
    await clock.advance(0);
    release();
    const came = await within('the crowd', Promise.all(steps));
    expect(came.map((step) => step?.kind === 'entries' && step.entries.length)).toEqual([
      ...subjects.map(() => 1),
      ...subjects.map(() => 40),
    ]);
    expect(counted.counts.most).toBeLessThanOrEqual(CATCH_UP_READS + 1);
    expect(counted.reads.filter(({ subject }) => subject === null).length).toBeLessThanOrEqual(2);
    expect(counted.reads.filter(({ subject }) => subject !== null)).toHaveLength(40);
  });

  test('one who does not ask costs nothing, and gets everything when it asks (R39)', async () => {
    const [slow] = await follow('a', 1);
    const [quick] = await follow('a', 1);
    const first = quick?.next();
    await started(first ? [first] : []);
    for (let round = 0; round < 20; round++) await append('a', 's', 's');
    const positionsOf = async (follower: Follower | undefined, begun?: Promise<Step | null>): Promise<number[]> => {
      const positions: number[] = [];
      for (let next = begun ?? follower?.next(); positions.length < 40; next = follower?.next()) {
        const step = await within('the next step', Promise.resolve(next));
        if (step?.kind !== 'entries') throw new Error('The follower was ended.');
        positions.push(...step.entries.map(({ position }) => position));
      }
      return positions;
    };
    expect(await positionsOf(quick, first)).toHaveLength(40);
    const positions = await positionsOf(slow);
    expect(positions).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });
});
