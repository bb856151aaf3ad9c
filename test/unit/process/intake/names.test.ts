import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ItemReference } from '#model/identifiers.ts';
import { aliasKey, matchOf } from '#subgraphs/process/intake/crosswalk.ts';
import { mergeLocation, type StatedFacts } from '#subgraphs/process/intake/locations.ts';

const known = new Map<string, ReadonlySet<string>>([
  ['sku:A', new Set(['A'])],
  ['gtin:04006381333931', new Set(['A'])],
  ['sku:B', new Set(['B'])],
  ['gtin:00000000000017', new Set(['A', 'B'])],
]);
const match = (...items: readonly ItemReference[]) => matchOf(items, (key) => known.get(key));
const sku = (value: string): ItemReference => ({ scheme: 'sku', value });
const gtin = (value: string): ItemReference => ({ scheme: 'gtin', value });

describe('names of items', () => {
  test('a GTIN is one number however many leading zeros or separators it is written with', () => {
    expect(
      new Set(['4006381333931', '04006381333931', '4 006381 333931'].map((value) => aliasKey(gtin(value)))).size,
    ).toBe(1);
    expect(aliasKey(gtin('4006381333932'))).toBe('gtin:4006381333932');
  });

  test('the names that are known decide; unknown ones beside them do not matter', () => {
    expect(match(sku('A'))).toEqual({ kind: 'known', sku: 'A' });
    expect(match({ scheme: 'pos-alias', scope: 'ST-1', value: 'x' }, gtin('4006381333931'))).toEqual({
      kind: 'known',
      sku: 'A',
    });
    expect(match(sku('Z'), gtin('1'))).toEqual({ kind: 'unknown', names: ['sku:Z', 'gtin:1'] });
  });

  test('contradictions are named, and an ambiguous name is settled only by one that agrees', () => {
    expect(match(sku('B'), gtin('4006381333931'))).toMatchObject({
      kind: 'contradiction',
      claims: ['sku:B is B', 'gtin:04006381333931 is A'],
    });
    expect(match(gtin('00000000000017'))).toMatchObject({
      kind: 'contradiction',
      claims: ['gtin:00000000000017 is A and B'],
    });
    expect(match(gtin('00000000000017'), sku('B'))).toEqual({ kind: 'known', sku: 'B' });
  });

  test('the order of the names is irrelevant', () => {
    const names = [sku('A'), sku('B'), sku('Z'), gtin('4006381333931'), gtin('00000000000017')];
    const outcome = (items: readonly ItemReference[]) => {
      const found = match(...items);
      return found.kind === 'known' ? found.sku : found.kind;
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 1 }), (items) => {
        expect(outcome(items.toReversed())).toBe(outcome(items));
      }),
    );
  });
});

describe('places told by several systems', () => {
  const erp: StatedFacts = { system: 'erp', facts: { name: 'Berlin', kind: 'STORE', timeZone: 'UTC' } };
  const pos: StatedFacts = {
    system: 'pos',
    facts: { name: 'Till', kind: 'VIRTUAL', timeZone: 'Europe/Berlin', position: { latitude: 1, longitude: 2 } },
  };

  test('each fact by the authority for it, whoever spoke first', () => {
    const merged = {
      code: 'ST-1',
      name: 'Berlin',
      kind: 'STORE',
      timeZone: 'Europe/Berlin',
      position: { latitude: 1, longitude: 2 },
    };
    expect(mergeLocation('ST-1', [erp, pos])).toEqual(merged);
    expect(mergeLocation('ST-1', [pos, erp])).toEqual(merged);
  });

  test('a lower authority fills what the higher one leaves out; nothing is made up', () => {
    expect(mergeLocation('ST-1', [{ system: 'erp', facts: { kind: 'STORE' } }, pos])).toMatchObject({
      name: 'Till',
      kind: 'STORE',
    });
    expect(mergeLocation('ST-1', [{ system: 'wms', facts: {} }])).toEqual({ code: 'ST-1', name: 'ST-1' });
  });
});
