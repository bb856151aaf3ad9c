import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from '#runtime/resilience/retry-after.ts';
import { FAULT_KINDS, parseFault, toldWait } from '#simulation/host/faults.ts';

describe('a fault as it is posted', () => {
  it('gets its defaults', () => {
    expect(parseFault({ kind: 'throttle' })).toEqual({ kind: 'throttle', match: {}, retryAfter: 'seconds' });
    expect(parseFault({ kind: 'hang' })).toMatchObject({ hangMs: 60_000 });
    expect(parseFault({ kind: 'duplicate' })).toMatchObject({ copies: 1 });
    expect(parseFault({ kind: 'reorder' })).toMatchObject({ overtakenBy: 1, holdMs: 5_000 });
    expect(parseFault({ kind: 'stale' })).toMatchObject({ delayMs: 5_000 });
    expect(parseFault({ kind: 'quota', ratePerSecond: 0.5, burst: 2 })).toMatchObject({ retryAfter: 'seconds' });
    expect(parseFault({ kind: 'concurrency', atOnce: 2 })).toMatchObject({
      retryAfter: 'seconds',
      retryAfterMs: 1_000,
    });
  });

  it.each([
    ['no kind', {}, 'kind: must be one of throttle, quota, concurrency'],
    ['an unknown kind', { kind: 'explode' }, 'kind: must be one of throttle, quota, concurrency'],
    ['a slow fault without its delay', { kind: 'slow' }, 'delayMs: '],
    [
      'a probability over 1',
      { kind: 'reset', match: { probability: 2 } },
      'match.probability: must be between 0 and 1',
    ],
    ['a count of 0', { kind: 'reset', count: 0 }, 'count: must be at least 1'],
    ['a fraction of a millisecond', { kind: 'reset', durationMs: 1.5 }, 'durationMs: must be whole milliseconds'],
    ['a relative path', { kind: 'reset', match: { pathPattern: 'v1' } }, 'match.pathPattern: must begin with "/"'],
    ['an unknown form', { kind: 'throttle', retryAfter: 'soon' }, 'retryAfter: must be one of seconds, http-date'],
    [
      'a parameter of another fault',
      { kind: 'reset', delayMs: 5 },
      'delayMs: unknown for fault "reset"; allowed: kind, match, count, durationMs',
    ],
    [
      'a call condition on deliveries',
      { kind: 'stale', match: { method: 'GET' } },
      'match.method: unknown for fault "stale"; allowed: pathPattern, bodyContains, probability',
    ],
    ['a rate of nothing', { kind: 'quota', ratePerSecond: 0, burst: 1 }, 'ratePerSecond: must be greater than 0'],
    ['a burst of nothing', { kind: 'quota', ratePerSecond: 1, burst: 0 }, 'burst: must be at least 1'],
    [
      'a count on a limit',
      { kind: 'quota', ratePerSecond: 1, burst: 1, count: 3 },
      'count: unknown for fault "quota"; allowed: kind, match, durationMs, ratePerSecond, burst, retryAfter',
    ],
    ['a field that is no path', { kind: 'schema-drift', field: 'a..b' }, 'field: must be names joined by dots'],
    ['something that is no object', 'throttle', 'fault: '],
  ])('is refused with %s, naming the field', (_what, input, message) => {
    expect(() => parseFault(input)).toThrow(message);
  });

  it('names every wrong field at once', () => {
    expect(() => parseFault({ kind: 'slow', delayMs: 0, count: 0 })).toThrow(/delayMs: .*count: |count: .*delayMs: /);
  });

  it('knows the whole vocabulary', () => {
    expect([...FAULT_KINDS].sort()).toEqual([
      'concurrency',
      'duplicate',
      'hang',
      'lost-delivery',
      'lost-reply',
      'quota',
      'reorder',
      'reset',
      'schema-drift',
      'slow',
      'stale',
      'throttle',
      'unavailable',
    ]);
  });
});

describe('a told wait', () => {
  const nowMs = Date.UTC(2026, 2, 2, 9, 0, 0, 250);

  it.each([
    ['seconds', { value: '2', untilMs: nowMs + 2_000 }],
    ['http-date', { value: 'Mon, 02 Mar 2026 09:00:02 GMT', untilMs: Date.UTC(2026, 2, 2, 9, 0, 2) }],
    ['epoch-ms', { value: String(nowMs + 1_200), untilMs: nowMs + 1_200 }],
    ['none', null],
  ] as const)('as %s never opens too early, and says when it does', (form, expected) => {
    expect(toldWait(form, 1_200, nowMs)).toEqual(expected);
  });

  it.each(['seconds', 'http-date', 'epoch-ms'] as const)(
    'as %s is what our reader of the header makes of it',
    (form) => {
      for (const waitMs of [0, 1, 999, 1_000, 1_001, 59_999]) {
        const told = toldWait(form, waitMs, nowMs);
        expect(nowMs + (retryAfterMs(told?.value, nowMs) ?? -1)).toBe(told?.untilMs);
        expect(told?.untilMs).toBeGreaterThanOrEqual(nowMs + waitMs);
      }
    },
  );
});
