/** A vendor that leaves some calls without an answer: those must not keep the others waiting. */
import { describe, expect, test } from '@jest/globals';
import { afterAnswer, afterSilence, fullConcurrency, patienceMs, slotsOf } from '#runtime/resilience/concurrency.ts';
import { call, hang, ok, request, setUp } from './setup.ts';

const MOST_MS = 15_000;

describe('a call that hangs', () => {
  test('is given up and repeated long before the longest time that any call may take', async () => {
    const { clock, governor, sent } = setUp(({ count }) => (count === 3 ? hang() : ok));
    await governor.send(request('read'), call());
    await governor.send(request('read'), call());
    const hanging = governor.send(request('read'), call());
    await clock.advance(1_500);
    await expect(hanging).resolves.toMatchObject({ text: 'fine' });
    expect(sent).toHaveLength(4);
  });

  test('is given all the time there is when it is a write, or when nobody knows how long its like takes', async () => {
    const { clock, governor } = setUp(({ count }) => (count === 1 ? ok : hang()));
    await governor.send(request('write', { method: 'POST', idempotent: false }), call());
    const outcomes: string[] = [];
    const write = governor.send(request('write', { method: 'POST', idempotent: false }), call());
    const unknown = governor.send(request('read'), call());
    write.catch(() => outcomes.push('write'));
    unknown.catch(() => outcomes.push('read'));
    await clock.advance(2_000);
    expect(outcomes).toEqual([]);
    await clock.advance(60_000);
    expect(outcomes.toSorted()).toEqual(['read', 'write']);
  });
});

describe('patience', () => {
  const answered = (durationMs: number) => ({ operation: 'read', sentAtMs: 0, durationMs, full: false });
  const quick = afterAnswer(fullConcurrency(8), answered(20), 8, 20);

  test('is several times the longest that was seen, within bounds', () => {
    expect(patienceMs(fullConcurrency(8), 'read', MOST_MS)).toBe(MOST_MS);
    expect(patienceMs(quick, 'read', MOST_MS)).toBe(1_000);
    const slow = afterAnswer(quick, answered(900), 8, 1_000);
    expect(patienceMs(slow, 'read', MOST_MS)).toBe(4_500);
    expect(patienceMs(afterAnswer(slow, answered(9_000), 8, 10_000), 'read', MOST_MS)).toBe(MOST_MS);
  });

  test('doubles with every silence, so that a vendor that has become slow is waited for in the end', () => {
    let concurrency = quick;
    let givenMs = patienceMs(concurrency, 'read', MOST_MS);
    for (const expected of [2_000, 4_000, 8_000, MOST_MS]) {
      concurrency = afterSilence(concurrency, 'read', { givenMs, sentAtMs: 0 }, 1_000);
      givenMs = patienceMs(concurrency, 'read', MOST_MS);
      expect(givenMs).toBe(expected);
    }
  });
});

describe('concurrency', () => {
  test('hardly falls for one silence among answers, and halves for silences in a row', () => {
    const silence = { givenMs: 1_000, sentAtMs: 0 };
    const once = afterSilence(fullConcurrency(20), 'read', silence, 1_000);
    expect(slotsOf(once)).toBe(18);
    const twice = afterSilence(once, 'read', { givenMs: 1_000, sentAtMs: 2_000 }, 3_000);
    expect(slotsOf(twice)).toBe(9);
    const between = afterAnswer(once, { operation: 'read', sentAtMs: 0, durationMs: 20, full: false }, 20, 1_500);
    expect(slotsOf(afterSilence(between, 'read', { givenMs: 1_000, sentAtMs: 2_000 }, 3_000))).toBe(16);
  });
});
