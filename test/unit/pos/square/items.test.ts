import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gtinCheckDigit } from '#model/identifiers.ts';
import {
  buildItemIndex,
  countedAt,
  isPresentAt,
  referencesAt,
  toVariation,
  type Variation,
} from '#subgraphs/pos/adapters/square/items.ts';
import { coversItem, sumCounts } from '#subgraphs/pos/adapters/square/stock.ts';
import { buildStoreDirectory } from '#subgraphs/pos/adapters/square/stores.ts';
import { count, location, variation } from './wire-objects.ts';

const gtin13 = (place: number): string => {
  const digits = String(400_000_000_000 + place);
  return digits + gtinCheckDigit(digits);
};
const gtin14 = (place: number): string => `0${gtin13(place)}`;
const stores = buildStoreDirectory([location('L1', 'Berlin (ST-1)'), location('L2', 'Hamburg (ST-2)')], {
  field: 'name',
  pattern: '\\(([^)]+)\\)$',
});
const berlin = { id: 'L1', code: 'ST-1' };
const hamburg = { id: 'L2', code: 'ST-2' };

const indexOf = (...wires: ReturnType<typeof variation>[]) =>
  buildItemIndex(wires.map(toVariation).filter((entry): entry is Variation => entry !== null));

describe('items and their names', () => {
  it('a local variation with the barcode of a SKU is its alias at that store', () => {
    const index = indexOf(
      variation('V1', { sku: 'P1-S', upc: gtin13(1) }),
      variation('V2', { sku: 'BER-0042', upc: gtin13(1) }, ['L1']),
    );
    const group = index.ofSku('P1-S');
    expect(group?.variations.map(({ id }) => id)).toEqual(['V1', 'V2']);
    expect(index.ofVariation('V2')).toBe(group);
    expect(index.ofSku('BER-0042')).toBeNull();
    expect(group && referencesAt(group, berlin)).toEqual([
      { scheme: 'sku', value: 'P1-S' },
      { scheme: 'pos-alias', scope: 'ST-1', value: 'BER-0042' },
      { scheme: 'gtin', value: gtin14(1) },
    ]);
    expect(group && referencesAt(group, hamburg)).toEqual([
      { scheme: 'sku', value: 'P1-S' },
      { scheme: 'gtin', value: gtin14(1) },
    ]);
  });

  it('a variation of one store that nobody else sells is offered as SKU and as alias', () => {
    const group = indexOf(variation('V1', { sku: 'NEU-1', upc: gtin13(1) }, ['L1'])).ofSku('NEU-1');
    expect(group && referencesAt(group, berlin)).toEqual([
      { scheme: 'sku', value: 'NEU-1' },
      { scheme: 'pos-alias', scope: 'ST-1', value: 'NEU-1' },
      { scheme: 'gtin', value: gtin14(1) },
    ]);
  });

  it('local names of one barcode without a common SKU are told as aliases only', () => {
    const index = indexOf(
      variation('V1', { sku: 'BER-1', upc: gtin13(1) }, ['L1']),
      variation('V2', { sku: 'HAM-1', upc: gtin13(1) }, ['L2']),
    );
    const group = index.ofVariation('V1');
    expect(group?.sku).toBeNull();
    expect(group && referencesAt(group, hamburg)).toEqual([
      { scheme: 'pos-alias', scope: 'ST-2', value: 'HAM-1' },
      { scheme: 'gtin', value: gtin14(1) },
    ]);
  });

  it('a variation of several stores is the canonical one for the names of single stores', () => {
    const index = indexOf(
      variation('V1', { sku: 'P1-S', upc: gtin13(1) }, ['L1', 'L2']),
      variation('V2', { sku: 'BER-1', upc: gtin13(1) }, ['L1']),
    );
    expect(index.ofSku('P1-S')?.aliases.map(({ id }) => id)).toEqual(['V2']);
  });

  it('where two SKUs claim one barcode, nothing is guessed', () => {
    const index = indexOf(
      variation('V1', { sku: 'P1-S', upc: gtin13(1) }),
      variation('V2', { sku: 'P2-S', upc: gtin13(1) }),
      variation('V3', { sku: 'BER-1', upc: gtin13(1) }, ['L1']),
    );
    expect(index.ofVariation('V3')).not.toBe(index.ofVariation('V1'));
    expect(index.ofVariation('V3')).not.toBe(index.ofVariation('V2'));
    expect(index.ofVariation('V1')).not.toBe(index.ofVariation('V2'));
  });

  it('a barcode with a wrong check digit joins nothing', () => {
    const index = indexOf(
      variation('V1', { sku: 'P1-S', upc: '4000000000010' }),
      variation('V2', { sku: 'BER-1', upc: '4000000000010' }, ['L1']),
    );
    expect(index.ofVariation('V1')).not.toBe(index.ofVariation('V2'));
    expect(index.ofVariation('V1')?.gtins).toEqual([]);
  });

  it('a deleted variation still names, and is counted no more', () => {
    const index = indexOf(
      variation('V1', { sku: 'P1-S', upc: gtin13(1) }),
      variation('V2', { sku: 'BER-1', upc: gtin13(1) }, ['L1'], { is_deleted: true }),
    );
    const group = index.ofVariation('V2');
    expect(group?.sku).toBe('P1-S');
    expect(group && countedAt(group, 'L1').map(({ id }) => id)).toEqual(['V1']);
  });

  it('an object of another type is no variation', () => {
    expect(toVariation(variation('I1', { sku: 'P1' }, null, { type: 'ITEM' }))).toBeNull();
  });
});

