/** Who waits for a newer answer, how long, and what is asked of whom meanwhile. */
import { describe, expect, test } from '@jest/globals';
import { openRestatingWorld } from './restating-world.ts';

const MINUTE_MS = 60_000;
const GATHER_MS = 5;

describe('an answer that is as current as was asked for', () => {
  test.each(['BROWSE', 'DETAIL', 'CART', 'CHECKOUT', 'STORE_ASSOCIATE'] as const)(
    '%s: is given at once and nobody is asked',
    async (purpose) => {
      const { ask, asked, clock } = openRestatingWorld({ posMs: 1_000, wmsMs: 1_000 });
      expect(await ask({ purpose }).answers).toMatchObject([{ freshness: 'LIVE', sellable: 24 }]);
      await clock.advance(MINUTE_MS);
      expect(asked).toEqual([]);
    },
  );
});

describe('an answer that is older than accepted', () => {
  test('BROWSE: is given at once and nobody is asked', async () => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: 10 * MINUTE_MS, wmsMs: 0 });
    expect(await ask({ purpose: 'BROWSE' }).answers).toMatchObject([{ freshness: 'STALE' }]);
    await clock.advance(MINUTE_MS);
    expect(asked).toEqual([]);
  });

  test('DETAIL: is given at once, and renewed behind the caller as background work', async () => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: 2 * MINUTE_MS, wmsMs: 0 });
    expect(await ask({ purpose: 'DETAIL' }).answers).toMatchObject([{ freshness: 'STALE' }]);
    await clock.advance(GATHER_MS);
    expect(asked).toMatchObject([
      {
        system: 'pos',
        request: { skus: ['P1000-S'], locationCodes: ['ST-BERLIN'] },
        call: { callClass: 'BACKGROUND', correlationId: 'corr-1' },
      },
    ]);
    asked[0]?.told();
    await clock.advance(0);
    expect(await ask({ purpose: 'DETAIL' }).answers).toMatchObject([{ freshness: 'LIVE' }]);
  });

  test.each([
    ['CART', 800, 'DETAIL'],
    ['CHECKOUT', 2_000, 'CHECKOUT'],
    ['STORE_ASSOCIATE', 2_000, 'CHECKOUT'],
  ] as const)('%s: waits at most %i ms, as %s; then the best known is given with its age', async (purpose, ms, cls) => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: 0 });
    const readAtMs = clock.now() - MINUTE_MS;
    const { answers, state } = ask({ purpose });
    await clock.advance(ms - 1);
    expect(asked.map(({ system, call }) => [system, call.callClass])).toEqual([['pos', cls]]);
    expect(state.answered).toBe(false);
    await clock.advance(1);
    expect(state.answered).toBe(true);
    expect(await answers).toMatchObject([
      { freshness: 'STALE', asOfMs: readAtMs, canFulfil: purpose === 'CHECKOUT' ? null : true },
    ]);
  });

  test('whoever waits gets the new answer the moment it is stored, at the time of the reading', async () => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: 1_000 });
    const { answers } = ask({ purpose: 'CHECKOUT' });
    await clock.advance(GATHER_MS);
    const askedAtMs = clock.now();
    await clock.advance(300);
    asked[0]?.told();
    const wmsReadAtMs = askedAtMs - GATHER_MS - 1_000;
    expect(await answers).toMatchObject([{ freshness: 'LIVE', asOfMs: wmsReadAtMs, canFulfil: true }]);
    expect(clock.now()).toBe(askedAtMs + 300);
  });

  test('a system that fails is not waited for any longer', async () => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: 0 });
    const { answers } = ask({ purpose: 'CART' });
    await clock.advance(GATHER_MS);
    asked[0]?.failed();
    expect(await answers).toMatchObject([{ freshness: 'STALE' }]);
  });

  test('one system that hangs does not keep the word of the other from the answer', async () => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: MINUTE_MS });
    const { answers } = ask({ purpose: 'CART' });
    await clock.advance(GATHER_MS);
    expect(asked.map(({ system }) => system).toSorted()).toEqual(['pos', 'wms']);
    const [wms] = asked.filter(({ system }) => system === 'wms');
    wms?.told();
    await clock.advance(800);
    const [answer] = await answers;
    expect(answer?.freshness).toBe('STALE');
    const nord = answer?.locations.find(({ place }) => place.code === 'WH-NORD');
    expect(nord?.ageMs).toBe(800 - GATHER_MS);
  });

  test('a system that has fallen silent is asked too, and the answer stays partial', async () => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: 20 * MINUTE_MS, wmsMs: 0 });
    const { answers } = ask({ purpose: 'CART' });
    await clock.advance(800);
    expect(asked.map(({ system }) => system)).toEqual(['pos']);
    expect(await answers).toMatchObject([{ freshness: 'PARTIAL', sellable: 20 }]);
  });

  test('at a place where nobody keeps the item there is nobody to wait for', async () => {
    const { ask, asked } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: MINUTE_MS });
    const { answers } = ask({ purpose: 'CART', locationIds: ['loc_ST-017'] });
    expect(await answers).toMatchObject([{ status: 'OUT_OF_STOCK' }]);
    expect(asked).toEqual([]);
  });
});

