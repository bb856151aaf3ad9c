import { describe, expect, test } from '@jest/globals';
import type { Hop, HopReply, HopRequest, HopScope } from '#gateway/execution/hop.ts';
import { shareHop } from '#gateway/execution/sharing.ts';

type Caller = HopScope & { leave(): void };

const caller = (
  options: { authorization?: string; callerAddress?: string; purpose?: 'DETAIL' | 'CART'; deadlineMs?: number } = {},
): Caller => {
  const enders = new Set<() => void>();
  let isOver = false;
  return {
    ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
    callerAddress: options.callerAddress,
    freshness: { purpose: options.purpose ?? 'DETAIL' },
    correlationId: `caller-${Math.trunc(options.deadlineMs ?? 0)}`,
    deadlineMs: options.deadlineMs ?? 1_000,
    get isOver() {
      return isOver;
    },
    whenOver: (end) => {
      enders.add(end);
      return () => void enders.delete(end);
    },
    leave: () => {
      isOver = true;
      for (const end of enders) end();
    },
  };
};

const answered: HopReply = { kind: 'answered', result: { data: { a: 1 } }, isOwn: true };
const late: HopReply = { kind: 'unanswered', trouble: { code: 'UPSTREAM_TIMEOUT', message: 'late' } };

/** A subgraph that answers when the test says so. */
const createSubgraph = () => {
  const asked: { readonly request: HopRequest; answer(reply: HopReply): void }[] = [];
  const real: Hop = {
    name: 'stock',
    send: (request) => new Promise((resolve) => asked.push({ request, answer: resolve })),
  };
  const epoch = { current: 0 };
  let nowMs = 0;
  const hop = shareHop(real, { epoch, now: () => nowMs });
  const ask = (scope: HopScope, body = '{"query":"{a}"}', isQuery = true) => hop.send({ body, isQuery, scope });
  const passTo = (timeMs: number): void => {
    nowMs = timeMs;
  };
  return { asked, ask, passTo };
};

describe('identical queries under way', () => {
  test('are sent once, and nobody may change what all are given', async () => {
    const { ask, asked, passTo } = createSubgraph();
    const first = ask(caller());
    // All are told when it was sent, not when they joined.
    passTo(70);
    const replies = [first, ask(caller()), ask(caller())];
    expect(asked).toHaveLength(1);
    asked[0]?.answer(answered);
    for (const reply of await Promise.all(replies))
      expect(reply).toEqual({ kind: 'answered', result: { data: { a: 1 } }, askedAtMs: 0 });
  });

  test('one alone gets the answer as its own, and the next asks anew', async () => {
    const { ask, asked } = createSubgraph();
    const first = ask(caller());
    asked[0]?.answer(answered);
    expect(await first).toEqual(answered);
    void ask(caller());
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['another body', () => caller(), '{"query":"{b}"}', true],
    ['another authorization', () => caller({ authorization: 'Bearer x' }), undefined, true],
    ['another address', () => caller({ callerAddress: '10.0.0.9' }), undefined, true],
    ['another purpose', () => caller({ purpose: 'CART' }), undefined, true],
    ['a mutation', () => caller(), undefined, false],
  ] as const)('%s is another request', (_what, scope, body, isQuery) => {
    const { ask, asked } = createSubgraph();
    void ask(caller());
    void ask(scope(), body, isQuery);
    expect(asked).toHaveLength(2);
  });

  test('mutations are never shared', () => {
    const { ask, asked } = createSubgraph();
    void ask(caller(), undefined, false);
    void ask(caller(), undefined, false);
    expect(asked).toHaveLength(2);
  });

  test('whoever asks after a mutation was answered joins nothing that was asked before', async () => {
    const { ask, asked } = createSubgraph();
    void ask(caller());
    const mutation = ask(caller(), '{"query":"mutation{m}"}', false);
    void ask(caller());
    expect(asked).toHaveLength(2);
    asked[1]?.answer(answered);
    await mutation;
    void ask(caller());
    expect(asked).toHaveLength(3);
  });
});

describe('callers who share', () => {
  test('leave each by themselves; the call ends with the last', async () => {
    const { ask, asked } = createSubgraph();
    const [first, second] = [caller(), caller()];
    const replies = [ask(first), ask(second)];
    const scope = asked[0]?.request.scope;
    let isEnded = false;
    scope?.whenOver(() => {
      isEnded = true;
    });
    first.leave();
    expect((await replies[0])?.kind).toBe('unanswered');
    expect([scope?.isOver, isEnded]).toEqual([false, false]);
    second.leave();
    expect((await replies[1])?.kind).toBe('unanswered');
    expect([scope?.isOver, isEnded]).toEqual([true, true]);
    void ask(caller());
    expect(asked).toHaveLength(2);
  });

  test('wait as long as the most patient of them', () => {
    const { ask, asked } = createSubgraph();
    void ask(caller({ deadlineMs: 100 }));
    void ask(caller({ deadlineMs: 900 }));
    expect(asked[0]?.request.scope.deadlineMs).toBe(900);
  });

  test('ask again when the call they joined ran out of time and they have not', async () => {
    const { ask, asked, passTo } = createSubgraph();
    const first = ask(caller({ deadlineMs: 100 }));
    const second = ask(caller({ deadlineMs: 900 }));
    passTo(100);
    asked[0]?.answer(late);
    expect(await first).toEqual(late);
    await Promise.resolve();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(answered);
    expect(await second).toEqual(answered);
  });
});
