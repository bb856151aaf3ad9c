/** One reading for all who want it: gathered, shared, and not asked for again at once. */
import { describe, expect, test } from '@jest/globals';
import { openRestatingWorld } from './restating-world.ts';

const MINUTE_MS = 60_000;
const GATHER_MS = 5;
const OLD = { posMs: 2 * MINUTE_MS, wmsMs: 0 };
const skusOf = (count: number) => Array.from({ length: count }, (_, index) => `SKU-${index}`);
const wish = (sku: string, code = 'ST-BERLIN') => ({ system: 'pos' as const, sku, locationCodes: new Set([code]) });

describe('callers share what is read', () => {
  test('twenty at the same moment make one call, and so does one who comes while it is under way', async () => {
    const { ask, asked, clock } = openRestatingWorld(OLD);
    const first = Array.from({ length: 20 }, () => ask({ purpose: 'CART' }).answers);
    await clock.advance(GATHER_MS);
    const later = ask({ purpose: 'CART' }).answers;
    await clock.advance(GATHER_MS);
    expect(asked).toHaveLength(1);
    asked[0]?.told();
    for (const answers of [...first, later]) expect(await answers).toMatchObject([{ freshness: 'LIVE' }]);
  });

  test('items of several requests within the moment go in one call of at most 100', async () => {
    const { asked, clock, restating } = openRestatingWorld(OLD);
    for (const sku of skusOf(150)) void restating.wanted([wish(sku)], 'DETAIL', 'corr-1');
    await clock.advance(GATHER_MS - 1);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked.map(({ request }) => request.skus.length)).toEqual([100, 50]);
  });

  test('a call brings no more statements than fit one transaction', async () => {
    const { asked, clock, restating } = openRestatingWorld(OLD);
    const locationCodes = new Set(Array.from({ length: 1_000 }, (_, index) => `ST-${index}`));
    for (const sku of skusOf(8)) void restating.wanted([{ system: 'pos', sku, locationCodes }], 'DETAIL', 'corr-1');
    await clock.advance(GATHER_MS);
    expect(asked.map(({ request }) => request.skus.length)).toEqual([5, 3]);
  });

  test('what is under way for one place does not stand for another', async () => {
    const { asked, clock, restating } = openRestatingWorld(OLD);
    void restating.wanted([wish('A', 'ST-BERLIN')], 'DETAIL', 'corr-1');
    await clock.advance(GATHER_MS);
    let told = false;
    const both = { ...wish('A'), locationCodes: new Set(['ST-BERLIN', 'ST-017']) };
    void restating.wanted([both], 'DETAIL', 'corr-2').then(() => {
      told = true;
    });
    await clock.advance(GATHER_MS);
    expect(asked.map(({ request }) => request.locationCodes)).toEqual([['ST-BERLIN'], ['ST-017']]);
    asked[1]?.told();
    await clock.advance(0);
    expect(told).toBe(false);
    asked[0]?.told();
    await clock.advance(0);
    expect(told).toBe(true);
  });

  test('somebody more urgent does not wait behind background work; somebody less urgent joins', async () => {
    const { ask, asked, clock } = openRestatingWorld(OLD);
    await ask({ purpose: 'DETAIL' }).answers;
    await clock.advance(GATHER_MS);
    ask({ purpose: 'CHECKOUT' });
    await clock.advance(GATHER_MS);
    ask({ purpose: 'CART' });
    await clock.advance(GATHER_MS);
    expect(asked.map(({ call }) => call.callClass)).toEqual(['BACKGROUND', 'CHECKOUT']);
  });

  test('while a system hangs, few calls wait at it and the rest gathers', async () => {
    const { asked, clock, restating } = openRestatingWorld(OLD);
    for (const sku of skusOf(30)) {
      void restating.wanted([wish(sku)], 'DETAIL', 'corr-1');
      await clock.advance(GATHER_MS);
    }
    expect(asked).toHaveLength(8);
    asked[0]?.failed();
    await clock.advance(0);
    expect(asked).toHaveLength(9);
    expect(asked[8]?.request.skus).toHaveLength(22);
  });
});

describe('behind the caller', () => {
  test.each(['told', 'failed'] as const)('what has just %s is left alone for a few seconds', async (outcome) => {
    const { ask, asked, clock } = openRestatingWorld(OLD);
    const detail = { purpose: 'DETAIL', maxAge: 'PT1S', locationIds: ['loc_ST-BERLIN'] } as const;
    await ask(detail).answers;
    await clock.advance(GATHER_MS);
    asked[0]?.[outcome]();
    await clock.advance(4_999 - GATHER_MS);
    await ask(detail).answers;
    await clock.advance(GATHER_MS);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    await ask(detail).answers;
    await clock.advance(GATHER_MS);
    expect(asked).toHaveLength(2);
  });

  test('whoever waits may ask again at once', async () => {
    const { ask, asked, clock } = openRestatingWorld(OLD);
    for (const calls of [1, 2]) {
      const { answers } = ask({ purpose: 'CART' });
      await clock.advance(GATHER_MS);
      expect(asked).toHaveLength(calls);
      asked[calls - 1]?.failed();
      expect(await answers).toMatchObject([{ freshness: 'STALE' }]);
    }
  });
});

test('stopping ends what is under way', async () => {
  const { asked, clock, restating } = openRestatingWorld(OLD);
  const wanted = restating.wanted([wish('A')], 'DETAIL', 'corr-1');
  await clock.advance(GATHER_MS);
  const [call] = asked;
  call?.call.signal.addEventListener('abort', () => call.failed());
  await restating[Symbol.asyncDispose]();
  await wanted;
  expect(call?.call.signal.aborted).toBe(true);
});
