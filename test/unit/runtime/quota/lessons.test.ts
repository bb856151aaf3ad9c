import { describe, expect, test } from '@jest/globals';
import { quotaLaws } from '#runtime/resilience/quota/laws.ts';
import { createMemoryQuotaStore } from '#runtime/resilience/quota/memory-store.ts';
import { createTestClock } from '#test/support/clock.ts';
import { createDrawing, START_MS } from './drawing.ts';

const BUCKET = { kind: 'bucket', ratePerSecond: 1, burst: 10 } as const;
const UNPUBLISHED = { kind: 'unpublished' } as const;
const ones = (count: number): readonly number[] => Array.from({ length: count }, () => 1);
const draw = (shape: Parameters<typeof createDrawing>[0] = BUCKET) => createDrawing(shape, () => 0);

describe('a hold', () => {
  test('grants nothing until it ends, then one call, and what refills', () => {
    const drawing = draw();
    drawing.take([1]);
    drawing.learn({ throttled: true, holdMs: 7_500 });
    expect(drawing.take([1])).toBe(7_500);
    drawing.pass(7_499);
    expect(drawing.take([1])).toBe(1);
    drawing.pass(1);
    expect(drawing.take([1, 1])).toBeGreaterThan(900);
    expect(drawing.grantedAtMs).toEqual([START_MS, START_MS + 7_500]);
  });

  test('that nobody told is one second, doubled while nothing is served, up to a minute', () => {
    const drawing = draw(UNPUBLISHED);
    const holds = Array.from({ length: 9 }, () => {
      drawing.take([1]);
      drawing.learn({ throttled: true });
      const { heldMs } = drawing.view();
      drawing.pass(heldMs + 120_000);
      return heldMs / 1000;
    });
    expect(holds).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('is not lengthened by calls that were underway when it began', () => {
    const drawing = draw(UNPUBLISHED);
    drawing.take(ones(6));
    drawing.learn({ throttled: true });
    drawing.pass(10);
    drawing.learn({ throttled: true });
    expect(drawing.view().heldMs).toBe(990);
  });
});

describe('a correction', () => {
  test('by headers replaces what is published', () => {
    const drawing = draw();
    drawing.learn({ throttled: false, ratePerSecond: 0.5, burst: 4 });
    expect(drawing.view()).toMatchObject({ ratePerSecond: 0.5, burst: 4, source: 'CORRECTED' });
    drawing.learn({ throttled: false, ratePerSecond: 0, burst: Number.NaN });
    expect(drawing.view()).toMatchObject({ ratePerSecond: 0.5, burst: 4 });
  });

  test('by the vendor’s own count lowers what is left and never raises it', () => {
    const drawing = draw();
    drawing.learn({ throttled: false, available: 3 });
    expect(drawing.view().available).toBe(3);
    drawing.learn({ throttled: false, available: 9 });
    expect(drawing.view().available).toBe(3);
  });

  test('of a cost charges or gives back', () => {
    const drawing = draw();
    drawing.take([4]);
    drawing.learn({ throttled: false, correction: 2 });
    expect(drawing.view().available).toBe(4);
    drawing.learn({ throttled: false, correction: -3 });
    expect(drawing.view().available).toBe(7);
  });
});

describe('a published limit that refuses nevertheless', () => {
  test('is lowered, and comes back within minutes', () => {
    const drawing = draw();
    drawing.take([1]);
    drawing.learn({ throttled: true, holdMs: 0 });
    drawing.take([1]);
    expect(drawing.view()).toMatchObject({ ratePerSecond: 0.8, source: 'LEARNT' });
    drawing.pass(120_000);
    expect(drawing.view().ratePerSecond).toBeCloseTo(0.9);
    drawing.pass(120_000);
    expect(drawing.view()).toMatchObject({ ratePerSecond: 1, source: 'PUBLISHED' });
  });
});

describe('a grant', () => {
  test('for more than the burst needs a full bucket and is not refused for ever', () => {
    const drawing = draw();
    drawing.take([1]);
    const waitMs = drawing.take([25]) ?? 0;
    expect(waitMs).toBeGreaterThan(0);
    drawing.pass(waitMs);
    expect(drawing.take([25])).toBeNull();
  });

  test('is refused in order: nothing behind a refused one is granted', () => {
    const { grants } = quotaLaws.take(null, BUCKET, [8, 5, 1], START_MS);
    expect(grants.map(({ granted }) => granted)).toEqual([true, false]);
  });

  test('has no limit where nobody published one, until the vendor refuses', () => {
    const drawing = draw(UNPUBLISHED);
    expect(drawing.take(ones(500))).toBeNull();
    expect(drawing.view()).toMatchObject({ ratePerSecond: null, burst: null, available: null });
    drawing.learn({ throttled: true });
    drawing.pass(1_000);
    drawing.take([1]);
    expect(drawing.view().source).toBe('LEARNT');
  });

  test('counts for all who are given the same store', async () => {
    const store = createMemoryQuotaStore({ clock: createTestClock() });
    const take = () =>
      store.update('k', (state, nowMs) => {
        const { state: next, grants } = quotaLaws.take(state, BUCKET, ones(6), nowMs);
        return { state: next, result: grants.filter(({ granted }) => granted).length };
      });
    expect(await Promise.all([take(), take(), take()])).toEqual([6, 3, 0]);
  });
});
