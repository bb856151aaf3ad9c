/** Following a channel, over a channel in memory: whatever is appended, pruned and read when, nothing is lost in silence. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Follower, JournalEntry, Look, Standing } from '#runtime/journal/journal.ts';
import { markOf, standingAt } from '#runtime/journal/journal.ts';
import { type ChannelTail, createChannelTail } from '#runtime/journal/tail.ts';

const SUBJECTS = ['a', 'b', 'c'] as const;

/** A channel whose history can be pruned and rewound. Every look is counted. */
const openChannel = () => {
  let entries: JournalEntry[] = [];
  let head = 0;
  let tick = 0;
  const counts = { live: 0, catchUp: 0 };
  const fails = { next: false };
  const look = (after: number, limit: number, subject?: string): Look => {
    const last = entries.find(({ position }) => position === head);
    const there = entries.find(({ position }) => position === after);
    return {
      head: { epoch: 'e', position: head, mark: last ? markOf(last) : null, oldest: entries[0]?.position ?? head + 1 },
      markThere: there ? markOf(there) : null,
      entries: entries
        .filter((entry) => entry.position > after && (subject === undefined || entry.subject === subject))
        .slice(0, limit),
    };
  };
  return {
    counts,
    fails,
    entries: (): readonly JournalEntry[] => entries,
    head: (): Standing => look(head, 0).head,
    append: (...subjects: readonly string[]): void => {
      for (const subject of subjects) {
        head += 1;
        tick += 1;
        const version = entries.filter((entry) => entry.subject === subject).length + 1;
        const at = new Date(tick).toISOString();
        entries.push({
          channel: 'x',
          position: head,
          subject,
          version,
          type: 'T',
          payload: {},
          correlationId: 'c',
          at,
        });
      }
    },
    prune: (upTo: number): void => {
      entries = entries.filter(({ position }) => position > upTo);
    },
    rewind: (to: number): void => {
      entries = entries.filter(({ position }) => position <= to);
      head = to;
    },
    reader: {
      look: async (after: number, limit: number) => {
        counts.live += 1;
        return look(after, limit);
      },
      catchUp: async (after: number, limit: number, subject: string | undefined) => {
        counts.catchUp += 1;
        if (fails.next) {
          fails.next = false;
          throw new Error('the database is away');
        }
        return look(after, limit, subject);
      },
    },
  };
};
type Channel = ReturnType<typeof openChannel>;

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One that asks again whenever it is told to, and accounts for every position it passes. */
const readerOf = (tail: ChannelTail, from: Standing, subject: string | undefined, signal: AbortSignal) => {
  const follower: Follower = tail.follow(from, subject, signal);
  const got: JournalEntry[] = [];
  /** Stretches that were named as missing: from, exclusive, to, inclusive. */
  const gaps: (readonly [number, number])[] = [];
  let pending = false;
  let lost = false;
  return {
    got,
    gaps,
    follower,
    isLost: () => lost,
    ask: (): void => {
      if (pending || lost) return;
      pending = true;
      void follower.next().then((step) => {
        pending = false;
        if (step === null) return;
        if (step.kind === 'lost') {
          lost = true;
          return;
        }
        if (step.gap) gaps.push([step.gap.from.position, step.gap.to]);
        got.push(...step.entries);
        // What was handed out has not been told yet: who is cut now has to get it again.
        const [first] = step.entries;
        if (first) expect(follower.standing().position).toBeLessThan(first.position);
      });
    },
  };
};

/** Everything of the subject behind `from` was got once and in order, or lies in a named gap. */
const expectWhole = (
  reader: ReturnType<typeof readerOf>,
  all: readonly JournalEntry[],
  from: number,
  subject?: string,
) => {
  const wanted = all.filter((entry) => entry.position > from && (subject === undefined || entry.subject === subject));
  const inGap = ({ position }: JournalEntry): boolean =>
    reader.gaps.some(([after, to]) => position > after && position <= to);
  const positions = reader.got.map(({ position }) => position);
  expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
  expect(wanted.filter((entry) => !positions.includes(entry.position) && !inGap(entry))).toEqual([]);
  expect(positions.filter((position) => !wanted.some((entry) => entry.position === position))).toEqual([]);
};

type Move =
  | { readonly kind: 'append'; readonly subjects: readonly string[] }
  | { readonly kind: 'prune'; readonly keep: number }
  | { readonly kind: 'wake' }
  | { readonly kind: 'fail' }
  | { readonly kind: 'ask'; readonly reader: number }
  | { readonly kind: 'join'; readonly subject: string | undefined; readonly back: number };

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    subjects: fc.array(fc.constantFrom(...SUBJECTS), { minLength: 1, maxLength: 6 }),
  }),
  fc.record({ kind: fc.constant('prune' as const), keep: fc.nat(8) }),
  fc.constant({ kind: 'wake' as const }),
  fc.constant({ kind: 'fail' as const }),
  fc.record({ kind: fc.constant('ask' as const), reader: fc.nat(20) }),
  fc.record({
    kind: fc.constant('join' as const),
    subject: fc.option(fc.constantFrom(...SUBJECTS), { nil: undefined }),
    back: fc.nat(10),
  }),
);

