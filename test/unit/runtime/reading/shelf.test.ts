import { describe, expect, test } from '@jest/globals';
import { Failure } from '#runtime/failure.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { createReadingMetrics } from '#runtime/telemetry/reading-metrics.ts';
import { ABSENT_MS, BOUND_MS, call, delayed, down, FLIGHT_MS, FRESH_MS, onShelf, WINDOW_MS } from './on-shelf.ts';

describe('a reading', () => {
  test('is a MISS for all who waited for its flight, and a HIT for those who come after', async () => {
    const { clock, reader, keysAsked, readNow } = onShelf();
    const startMs = clock.now();
    const both = Promise.all([reader.read('a', call()), reader.read('a', call())]);
    await clock.advance(WINDOW_MS);
    const miss = { value: 'a', readAtMs: startMs + WINDOW_MS, cache: 'MISS' };
    expect(await both).toEqual([miss, miss]);
    expect(clock.pending()).toBe(0);
    expect(await readNow('a')).toEqual({ ...miss, cache: 'HIT' });
    expect(keysAsked()).toEqual([['a']]);
  });

  test('is as old as its question, not as its answer', async () => {
    const { clock, reader, system } = onShelf();
    system.answer = delayed(clock, 2_000);
    const reading = reader.read('a', call());
    await clock.advance(WINDOW_MS + 2_000);
    expect((await reading).readAtMs).toBe(clock.now() - 2_000);
  });

  test('past its fresh life is answered as stale while a new one is fetched behind the back', async () => {
    const { clock, reader, asked, readNow } = onShelf();
    const { readAtMs } = await readNow('a');
    await clock.advance(FRESH_MS);
    expect(await reader.read('a', call())).toEqual({ value: 'a', readAtMs, cache: 'STALE_WHILE_REVALIDATE' });
    await clock.advance(WINDOW_MS);
    expect((await readNow('a')).cache).toBe('HIT');
    expect(asked.map((one) => one.call.callClass)).toEqual(['DETAIL', 'BACKGROUND']);
  });

  test('is waited for as long as the caller likes, and then answered as stale', async () => {
    const { clock, reader, system, readNow } = onShelf();
    await readNow('a');
    await clock.advance(FRESH_MS);
    system.answer = delayed(clock, 500, () => ['new']);
    const patient = reader.read('a', call({ waitMs: 800 }));
    const hasty = reader.read('a', call({ waitMs: 100 }));
    const late = reader.read('a', call({ waitMs: 800, deadlineMs: clock.now() + 50 }));
    await clock.advance(50);
    expect(await late).toMatchObject({ value: 'a', cache: 'STALE_WHILE_REVALIDATE' });
    await clock.advance(50);
    expect(await hasty).toMatchObject({ value: 'a', cache: 'STALE_WHILE_REVALIDATE' });
    await clock.advance(500);
    expect(await patient).toMatchObject({ value: 'new', cache: 'MISS' });
  });

  test('older than the caller accepts is read anew; past its fresh life it is taken where the caller accepts it', async () => {
    const { clock, reader, keysAsked, readNow } = onShelf();
    await readNow('a');
    await clock.advance(FRESH_MS);
    expect((await reader.read('a', call({ maxAgeMs: 2 * FRESH_MS }))).cache).toBe('HIT');
    expect(keysAsked()).toHaveLength(1);
    expect((await readNow('a', call({ maxAgeMs: 0, waitMs: 1_000 }))).cache).toBe('MISS');
    expect(keysAsked()).toHaveLength(2);
  });

  test('beyond its bound is not answered, whatever fails', async () => {
    const { clock, reader, system, readNow } = onShelf();
    const { readAtMs } = await readNow('a');
    system.answer = () => Promise.reject(down);
    await clock.advance(readAtMs + BOUND_MS - clock.now());
    expect(await reader.read('a', call())).toMatchObject({ cache: 'STALE_WHILE_REVALIDATE' });
    await clock.advance(WINDOW_MS);
    await expect(readNow('a')).rejects.toBe(down);
  });

  test('that reaches its bound while its caller waits is answered just before it', async () => {
    const { clock, reader, system, readNow } = onShelf();
    const { readAtMs } = await readNow('a');
    await clock.advance(readAtMs + BOUND_MS - 100 - clock.now());
    system.answer = delayed(clock, 2_000);
    const reading = reader.read('a', call({ waitMs: 3_000 }));
    await clock.advance(100);
    expect(await reading).toMatchObject({ readAtMs: clock.now() - BOUND_MS, cache: 'STALE_WHILE_REVALIDATE' });
  });

  test('of nothing is believed for its own time only', async () => {
    const { clock, system, readNow, keysAsked } = onShelf();
    system.answer = async () => [null];
    expect(await readNow('a')).toMatchObject({ value: null, cache: 'MISS' });
    expect(await readNow('a')).toMatchObject({ value: null, cache: 'HIT' });
    await clock.advance(ABSENT_MS);
    system.answer = () => Promise.reject(down);
    await expect(readNow('a')).rejects.toBe(down);
    expect(keysAsked()).toHaveLength(2);
  });

  test('is never shared between scopes', async () => {
    const { clock, reader, keysAsked } = onShelf({ scope: ({ correlationId }) => correlationId });
    const both = [reader.read('a', call({ correlationId: 'x' })), reader.read('a', call({ correlationId: 'y' }))];
    await clock.advance(WINDOW_MS);
    expect((await Promise.all(both)).map(({ cache }) => cache)).toEqual(['MISS', 'MISS']);
    expect(keysAsked()).toEqual([['a'], ['a']]);
  });
});

