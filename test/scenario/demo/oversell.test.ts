/** The oversell demo in small: one evening's promotion in twelve stores, with and without the product. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { play, type Tally } from '#bin/demo/oversell/play.ts';
import { cancellationRate, tellRuns } from '#bin/demo/oversell/report.ts';
import { drawWeekend, type WeekendOptions } from '#bin/demo/oversell/weekend.ts';
import { openWith } from '#bin/demo/oversell/with.ts';
import { openWithout } from '#bin/demo/oversell/without.ts';

const SEED = 3;
const EVENING: WeekendOptions = {
  stores: 24,
  items: { fast: 3, normal: 1, slow: 1 },
  seed: SEED,
  hours: { from: 19, to: 21 },
};

describe("an evening's promotion, played twice with the same shoppers", () => {
  const weekend = drawWeekend(EVENING);
  const online = weekend.shoppers.filter(({ channel }) => channel !== null).length;
  const ordersOf = ({ channels }: Tally): number => channels.amazon.orders + channels.web.orders;
  let without: Tally;
  let withProduct: Tally;
  beforeAll(async () => {
    without = await play(weekend, openWithout(weekend));
    withProduct = await play(weekend, openWith(weekend, SEED));
  }, 120_000);

  test('the same seed draws the same weekend', () => {
    expect(drawWeekend(EVENING)).toEqual(weekend);
  });

  test('without the product units are sold that are not there, with it far fewer', () => {
    expect(without.oversold).toBeGreaterThan(0);
    expect(withProduct.oversold).toBeLessThan(without.oversold / 3);
    expect(cancellationRate(withProduct)).toBeLessThan(cancellationRate(without));
  });

  test('the web shop, which holds a unit before it takes an order, oversells no more than the marketplace', () => {
    expect(withProduct.channels.web.oversold).toBeLessThanOrEqual(withProduct.channels.amazon.oversold);
  });

  test.each(['without', 'with'] as const)('%s: what was sold and what is left is what there was', (name) => {
    const run = name === 'with' ? withProduct : without;
    expect(run.soldInStores + run.soldOnline + run.left).toBe(run.initial);
  });

  test.each(['without', 'with'] as const)('%s: every online shopper ordered or was turned away', (name) => {
    const run = name === 'with' ? withProduct : without;
    expect(ordersOf(run) + run.channels.amazon.turnedAway + run.channels.web.turnedAway).toBe(online);
    expect(run.soldOnline + run.oversold).toBe(ordersOf(run));
  });

  test('more is withheld while the tills are not heard', () => {
    const unseen = (samples: Tally['flowing']): number => Math.max(...samples.map((sample) => sample.unseen));
    expect(unseen(withProduct.silent)).toBeGreaterThan(unseen(withProduct.flowing));
  });

  test('both are told side by side', () => {
    const lines: string[] = [];
    tellRuns({ without, with: withProduct }, (text) => lines.push(text));
    const columns = lines.filter((line) => /\d/.test(line)).map((line) => line.slice(0, 72));
    for (const line of columns.filter((text) => text.startsWith('  '))) expect(line.trimEnd()).toMatch(/[\d%]$/);
  });
});
