import { describe, expect, it } from '@jest/globals';
import { createTestClock } from '#test/support/clock.ts';

describe('the test clock', () => {
  it('passes no time by itself', async () => {
    const clock = createTestClock(1_000);
    let woken = false;
    void clock.delay(10).then(() => {
      woken = true;
    });
    await clock.advance(9);
    expect([clock.now(), woken]).toEqual([1_009, false]);
    await clock.advance(1);
    expect([clock.now(), woken]).toEqual([1_010, true]);
  });

  it('fires in order of time and lets what a timer starts take part in the same advance', async () => {
    const clock = createTestClock(0);
    const seen: string[] = [];
    void clock.delay(20).then(() => seen.push(`late ${clock.now()}`));
    void clock
      .delay(5)
      .then(() => clock.delay(5))
      .then(() => seen.push(`chained ${clock.now()}`));
    const stop = clock.every(8, () => seen.push(`tick ${clock.now()}`));
    await clock.advance(20);
    stop();
    await clock.advance(100);
    expect(seen).toEqual(['tick 8', 'chained 10', 'tick 16', 'late 20']);
  });

  it('rejects a delay with the reason of its signal, before and during the delay', async () => {
    const clock = createTestClock();
    const controller = new AbortController();
    const during = clock.delay(10, controller.signal);
    controller.abort(new Error('enough'));
    await expect(during).rejects.toThrow('enough');
    await expect(clock.delay(10, controller.signal)).rejects.toThrow('enough');
    expect(clock.pending()).toBe(0);
  });

  it('tells when the code under test sleeps', async () => {
    const clock = createTestClock();
    const both = clock.sleeping(2);
    void clock.delay(5);
    setImmediate(() => void clock.delay(7));
    await both;
    expect(clock.pending()).toBe(2);
    await clock.advance(7);
    expect(clock.pending()).toBe(0);
  });
});