describe('a system that fails', () => {
  test('is answered for with what is kept, and rejects where nothing is', async () => {
    const { clock, reader, system, readNow } = onShelf();
    await readNow('a');
    system.answer = () => Promise.reject(down);
    await clock.advance(FRESH_MS);
    const [kept, cold] = [reader.read('a', call({ waitMs: 1_000 })), reader.read('b', call())];
    cold.catch(() => {});
    await clock.advance(WINDOW_MS);
    expect(await kept).toMatchObject({ value: 'a', cache: 'STALE_ON_ERROR' });
    await expect(cold).rejects.toBe(down);
  });

  test('is left alone for a while by those who have something to answer with, and asked by those who have not', async () => {
    const { clock, system, readNow, keysAsked } = onShelf();
    await readNow('a');
    system.answer = () => Promise.reject(down);
    await clock.advance(FRESH_MS);
    await readNow('a', call({ waitMs: 1_000 }));
    for (const _ of [1, 2, 3]) expect((await readNow('a')).cache).toBe('STALE_ON_ERROR');
    expect(keysAsked()).toHaveLength(2);
    for (const _ of [1, 2]) await expect(readNow('b')).rejects.toBe(down);
    expect(keysAsked()).toHaveLength(4);
    await clock.advance(1_000);
    await readNow('a');
    expect(keysAsked()).toHaveLength(5);
    await clock.advance(1_500);
    await readNow('a');
    expect(keysAsked()).toHaveLength(5);
  });

  test('that does not answer is given up after the time of a flight, and told so', async () => {
    const { clock, reader, system, asked } = onShelf();
    system.answer = () => new Promise(() => {});
    const reading = reader.read('a', call());
    reading.catch(() => {});
    await clock.advance(FLIGHT_MS);
    await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { system: 'erp-main' } });
    expect(asked[0]?.call.signal.aborted).toBe(true);
  });

  test('does not keep a caller beyond its deadline or its signal, and the flight goes on', async () => {
    const { clock, reader, system } = onShelf();
    system.answer = delayed(clock, 3_000);
    const gone = new AbortController();
    const [late, left] = [
      reader.read('a', call({ deadlineMs: clock.now() + 100 })),
      reader.read('a', call({ signal: gone.signal })),
    ];
    late.catch(() => {});
    left.catch(() => {});
    gone.abort();
    await expect(left).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await clock.advance(100);
    await expect(late).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: expect.stringMatching(/erp-main.*variant a/),
    });
    await clock.advance(3_000);
    expect((await reader.read('a', call())).cache).toBe('HIT');
  });

  test('is not asked for a caller whose time was up before it asked', async () => {
    const { clock, reader, keysAsked } = onShelf();
    const reading = reader.read('a', call({ deadlineMs: clock.now() }));
    await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await clock.advance(WINDOW_MS);
    expect(keysAsked()).toEqual([]);
  });

  test('that answers fewer keys than it was asked for is not read by position', async () => {
    const { clock, reader, system } = onShelf();
    system.answer = async () => ['b'];
    const both = reader.readAll(['a', 'b'], call());
    await clock.advance(WINDOW_MS);
    expect(await both).toMatchObject([{ code: 'INTERNAL' }, { code: 'INTERNAL' }]);
  });

  test('sheds a sweep, and the checkout that waited for the same key asks for itself', async () => {
    const { clock, reader, system, asked } = onShelf();
    system.answer = async () => {
      await clock.delay(100);
      throw new Failure('LOAD_SHED', 'busy');
    };
    const sweep = reader.read('a', call({ callClass: 'BACKGROUND' }));
    sweep.catch(() => {});
    await clock.advance(50);
    const checkout = reader.read('a', call({ callClass: 'CHECKOUT' }));
    await clock.advance(50);
    system.answer = async (keys) => keys;
    await clock.advance(50);
    await expect(sweep).rejects.toMatchObject({ code: 'LOAD_SHED' });
    expect((await checkout).cache).toBe('MISS');
    expect(asked.map((one) => one.call.callClass)).toEqual(['BACKGROUND', 'CHECKOUT']);
  });
});

