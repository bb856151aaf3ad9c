import { describe, expect, test } from '@jest/globals';
import { createGate } from '#runtime/journal/gate.ts';

describe('a gate', () => {
  test('never lets more run than it may, and everybody gets through in the order they came', async () => {
    const gate = createGate(3);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    let running = 0;
    let most = 0;
    const all = Array.from({ length: 20 }, (_, index) =>
      gate(async () => {
        begun.push(index);
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => ends.push(resolve));
        running -= 1;
        return index;
      }),
    );
    while (begun.length < 20) {
      await new Promise((resolve) => setImmediate(resolve));
      ends.shift()?.();
    }
    for (const end of ends) end();
    expect(await Promise.all(all)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(most).toBe(3);
  });

  test('one that fails makes way for the next', async () => {
    const gate = createGate(1);
    const failing = gate(() => Promise.reject(new Error('no')));
    const next = gate(async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
