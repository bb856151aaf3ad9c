import { describe, expect, test } from '@jest/globals';
import { type Bench, createBench, shippedOrder } from './bench.ts';

type Product = { readonly quantity: number; readonly forecast_quantity: number };

const idOf = async (bench: Bench, model: string, code: string): Promise<number> => {
  const [id] = (await bench.call(`${model}.search`, [[['code', '=', code]], 0, 1, null])) as number[];
  if (id === undefined) throw new Error(`no ${model} ${code}`);
  return id;
};

const stockAt = async (
  bench: Bench,
  sku: string,
  places: readonly string[],
  context: Readonly<Record<string, unknown>> = {},
): Promise<Product> => {
  const locations = await Promise.all(places.map((code) => idOf(bench, 'stock.location', code)));
  const [row] = (await bench.call(
    'product.product.read',
    [[await idOf(bench, 'product.product', sku)], ['quantity', 'forecast_quantity']],
    { locations, with_childs: true, ...context },
  )) as Product[];
  if (row === undefined) throw new Error(`no answer for ${sku}`);
  return row;
};

const shipmentOf = async (bench: Bench, reference: string): Promise<number> => {
  const [sale] = (await bench.call('sale.sale.search_read', [
    [['reference', '=', reference]],
    0,
    1,
    null,
    ['shipments'],
  ])) as { shipments: number[] }[];
  return sale?.shipments[0] ?? -1;
};

const newSale = (bench: Bench, reference: string, quantity: number, upto = 'processing'): Promise<unknown> =>
  Promise.resolve(
    bench.simulator.act({
      kind: 'newSale',
      reference,
      upto,
      siteCode: 'WH-NORD',
      lines: [{ sku: 'P1000-S', quantity }],
    }),
  );

