import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ItemFacts } from '#subgraphs/process/availability/facts.ts';
import { assessBasket } from '#subgraphs/process/basket/basket.ts';
import { nearestStores } from '#subgraphs/process/basket/nearest.ts';
import { type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { createTimeZones } from '#subgraphs/process/promise/time-zone.ts';
import { assessed, item, NOW_MS, place, reading } from '../availability/world.ts';

const calm = { velocity: { STORE: 0, WAREHOUSE: 0 } };
const zones = createTimeZones();

const basket = (
  lines: readonly { readonly sku: string; readonly quantity: number }[],
  items: readonly ItemFacts[],
  given: ProcessPolicyInput = {},
) => {
  const policy = { ...calm, ...given };
  const answers = new Map(items.map((facts) => [facts.sku, assessed({ item: facts, others: items, policy })]));
  const [first] = answers.values();
  if (!first) throw new Error('a basket without items');
  const rules = { policy: parseProcessPolicy(policy), zones };
  return assessBasket(lines, { question: first.question, answers, nowMs: NOW_MS }, rules);
};
const at = (sku: string, units: number, code = 'WH-NORD'): ItemFacts => item([reading('wms', code, units)], { sku });

describe('a basket', () => {
  test('two lines of one item share what there is', () => {
    const answer = basket(
      [
        { sku: 'CUP', quantity: 3 },
        { sku: 'CUP', quantity: 3 },
      ],
      [at('CUP', 5)],
    );
    expect(answer).toMatchObject({ fulfillable: false, lines: [{ fulfillable: 3 }, { fulfillable: 2, shortage: 1 }] });
    expect(answer.confidence.probability).toBe(0);
  });

  test('a bundle and its part share what there is', () => {
    const bundles = {
      SET: [
        { sku: 'CUP', quantity: 2 },
        { sku: 'POT', quantity: 1 },
      ],
    };
    const items = [item([], { sku: 'SET' }), at('CUP', 4), at('POT', 9)];
    const lines = [
      { sku: 'CUP', quantity: 1 },
      { sku: 'SET', quantity: 2 },
    ];
    expect(basket(lines, items, { bundles }).fulfillable).toBe(false);
    expect(basket(lines, [items[0] ?? at('SET', 0), at('CUP', 5), at('POT', 9)], { bundles }).fulfillable).toBe(true);
  });

  test('a bundle that may be put together is, from several places', () => {
    const components = [
      { sku: 'CUP', quantity: 2 },
      { sku: 'POT', quantity: 1 },
    ];
    const items = [item([], { sku: 'SET' }), at('CUP', 4), at('POT', 2, 'WH-SUED')];
    const lines = [{ sku: 'SET', quantity: 2 }];
    expect(basket(lines, items, { bundles: { SET: components } }).lines).toMatchObject([{ fulfillable: 0 }]);
    expect(basket(lines, items, { bundles: { SET: { components, combine: true } } }).fulfillable).toBe(true);
  });

  test('the limit of an order holds over its lines', () => {
    const channels = { web: { limitPerOrder: 2 } };
    const lines = [
      { sku: 'CUP', quantity: 1 },
      { sku: 'CUP', quantity: 2 },
    ];
    expect(basket(lines, [at('CUP', 9)], { channels }).lines).toMatchObject([{ fulfillable: 1 }, { fulfillable: 1 }]);
  });

  test('all must be there: the chances multiply', () => {
    const answer = basket(
      [
        { sku: 'CUP', quantity: 1 },
        { sku: 'POT', quantity: 1 },
      ],
      [at('CUP', 9), at('POT', 9)],
    );
    expect(answer.confidence.probability).toBeCloseTo(0.995 ** 2, 10);
  });

  test('never more than there is, and all of it is said to be short or not', () => {
    const units = fc.integer({ min: 1, max: 9 });
    const stock = fc.nat(12);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('CUP', 'SET'), units), { minLength: 1, maxLength: 4 }),
        stock,
        stock,
        (wanted, cups, pots) => {
          const bundles = {
            SET: [
              { sku: 'CUP', quantity: 2 },
              { sku: 'POT', quantity: 1 },
            ],
          };
          const items = [at('CUP', cups), at('POT', pots), item([], { sku: 'SET' })];
          const { lines } = basket(
            wanted.map(([sku, quantity]) => ({ sku, quantity })),
            items,
            { bundles },
          );
          const got = (name: string) =>
            lines.filter(({ sku }) => sku === name).reduce((sum, { fulfillable }) => sum + fulfillable, 0);
          expect(got('CUP') + 2 * got('SET')).toBeLessThanOrEqual(cups);
          expect(got('SET')).toBeLessThanOrEqual(pots);
          for (const line of lines) expect(line.fulfillable + line.shortage).toBe(line.requested);
        },
      ),
    );
  });
});

describe('stores near by', () => {
  const store = (code: string, longitude: number) => ({ ...place(code), position: { latitude: 52, longitude } });
  const stores = [store('ST-C', 13.3), store('ST-A', 13.1), store('ST-B', 13.2), place('ST-X')];
  const query = { near: { latitude: 52, longitude: 13 }, onlyWithStock: false, radiusKm: 50, first: 10, after: null };
  const deps = { at: () => null, pickup: () => null };
  const codes = (page: ReturnType<typeof nearestStores>) => page.edges.map(({ node }) => node.place.code);

  test('nearest first, within the radius, without those whose position nobody knows', () => {
    expect(codes(nearestStores(stores, [], query, deps))).toEqual(['ST-A', 'ST-B', 'ST-C']);
    expect(codes(nearestStores(stores, [], { ...query, radiusKm: 15 }, deps))).toEqual(['ST-A', 'ST-B']);
  });

  test('in pages that join without a gap', () => {
    const first = nearestStores(stores, [], { ...query, first: 2 }, deps);
    expect(first.hasNextPage).toBe(true);
    const next = nearestStores(stores, [], { ...query, after: first.edges[1]?.cursor ?? null }, deps);
    expect([...codes(first), ...codes(next)]).toEqual(['ST-A', 'ST-B', 'ST-C']);
  });

  test('with stock means with all that is wanted', () => {
    const wanted = [{ sku: 'CUP', quantity: 1 }];
    expect(codes(nearestStores(stores, wanted, { ...query, onlyWithStock: true }, deps))).toEqual([]);
    expect(nearestStores(stores, wanted, query, deps).edges[0]?.node).toMatchObject({
      allItemsAvailable: false,
      items: [{ sku: 'CUP', requested: 1, sellable: 0 }],
    });
  });

  test.each([
    [{ first: 0 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ radiusKm: 0 }, 'radiusKm'],
    [{ radiusKm: Number.NaN }, 'radiusKm'],
  ])('%j is refused by name', (wrong, field) => {
    expect(() => nearestStores(stores, [], { ...query, ...wrong }, deps)).toThrow(field);
  });
});