// Few names for many variations, so that they meet often.
const drawnVariations = fc
  .array(
    fc.record({
      sku: fc.option(fc.constantFrom('A', 'B', 'C', 'D')),
      gtin: fc.option(fc.integer({ min: 1, max: 4 })),
      presentAt: fc.option(fc.subarray(['L1', 'L2']), { nil: null }),
      absentAt: fc.subarray(['L1', 'L2']),
      quantities: fc.record({ L1: fc.integer({ min: -3, max: 30 }), L2: fc.integer({ min: -3, max: 30 }) }),
    }),
    { maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map(({ sku, gtin, presentAt, absentAt, quantities }, place) => ({
      variation: {
        id: `V${place}`,
        sku,
        gtin: gtin === null ? null : gtin14(gtin),
        presentAt: presentAt === null ? null : new Set(presentAt),
        absentAt: new Set(absentAt),
        deleted: false,
      } satisfies Variation,
      quantities,
    })),
  );

describe('laws of grouping and summing', () => {
  it('every variation is in exactly one group, and a SKU names one group', () => {
    fc.assert(
      fc.property(drawnVariations, (drawn) => {
        const index = buildItemIndex(drawn.map((entry) => entry.variation));
        const members = index.groups.flatMap((group) => group.variations.map(({ id }) => id));
        expect(members.toSorted()).toEqual(drawn.map((entry) => entry.variation.id).toSorted());
        const skus = index.groups.flatMap(({ sku }) => sku ?? []);
        expect(new Set(skus).size).toBe(skus.length);
        const keys = index.groups.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const group of index.groups)
          for (const { id } of group.variations) expect(index.ofVariation(id)).toBe(group);
      }),
    );
  });

  it('the order in which the catalog is read does not matter', () => {
    fc.assert(
      fc.property(drawnVariations, (drawn) => {
        const shape = (variations: readonly Variation[]) =>
          buildItemIndex(variations).groups.map((group) => ({
            key: group.key,
            sku: group.sku,
            members: group.variations.map(({ id }) => id).toSorted(),
          }));
        const variations = drawn.map((entry) => entry.variation);
        expect(shape(variations.toReversed())).toEqual(shape(variations));
      }),
    );
  });

  it('sums lose no unit and count none twice, however often a count is repeated', () => {
    fc.assert(
      fc.property(drawnVariations, fc.boolean(), (drawn, repeated) => {
        const index = buildItemIndex(drawn.map((entry) => entry.variation));
        const counts = drawn.flatMap((entry) =>
          stores.stores
            .filter((store) => isPresentAt(entry.variation, store.id))
            .map((store) => count(entry.variation.id, store.id, String(entry.quantities[store.id as 'L1' | 'L2']))),
        );
        const sums = sumCounts(repeated ? [...counts, ...counts] : counts, index, stores);
        for (const store of stores.stores) {
          const told = sums.filter((sum) => sum.store.id === store.id).reduce((total, sum) => total + sum.onHand, 0);
          const there = counts
            .filter((entry) => entry.location_id === store.id)
            .reduce((total, entry) => total + Number(entry.quantity), 0);
          expect(told).toBe(there);
        }
        for (const { group, store } of sums) expect(coversItem(counts, group, store)).toBe(true);
      }),
    );
  });

  it('counts cover an item only when every variation at the store is among them', () => {
    const index = indexOf(
      variation('V1', { sku: 'P1-S', upc: gtin13(1) }),
      variation('V2', { sku: 'BER-1', upc: gtin13(1) }, ['L1']),
    );
    const group = index.ofSku('P1-S');
    const [here] = stores.stores;
    if (!group || !here) throw new Error('the index is wrong');
    expect(coversItem([count('V1', 'L1', '5')], group, here)).toBe(false);
    expect(coversItem([count('V1', 'L1', '5'), count('V2', 'L2', '1')], group, here)).toBe(false);
    expect(coversItem([count('V1', 'L1', '5'), count('V2', 'L1', '1', { state: 'WASTE' })], group, here)).toBe(false);
    expect(coversItem([count('V1', 'L1', '5'), count('V2', 'L1', '1')], group, here)).toBe(true);
  });

  it('the sum is as current as the newest of its counts; waste and unknown things are left out', () => {
    const index = indexOf(
      variation('V1', { sku: 'P1-S', upc: gtin13(1) }),
      variation('V2', { sku: 'BER-1', upc: gtin13(1) }, ['L1']),
    );
    const sums = sumCounts(
      [
        count('V1', 'L1', '5.9'),
        count('V2', 'L1', '-1', { calculated_at: '2026-03-02T09:00:01.000Z' }),
        count('V1', 'L1', '99', { state: 'WASTE' }),
        count('V9', 'L1', '7'),
        count('V1', 'L9', '7'),
      ],
      index,
      stores,
    );
    expect(sums.map(({ onHand, asOf }) => [onHand, asOf])).toEqual([[4, '2026-03-02T09:00:01.000Z']]);
  });
});