describe('the caller says how long and how old', () => {
  test('maxAge decides what is old', async () => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: 5_000 });
    expect(await ask({ purpose: 'CHECKOUT', maxAge: 'PT2M' }).answers).toMatchObject([{ freshness: 'FRESH' }]);
    ask({ purpose: 'CHECKOUT', maxAge: 'PT1S' });
    await clock.advance(GATHER_MS);
    expect(asked.map(({ system }) => system).toSorted()).toEqual(['pos', 'wms']);
  });

  test.each([
    ['CART', 'PT3S', 3_000],
    ['CHECKOUT', 'PT0.2S', 200],
    ['BROWSE', 'PT10S', 10_000],
  ] as const)('%s with a time budget of %s waits %i ms', async (purpose, timeBudget, ms) => {
    const { ask, clock } = openRestatingWorld({ posMs: 10 * MINUTE_MS, wmsMs: 0 });
    const { state } = ask({ purpose, timeBudget });
    await clock.advance(ms - 1);
    expect(state.answered).toBe(false);
    await clock.advance(1);
    expect(state.answered).toBe(true);
  });

  test('with a time budget of 0 nobody waits, and what is old is renewed behind the caller', async () => {
    const { ask, asked, clock } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: 0 });
    expect(await ask({ purpose: 'CHECKOUT', timeBudget: 'PT0S' }).answers).toMatchObject([{ freshness: 'STALE' }]);
    await clock.advance(GATHER_MS);
    expect(asked.map(({ call }) => call.callClass)).toEqual(['BACKGROUND']);
  });

  test("the request's own deadline ends the wait, with time left to answer", async () => {
    const { ask, clock } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: 0 });
    const { state } = ask({ purpose: 'CHECKOUT' }, { deadlineMs: clock.now() + 500 });
    await clock.advance(449);
    expect(state.answered).toBe(false);
    await clock.advance(1);
    expect(state.answered).toBe(true);
    const late = ask({ purpose: 'CHECKOUT' }, { deadlineMs: clock.now() + 50 });
    await clock.advance(0);
    expect(late.state.answered).toBe(true);
  });

  test('a caller that leaves is not waited for', async () => {
    const { ask, clock } = openRestatingWorld({ posMs: MINUTE_MS, wmsMs: 0 });
    const caller = new AbortController();
    const { state } = ask({ purpose: 'CHECKOUT' }, { signal: caller.signal });
    await clock.advance(100);
    expect(state.answered).toBe(false);
    caller.abort();
    await clock.advance(0);
    expect(state.answered).toBe(true);
  });

  test.each(['PT11S', 'PT10.001S', 'soon', 'P1M', ''])(
    'a time budget of "%s" is refused by its name',
    async (wrong) => {
      const { ask } = openRestatingWorld({ posMs: 0, wmsMs: 0 });
      await expect(ask({ timeBudget: wrong }).answers).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('PT10S'),
        details: { field: 'context.timeBudget' },
      });
    },
  );
});