describe('what is told of readings', () => {
  test('to operators: counts of the last minute and the keys kept', async () => {
    const { clock, shelf, system, readNow, observed } = onShelf();
    await readNow('a');
    await readNow('a');
    await clock.advance(FRESH_MS);
    expect(shelf.report()).toEqual({ hits: 0, misses: 0, stale: 0, entries: 1 });
    system.answer = () => Promise.reject(down);
    await readNow('a', call({ waitMs: 100 }));
    await readNow('a');
    await readNow('b').catch(() => {});
    expect(shelf.report()).toEqual({ hits: 0, misses: 1, stale: 2, entries: 1 });
    expect(observed.map(({ outcome }) => outcome)).toEqual([
      'miss',
      'hit',
      'stale_on_error',
      'stale_on_error',
      'failed',
    ]);
    expect(observed.at(1)).toEqual({
      connection: 'erp-main',
      reader: 'variant',
      outcome: 'hit',
      ageMs: 0,
    });
    expect(observed.at(-1)?.ageMs).toBeNull();
  });

  test('to Prometheus: outcomes counted, ages in seconds', async () => {
    const metrics = createServerMetrics({ server: 'erp' });
    const observe = createReadingMetrics(metrics);
    const one = { connection: 'erp-main', reader: 'variant' } as const;
    observe({ ...one, outcome: 'hit', ageMs: 4_000 });
    observe({ ...one, outcome: 'failed', ageMs: null });
    const text = await metrics.text();
    expect(text).toContain('readings_total{connection="erp-main",reader="variant",outcome="hit",server="erp"} 1');
    expect(text).toContain('readings_total{connection="erp-main",reader="variant",outcome="failed",server="erp"} 1');
    expect(text).toContain('reading_age_seconds_sum{server="erp",connection="erp-main",reader="variant"} 4');
    expect(text).toContain('reading_age_seconds_count{server="erp",connection="erp-main",reader="variant"} 1');
  });
});
