import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { freshMsOfStock, LIFETIMES, LOW_STOCK_UNITS } from '#model/lifetimes.ts';
import { nameOfStockKey, placesOf } from '#model/stock-key.ts';

const PAGE = readFileSync(new URL('../../../docs/reference/freshness.md', import.meta.url), 'utf8');

describe('lifetimes', () => {
  test('are what app developers are told', () => {
    const rows = [...PAGE.matchAll(/^\| `(\w+)` \| [^|]+ \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(
      ([, kind, fresh, bound, absent]) => [
        kind,
        { freshMs: Number(fresh) * 1000, boundMs: Number(bound) * 1000, absentMs: Number(absent) * 1000 },
      ],
    );
    expect(Object.fromEntries(rows)).toEqual(LIFETIMES);
    expect(PAGE).toContain(`Stock of an item with ${LOW_STOCK_UNITS} units or fewer`);
    expect(PAGE).toContain(`is fresh for ${freshMsOfStock([{ onHand: LOW_STOCK_UNITS }]) / 1000} seconds`);
  });

  test.each(Object.entries(LIFETIMES))('%s is fresh for less than it is answered at all', (_kind, lifetime) => {
    expect(lifetime.freshMs).toBeLessThan(lifetime.boundMs);
    expect(lifetime.absentMs).toBeLessThanOrEqual(lifetime.freshMs);
  });

  test('one place that is low makes an item low', () => {
    const plenty = { onHand: LOW_STOCK_UNITS + 1 };
    const low = { onHand: LOW_STOCK_UNITS };
    expect(freshMsOfStock([plenty, plenty])).toBe(LIFETIMES.stock.freshMs);
    expect(freshMsOfStock([plenty, low])).toBeLessThan(LIFETIMES.stock.freshMs);
    expect(freshMsOfStock([])).toBe(LIFETIMES.stock.freshMs);
  });
});

describe('questions about stock', () => {
  const codes = fc.array(fc.string({ maxLength: 4 }), { maxLength: 5 });

  test('are the same for the same set of places, and for no other', () => {
    fc.assert(
      fc.property(codes, codes, (some, others) => {
        const isSameSet = some.every((code) => others.includes(code)) && others.every((code) => some.includes(code));
        const placesAt = (locationCodes: readonly string[] | null) => placesOf({ sku: 'A', locationCodes });
        expect(placesAt(some) === placesAt(others)).toBe(isSameSet);
        expect(placesAt([...some].reverse())).toBe(placesAt([...some, ...some]));
        expect(placesAt(some)).not.toBe(placesAt(null));
      }),
    );
  });

  test('about different items are different', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), codes, (sku, other, locationCodes) => {
        const isSame = nameOfStockKey({ sku, locationCodes }) === nameOfStockKey({ sku: other, locationCodes });
        expect(isSame).toBe(sku === other);
      }),
    );
  });
});
