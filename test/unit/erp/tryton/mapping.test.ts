import { describe, expect, it } from '@jest/globals';
import { amountOf, lifecycleOf, siteOf, stampOfProduct, variantOf } from '#subgraphs/erp/adapters/tryton/mapping.ts';
import { firstMatch, trytonErpOptions } from '#subgraphs/erp/adapters/tryton/options.ts';
import { locationRow, productRow } from '#subgraphs/erp/adapters/tryton/wire.ts';
import { fixture } from './fixture.ts';

const product = (over: object = {}) => productRow.parse({ ...fixture('product'), ...over });
const location = (over: object = {}) => locationRow.parse({ ...fixture('warehouse'), ...over });

describe('products', () => {
  it('a recorded product is an item with its names', () => {
    expect(variantOf(product(), 'EUR')).toEqual({
      sku: 'P1000-L',
      gtin: '04000000000020',
      productCode: 'P1000',
      productTitle: 'T-Shirt A',
      title: 'T-Shirt A, L',
      lifecycle: 'ACTIVE',
      unitOfMeasure: 'u',
      listPrice: { amountMinor: 990, currency: 'EUR' },
      aliases: [{ scheme: 'pos-alias', scope: 'ST-BERLIN', value: 'TS-1' }],
    });
  });

  it('a second barcode is another name, a repeated one is not', () => {
    const stamps = { create_date: '2026-11-20T16:40:05.527Z', write_date: null };
    const identifiers = ['4000000000020', '96385074', '4000000000020'].map((code, id) => ({
      id,
      ...stamps,
      type: 'ean',
      code,
    }));
    const variant = variantOf(product({ 'identifiers.': identifiers }), 'EUR');
    expect(variant?.gtin).toBe('04000000000020');
    expect(variant?.aliases).toContainEqual({ scheme: 'gtin', value: '00000096385074' });
  });

  it.each([
    [null, 'T-Shirt A'],
    ['', 'T-Shirt A'],
    ['-XL', 'T-Shirt A, XL'],
    ['/ blue', 'T-Shirt A, blue'],
  ])('suffix %j makes the title %j', (suffix_code, title) => {
    expect(variantOf(product({ suffix_code }), 'EUR')?.title).toBe(title);
  });

  it('without a code there is no item, without a product code the item is its own product, without a price there is none', () => {
    expect(variantOf(product({ code: null }), 'EUR')).toBeNull();
    const template = { ...(fixture('product')['template.'] as object), code: null };
    expect(variantOf(product({ 'template.': template }), 'EUR')?.productCode).toBe('P1000-L');
    expect(variantOf(product({ list_price: null }), 'EUR')).not.toHaveProperty('listPrice');
  });

  it.each([
    [true, true, true, 'ACTIVE'],
    [true, true, false, 'BLOCKED'],
    [false, true, true, 'DISCONTINUED'],
    [true, false, true, 'DISCONTINUED'],
    [false, false, false, 'DISCONTINUED'],
  ])('active %j, its template %j, salable %j: %s', (active, templateActive, salable, lifecycle) => {
    const row = product({ active, salable });
    expect(lifecycleOf({ ...row, 'template.': { ...row['template.'], active: templateActive } })).toBe(lifecycle);
  });

  it('SQLite says 1 and 0 for true and false', () => {
    expect(product({ active: 0 }).active).toBe(false);
    expect(product({ salable: 1 }).salable).toBe(true);
  });

  it('is as new as its newest part', () => {
    const row = product();
    const later = '2026-12-01T00:00:00.000Z';
    expect(stampOfProduct({ ...row, 'template.': { ...row['template.'], write_date: later } })).toBe(later);
    const [identifier] = row['identifiers.'];
    if (identifier === undefined) throw new Error('the recorded product has no identifier');
    expect(stampOfProduct({ ...row, 'identifiers.': [{ ...identifier, create_date: later }] })).toBe(later);
  });

  it.each([
    ['9.90', 990],
    ['9.905', 991],
    ['1E+2', 10_000],
    ['0E-8', 0],
    ['-24.9', -2_490],
  ])('%s is %d cents', (decimal, amountMinor) => {
    expect(amountOf(decimal, 'EUR')).toEqual({ amountMinor, currency: 'EUR' });
  });
});

describe('places', () => {
  const rules = { kindOf: firstMatch([{ pattern: '^ST-', value: 'STORE' as const }]), timeZone: 'Europe/Berlin' };

  it('a warehouse is a site; its address counts with a country only', () => {
    expect(siteOf(location(), rules)).toEqual({
      code: 'WH-NORD',
      name: 'Lager Nord',
      kind: 'WAREHOUSE',
      timeZone: 'Europe/Berlin',
      address: { lines: ['Am Güterbahnhof 12', 'Tor 3'], city: 'Lehrte', postalCode: '31275', country: 'DE' },
    });
    const address = { ...(fixture('warehouse')['address.'] as object), 'country.': null };
    expect(siteOf(location({ 'address.': address }), rules)).not.toHaveProperty('address');
    expect(siteOf(location({ 'address.': null }), rules)).not.toHaveProperty('address');
  });

  it('the first fitting pattern names the kind; zones and places without a code are no sites', () => {
    expect(siteOf(location({ code: 'ST-017' }), rules)?.kind).toBe('STORE');
    expect(siteOf(location({ type: 'storage' }), rules)).toBeNull();
    expect(siteOf(location({ code: null }), rules)).toBeNull();
  });
});

describe('options', () => {
  it('an unknown one and a broken pattern are refused', () => {
    expect(trytonErpOptions.safeParse({ database: 'retail', colour: 'blue' }).success).toBe(false);
    const broken = trytonErpOptions.safeParse({ database: 'retail', siteKinds: [{ pattern: '(', kind: 'STORE' }] });
    expect(broken.error?.issues[0]).toMatchObject({
      path: ['siteKinds', 0, 'pattern'],
      message: 'is not a regular expression',
    });
  });

  it('the first fitting rule decides', () => {
    const channel = firstMatch([
      { pattern: '^WEB-', value: 'web' },
      { pattern: '-', value: 'other' },
    ]);
    expect([channel('WEB-1'), channel('X-1'), channel('X')]).toEqual(['web', 'other', undefined]);
  });
});