describe('stock of the simulated company', () => {
  test('all zones of every site together hold what the company holds there', async () => {
    const bench = createBench();
    const ids = (await bench.call('product.product.search', [[['type', '=', 'goods']], 0, null, null])) as number[];
    const rows = (await bench.call('product.product.read', [ids, ['code']])) as { id: number; code: string }[];
    for (const site of bench.company.sites) {
      const context = { locations: [await idOf(bench, 'stock.location', site.code)], with_childs: true };
      const counted = (await bench.call('product.product.read', [ids, ['quantity']], context)) as {
        id: number;
        quantity: number;
      }[];
      const byCode = new Map(counted.map((row) => [rows.find(({ id }) => id === row.id)?.code ?? '', row.quantity]));
      const held = bench.company.stock.filter((row) => row.siteCode === site.code);
      expect(held.map((row) => [row.sku, byCode.get(row.sku)])).toEqual(held.map((row) => [row.sku, row.onHand]));
      const total = held.reduce((sum, row) => sum + row.onHand, 0);
      expect([...byCode.values()].reduce((sum, quantity) => sum + quantity, 0)).toBe(total);
    }
  });

  test('quantities exist only for the places a call names, and several are summed', async () => {
    const bench = createBench();
    expect((await stockAt(bench, 'P1000-S', [])).quantity).toBe(0);
    const north = (await stockAt(bench, 'P1000-S', ['WH-NORD'])).quantity;
    const south = (await stockAt(bench, 'P1000-S', ['WH-SUED'])).quantity;
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD', 'WH-SUED'])).quantity).toBe(north + south);
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD'], { with_childs: false })).quantity).toBe(0);
  });

  test('an assignment keeps the quantity, a pick moves it to the door, only shipping lets it go', async () => {
    const bench = createBench();
    const start = (await stockAt(bench, 'P1000-S', ['WH-NORD-STO'])).quantity;
    const building = (await stockAt(bench, 'P1000-S', ['WH-NORD'])).quantity;
    await newSale(bench, 'WEB-9', 2);
    const shipment = await shipmentOf(bench, 'WEB-9');
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD-STO'])).quantity).toBe(start);
    expect(await bench.call('stock.shipment.out.assign_try', [[shipment]])).toBe(true);
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD-STO'])).quantity).toBe(start);
    const assigned = await stockAt(bench, 'P1000-S', ['WH-NORD-STO'], { stock_assign: true });
    const before = await stockAt(bench, 'P1000-S', ['WH-NORD-STO']);
    expect(assigned.quantity).toBeLessThanOrEqual(before.quantity - 2);
    await bench.call('stock.shipment.out.pick', [[shipment]]);
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD-STO'])).quantity).toBe(start - 2);
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD'])).quantity).toBe(building);
    await bench.call('stock.shipment.out.pack', [[shipment]]);
    await bench.call('stock.shipment.out.done', [[shipment]]);
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD'])).quantity).toBe(building - 2);
    expect(bench.writes).toEqual(
      ['assign_try', 'pick', 'pack', 'done'].map((step) =>
        expect.stringMatching(`^stock.shipment.out:SH\\d+:${step}$`),
      ),
    );
  });

  test('a shortage is no error: what is there is assigned, the rest stays a draft, the shipment waits', async () => {
    const bench = createBench();
    await newSale(bench, 'WEB-9', 100_000);
    const shipment = await shipmentOf(bench, 'WEB-9');
    expect(await bench.call('stock.shipment.out.assign_try', [[shipment]])).toBe(false);
    expect(await bench.call('stock.shipment.out.read', [[shipment], ['state', 'partially_assigned']])).toEqual([
      { id: shipment, state: 'waiting', partially_assigned: true },
    ]);
    const moves = (await bench.call('stock.move.search_read', [
      [
        ['shipment', '=', `stock.shipment.out,${shipment}`],
        ['to_location.code', '=', 'WH-NORD-OUT'],
      ],
      0,
      null,
      [['state', 'ASC']],
      ['state', 'quantity'],
    ])) as { state: string; quantity: number }[];
    expect(moves.map((move) => move.state)).toEqual(['assigned', 'draft']);
    expect(moves.reduce((sum, move) => sum + move.quantity, 0)).toBe(100_000);
  });

  test('a step that the state does not allow is ignored without a word', async () => {
    const bench = createBench();
    await newSale(bench, 'WEB-9', 1);
    const shipment = await shipmentOf(bench, 'WEB-9');
    expect(await bench.call('stock.shipment.out.done', [[shipment]])).toBeNull();
    expect(await bench.call('stock.shipment.out.read', [[shipment], ['state']])).toEqual([
      { id: shipment, state: 'waiting' },
    ]);
    expect(bench.writes).toEqual([]);
  });

  test('open purchases are forecast from their day on', async () => {
    const bench = createBench();
    const [line] = (await bench.call('purchase.line.search_read', [
      [['purchase.warehouse.code', '=', 'WH-NORD']],
      0,
      1,
      [['id', 'ASC']],
      ['product.code', 'quantity', 'delivery_date'],
    ])) as { 'product.': { code: string }; quantity: number; delivery_date: unknown }[];
    const sku = line?.['product.'].code ?? '';
    const today = await stockAt(bench, sku, ['WH-NORD'], {
      stock_date_end: { __class__: 'date', year: 2026, month: 3, day: 2 },
    });
    const later = await stockAt(bench, sku, ['WH-NORD'], { stock_date_end: line?.delivery_date });
    expect(later.forecast_quantity - today.forecast_quantity).toBe(line?.quantity);
    expect(later.quantity).toBe(today.quantity);
  });

  test('the past is what had been moved by then', async () => {
    const bench = createBench();
    const now = await stockAt(bench, 'P1000-S', ['WH-NORD']);
    await bench.clock.advance(2 * 86_400_000);
    await bench.simulator.act({ kind: 'receive', sku: 'P1000-S', siteCode: 'WH-NORD', quantity: 7 });
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD'])).quantity).toBe(now.quantity + 7);
    const stock_date_end = { __class__: 'date', year: 2026, month: 3, day: 3 };
    expect((await stockAt(bench, 'P1000-S', ['WH-NORD'], { stock_date_end })).quantity).toBe(now.quantity);
  });

  test('returned goods are in the building once received, on the shelf once put away', async () => {
    const bench = createBench();
    const order = shippedOrder(bench.company, 'SHIPPED');
    const { sku, quantity } = order.lines[0] ?? { sku: '', quantity: 0 };
    const [building, shelf] = [[order.siteCode], [`${order.siteCode}-STO`]];
    const before = [(await stockAt(bench, sku, building)).quantity, (await stockAt(bench, sku, shelf)).quantity];
    await bench.simulator.act({ kind: 'return', reference: order.number, upto: 'received' });
    expect((await stockAt(bench, sku, building)).quantity).toBe((before[0] ?? 0) + quantity);
    expect((await stockAt(bench, sku, shelf)).quantity).toBe(before[1]);
    const returns = (await bench.call('stock.shipment.out.return.search', [
      [['state', '=', 'received']],
      0,
      null,
      null,
    ])) as number[];
    await bench.call('stock.shipment.out.return.done', [returns]);
    expect((await stockAt(bench, sku, shelf)).quantity).toBe((before[1] ?? 0) + quantity);
  });

  test('a count brings the shelf to what was found', async () => {
    const bench = createBench();
    await bench.simulator.act({ kind: 'adjust', sku: 'P1000-S', siteCode: 'ST-BERLIN', quantity: 3 });
    expect((await stockAt(bench, 'P1000-S', ['ST-BERLIN-STO'])).quantity).toBe(3);
  });
});
