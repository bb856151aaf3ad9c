/** The thread that plans: it may hang, die, or be asked too much. */
import { describe, expect, test } from '@jest/globals';
import {
  DEFAULT_PLANNING_LIMITS,
  introduce,
  type PlannerThread,
  type PlanningLimits,
} from '#gateway/generations/planner-thread.ts';
import type { PlanRequest } from '#gateway/planning/planned.ts';
import { silentLog } from '#runtime/log.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';

const workerFile = new URL('../../../support/planners/moody-worker.ts', import.meta.url);
const text = (query: string): PlanRequest => ({ kind: 'operation', query, operationName: null });

const introduceText = (sdl: string, clock: TestClock, limits: Partial<PlanningLimits> = {}, signal?: AbortSignal) =>
  introduce(
    { source: { kind: 'supergraph', sdl }, present: null, operations: [], mayBreak: false, placed: [] },
    { planner: { maxTokens: 100, introspection: false }, limits: { ...DEFAULT_PLANNING_LIMITS, ...limits } },
    { clock, log: silentLog, workerFile },
    signal ?? new AbortController().signal,
  );

const openThread = async (clock: TestClock, limits: Partial<PlanningLimits> = {}): Promise<PlannerThread> => {
  const introduction = await introduceText('sound', clock, limits);
  if (introduction.kind === 'refused') throw new Error(JSON.stringify(introduction.problems));
  return introduction.planner;
};

const refusedWith = (code: string) => ({ kind: 'refused', errors: [expect.objectContaining({ code })] });

describe('a planner in a thread of its own', () => {
  test('that dies refuses what it died of, and its successor plans the rest', async () => {
    await using thread = await openThread(createTestClock());
    const plans = ['a', 'die', 'b'].map((query) => thread.plan(text(query)));
    expect(await Promise.all(plans)).toEqual([
      { kind: 'planned', node: null },
      refusedWith('LIMIT_EXCEEDED'),
      { kind: 'planned', node: null },
    ]);
  });

  test('that hangs is given up after its time, and the text is refused unseen for a while', async () => {
    const clock = createTestClock();
    await using thread = await openThread(clock);
    const hanging = thread.plan(text('hang'));
    const waiting = thread.plan(text('a'));
    await clock.advance(DEFAULT_PLANNING_LIMITS.planWithinMs);
    expect(await hanging).toEqual(refusedWith('LIMIT_EXCEEDED'));
    expect(await waiting).toEqual({ kind: 'planned', node: null });
    expect(await thread.plan(text('hang'))).toEqual(refusedWith('LIMIT_EXCEEDED'));
    await clock.advance(DEFAULT_PLANNING_LIMITS.shunForMs);
    const again = thread.plan(text('hang'));
    expect(clock.pending()).toBe(1);
    await clock.advance(DEFAULT_PLANNING_LIMITS.planWithinMs);
    expect(await again).toEqual(refusedWith('LIMIT_EXCEEDED'));
  });

  test('has only so many wait', async () => {
    const clock = createTestClock();
    await using thread = await openThread(clock, { mostWaiting: 2 });
    const hanging = thread.plan(text('hang'));
    const waiting = [thread.plan(text('a')), thread.plan(text('b'))];
    expect(await thread.plan(text('c'))).toEqual(refusedWith('LOAD_SHED'));
    await clock.advance(DEFAULT_PLANNING_LIMITS.planWithinMs);
    await hanging;
    expect(await Promise.all(waiting)).toEqual([
      { kind: 'planned', node: null },
      { kind: 'planned', node: null },
    ]);
  });

  test('rests until it is asked again', async () => {
    await using thread = await openThread(createTestClock());
    thread.rest();
    expect(await thread.plan(text('a'))).toEqual({ kind: 'planned', node: null });
  });

  test('refuses a supergraph it dies of, is too slow with, or that is replaced meanwhile', async () => {
    const clock = createTestClock();
    const failed = { kind: 'refused', problems: [expect.objectContaining({ code: 'JUDGEMENT_FAILED' })] };
    expect(await introduceText('die', clock)).toEqual(failed);
    const slow = introduceText('hang', clock);
    await clock.advance(DEFAULT_PLANNING_LIMITS.judgeWithinMs);
    expect(await slow).toEqual(failed);
    const replaced = new AbortController();
    const old = introduceText('hang', clock, {}, replaced.signal);
    replaced.abort();
    expect(await old).toEqual(failed);
  });
});
