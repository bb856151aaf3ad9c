import { describe, expect, it } from '@jest/globals';
import {
  claimOfSale,
  isOrder,
  objectionTo,
  postingOf,
  type SaleRules,
  salesOrderOf,
  startOfDay,
} from '#subgraphs/erp/adapters/tryton/sales-mapping.ts';
import { saySales } from '#subgraphs/erp/adapters/tryton/streams.ts';
import { type SaleRow, saleRow } from '#subgraphs/erp/adapters/tryton/wire.ts';
import { fixture } from './fixture.ts';

const RULES: SaleRules = {
  channelOf: (reference) => (reference.startsWith('WEB-') ? 'web' : undefined),
  kindOf: (code) => (code.startsWith('ST-') ? 'STORE' : 'WAREHOUSE'),
  timeZone: 'Europe/Berlin',
};

/** The record is older than our reading of comments. */
const sale = (over: Partial<SaleRow> = {}): SaleRow => ({
  ...saleRow.parse({ comment: null, ...fixture('sale') }),
  ...over,
});

const lines = (...quantities: readonly (number | null)[]): SaleRow['lines.'] =>
  quantities.map((quantity, place) => ({
    id: place + 1,
    create_date: '2026-11-20T16:40:12.681Z',
    write_date: null,
    type: 'line',
    quantity,
    'product.': { code: `P100${place}-S`, type: 'goods' },
  }));

const invoices = (...states: readonly SaleRow['invoices.'][number]['state'][]): SaleRow['invoices.'] =>
  states.map((state, place) => ({
    id: place + 1,
    create_date: '2026-11-20T16:40:13.000Z',
    write_date: null,
    number: state === 'draft' ? null : String(place + 1),
    state,
    invoice_date: '2026-11-20',
    total_amount: '10.00',
    'currency.': { code: 'EUR' },
  }));

describe('a recorded sale', () => {
  it('is a statement about its order, as new as its newest part', () => {
    expect(claimOfSale(sale(), RULES)).toEqual({
      kind: 'order-claim',
      documentType: 'sales-order',
      documentId: '6',
      references: [
        { scheme: 'channel', value: 'WEB-10006' },
        { scheme: 'erp', value: '6' },
      ],
      // The invoice was posted long after the sale itself was last written.
      sequence: String(Date.parse('2026-11-20T16:45:24.808Z')),
      effectiveAt: '2026-11-20T16:45:24.808Z',
      rawStatus: 'processing/sent/waiting',
      channel: 'web',
      placedAt: '2026-11-20T16:40:12.681Z',
      total: { amountMinor: 24_120, currency: 'EUR' },
      customer: { email: 'kunde7@example.invalid', postalCode: '10115' },
      lines: [
        ['14', 'P1009-L', 2],
        ['15', 'P1006-S', 3],
        ['16', 'P1042-L', 3],
      ].map(([lineRef, value, ordered]) => ({
        lineRef,
        items: [{ scheme: 'sku', value }],
        ordered,
        method: 'SHIP_TO_HOME',
        locationCode: 'WH-SUED',
      })),
      confirmed: true,
      onHold: false,
      cancelled: false,
      released: true,
      payment: 'PENDING',
      posting: 'POSTED',
    });
  });

  it('is a sales order with its invoice, booked on the company’s own day', () => {
    expect(salesOrderOf(sale(), 'erp-main', RULES)).toEqual({
      number: '6',
      documentStatus: 'processing/sent/waiting',
      posting: 'POSTED',
      invoices: [
        {
          number: '1',
          total: { amountMinor: 24_120, currency: 'EUR' },
          postedAt: '2026-11-19T23:00:00.000Z',
          status: 'POSTED',
        },
      ],
      total: { amountMinor: 24_120, currency: 'EUR' },
      externalReferences: [{ system: 'web', kind: 'order-number', value: 'WEB-10006' }],
      asOf: '2026-11-20T16:45:24.808Z',
      version: String(Date.parse('2026-11-20T16:45:24.808Z')),
    });
  });
});

describe('what counts as an order', () => {
  it.each([
    ['a draft without a number', { number: null }, false],
    ['a draft that had been quoted', { state: 'draft' }, true],
    ['a sale of negative quantities', { 'lines.': lines(-1, -2) }, false],
    ['an exchange', { 'lines.': lines(-1, 2) }, true],
    ['a sale without lines', { 'lines.': [] }, false],
  ] as const)('%s: %j', (_name, over, expected) => {
    expect(isOrder(sale(over as Partial<SaleRow>))).toBe(expected);
  });

  it('shipping costs, titles and empty lines are no goods', () => {
    const [goods] = lines(1);
    if (goods === undefined) throw new Error('no line');
    const service = { ...goods, id: 2, 'product.': { code: 'SHIP', type: 'service' } };
    const title = { ...goods, id: 3, type: 'title', 'product.': null };
    const empty = { ...goods, id: 4, quantity: null };
    const claim = claimOfSale(sale({ 'lines.': [goods, service, title, empty] }), RULES);
    expect(claim.lines?.map(({ lineRef }) => lineRef)).toEqual(['1']);
  });

  it('goods without a code and parts of units are put on record, and only that sale is left out', () => {
    const [line] = lines(1);
    if (line === undefined) throw new Error('no line');
    const unnamed = sale({ number: '7', 'lines.': [{ ...line, 'product.': { code: null, type: 'goods' } }] });
    const broken = sale({ number: '8', 'lines.': lines(0.5) });
    expect(objectionTo(unnamed)).toMatchObject({ kind: 'IDENTIFIER_UNMAPPED', subject: 'sale 7' });
    expect(objectionTo(broken)).toMatchObject({ kind: 'SCHEMA_MISMATCH', message: expect.stringContaining('0.5') });
    const said = saySales([unnamed, sale(), broken, sale({ number: null })], RULES);
    expect(said.changes).toHaveLength(1);
    expect(said.rejected.map(({ subject }) => subject)).toEqual(['sale 7', 'sale 8']);
  });
});

