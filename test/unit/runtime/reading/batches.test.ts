import { describe, expect, test } from '@jest/globals';
import { ABSENT_MS, call, down, FLIGHT_MS, onShelf, recordedLog, refused, refusing, WINDOW_MS } from './on-shelf.ts';

describe('a batch', () => {
  test('takes what is wanted within its window, up to its most, by position', async () => {
    const { clock, reader, keysAsked } = onShelf({ batch: { maxKeys: 3, windowMs: WINDOW_MS } });
    const first = reader.readAll(['a', 'b', 'a'], call());
    await clock.advance(WINDOW_MS - 1);
    const second = reader.readAll(['c', 'd'], call());
    await clock.advance(WINDOW_MS);
    expect(await first).toMatchObject([{ value: 'a' }, { value: 'b' }, { value: 'a' }]);
    expect(await second).toMatchObject([{ value: 'c' }, { value: 'd' }]);
    expect(keysAsked()).toEqual([['a', 'b', 'c'], ['d']]);
  });

  test('is as urgent as its most urgent caller, also one who joins before it is sent', async () => {
    const { clock, reader, asked } = onShelf();
    const reads = [
      reader.read('a', call({ callClass: 'BACKGROUND' })),
      reader.read('b', call({ callClass: 'BROWSE' })),
      reader.read('a', call({ callClass: 'CHECKOUT' })),
    ];
    await clock.advance(WINDOW_MS);
    await Promise.all(reads);
    expect(asked.map((one) => one.call.callClass)).toEqual(['CHECKOUT']);
    expect(asked[0]?.call.deadlineMs).toBe((asked[0]?.atMs ?? 0) - WINDOW_MS + FLIGHT_MS);
  });

  test('is halved until the poisoned keys stand alone, which fail alone and are named once', async () => {
    const { log, lines } = recordedLog();
    const { clock, reader, system, readNow, keysAsked } = onShelf({}, log);
    system.answer = refusing('p');
    const answers = reader.readAll(['a', 'b', 'p', 'c'], call());
    await clock.advance(WINDOW_MS);
    expect(await answers).toMatchObject([{ value: 'a' }, { value: 'b' }, { code: 'UPSTREAM_REFUSED' }, { value: 'c' }]);
    expect(keysAsked()).toEqual([['a', 'b', 'p', 'c'], ['a', 'b'], ['p', 'c'], ['p'], ['c']]);
    await expect(readNow('p')).rejects.toBe(refused);
    expect(keysAsked()).toHaveLength(5);
    await clock.advance(ABSENT_MS);
    const again = reader.readAll(['p', 'd'], call());
    await clock.advance(WINDOW_MS);
    expect(await again).toMatchObject([{ code: 'UPSTREAM_REFUSED' }, { value: 'd' }]);
    expect(keysAsked().slice(5)).toEqual([['p'], ['d']]);
    expect(lines).toEqual([{ connection: 'erp-main', reader: 'variant', key: 'p', code: 'UPSTREAM_REFUSED' }]);
  });

  test('is not halved when the system refuses what it answered before', async () => {
    const { log, lines } = recordedLog();
    const { clock, reader, system, readNow, keysAsked } = onShelf({}, log);
    await readNow('known');
    system.answer = () => Promise.reject(refused);
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const answers = reader.readAll(keys, call());
    await clock.advance(WINDOW_MS);
    expect(await answers).toEqual(keys.map(() => refused));
    expect(keysAsked().slice(1)).toEqual([keys, keys.slice(0, 4), keys.slice(4), ['known']]);
    expect(lines).toEqual([]);
    system.answer = async (asked) => asked;
    const mended = reader.readAll(keys, call());
    await clock.advance(WINDOW_MS);
    expect(await mended).toMatchObject(keys.map((value) => ({ value })));
    expect(keysAsked().slice(5)).toEqual([keys]);
  });

  test('that fails for the system fails as a whole, without being asked again', async () => {
    const { clock, reader, system, keysAsked } = onShelf();
    system.answer = () => Promise.reject(down);
    const answers = reader.readAll(['a', 'b', 'c'], call());
    await clock.advance(WINDOW_MS);
    expect(await answers).toEqual([down, down, down]);
    expect(keysAsked()).toHaveLength(1);
  });

  test('is halved on when the key answered last cannot be asked: that convicts nobody', async () => {
    const { clock, reader, system, readNow } = onShelf();
    await readNow('known');
    const answer = refusing('p', 'q');
    system.answer = (keys) => (keys.includes('known') ? Promise.reject(down) : answer(keys));
    const answers = reader.readAll(['a', 'p', 'b', 'q'], call());
    await clock.advance(WINDOW_MS);
    expect(await answers).toMatchObject([
      { value: 'a' },
      { code: 'UPSTREAM_REFUSED' },
      { value: 'b' },
      { code: 'UPSTREAM_REFUSED' },
    ]);
  });

  test('stops being halved where the system fails, and nobody is blamed for that', async () => {
    const { log, lines } = recordedLog();
    const { clock, reader, system, keysAsked } = onShelf({}, log);
    const answer = refusing('p');
    system.answer = (keys) => (keys.length === 2 && keys.includes('a') ? Promise.reject(down) : answer(keys));
    const answers = reader.readAll(['a', 'b', 'p', 'c'], call());
    await clock.advance(WINDOW_MS);
    expect(await answers).toMatchObject([
      { code: 'UPSTREAM_UNAVAILABLE' },
      { code: 'UPSTREAM_UNAVAILABLE' },
      { code: 'UPSTREAM_REFUSED' },
      { value: 'c' },
    ]);
    expect(keysAsked()).toEqual([['a', 'b', 'p', 'c'], ['a', 'b'], ['p', 'c'], ['p'], ['c']]);
    expect(lines.map(({ key }) => key)).toEqual(['p']);
  });
});
