import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoOf } from '#runtime/clock.ts';
import { createTestClock } from '#test/support/clock.ts';
import {
  advanceMark,
  createSweep,
  firstMark,
  judgePage,
  markFrom,
  markText,
  type SweepMark,
  type SweptRow,
  stampOf,
  windowDomain,
} from '#vendors/tryton/sweep.ts';

const OVERLAP_MS = 1_000;
const START = Date.UTC(2026, 0, 1);
const at = (ms: number): string => isoOf(START + ms);

/** A server whose transactions stamp their rows when they begin and show them when they commit. */
const createServer = () => {
  const rows = new Map<number, SweptRow>();
  return {
    rows,
    write: (id: number, stampMs: number, version: number) =>
      rows.set(id, { id, stamp: at(stampMs), fingerprint: `${id}/${version}` }),
    /** Sees the domain the sweep made, as the real server would: ids above one, stamps from one on. */
    source: {
      paths: [''],
      page: (domain: readonly unknown[], limit: number) => {
        const [[, , afterId], window] = domain as [[string, string, number], unknown[] | undefined];
        const from = window === undefined ? Number.NEGATIVE_INFINITY : fromOf(window);
        const matching = [...rows.values()]
          .filter((row) => row.id > afterId && Date.parse(row.stamp) >= from)
          .sort((a, b) => a.id - b.id);
        const page = matching.slice(0, limit);
        return Promise.resolve({ rows: page, fullPage: page.length === limit });
      },
      newest: () =>
        Promise.resolve(
          [...rows.values()]
            .map(({ stamp }) => stamp)
            .sort()
            .at(-1) ?? null,
        ),
    },
  };
};

const fromOf = (window: readonly unknown[]): number => {
  const [, [, , tagged]] = window as [string, [string, string, Record<string, number>]];
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0 } = tagged;
  return Date.UTC(year, month - 1, day, hour, minute, second, microsecond / 1000);
};

type Server = ReturnType<typeof createServer>;

const drain = async (server: Server, mark: SweepMark, pageSize: number) => {
  const clock = createTestClock(START);
  const sweep = createSweep<SweptRow>({ overlapMs: OVERLAP_MS, pageSize }, { clock });
  const fresh: SweptRow[] = [];
  let place = mark;
  for (let steps = 0; steps < 200; steps++) {
    const outcome = await sweep.step(place, server.source);
    fresh.push(...outcome.fresh);
    place = outcome.mark;
    if (!outcome.more) return { fresh, mark: place };
  }
  throw new Error('the sweep never ends');
};

