import { describe, expect, test } from '@jest/globals';
import { type Feed, type FeedEvent, type FeedSource, openFeed, pauseMs } from '#gateway/subscriptions/feed.ts';
import type { UpstreamEnd, UpstreamPayload, UpstreamSink } from '#gateway/subscriptions/sockets.ts';
import { silentLog } from '#runtime/log.ts';
import { createTestClock } from '#test/support/clock.ts';

const SOURCE: FeedSource = {
  service: 'orders',
  target: { url: 'ws://orders' },
  operation: {
    query: 'subscription { s }',
    operationName: 'S',
    variableNames: ['id'],
    resumeVariable: 'resumeAfter',
    responseName: 's',
  },
  positionAlias: 'p',
  variables: { id: '1' },
  start: null,
  correlationId: 'c-1',
};
const LOST: UpstreamEnd = { kind: 'lost', wasConnected: true };

type Attempt = {
  readonly variables: unknown;
  readonly payload: UpstreamPayload;
  readonly sink: UpstreamSink;
  stopped: boolean;
};

/** A feed over attempts that the test ends as it likes. */
const follow = (change: Partial<FeedSource> = {}) => {
  const clock = createTestClock();
  const attempts: Attempt[] = [];
  const events: FeedEvent[] = [];
  const ends: (readonly unknown[])[] = [];
  const sockets = {
    subscribe: (_: unknown, payload: UpstreamPayload, sink: UpstreamSink) => {
      const attempt: Attempt = { variables: payload.variables, payload, sink, stopped: false };
      attempts.push(attempt);
      return () => {
        attempt.stopped = true;
      };
    },
    count: () => 0,
    close: async () => undefined,
  };
  const feed: Feed = openFeed(
    { ...SOURCE, ...change },
    { connectForMs: 10_000, reconnectForMs: 60_000 },
    { sockets, clock, ids: { uuid: () => 'u', random: () => 0, token: () => 't' }, log: silentLog },
    { next: (event) => void events.push(event), end: (errors) => void ends.push(errors) },
  );
  const last = (): Attempt => {
    const attempt = attempts.at(-1);
    if (!attempt) throw new Error('Nothing was attempted.');
    return attempt;
  };
  const item = (position: string | null): void =>
    last().sink.next({ data: { s: position === null ? { __typename: 'X' } : { p: position } } });
  /** Ends the current attempt and lets the pause before the next one pass. */
  const interrupt = async (end: UpstreamEnd = LOST): Promise<void> => {
    last().sink.end(end);
    await clock.advance(5_000);
  };
  return { feed, clock, attempts, events, ends, last, item, interrupt };
};

describe('an interrupted stream', () => {
  test('is taken up after the last cursor seen, and after the start when none was', async () => {
    const { attempts, item, interrupt, feed } = follow({ start: 'c0' });
    await interrupt();
    item('c1');
    item(null);
    expect(feed.position()).toBe('c1');
    await interrupt();
    expect(attempts.map(({ variables }) => variables)).toEqual([
      { id: '1', resumeAfter: 'c0' },
      { id: '1', resumeAfter: 'c0' },
      { id: '1', resumeAfter: 'c1' },
    ]);
  });

  test('is begun anew as long as it never was connected, and given up after a while', async () => {
    const { attempts, ends, interrupt } = follow();
    for (let round = 0; round < 20 && ends.length === 0; round += 1)
      await interrupt({ kind: 'lost', wasConnected: false });
    expect(attempts.length).toBeGreaterThan(2);
    expect(ends).toEqual([
      [expect.objectContaining({ extensions: { code: 'UPSTREAM_UNAVAILABLE', serviceName: 'orders' } })],
    ]);
  });

  test('is not begun anew behind the back of its listeners when it has no cursor yet', async () => {
    const { attempts, ends, interrupt } = follow();
    await interrupt();
    expect(attempts).toHaveLength(1);
    expect(ends).toEqual([[expect.objectContaining({ message: expect.stringContaining('no cursor') })]]);
  });

  test('is not begun anew when it cannot take a cursor', async () => {
    const { ends, item, interrupt } = follow({ operation: { ...SOURCE.operation, resumeVariable: null } });
    item('c1');
    await interrupt();
    expect(ends).toHaveLength(1);
  });

  test('has its patience back with every event', async () => {
    const { ends, item, interrupt, clock } = follow();
    for (let round = 0; round < 5; round += 1) {
      item(`c${round}`);
      for (let pause = 0; pause < 8; pause += 1) await interrupt();
    }
    expect(ends).toEqual([]);
    for (let pause = 0; pause < 20 && ends.length === 0; pause += 1) await interrupt();
    expect(ends).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });
});

describe('the end', () => {
  test.each<[string, UpstreamEnd, readonly unknown[]]>([
    ['a complete stream ends quietly', { kind: 'completed' }, []],
    [
      'a refusal is passed on with the name of the subgraph',
      { kind: 'refused', errors: [{ message: 'Expired.', extensions: { code: 'CURSOR_EXPIRED' } }] },
      [expect.objectContaining({ message: 'Expired.', extensions: { code: 'CURSOR_EXPIRED', serviceName: 'orders' } })],
    ],
    [
      'credentials that are no longer taken',
      { kind: 'forbidden', reason: 'expired' },
      [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED', serviceName: 'orders' } })],
    ],
  ])('%s', async (_, end, expected) => {
    const { ends, interrupt, attempts } = follow();
    await interrupt(end);
    expect(ends).toEqual([expected]);
    expect(attempts).toHaveLength(1);
  });

  test('a closed feed stops its stream at once, also while it waits to try again, and says nothing more', async () => {
    const running = follow({ start: 'c0' });
    running.feed.close();
    expect(running.last().stopped).toBe(true);
    running.item('c9');
    expect([running.events, running.ends]).toEqual([[], []]);
    const waiting = follow({ start: 'c0' });
    waiting.last().sink.end(LOST);
    await waiting.clock.sleeping();
    waiting.feed.close();
    await waiting.clock.advance(60_000);
    expect([waiting.attempts.length, waiting.ends.length, waiting.clock.pending()]).toEqual([1, 0, 0]);
  });

  test('the correlation id travels with the subscription', () => {
    expect(follow().last().payload.extensions).toEqual({ correlationId: 'c-1' });
  });
});

test('pauses double up to a limit and are spread at random (R35)', () => {
  expect([0, 1, 2, 3].map((attempt) => pauseMs(attempt, 0))).toEqual([100, 200, 400, 800]);
  expect(pauseMs(50, 0)).toBe(5_000);
  expect(pauseMs(50, 0.999)).toBeGreaterThanOrEqual(2_500);
});
