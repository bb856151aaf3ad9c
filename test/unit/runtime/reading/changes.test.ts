import { describe, expect, test } from '@jest/globals';
import { call, delayed, down, FRESH_MS, onShelf, refused, refusing, WINDOW_MS } from './on-shelf.ts';

describe('a change', () => {
  test('drops the readings of its tags and no others', async () => {
    const { shelf, readNow, keysAsked } = onShelf();
    await readNow('a');
    await readNow('b');
    shelf.drop(['variant:a', 'variant:unheard']);
    expect((await readNow('b')).cache).toBe('HIT');
    expect((await readNow('a')).cache).toBe('MISS');
    expect(keysAsked()).toEqual([['a'], ['b'], ['a']]);
  });

  test('while a reading is under way: who asked before is answered, who asks after asks anew, the old answer is not kept', async () => {
    const { clock, shelf, reader, system } = onShelf();
    system.answer = delayed(clock, 100, () => ['before']);
    const before = reader.read('a', call());
    await clock.advance(50);
    shelf.drop(['variant:a']);
    system.answer = delayed(clock, 200, () => ['after']);
    const later = reader.read('a', call());
    await clock.advance(100);
    expect(await before).toMatchObject({ value: 'before', cache: 'MISS' });
    // Its own flight began at once: it did not wait for the old one to land.
    await clock.advance(200 + WINDOW_MS - 100);
    expect(await later).toMatchObject({ value: 'after', cache: 'MISS' });
    expect(await reader.read('a', call())).toMatchObject({ value: 'after', cache: 'HIT' });
  });

  test('of a thing that only the answer names is honoured as well', async () => {
    const { clock, shelf, reader, system, keysAsked } = onShelf({
      tagsOf: (_gtin, sku) => (sku === null ? [] : [`variant:${sku}`]),
    });
    system.answer = delayed(clock, 100, () => ['AB-1']);
    const before = reader.read('gtin', call());
    await clock.advance(50);
    shelf.drop(['variant:AB-1']);
    const later = reader.read('gtin', call());
    await clock.advance(100);
    expect(await before).toMatchObject({ value: 'AB-1', cache: 'MISS' });
    await clock.advance(200);
    expect((await later).readAtMs).toBeGreaterThan((await before).readAtMs);
    expect(keysAsked()).toHaveLength(2);
  });

  test('before a reading is sent lets it stand', async () => {
    const { clock, shelf, reader, keysAsked } = onShelf();
    const reading = reader.read('a', call());
    shelf.drop(['variant:a']);
    const joined = reader.read('a', call());
    await clock.advance(WINDOW_MS);
    await Promise.all([reading, joined]);
    expect((await reader.read('a', call())).cache).toBe('HIT');
    expect(keysAsked()).toEqual([['a']]);
  });

  test('lifts what is remembered against a poisoned key', async () => {
    const { shelf, system, readNow } = onShelf();
    system.answer = refusing('p');
    await expect(readNow('p')).rejects.toBe(refused);
    system.answer = async (keys) => keys;
    await expect(readNow('p')).rejects.toBe(refused);
    shelf.drop(['variant:p']);
    expect(await readNow('p')).toMatchObject({ value: 'p', cache: 'MISS' });
  });

  test('that may have been missed leaves nothing fresh, whatever age the caller accepts, and everything answerable', async () => {
    const { clock, shelf, reader, system, readNow } = onShelf();
    await readNow('a');
    shelf.distrust();
    expect((await reader.read('a', call({ maxAgeMs: FRESH_MS }))).cache).toBe('STALE_WHILE_REVALIDATE');
    await clock.advance(WINDOW_MS);
    expect((await reader.read('a', call())).cache).toBe('HIT');
    system.answer = () => Promise.reject(down);
    shelf.distrust();
    expect((await readNow('a', call({ waitMs: 100 }))).cache).toBe('STALE_ON_ERROR');
  });

  test('that may have been missed while a reading was under way leaves its answer stale', async () => {
    const { clock, shelf, reader, system, keysAsked } = onShelf();
    system.answer = delayed(clock, 100);
    const before = reader.read('a', call());
    await clock.advance(50);
    shelf.distrust();
    await clock.advance(100);
    expect((await before).cache).toBe('MISS');
    expect((await reader.read('a', call())).cache).toBe('STALE_WHILE_REVALIDATE');
    await clock.advance(WINDOW_MS);
    expect(keysAsked()).toHaveLength(2);
  });

  test('parts a flight from its key: its failure counts for nothing when a newer one has brought an answer', async () => {
    const { clock, shelf, reader, system, keysAsked } = onShelf();
    system.answer = async () => {
      await clock.delay(200);
      throw down;
    };
    const before = reader.read('a', call());
    await clock.advance(50);
    shelf.distrust();
    system.answer = async (keys) => keys;
    const later = reader.read('a', call());
    await clock.advance(WINDOW_MS);
    expect((await later).cache).toBe('MISS');
    await clock.advance(150);
    expect(await before).toMatchObject({ value: 'a', cache: 'HIT' });
    expect((await reader.read('a', call({ maxAgeMs: 0 }))).cache).toBe('STALE_WHILE_REVALIDATE');
    await clock.advance(WINDOW_MS);
    expect(keysAsked()).toHaveLength(3);
  });
});
