import { describe, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import { createBatchReader, joinCalls } from '#runtime/inlet/batch-reader.ts';

const call = (rest: Partial<CallOptions> = {}): CallOptions => ({
  signal: new AbortController().signal,
  callClass: 'BROWSE',
  correlationId: 'c',
  ...rest,
});

describe('one call for several', () => {
  it('is as urgent as the most urgent', () => {
    const joined = joinCalls([call({ callClass: 'BACKGROUND' }), call({ callClass: 'CHECKOUT' }), call()]);
    expect(joined.callClass).toBe('CHECKOUT');
  });

  it('is given up when all have given up, not before', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const joined = joinCalls([call({ signal: first.signal }), call({ signal: second.signal })]);
    first.abort();
    expect(joined.signal.aborted).toBe(false);
    second.abort();
    expect(joined.signal.aborted).toBe(true);
  });

  it('has the time of the one that can wait longest', () => {
    expect(joinCalls([call({ deadlineMs: 5 }), call({ deadlineMs: 9 }), call({ deadlineMs: 7 })]).deadlineMs).toBe(9);
    expect(joinCalls([call({ deadlineMs: 5 }), call()]).deadlineMs).toBeUndefined();
    const only = call({ deadlineMs: 5 });
    expect(joinCalls([only, { ...only, deadlineMs: 9 }]).deadlineMs).toBe(9);
  });

  it('with one signal it is that signal', () => {
    const only = call();
    expect(joinCalls([only, { ...only }]).signal).toBe(only.signal);
  });
});

describe('batches', () => {
  it('equal keys of one moment are read once, and no more at a time than allowed', async () => {
    const reads: (readonly number[])[] = [];
    const read = createBatchReader<number, string | null>({
      maxBatchSize: 2,
      nameOf: String,
      read: async (keys) => {
        reads.push(keys);
        return new Map(keys.filter((key) => key !== 9).map((key) => [String(key), `value ${key}`]));
      },
      absent: null,
    });
    const values = await Promise.all([1, 1, 2, 9].map((key) => read(key, call())));
    expect(values).toEqual(['value 1', 'value 1', 'value 2', null]);
    expect(reads).toEqual([[1], [2, 9]]);
    await read(1, call());
    expect(reads).toHaveLength(3); // nothing is kept past the moment
  });
});
