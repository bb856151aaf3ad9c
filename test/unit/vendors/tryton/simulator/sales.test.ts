import { describe, expect, test } from '@jest/globals';
import { type Bench, createBench } from './bench.ts';

type Sale = {
  readonly id: number;
  readonly state: string;
  readonly shipment_state: string;
  readonly invoice_state: string;
  readonly shipments: readonly number[];
  readonly invoices: readonly number[];
};

const saleOf = async (bench: Bench, reference: string): Promise<Sale> => {
  const [sale] = (await bench.call('sale.sale.search_read', [
    [['reference', '=', reference]],
    0,
    1,
    null,
    ['state', 'shipment_state', 'invoice_state', 'shipments', 'invoices'],
  ])) as Sale[];
  if (sale === undefined) throw new Error(`no sale ${reference}`);
  return sale;
};

const states = async (bench: Bench, reference: string): Promise<string> => {
  const { state, shipment_state, invoice_state } = await saleOf(bench, reference);
  return `${state}/${shipment_state}/${invoice_state}`;
};

const act = (bench: Bench, command: Readonly<Record<string, unknown>>): unknown => bench.simulator.act(command);

const sell = (bench: Bench, upto: string, method = 'SHIP_TO_HOME'): unknown =>
  act(bench, {
    kind: 'newSale',
    reference: 'WEB-9',
    upto,
    method,
    siteCode: method === 'SHIP_TO_HOME' ? 'WH-NORD' : 'ST-BERLIN',
    lines: [{ sku: 'P1000-S', quantity: 1 }],
  });

