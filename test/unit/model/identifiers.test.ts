import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  codeOfLocationId,
  codeOfProductId,
  gtinCheckDigit,
  locationIdOf,
  normalizeGtin,
  productIdOf,
  referenceKey,
  skuOfVariantId,
  variantIdOf,
} from '#model/identifiers.ts';

describe('graph ids', () => {
  test('any key survives the way to an id and back, and ids of different kinds never meet', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (key) => {
        expect(skuOfVariantId(variantIdOf(key))).toBe(key);
        expect(codeOfProductId(productIdOf(key))).toBe(key);
        expect(codeOfLocationId(locationIdOf(key))).toBe(key);
        expect(skuOfVariantId(locationIdOf(key))).toBeNull();
      }),
    );
  });

  test('what is no id of that kind is null, not an error', () => {
    for (const id of ['', 'var_', 'var', 'P1000-S', 'var_%E0%A4%A']) expect(skuOfVariantId(id)).toBeNull();
  });
});

describe('GTIN', () => {
  test.each(['4006381333931', '96385074', '036000291452', '10012345678902'])(
    '%s is valid and padded to 14 digits',
    (gtin) => {
      expect(normalizeGtin(gtin)).toBe(gtin.padStart(14, '0'));
    },
  );

  test('a wrong digit is found, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999_999_999 }),
        fc.nat(12),
        fc.integer({ min: 1, max: 9 }),
        (n, place, shift) => {
          const digits = String(n).padStart(12, '0');
          const gtin = `${digits}${gtinCheckDigit(digits)}`;
          const wrong = `${gtin.slice(0, place)}${(Number(gtin[place]) + shift) % 10}${gtin.slice(place + 1)}`;
          expect(normalizeGtin(gtin)).toBe(`0${gtin}`);
          expect(normalizeGtin(wrong)).toBeNull();
        },
      ),
    );
  });

  test('other lengths are refused', () => {
    expect(normalizeGtin('123')).toBeNull();
    expect(normalizeGtin('')).toBeNull();
  });
});

test('reference keys keep schemes and scopes apart', () => {
  expect(referenceKey({ scheme: 'sku', value: 'A' })).toBe('sku:A');
  expect(referenceKey({ scheme: 'pos-alias', scope: 'ST-1', value: 'A' })).toBe('pos-alias:ST-1:A');
});
