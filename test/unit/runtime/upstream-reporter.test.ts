import { describe, expect, test } from '@jest/globals';
import { type Log, silentLog } from '#runtime/log.ts';
import type { UpstreamReport } from '#runtime/resilience/report.ts';
import { type ReportedConnection, startUpstreamReporter } from '#runtime/telemetry/upstream-reporter.ts';
import { createTestClock } from '#test/support/clock.ts';
import { governor } from '#test/unit/process/health/reports.ts';

type Answer = { readonly status: number } | 'refuses' | 'hangs';

/** The process layer as the reporter sees it, with the answer in the test's hands. */
const createTaker = () => {
  const posts: { readonly url: string; readonly headers: Headers; readonly reports: readonly UpstreamReport[] }[] = [];
  let answer: Answer = { status: 204 };
  const taken: typeof fetch = async (url, init) => {
    posts.push({
      url: String(url),
      headers: new Headers(init?.headers),
      reports: JSON.parse(String(init?.body)),
    });
    if (answer === 'refuses') throw new TypeError('fetch failed');
    if (answer === 'hangs')
      return new Promise((_resolve, reject) =>
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason), { once: true }),
      );
    return new Response(answer.status === 204 ? null : 'not now', { status: answer.status });
  };
  return {
    posts,
    fetch: taken,
    answers: (next: Answer) => {
      answer = next;
    },
  };
};

const createConnection = (connection: string) => {
  const listeners = new Set<() => void>();
  const state = { open: false };
  const reported: ReportedConnection = {
    connection,
    vendor: 'vendor',
    report: () => governor({ circuit: state.open ? 'OPEN' : 'CLOSED' }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    shelf: { report: () => ({ hits: 3, misses: 1, stale: 0, entries: 4 }) },
  };
  const turn = (open: boolean): void => {
    state.open = open;
    for (const listener of listeners) listener();
  };
  return { reported, turn, listeners };
};

const createSpyLog = () => {
  const lines: string[] = [];
  const note =
    (level: string) =>
    (_details: unknown, message?: string): void => {
      lines.push(`${level}: ${message}`);
    };
  const log: Log = { ...silentLog, warn: note('warn'), info: note('info'), child: () => log };
  return { log, lines };
};

const start = () => {
  const clock = createTestClock();
  const taker = createTaker();
  const one = createConnection('pos-main');
  const other = createConnection('pos-second');
  const { log, lines } = createSpyLog();
  const reporter = startUpstreamReporter(
    { system: 'pos', replica: 'replica-1', reportUrl: 'http://process.test/health/upstreams' },
    {
      connections: [one.reported, other.reported],
      authorization: async () => 'Bearer service',
      fetch: taker.fetch,
      clock,
      log,
    },
  );
  return { clock, taker, one, other, lines, reporter };
};

describe('the upstream reporter', () => {
  test('tells of every connection at once when it starts, and every five seconds', async () => {
    const { clock, taker, reporter } = start();
    await clock.advance(0);
    expect(taker.posts).toHaveLength(1);
    const [first] = taker.posts;
    expect(first?.url).toBe('http://process.test/health/upstreams');
    expect(first?.headers.get('authorization')).toBe('Bearer service');
    expect(first?.reports).toEqual([
      {
        connection: 'pos-main',
        system: 'pos',
        vendor: 'vendor',
        replica: 'replica-1',
        at: '2026-03-02T09:00:00.000Z',
        governor: governor(),
        readings: { hits: 3, misses: 1, stale: 0, entries: 4 },
      },
      expect.objectContaining({ connection: 'pos-second' }),
    ]);
    await clock.advance(4_999);
    expect(taker.posts).toHaveLength(1);
    await clock.advance(1);
    expect(taker.posts).toHaveLength(2);
    await clock.advance(10_000);
    expect(taker.posts).toHaveLength(4);
    await reporter[Symbol.asyncDispose]();
  });

  test('tells a change at once, and changes that come together together', async () => {
    const { clock, taker, one, other, reporter } = start();
    await clock.advance(1_000);
    one.turn(true);
    await clock.advance(0);
    expect(taker.posts).toHaveLength(2);
    expect(taker.posts[1]?.reports[0]?.governor.circuit).toBe('OPEN');
    for (let turn = 0; turn < 20; turn++) {
      one.turn(turn % 2 === 0);
      other.turn(turn % 2 === 0);
    }
    await clock.advance(249);
    expect(taker.posts).toHaveLength(2);
    await clock.advance(1);
    expect(taker.posts).toHaveLength(3);
    await clock.advance(4_999);
    expect(taker.posts).toHaveLength(3);
    await reporter[Symbol.asyncDispose]();
  });

  test('logs when reports stop being taken and when they are again, and nothing in between', async () => {
    const { clock, taker, one, lines, reporter } = start();
    await clock.advance(0);
    expect(lines).toEqual([]);
    taker.answers('refuses');
    await clock.advance(10_000);
    taker.answers({ status: 503 });
    one.turn(true);
    await clock.advance(10_000);
    expect(lines).toEqual([expect.stringMatching(/^warn: .*not taken/)]);
    taker.answers({ status: 204 });
    await clock.advance(10_000);
    expect(lines).toEqual([expect.anything(), expect.stringMatching(/^info: .*again/)]);
    await reporter[Symbol.asyncDispose]();
  });

  test('gives up on an answer that does not come after five seconds, with one report under way at a time', async () => {
    const { clock, taker, one, reporter } = start();
    await clock.advance(0);
    taker.answers('hangs');
    await clock.advance(5_000);
    expect(taker.posts).toHaveLength(2);
    taker.answers({ status: 204 });
    one.turn(true);
    await clock.advance(4_999);
    expect(taker.posts).toHaveLength(2);
    await clock.advance(251);
    expect(taker.posts).toHaveLength(3);
    expect(taker.posts[2]?.reports[0]?.governor.circuit).toBe('OPEN');
    await reporter[Symbol.asyncDispose]();
  });

  test('stops when it is told to, whatever it waits for', async () => {
    const waiting = start();
    await waiting.clock.advance(2_000);
    await waiting.reporter[Symbol.asyncDispose]();
    expect([...waiting.one.listeners, ...waiting.other.listeners]).toEqual([]);
    expect(waiting.clock.pending()).toBe(0);

    const hanging = start();
    await hanging.clock.advance(0);
    hanging.taker.answers('hangs');
    await hanging.clock.advance(5_500);
    await hanging.reporter[Symbol.asyncDispose]();
    expect(hanging.clock.pending()).toBe(0);
    expect(hanging.lines).toEqual([]);
    expect(hanging.taker.posts).toHaveLength(2);
  });
});
