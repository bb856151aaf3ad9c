import { describe, expect, it } from '@jest/globals';
import { FAULT_KINDS, parseFault, retryAfterValue } from '#simulation/host/faults.ts';

describe('a fault as it is posted', () => {
  it('gets its defaults', () => {
    expect(parseFault({ kind: 'throttle' })).toEqual({ kind: 'throttle', match: {}, retryAfter: 'seconds' });
    expect(parseFault({ kind: 'hang' })).toMatchObject({ hangMs: 60_000 });
    expect(parseFault({ kind: 'duplicate' })).toMatchObject({ copies: 1 });
    expect(parseFault({ kind: 'reorder' })).toMatchObject({ overtakenBy: 1, holdMs: 5_000 });
    expect(parseFault({ kind: 'stale' })).toMatchObject({ delayMs: 5_000 });
  });

  it.each([
    ['no kind', {}, 'kind: must be one of throttle, unavailable, slow'],
    ['an unknown kind', { kind: 'explode' }, 'kind: must be one of throttle, unavailable, slow'],
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
      'duplicate',
      'hang',
      'lost-delivery',
      'lost-reply',
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

describe('a Retry-After value', () => {
  const nowMs = Date.UTC(2026, 2, 2, 9, 0, 0, 250);

  it('never opens too early, whatever its form can express', () => {
    expect(retryAfterValue('seconds', 1_200, nowMs)).toBe('2');
    expect(retryAfterValue('epoch-ms', 1_200, nowMs)).toBe(String(nowMs + 1_200));
    expect(retryAfterValue('http-date', 1_200, nowMs)).toBe('Mon, 02 Mar 2026 09:00:02 GMT');
    expect(retryAfterValue('none', 1_200, nowMs)).toBeNull();
  });
});
