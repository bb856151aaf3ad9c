import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Bench, createBench } from './bench.ts';

describe('searching the simulated server', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = createBench();
  });

  const codes = async (domain: readonly unknown[], context?: Readonly<Record<string, unknown>>): Promise<string[]> => {
    const rows = await bench.call('product.product.search_read', [domain, 0, null, null, ['code']], context);
    return (rows as { code: string }[]).map((row) => row.code);
  };
  const count = (model: string, domain: readonly unknown[]): Promise<unknown> =>
    bench.call(`${model}.search_count`, [domain]);

  test('codes are the template code and the suffix, in order', async () => {
    expect(await codes([['code', 'like', 'P1000%']])).toEqual(['P1000-L', 'P1000-M', 'P1000-S', 'P1000-XL']);
  });

  test.each([
    [[['code', '=', 'P1000-S']], ['P1000-S']],
    [[['code', 'in', ['P1001-M', 'P1000-S', 'nope']]], ['P1000-S', 'P1001-M']],
    [
      ['OR', ['code', '=', 'P1000-S'], ['code', '=', 'P1000-M']],
      ['P1000-M', 'P1000-S'],
    ],
    [
      ['AND', [['code', 'like', 'P1000%']], ['code', 'not in', ['P1000-L', 'P1000-XL']]],
      ['P1000-M', 'P1000-S'],
    ],
    [
      [
        ['template.code', '=', 'P1000'],
        ['code', 'not like', '%L'],
      ],
      ['P1000-M', 'P1000-S'],
    ],
    [[['identifiers.code', '=', '4000000000006']], ['P1000-S']],
    [[['rec_name', 'ilike', '%4000000000006%']], ['P1000-S']],
    [[['code', 'like', 'p1000%']], []],
    [[['code', 'ilike', 'p1000-s']], ['P1000-S']],
  ])('%j', async (domain, expected) => {
    expect(await codes(domain)).toEqual(expected);
  });

  test('nothing is neither equal nor unequal to a value, except to nothing', async () => {
    const all = Number(await count('sale.sale', []));
    await bench.call('sale.sale.create', [[{ party: 1 }]]);
    expect(await count('sale.sale', [['number', '=', null]])).toBe(1);
    expect(await count('sale.sale', [['number', '!=', null]])).toBe(all);
    expect(await count('sale.sale', [['number', '!=', 'SO30001']])).toBe(all - 1);
    expect(await count('sale.sale', [['number', 'not in', ['SO30001']]])).toBe(all - 1);
  });

  test('inactive records are hidden until asked for', async () => {
    const [id] = (await bench.call('product.product.search', [[['code', '=', 'P1002-S']], 0, 1, null])) as number[];
    await bench.call('product.product.write', [[id], { active: false }]);
    expect(await codes([['code', '=', 'P1002-S']])).toEqual([]);
    expect(
      await codes([
        ['code', '=', 'P1002-S'],
        ['active', 'in', [true, false]],
      ]),
    ).toEqual(['P1002-S']);
    expect(await codes([['code', '=', 'P1002-S']], { active_test: false })).toEqual(['P1002-S']);
  });

  test('places below a place, and a computed field that cannot be searched', async () => {
    const [nord] = (await bench.call('stock.location.search', [[['code', '=', 'WH-NORD']], 0, 1, null])) as number[];
    const below = await bench.call('stock.location.search_read', [
      [['parent', 'child_of', [nord]]],
      0,
      null,
      [['code', 'ASC']],
      ['code'],
    ]);
    expect((below as { code: string }[]).map((row) => row.code)).toEqual([
      'WH-NORD',
      'WH-NORD-DMG',
      'WH-NORD-INP',
      'WH-NORD-OUT',
      'WH-NORD-STO',
    ]);
    expect(Number(await count('stock.move', [['from_location', 'child_of', [nord], 'parent']]))).toBeGreaterThan(0);
    expect(await bench.refused('stock.move.search', [[['from_location.warehouse', '=', nord]], 0, 1, null])).toEqual([
      'Missing search function for field "Warehouse" in "Stock Location".',
      '',
    ]);
  });

  test('a path through a reference names the model it goes to', async () => {
    const open = Number(await count('stock.move', [['shipment.state', '=', 'packed', 'stock.shipment.out']]));
    expect(open).toBeGreaterThan(0);
  });

  test('offset, limit and order', async () => {
    const page = await bench.call('sale.sale.search', [[], 2, 3, [['number', 'ASC']]]);
    const all = (await bench.call('sale.sale.search', [[], 0, null, [['number', 'ASC']]])) as number[];
    expect(page).toEqual(all.slice(2, 5));
    expect(await bench.refused('sale.sale.search', [[], 0, 1, [['nope', 'ASC']]])).toEqual(["'nope'", '']);
  });

  test('fields of related records come back under the dotted name; several as a list', async () => {
    const [sale] = (await bench.call('sale.sale.search_read', [
      [['reference', '=', 'WEB-20001']],
      0,
      1,
      null,
      ['party.email', 'currency.code', 'carrier.rec_name', 'lines.quantity'],
    ])) as Readonly<Record<string, unknown>>[];
    expect(sale).toEqual({
      id: expect.any(Number),
      'party.': { id: expect.any(Number), email: expect.stringContaining('@') },
      'currency.': { id: 1, code: 'EUR' },
      'carrier.': null,
      'lines.': expect.arrayContaining([{ id: expect.any(Number), quantity: expect.any(Number) }]),
    });
  });

  test('a read answers every id once, lowest first', async () => {
    expect(await bench.call('product.product.read', [[4, 2, 4], ['suffix_code']])).toEqual([
      { id: 2, suffix_code: '-S' },
      { id: 4, suffix_code: '-L' },
    ]);
  });
});
