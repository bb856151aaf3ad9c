import { describe, expect, test } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import { Failure } from '#runtime/failure.ts';
import { silentLog } from '#runtime/log.ts';
import type { ReaderOptions, ReadingCall } from '#runtime/reading/reading.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import { createTestClock } from '#test/support/clock.ts';

const ids = { uuid: () => 'u', random: () => 0, token: () => 't' };

const call = (over: Partial<ReadingCall> = {}): ReadingCall => ({
  signal: new AbortController().signal,
  callClass: 'DETAIL',
  correlationId: 'c',
  ...over,
});

const onShelf = (over: Partial<ReaderOptions<string, string>> = {}) => {
  const clock = createTestClock();
  const asked: { keys: readonly string[]; call: CallOptions; atMs: number }[] = [];
  const system = { answer: async (keys: readonly string[]): Promise<readonly (string | null)[]> => keys };
  const shelf = createShelf({ connection: 'erp-main' }, { clock, ids, log: silentLog });
  const reader = shelf.reader<string, string>({
    name: 'variant',
    nameOf: (key) => key,
    tagsOf: (key) => [`variant:${key}`],
    scope: 'system',
    lifetime: { freshMs: 60_000, boundMs: 600_000, absentMs: 5_000 },
    maxEntries: 100,
    batch: { maxKeys: 10, windowMs: 5 },
    flightMs: 10_000,
    fetch: (keys, fetchCall) => {
      asked.push({ keys, call: fetchCall, atMs: clock.now() });
      return system.answer(keys);
    },
    ...over,
  });
  return { clock, shelf, reader, system, asked };
};

describe('a reading', () => {
  test('is a MISS for all who waited for its flight, and a HIT for those who come after', async () => {
    const { clock, reader, asked } = onShelf();
    const both = Promise.all([reader.read('a', call()), reader.read('a', call())]);
    await clock.advance(5);
    expect((await both).map(({ cache }) => cache)).toEqual(['MISS', 'MISS']);
    expect((await reader.read('a', call())).cache).toBe('HIT');
    expect(asked.map(({ keys }) => keys)).toEqual([['a']]);
  });

  test('past its fresh life is answered as stale while a new one is fetched behind the back', async () => {
    const { clock, reader, asked } = onShelf();
    const first = reader.read('a', call());
    await clock.advance(5);
    const { readAtMs } = await first;
    await clock.advance(60_000);
    expect(await reader.read('a', call())).toEqual({ value: 'a', readAtMs, cache: 'STALE_WHILE_REVALIDATE' });
    await clock.advance(5);
    expect((await reader.read('a', call())).cache).toBe('HIT');
    expect(asked.map((one) => one.call.callClass)).toEqual(['DETAIL', 'BACKGROUND']);
  });

  test('is answered as stale when the system fails, and rejects where nothing is kept', async () => {
    const { clock, reader, system } = onShelf();
    const first = reader.read('a', call());
    await clock.advance(5);
    await first;
    system.answer = () => Promise.reject(new Failure('UPSTREAM_UNAVAILABLE', 'down'));
    await clock.advance(60_000);
    const second = reader.read('a', call({ waitMs: 1_000 }));
    const other = reader.read('b', call());
    other.catch(() => {});
    await clock.advance(5);
    expect((await second).cache).toBe('STALE_ON_ERROR');
    await expect(other).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});
