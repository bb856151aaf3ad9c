import { describe, expect, it } from '@jest/globals';
import type { ItemReference } from '#model/identifiers.ts';
import { codesOf, nameKey, referenceOf } from '#subgraphs/erp/adapters/tryton/identifiers.ts';

describe('identifiers of a product', () => {
  it.each([
    [
      { type: 'ean', code: '4000000000006' },
      { scheme: 'gtin', value: '04000000000006' },
    ],
    [
      { type: 'ean', code: '96385074' },
      { scheme: 'gtin', value: '00000096385074' },
    ],
    [{ type: 'ean', code: '4000000000007' }, null],
    [{ type: 'isbn', code: '9783161484100' }, null],
    [
      { type: null, code: 'pos:ST-BERLIN:BER-0007' },
      { scheme: 'pos-alias', scope: 'ST-BERLIN', value: 'BER-0007' },
    ],
    [
      { type: '', code: 'listing:AMAZON_DE:LEG-70:1' },
      { scheme: 'listing', scope: 'AMAZON_DE', value: 'LEG-70:1' },
    ],
    [{ type: null, code: 'pos:ST-BERLIN:' }, null],
    [{ type: null, code: 'pos::BER-1' }, null],
    [{ type: null, code: 'SUPPLIER-4711' }, null],
  ])('%j names %j', (identifier, reference) => {
    expect(referenceOf(identifier)).toEqual(reference);
  });

  it('a barcode is looked for in every length it may have been typed in', () => {
    expect(codesOf({ scheme: 'gtin', value: '4000000000006' })).toEqual(['04000000000006', '4000000000006']);
    expect(codesOf({ scheme: 'gtin', value: '96385074' })).toEqual([
      '00000096385074',
      '0000096385074',
      '000096385074',
      '96385074',
    ]);
    expect(codesOf({ scheme: 'gtin', value: 'no barcode' })).toEqual([]);
  });

  it('what is looked for is what is found', () => {
    const references: readonly ItemReference[] = [
      { scheme: 'gtin', value: '4000000000006' },
      { scheme: 'pos-alias', scope: 'ST-1', value: 'A:B' },
      { scheme: 'listing', scope: 'AMAZON_DE', value: 'X' },
    ];
    for (const reference of references) {
      for (const code of codesOf(reference)) {
        const found = referenceOf({ type: reference.scheme === 'gtin' ? 'ean' : null, code });
        expect(found === null ? null : nameKey(found)).toBe(nameKey(reference));
      }
    }
    expect(codesOf({ scheme: 'sku', value: 'P1000-S' })).toEqual([]);
  });
});