describe('a sweep', () => {
  it('tells every version that stands at a look, whatever the pages, as long as transactions end within the overlap', async () => {
    const writes = fc.record({
      id: fc.integer({ min: 1, max: 12 }),
      /** How long before it shows the transaction began: always less than the overlap. */
      tookMs: fc.integer({ min: 0, max: OVERLAP_MS - 1 }),
    });
    const rounds = fc.array(fc.array(writes, { maxLength: 8 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rounds, fc.integer({ min: 1, max: 5 }), async (looks, pageSize) => {
        const server = createServer();
        const told = new Map<number, string>();
        let mark = firstMark;
        let nowMs = 0;
        let version = 0;
        for (const look of looks) {
          for (const { id, tookMs } of look) {
            nowMs += 300;
            version += 1;
            server.write(id, nowMs - tookMs, version);
          }
          const outcome = await drain(server, markFrom(markText(mark)), pageSize);
          for (const row of outcome.fresh) told.set(row.id, row.fingerprint);
          mark = outcome.mark;
        }
        expect(Object.fromEntries(told)).toEqual(
          Object.fromEntries([...server.rows].map(([id, row]) => [id, row.fingerprint])),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('tells nothing twice', async () => {
    const server = createServer();
    for (let id = 1; id <= 7; id++) server.write(id, id * 10, 1);
    const first = await drain(server, firstMark, 3);
    expect(first.fresh).toHaveLength(7);
    const second = await drain(server, first.mark, 3);
    expect(second.fresh).toEqual([]);
    server.write(3, 80, 2);
    const third = await drain(server, second.mark, 3);
    expect(third.fresh.map(({ id }) => id)).toEqual([3]);
  });

  it('tells a second change within the same millisecond', async () => {
    const server = createServer();
    server.write(1, 10, 1);
    const { mark } = await drain(server, firstMark, 10);
    server.write(1, 10, 2);
    expect((await drain(server, mark, 10)).fresh.map(({ fingerprint }) => fingerprint)).toEqual(['1/2']);
  });

  it('finds what changed behind the page it was at, on its next way', async () => {
    const server = createServer();
    for (let id = 1; id <= 4; id++) server.write(id, id, 1);
    const sweep = createSweep<SweptRow>({ overlapMs: OVERLAP_MS, pageSize: 2 }, { clock: createTestClock(START) });
    const first = await sweep.step(firstMark, server.source);
    expect(first.more).toBe(true);
    server.write(1, 5_000, 2);
    server.write(4, 60_000, 2);
    const { mark } = await drain(server, first.mark, 2);
    const { fresh } = await drain(server, mark, 2);
    expect(fresh.map(({ fingerprint }) => fingerprint)).toContain('1/2');
  });

  it('lets its window follow the time while nothing happens, and then rests', async () => {
    const server = createServer();
    server.write(1, 0, 1);
    const clock = createTestClock(START);
    const sweep = createSweep<SweptRow>({ overlapMs: OVERLAP_MS, pageSize: 10 }, { clock });
    let mark = (await sweep.step(firstMark, server.source)).mark;
    expect(Object.keys(mark.seen)).toEqual(['1']);
    for (let poll = 0; poll < 12; poll++) {
      await clock.advance(250);
      mark = (await sweep.step(mark, server.source)).mark;
    }
    expect(mark.seen).toEqual({});
    expect(Date.parse(mark.since ?? '')).toBeLessThanOrEqual(clock.now());
    await clock.advance(60_000);
    expect((await sweep.step(mark, server.source)).mark).toEqual(mark);
  });

  it('does not run ahead when our clock jumps', async () => {
    const server = createServer();
    server.write(1, 0, 1);
    const clock = createTestClock(START);
    const sweep = createSweep<SweptRow>({ overlapMs: OVERLAP_MS, pageSize: 10 }, { clock });
    let mark = (await sweep.step(firstMark, server.source)).mark;
    mark = (await sweep.step(mark, server.source)).mark;
    await clock.advance(3_600_000);
    mark = (await sweep.step(mark, server.source)).mark;
    expect(Date.parse(mark.since ?? '') - START).toBeLessThanOrEqual(OVERLAP_MS / 2);
  });

  it('of an empty model waits for its first record', async () => {
    const server = createServer();
    const { mark, fresh } = await drain(server, firstMark, 10);
    expect(fresh).toEqual([]);
    server.write(1, 0, 1);
    expect((await drain(server, mark, 10)).fresh).toHaveLength(1);
  });

  it('begins anew from a watermark it did not write', () => {
    expect(markFrom('{"since":1}')).toEqual(firstMark);
    expect(markFrom('not JSON')).toEqual(firstMark);
    expect(markFrom(null)).toEqual(firstMark);
  });
});

describe('the parts of a sweep', () => {
  it('asks for both times of the record and of what belongs to it', () => {
    const mark: SweepMark = { since: at(5_000), reached: null, afterId: 7, seen: {} };
    const [byId, window] = windowDomain(mark, ['', 'moves.'], OVERLAP_MS);
    expect(byId).toEqual(['id', '>', 7]);
    expect(window).toEqual([
      'OR',
      ...['write_date', 'create_date', 'moves.write_date', 'moves.create_date'].map((path) => [
        path,
        '>=',
        expect.objectContaining({ __class__: 'datetime', second: 4 }),
      ]),
    ]);
    expect(windowDomain(firstMark, [''], OVERLAP_MS)).toEqual([['id', '>', 0]]);
  });

  it('takes the later of the two times of a record', () => {
    expect(stampOf({ create_date: at(1), write_date: null })).toBe(at(1));
    expect(stampOf({ create_date: at(1), write_date: at(9) })).toBe(at(9));
    expect(stampOf({ create_date: at(9), write_date: at(1) })).toBe(at(9));
  });

  it('moves only a mark that rests', () => {
    const paging: SweepMark = { since: at(0), reached: at(9), afterId: 3, seen: {} };
    expect(advanceMark(paging, 500, OVERLAP_MS)).toBe(paging);
    expect(advanceMark(firstMark, 500, OVERLAP_MS)).toBe(firstMark);
  });

  it('keeps the same mark when there is nothing new', () => {
    const row: SweptRow = { id: 1, stamp: at(0), fingerprint: 'a' };
    const mark: SweepMark = { since: at(0), reached: null, afterId: 0, seen: { 1: [row.stamp, 'a'] } };
    expect(judgePage(mark, [row], { isLast: true, newest: null, overlapMs: OVERLAP_MS }).mark).toBe(mark);
  });
});