describe('what a sale says', () => {
  it.each([
    ['draft', false, false],
    ['quotation', false, false],
    ['confirmed', true, false],
    ['processing', true, false],
    ['done', true, false],
    ['cancelled', false, true],
  ] as const)('%s: confirmed %j, cancelled %j', (state, confirmed, cancelled) => {
    expect(claimOfSale(sale({ state }), RULES)).toMatchObject({ confirmed, cancelled });
  });

  it.each([
    ['none', 'PENDING'],
    ['waiting', 'PENDING'],
    ['partially paid', 'PARTIALLY_PAID'],
    ['paid', 'PAID'],
    ['exception', 'UNKNOWN'],
  ] as const)('invoice state %s: payment %s', (invoice_state, payment) => {
    expect(claimOfSale(sale({ invoice_state }), RULES).payment).toBe(payment);
  });

  it.each([
    ['no invoice', 'none', [], 'NOT_POSTED'],
    ['a draft', 'waiting', ['draft'], 'STAGED'],
    ['one posted, one not', 'waiting', ['posted', 'validated'], 'STAGED'],
    ['all posted', 'waiting', ['posted', 'paid'], 'POSTED'],
    ['a cancelled one nobody decided about', 'exception', ['cancelled'], 'FAILED'],
    ['a cancelled one made anew', 'waiting', ['cancelled', 'posted'], 'POSTED'],
    ['a cancelled one given up', 'none', ['cancelled'], 'NOT_POSTED'],
  ] as const)('%s: posting', (_name, invoice_state, states, expected) => {
    expect(postingOf({ invoice_state, 'invoices.': invoices(...states) })).toBe(expected);
  });

  it('invoices taken back are reversed, drafts have no number and no day', () => {
    const row = sale({ invoice_state: 'none', 'invoices.': invoices('cancelled') });
    expect(salesOrderOf(row, 'erp-main', RULES)).toMatchObject({
      posting: 'REVERSED',
      invoices: [{ number: '1', status: 'REVERSED' }],
    });
    const [draft] = salesOrderOf(sale({ 'invoices.': invoices('draft') }), 'erp-main', RULES).invoices;
    expect(draft).toEqual({ number: 'draft-1', status: 'STAGED', total: { amountMinor: 1_000, currency: 'EUR' } });
  });

  it('a cancelled shipment holds the order until somebody decides', () => {
    expect(claimOfSale(sale({ shipment_state: 'exception' }), RULES).onHold).toBe(true);
  });

  it.each([
    ['order', 'WH-NORD', 'SHIP_TO_HOME'],
    ['order', 'ST-BERLIN', 'SHIP_TO_HOME'],
    ['manual', 'ST-BERLIN', 'PICKUP_IN_STORE'],
    ['manual', 'WH-NORD', 'SHIP_TO_HOME'],
  ])('shipment method %s at %s: %s', (shipment_method, code, method) => {
    const claim = claimOfSale(sale({ shipment_method, 'warehouse.': { code } }), RULES);
    expect(new Set(claim.lines?.map((line) => line.method))).toEqual(new Set([method]));
  });

  it('is released by its shipments; a pickup, which has none, by being processed', () => {
    const pickup = { shipment_method: 'manual', 'warehouse.': { code: 'ST-BERLIN' }, shipments: [] } as const;
    expect(claimOfSale(sale({ shipments: [] }), RULES).released).toBe(false);
    expect(claimOfSale(sale({ ...pickup, shipments: [], state: 'confirmed' }), RULES).released).toBe(false);
    expect(claimOfSale(sale({ ...pickup, shipments: [], state: 'processing' }), RULES).released).toBe(true);
  });

  it('what is blank is left out', () => {
    const blank = sale({
      reference: ' ',
      'warehouse.': null,
      'party.': { email: '', phone: ' ', mobile: null },
      'shipment_address.': null,
      'invoice_address.': null,
    });
    const claim = claimOfSale(blank, RULES);
    expect(claim.references).toEqual([{ scheme: 'erp', value: '6' }]);
    expect(claim.customer).toEqual({});
    expect(claim).not.toHaveProperty('channel');
    expect(claim.lines?.[0]).not.toHaveProperty('locationCode');
    expect(salesOrderOf(blank, 'erp-main', RULES).externalReferences).toEqual([]);
  });

  it.each([
    ['2026-11-20', 'Europe/Berlin', '2026-11-19T23:00:00.000Z'],
    ['2026-07-01', 'Europe/Berlin', '2026-06-30T22:00:00.000Z'],
    ['2026-07-01', 'America/New_York', '2026-07-01T04:00:00.000Z'],
    ['2026-07-01', 'UTC', '2026-07-01T00:00:00.000Z'],
  ])('%s begins in %s at %s', (day, timeZone, instant) => {
    expect(startOfDay(day, timeZone)).toBe(instant);
  });
});

describe('the reservation that a sale takes over', () => {
  it.each([
    [null, undefined],
    ['', undefined],
    ['Please ring twice.', undefined],
    ['reservation:res_aB3-_9', ['res_aB3-_9']],
    ['Please ring.\nreservation:res_1 and reservation:res_2, reservation:res_1', ['res_1', 'res_2']],
  ])('is read from the comment %j', (comment, ids) => {
    expect(claimOfSale(sale({ comment }), RULES).reservationIds).toEqual(ids);
  });
});