describe('following a channel', () => {
  test('whatever is appended, pruned and asked for when: once and in order, or in a named gap (R10, R11)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { maxLength: 60 }), async (script) => {
        const channel: Channel = openChannel();
        const leaving = new AbortController();
        const tail = createChannelTail(channel.head(), channel.reader, { stretch: 3, kept: 5 });
        const history: JournalEntry[] = [];
        const readers: { reader: ReturnType<typeof readerOf>; from: number; subject: string | undefined }[] = [];
        for (const move of script) {
          if (move.kind === 'append') {
            channel.append(...move.subjects);
            history.push(...channel.entries().slice(-move.subjects.length));
          } else if (move.kind === 'prune') channel.prune(channel.head().position - move.keep);
          else if (move.kind === 'wake') tail.wake();
          else if (move.kind === 'fail') channel.fails.next = true;
          else if (move.kind === 'ask') readers[move.reader % Math.max(1, readers.length)]?.reader.ask();
          else if (move.kind === 'join') {
            const position = Math.max(0, channel.head().position - move.back);
            const entry = channel.entries().find((candidate) => candidate.position === position);
            const from = entry ? standingAt(entry) : { position, mark: null };
            const reader = readerOf(tail, from, move.subject, leaving.signal);
            readers.push({ reader, from: position, subject: move.subject });
          }
          if (move.kind !== 'append') await settle();
        }
        channel.fails.next = false;
        for (let round = 0; round < 60; round++) {
          tail.wake();
          for (const { reader } of readers) reader.ask();
          await settle();
        }
        for (const { reader, from, subject } of readers) {
          expectWhole(reader, history, from, subject);
          expect(reader.isLost()).toBe(false);
          expect(reader.follower.standing().position).toBe(Math.max(from, channel.head().position));
        }
        leaving.abort();
      }),
      { numRuns: 150 },
    );
  });

  test('all followers together cost one read per stretch, and those who wait for other subjects are not woken (R40)', async () => {
    const channel = openChannel();
    const leaving = new AbortController();
    const tail = createChannelTail(channel.head(), channel.reader);
    const readers = Array.from({ length: 500 }, (_, index) =>
      readerOf(tail, channel.head(), `s${index}`, leaving.signal),
    );
    for (const reader of readers) reader.ask();
    channel.append('s7', 's8', 's7');
    tail.wake();
    await settle();
    expect(readers.flatMap(({ got }, index) => (got.length > 0 ? [[index, got.length]] : []))).toEqual([
      [7, 2],
      [8, 1],
    ]);
    expect(channel.counts).toEqual({ live: 1, catchUp: 0 });
    for (const reader of readers) reader.ask();
    expect(readers.map(({ follower }) => follower.standing().position)).toEqual(readers.map(() => 3));
    leaving.abort();
  });

  test.each(['all', 'one subject'])(
    'a follower of %s is told when history was lost, also where it has grown again',
    async (kind) => {
      for (const regrown of [0, 3, 9]) {
        const channel = openChannel();
        channel.append('a', 'b', 'a', 'b', 'a');
        const leaving = new AbortController();
        const tail = createChannelTail(channel.head(), channel.reader);
        const reader = readerOf(tail, channel.head(), kind === 'all' ? undefined : 'a', leaving.signal);
        reader.ask();
        await settle();
        channel.rewind(3);
        channel.append(...Array.from({ length: regrown }, () => 'c'));
        tail.wake();
        await settle();
        expect({ lost: reader.isLost(), tail: tail.isHistoryLost, got: reader.got }).toEqual({
          lost: true,
          tail: true,
          got: [],
        });
        leaving.abort();
      }
    },
  );

  test('one that catches up over lost history is told as well', async () => {
    const channel = openChannel();
    channel.append('a', 'b', 'a', 'b', 'a');
    const standing = channel.head();
    channel.rewind(2);
    channel.append('b', 'b', 'b', 'b', 'b');
    const leaving = new AbortController();
    const tail = createChannelTail(channel.head(), channel.reader);
    const reader = readerOf(tail, standing, undefined, leaving.signal);
    reader.ask();
    await settle();
    expect(reader.isLost()).toBe(true);
    leaving.abort();
  });

  test('a waiting follower ends with its signal', async () => {
    const channel = openChannel();
    const leaving = new AbortController();
    const follower = createChannelTail(channel.head(), channel.reader).follow(channel.head(), 'a', leaving.signal);
    const waiting = follower.next();
    leaving.abort();
    expect(await waiting).toBeNull();
  });
});