describe('sales of the simulated server', () => {
  test.each([
    ['draft', 'draft/none/none'],
    ['quotation', 'quotation/none/none'],
    ['confirmed', 'confirmed/none/none'],
    ['processing', 'processing/waiting/none'],
    ['packed', 'processing/waiting/none'],
    ['shipped', 'processing/sent/waiting'],
    ['invoiced', 'processing/sent/waiting'],
    ['paid', 'done/sent/paid'],
  ])('shipped, up to %s: %s', async (upto, expected) => {
    const bench = createBench();
    sell(bench, upto);
    expect(await states(bench, 'WEB-9')).toBe(expected);
  });

  test.each([
    ['processing', 'processing/none/waiting'],
    ['paid', 'done/none/paid'],
  ])('picked up, up to %s: %s, and never a shipment', async (upto, expected) => {
    const bench = createBench();
    sell(bench, upto, 'PICKUP_IN_STORE');
    expect(await states(bench, 'WEB-9')).toBe(expected);
    expect((await saleOf(bench, 'WEB-9')).shipments).toEqual([]);
  });

  test('confirming over RPC processes at once', async () => {
    const bench = createBench();
    sell(bench, 'quotation');
    const { id } = await saleOf(bench, 'WEB-9');
    await bench.call('sale.sale.process', [[id]]);
    expect(await states(bench, 'WEB-9')).toBe('quotation/none/none');
    await bench.call('sale.sale.confirm', [[id]]);
    expect(await states(bench, 'WEB-9')).toBe('processing/waiting/none');
    await bench.call('sale.sale.cancel', [[id]]);
    expect(await states(bench, 'WEB-9')).toBe('processing/waiting/none');
  });

  test('a cancelled shipment leaves the sale with an exception', async () => {
    const bench = createBench();
    sell(bench, 'assigned');
    const { shipments } = await saleOf(bench, 'WEB-9');
    await bench.call('stock.shipment.out.cancel', [shipments]);
    expect(await states(bench, 'WEB-9')).toBe('processing/exception/none');
  });

  test('posting an invoice leaves the sale as it was written before', async () => {
    const bench = createBench();
    sell(bench, 'shipped');
    const { id, invoices } = await saleOf(bench, 'WEB-9');
    const stamp = async (): Promise<unknown> => bench.call('sale.sale.read', [[id], ['write_date']]);
    const before = await stamp();
    await bench.clock.advance(60_000);
    await bench.call('account.invoice.post', [invoices]);
    expect(await stamp()).toEqual(before);
    expect(await bench.call('account.invoice.read', [invoices, ['state', 'sales', 'number']])).toEqual([
      { id: invoices[0], state: 'posted', sales: [id], number: expect.stringMatching(/^INV\d+$/) },
    ]);
  });

  test('a quote needs an invoice address; what is shipped cannot be invoiced by shipment and moved by hand', async () => {
    const bench = createBench();
    const [id] = (await bench.call('sale.sale.create', [[{ party: 1 }]])) as number[];
    expect(await bench.refused('sale.sale.quote', [[id]])).toEqual([
      'UserError',
      [`To get a quote for sale "(${id})" you must enter an invoice address.`, '', null],
    ]);
    expect(
      await bench.refused('sale.sale.create', [[{ party: 1, invoice_method: 'shipment', shipment_method: 'manual' }]]),
    ).toEqual(['UserError', [expect.stringContaining('cannot use together'), '', null]]);
  });

  test('seeded sales stand where the company says', async () => {
    const bench = createBench();
    const expected: Readonly<Record<string, string>> = {
      QUOTED: 'quotation/none/none',
      CONFIRMED: 'confirmed/none/none',
      RELEASED: 'processing/waiting/none',
      ALLOCATED: 'processing/waiting/none',
      PICKING: 'processing/waiting/none',
      PACKED: 'processing/waiting/none',
      PARTIALLY_SHIPPED: 'processing/waiting/waiting',
      SHIPPED: 'processing/sent/waiting',
      DELIVERED: 'done/sent/paid',
      CANCELLED: 'cancelled/none/none',
      RETURNED: 'done/sent/paid',
    };
    const shipped = bench.company.orders.filter((order) => order.method === 'SHIP_TO_HOME' && order.erpNumber);
    expect(new Set(shipped.map((order) => order.stage)).size).toBe(Object.keys(expected).length);
    for (const order of shipped) {
      expect([order.number, await states(bench, order.number)]).toEqual([order.number, expected[order.stage]]);
    }
    const missing = bench.company.orders.filter((order) => order.erpNumber === undefined);
    expect(missing.length).toBeGreaterThan(0);
    for (const order of missing) {
      expect(await bench.call('sale.sale.search_count', [[['reference', '=', order.number]]])).toBe(0);
    }
  });

  test('a partly shipped sale has one shipment gone and one still to go, with all goods between them', async () => {
    const bench = createBench();
    const order = bench.company.orders.find((candidate) => candidate.stage === 'PARTIALLY_SHIPPED');
    const { shipments } = await saleOf(bench, order?.number ?? '');
    const rows = (await bench.call('stock.shipment.out.read', [
      shipments,
      ['state', 'outgoing_moves.quantity', 'packages.shipping_reference'],
    ])) as {
      state: string;
      'outgoing_moves.': { quantity: number }[];
      'packages.': { shipping_reference: string }[];
    }[];
    const sum = (row: (typeof rows)[number]): number =>
      row['outgoing_moves.'].reduce((total, move) => total + move.quantity, 0);
    expect(rows.map((row) => row.state)).toEqual(['done', 'assigned']);
    const shippedUnits = order?.lines.reduce((total, line) => total + line.shippedQuantity, 0);
    const orderedUnits = order?.lines.reduce((total, line) => total + line.quantity, 0);
    expect(rows.map(sum)).toEqual([shippedUnits, Number(orderedUnits) - Number(shippedUnits)]);
    expect(rows[0]?.['packages.'].map((parcel) => parcel.shipping_reference)).toEqual([order?.trackingNumber]);
  });

  test('acts refuse bad input by name, and there is nothing to subscribe to', () => {
    const bench = createBench();
    expect(() => act(bench, { kind: 'receive', sku: 'nope', siteCode: 'WH-NORD', quantity: 1 })).toThrow('sku:');
    expect(() => act(bench, { kind: 'receive', sku: 'P1000-S', siteCode: 'WH-NORD', quantity: 0 })).toThrow(
      'quantity:',
    );
    expect(() => act(bench, { kind: 'advance', reference: 'WEB-20001', to: 'orbit' })).toThrow('to:');
    expect(() => act(bench, { kind: 'subscribe', url: 'http://127.0.0.1/' })).toThrow('pushes nothing');
    expect(() => act(bench, { kind: 'dance' })).toThrow('kind: must be one of');
  });
});
