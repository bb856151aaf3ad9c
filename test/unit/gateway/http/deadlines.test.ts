import { describe, expect, test } from '@jest/globals';
import { createDeadlines, type Watched } from '#gateway/http/deadlines.ts';
import { createTestClock } from '#test/support/clock.ts';

const openWatch = () => {
  const clock = createTestClock();
  const deadlines = createDeadlines(clock);
  const told: string[] = [];
  const watch = (name: string, workMs: number, answerMs: number, isGone = () => false): Watched => {
    const watched: Watched = {
      workEndsMs: clock.now() + workMs,
      answerEndsMs: clock.now() + answerMs,
      isGone,
      endWork: () => told.push(`${name} ends`),
      answerLate: () => told.push(`${name} is late`),
    };
    deadlines.watch(watched);
    return watched;
  };
  return { clock, deadlines, told, watch };
};

describe('time limits', () => {
  test('end the work first and answer for it later, each once', async () => {
    const { clock, deadlines, told, watch } = openWatch();
    const slow = watch('slow', 100, 200);
    const quick = watch('quick', 100, 200);
    expect(deadlines.forget(quick)).toBe(true);
    await clock.advance(110);
    expect(told).toEqual(['slow ends']);
    await clock.advance(500);
    expect(told).toEqual(['slow ends', 'slow is late']);
    expect(deadlines.forget(slow)).toBe(false);
  });

  test('a caller who has gone ends the work at once', async () => {
    const { clock, told, watch } = openWatch();
    let isGone = false;
    watch('left', 10_000, 20_000, () => isGone);
    await clock.advance(50);
    expect(told).toEqual([]);
    isGone = true;
    await clock.advance(5);
    expect(told).toEqual(['left ends']);
  });

  test('are looked at again after a rest', async () => {
    const { clock, deadlines, told, watch } = openWatch();
    deadlines.forget(watch('first', 10, 20));
    await clock.advance(10_000);
    watch('second', 10, 20);
    await clock.advance(30);
    expect(told).toEqual(['second ends', 'second is late']);
  });
});
