import { describe, expect, test } from '@jest/globals';
import type { Feed, FeedEvent, FeedListener, FeedSource } from '#gateway/subscriptions/feed.ts';
import { createFeeds } from '#gateway/subscriptions/feeds.ts';

type Opened = {
  readonly source: FeedSource;
  readonly listener: FeedListener;
  emit(position: string | null): void;
  closed: boolean;
};

const harness = () => {
  const opened: Opened[] = [];
  const feeds = createFeeds((source, listener): Feed => {
    let position = source.start;
    let hasDelivered = false;
    const entry: Opened = {
      source,
      listener,
      closed: false,
      emit: (next) => {
        position = next ?? position;
        hasDelivered = true;
        listener.next({ result: { data: { at: next } }, position: next });
      },
    };
    opened.push(entry);
    return {
      position: () => position,
      hasDelivered: () => hasDelivered,
      close: () => {
        entry.closed = true;
      },
    };
  });
  return { opened, feeds, running: () => opened.filter(({ closed }) => !closed).length };
};

const source = (change: Partial<FeedSource> = {}): FeedSource => ({
  service: 'orders',
  target: { url: 'ws://orders', authorization: 'Bearer a' },
  operation: { query: 'subscription { s }', variableNames: [], resumeVariable: 'after', responseName: 's' },
  positionAlias: 'position',
  variables: { id: '1', channel: 'web' },
  start: null,
  correlationId: 'c',
  ...change,
});

const listener = () => {
  const seen: (string | null)[] = [];
  const ends: (readonly unknown[])[] = [];
  return {
    seen,
    ends,
    next: ({ position }: FeedEvent) => void seen.push(position),
    end: (errors: readonly unknown[]) => void ends.push(errors),
  };
};

describe('who shares a stream', () => {
  test('equal in everything, before the first event', () => {
    const { feeds, opened } = harness();
    feeds.follow(source(), listener());
    feeds.follow(source({ variables: { channel: 'web', id: '1' } }), listener());
    expect(opened).toHaveLength(1);
  });

  test.each<[string, Partial<FeedSource>]>([
    ['another subgraph', { service: 'other' }],
    ['other credentials', { target: { url: 'ws://orders', authorization: 'Bearer b' } }],
    ['no credentials', { target: { url: 'ws://orders' } }],
    ['other variables', { variables: { id: '2', channel: 'web' } }],
    [
      'another operation',
      { operation: { query: 'subscription { t }', variableNames: [], resumeVariable: null, responseName: 't' } },
    ],
    ['another start', { start: '5' }],
  ])('%s does not share', (_, change) => {
    const { feeds, opened } = harness();
    feeds.follow(source(), listener());
    feeds.follow(source(change), listener());
    expect(opened).toHaveLength(2);
  });

  test('a stream without positions is joined at any time', () => {
    const { feeds, opened } = harness();
    feeds.follow(source({ positionAlias: null }), listener());
    opened[0]?.emit(null);
    feeds.follow(source({ positionAlias: null }), listener());
    expect(opened).toHaveLength(1);
  });

  test('whoever resumes exactly where a stream stands joins it', () => {
    const { feeds, opened } = harness();
    feeds.follow(source(), listener());
    opened[0]?.emit('7');
    feeds.follow(source({ start: '7' }), listener());
    expect(opened).toHaveLength(1);
  });
});

describe('streams that come to the same position', () => {
  test('become one, whichever is ahead, and nobody misses or repeats an event', () => {
    const { feeds, opened, running } = harness();
    const [early, late] = [listener(), listener()];
    feeds.follow(source(), early);
    opened[0]?.emit('1');
    opened[0]?.emit('2');
    feeds.follow(source({ start: '1' }), late);
    expect(running()).toBe(2);
    opened[0]?.emit('3');
    opened[1]?.emit('2');
    expect(running()).toBe(2);
    opened[1]?.emit('3');
    expect(running()).toBe(1);
    const rest = opened.find(({ closed }) => !closed);
    rest?.emit('4');
    expect(early.seen).toEqual(['1', '2', '3', '4']);
    expect(late.seen).toEqual(['2', '3', '4']);
  });

  test('the one behind catches up also when it is the older', () => {
    const { feeds, opened, running } = harness();
    const [first, second] = [listener(), listener()];
    feeds.follow(source({ start: '1' }), first);
    feeds.follow(source({ start: '2' }), second);
    opened[1]?.emit('3');
    opened[0]?.emit('2');
    expect(running()).toBe(2);
    opened[0]?.emit('3');
    expect(running()).toBe(1);
    expect([first.seen, second.seen]).toEqual([['2', '3'], ['3']]);
  });

  test('a thousand that resume from everywhere end on one', () => {
    const { feeds, opened, running } = harness();
    const all = Array.from({ length: 1000 }, (_, index) => {
      const one = listener();
      feeds.follow(source({ start: String(index % 10) }), one);
      return one;
    });
    expect(opened).toHaveLength(10);
    for (const [start, feed] of opened.slice().entries())
      for (let position = start + 1; position <= 10; position += 1) feed.emit(String(position));
    expect(running()).toBe(1);
    opened.find(({ closed }) => !closed)?.emit('11');
    for (const [index, { seen }] of all.entries())
      expect(seen).toEqual(Array.from({ length: 11 - (index % 10) }, (_, step) => String((index % 10) + 1 + step)));
  });
});

describe('the end of a stream', () => {
  test('comes with its last follower, also after a move, and only then', () => {
    const { feeds, opened, running } = harness();
    const leaveEarly = feeds.follow(source(), listener());
    opened[0]?.emit('1');
    const leaveLate = feeds.follow(source({ start: '0' }), listener());
    opened[1]?.emit('1');
    expect(running()).toBe(1);
    leaveEarly();
    expect(running()).toBe(1);
    leaveLate();
    leaveLate();
    expect([running(), feeds.count()]).toEqual([0, 0]);
  });

  test('is told to all, once, and a later follower gets a new stream', () => {
    const { feeds, opened } = harness();
    const [one, two] = [listener(), listener()];
    const leave = feeds.follow(source(), one);
    feeds.follow(source(), two);
    opened[0]?.listener.end(['over']);
    leave();
    expect([one.ends, two.ends, feeds.count()]).toEqual([[['over']], [['over']], 0]);
    feeds.follow(source(), listener());
    expect(opened).toHaveLength(2);
  });

  test('a stop ends everything with the reason', () => {
    const { feeds, running } = harness();
    const [one, two] = [listener(), listener()];
    feeds.follow(source(), one);
    feeds.follow(source({ service: 'other' }), two);
    feeds.close('stopping');
    expect([one.ends, two.ends, running()]).toEqual([[['stopping']], [['stopping']], 0]);
  });
});
