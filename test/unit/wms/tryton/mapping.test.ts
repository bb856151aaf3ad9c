import { describe, expect, it } from '@jest/globals';
import { returnDocuments, shipmentDocuments } from '#subgraphs/wms/adapters/tryton/documents.ts';
import {
  claimOfReturn,
  claimOfShipment,
  referencesOf,
  wmsReturnReceiptOf,
  wmsShipmentOf,
} from '#subgraphs/wms/adapters/tryton/mapping.ts';
import { sitesOf } from '#subgraphs/wms/adapters/tryton/sites.ts';
import type { DocumentMoveRow, PackageRow, ShipmentRow } from '#subgraphs/wms/adapters/tryton/wire.ts';
import { goodsMove, LOCATIONS, returnRow, SALE, shipmentRow, T0, T1, T2, walkOf } from './rows.ts';

const sites = sitesOf(LOCATIONS);

const documents = (
  shipment: Partial<ShipmentRow>,
  moves: readonly DocumentMoveRow[],
  packages: readonly PackageRow[] = [],
) => shipmentDocuments(shipmentRow(shipment), moves, packages, T2);

const claims = (
  shipment: Partial<ShipmentRow>,
  moves: readonly DocumentMoveRow[],
  packages: readonly PackageRow[] = [],
) => documents(shipment, moves, packages).map((document) => claimOfShipment(document, sites));

const item = (sku: string) => [{ scheme: 'sku', value: sku }];
const three = goodsMove({ id: 1, internal_quantity: 3 });

describe('a shipment', () => {
  it.each([
    ['draft', 'draft', { open: 3 }, 'INFO_RECEIVED', 'RELEASED', false],
    ['waiting', 'draft', { open: 3 }, 'INFO_RECEIVED', 'RELEASED', true],
    ['assigned', 'draft', { allocated: 3 }, 'INFO_RECEIVED', 'RELEASED', true],
    ['picked', 'draft', { picking: 3 }, 'INFO_RECEIVED', 'PICKING', true],
    ['packed', 'assigned', { packed: 3 }, 'LABEL_CREATED', 'PACKED', true],
    ['done', 'done', { shipped: 3 }, 'IN_TRANSIT', 'SHIPPED', true],
    ['cancelled', 'cancelled', { cancelled: 3 }, 'CANCELLED', 'CANCELLED', false],
  ] as const)('%s', (state, moveState, quantities, parcel, wmsState, released) => {
    const moves = [{ ...three, state: moveState }];
    expect(claims({ state }, moves)).toEqual([
      {
        kind: 'order-claim',
        documentType: 'shipment',
        documentId: 'SH19',
        references: [
          { scheme: 'channel', value: 'WEB-1' },
          { scheme: 'erp', value: 'SO25' },
        ],
        sequence: String(Date.parse(T2)),
        effectiveAt: T2,
        rawStatus: state,
        released,
        progress: [{ items: item('P1000-S'), quantities }],
        shipment: { originCode: 'WH-NORD', state: parcel, events: [{ at: T2, state: parcel }] },
      },
    ]);
    const [document] = documents({ state }, moves);
    expect(document && wmsShipmentOf(document, sites)).toMatchObject({
      id: 'SH19',
      orderReference: 'WEB-1',
      originCode: 'WH-NORD',
      state: wmsState,
      asOf: T2,
    });
  });

  it('assigned in part tells what is still missing', () => {
    const moves = [
      three,
      walkOf(1, { id: 2, state: 'assigned', internal_quantity: 2 }),
      walkOf(1, { id: 3, state: 'draft', internal_quantity: 1 }),
    ];
    const [claim] = claims({ state: 'waiting', partially_assigned: true }, moves);
    expect(claim?.progress).toEqual([{ items: item('P1000-S'), quantities: { allocated: 2, backordered: 1 } }]);
  });

  it('that waits for supply is back-ordered', () => {
    const [claim] = claims({ state: 'waiting' }, [{ ...three, state: 'staging' }]);
    expect(claim?.progress).toEqual([{ items: item('P1000-S'), quantities: { backordered: 3 } }]);
  });

  it('whose cancelled goods were put into a new one says nothing of them any more', () => {
    const moves = [{ ...three, state: 'cancelled', sale_exception_state: 'recreated' }];
    const [claim] = claims({ state: 'cancelled' }, moves);
    expect(claim).toMatchObject({ progress: [], rawStatus: 'cancelled' });
  });

  it('that was cancelled is as new as its sale, where its fate is decided', () => {
    const decided = { ...SALE, write_date: '2026-11-21T09:00:00.000Z' };
    const moves = [{ ...three, state: 'cancelled', 'sale.': decided }];
    expect(claims({ state: 'cancelled' }, moves)[0]?.effectiveAt).toBe(decided.write_date);
    expect(claims({ state: 'done' }, [{ ...three, state: 'done', 'sale.': decided }])[0]?.effectiveAt).toBe(T2);
  });

  it('adds up the moves of one item', () => {
    const moves = [
      three,
      { ...three, id: 2 },
      goodsMove({ id: 3, product: 2, 'product.': { id: 2, code: 'P1000-M' } }),
    ];
    expect(claims({ state: 'packed' }, moves)[0]?.progress).toEqual([
      { items: item('P1000-S'), quantities: { packed: 6 } },
      { items: item('P1000-M'), quantities: { packed: 1 } },
    ]);
  });

  it('of several sales is a document for each, the first keeping the number', () => {
    const other = { ...SALE, id: 26, number: 'SO26', reference: 'WEB-2' };
    const moves = [goodsMove({ id: 2, 'sale.': other }), goodsMove({ id: 1 }), walkOf(2, { id: 3, state: 'assigned' })];
    const told = claims({ state: 'waiting' }, moves);
    expect(told.map(({ documentId }) => documentId)).toEqual(['SH19', 'SH19~SO26']);
    expect(told.map(({ references }) => references[0]?.value)).toEqual(['WEB-1', 'WEB-2']);
    expect(told.map(({ progress }) => progress?.[0]?.quantities)).toEqual([{ open: 1 }, { allocated: 1 }]);
  });

  it('of no sale, or without a number yet, is nobody’s', () => {
    expect(documents({}, [goodsMove({ 'sale.': null })])).toEqual([]);
    expect(documents({ number: null }, [three])).toEqual([]);
  });

  it('of goods without a code keeps silent about them and tells the rest', () => {
    const moves = [goodsMove({ id: 1, 'product.': { id: 9, code: null } }), { ...three, id: 2 }];
    expect(claims({ state: 'packed' }, moves)[0]?.progress).toEqual([
      { items: item('P1000-S'), quantities: { packed: 3 } },
    ]);
  });

  it('from a place that is no site has no origin to tell, and is no entity', () => {
    expect(claims({ warehouse: 80 }, [three])[0]?.shipment).not.toHaveProperty('originCode');
    const [document] = documents({ warehouse: 80 }, [three]);
    expect(document && wmsShipmentOf(document, sites)).toBeNull();
  });

  it('names its parcels and when they left', () => {
    const parcel = {
      id: 1,
      code: 'PK1',
      shipment: 'stock.shipment.out,19',
      shipping_reference: '0034',
      shipping_tracking_url: 'https://track.example.invalid/0034',
    };
    const shipment = { state: 'done', 'carrier.': { 'party.': { name: 'DHL' } } } as const;
    const [document] = documents(shipment, [{ ...three, state: 'done' }], [parcel]);
    if (document === undefined) throw new Error('no document');
    expect(claimOfShipment(document, sites).shipment).toMatchObject({
      carrier: 'DHL',
      trackingNumber: '0034',
      trackingUrl: 'https://track.example.invalid/0034',
    });
    expect(wmsShipmentOf(document, sites)).toMatchObject({
      lines: [{ sku: 'P1000-S', ordered: 3, picked: 3, shipped: 3, short: 0 }],
      parcels: [{ carrier: 'DHL', trackingNumber: '0034', shippedAt: T2 }],
    });
    const [unnamed] = documents(
      { state: 'packed' },
      [three],
      [{ ...parcel, shipping_reference: null, shipping_tracking_url: null }],
    );
    expect(unnamed && wmsShipmentOf(unnamed, sites)?.parcels).toEqual([{ carrier: 'unknown' }]);
  });

  it('tells what was not found once it is picked', () => {
    const moves = [{ ...three, internal_quantity: 2 }, goodsMove({ id: 2, state: 'cancelled' })];
    const lineAt = (state: 'assigned' | 'picked') => {
      const [document] = documents({ state }, moves);
      return document && wmsShipmentOf(document, sites)?.lines[0];
    };
    expect(lineAt('assigned')).toEqual({ sku: 'P1000-S', ordered: 3, picked: 0, shipped: 0, short: 0 });
    expect(lineAt('picked')).toEqual({ sku: 'P1000-S', ordered: 3, picked: 2, shipped: 0, short: 1 });
  });

  it('claims where and when goods were not found, however often it is said again', () => {
    const gone = goodsMove({ id: 2, state: 'cancelled', write_date: T1 });
    const shortagesAt = (state: ShipmentRow['state'], moves = [three, gone]) => claims({ state }, moves)[0]?.shortages;
    const shortage = { items: item('P1000-S'), locationCode: 'WH-NORD', noticedAt: T1 };
    for (const state of ['picked', 'packed', 'done'] as const) expect(shortagesAt(state)).toEqual([shortage]);
    expect(shortagesAt('picked', [three])).toBeUndefined();
    // Goods of a shipment that is called off, or that nobody has looked for yet, are not missing.
    for (const state of ['assigned', 'cancelled'] as const) expect(shortagesAt(state)).toBeUndefined();
  });
});

describe('references', () => {
  it('name the channel’s order and the ERP’s, as far as they are there', () => {
    expect(referencesOf({ number: null, reference: 'WEB-1' })).toEqual([{ scheme: 'channel', value: 'WEB-1' }]);
    expect(referencesOf({ number: 'SO1', reference: ' ' })).toEqual([{ scheme: 'erp', value: 'SO1' }]);
  });
});

describe('a return', () => {
  const backSale = { ...SALE, id: 30, number: 'SO30', reference: 'RMA-9', origin: 'sale.sale,25' };
  const incoming = goodsMove({
    id: 1,
    internal_quantity: 2,
    from_location: 91,
    to_location: 2,
    shipment: 'stock.shipment.out.return,4',
    'sale.': backSale,
    state: 'done',
    write_date: T1,
  });
  const origins = new Map([[25, { id: 25, number: 'SO25', reference: 'WEB-1' }]]);
  const document = (state: 'draft' | 'received' | 'done' | 'cancelled', moves = [incoming], known = origins) => {
    const [first] = returnDocuments(returnRow({ state }), moves, known, T2);
    if (first === undefined) throw new Error('no document');
    return first;
  };

  it.each([
    ['draft', 'AUTHORIZED', 'NOT_DUE', []],
    ['received', 'RECEIVED', 'PENDING', [{ items: item('P1000-S'), quantities: { returned: 2 } }]],
    ['done', 'COMPLETED', 'PENDING', [{ items: item('P1000-S'), quantities: { returned: 2 } }]],
    ['cancelled', 'CANCELLED', 'NOT_DUE', []],
  ] as const)('%s', (state, status, refund, progress) => {
    expect(claimOfReturn(document(state))).toEqual({
      kind: 'order-claim',
      documentType: 'return-receipt',
      documentId: 'RS4',
      references: [
        { scheme: 'channel', value: 'WEB-1' },
        { scheme: 'erp', value: 'SO25' },
      ],
      sequence: String(Date.parse(T2)),
      effectiveAt: T2,
      rawStatus: state,
      progress,
      return: { rmaNumber: 'RMA-9', status, refund },
    });
  });

  it('that nobody tied to a sale is known by its own reference, never by its own sale', () => {
    const claim = claimOfReturn(document('received', [{ ...incoming, 'sale.': { ...backSale, origin: null } }]));
    expect(claim.references).toEqual([{ scheme: 'channel', value: 'RMA-9' }]);
  });

  it('is what became of its goods', () => {
    const putInto = (to_location: number) =>
      document('done', [incoming, walkOf(1, { id: 2, state: 'done', from_location: 2, to_location })]);
    const isDamaged = (locationId: number): boolean => sites.liesIn(locationId, /-DMG$/);
    expect(wmsReturnReceiptOf(document('received'), isDamaged)).toEqual({
      id: 'RS4',
      rmaNumber: 'RMA-9',
      orderReference: 'WEB-1',
      receivedAt: T1,
      lines: [{ sku: 'P1000-S', quantity: 2, disposition: 'PENDING_INSPECTION' }],
      asOf: T2,
      version: String(Date.parse(T2)),
    });
    expect(wmsReturnReceiptOf(putInto(4), isDamaged).lines[0]?.disposition).toBe('RESTOCKED');
    for (const place of [6, 7]) {
      expect(wmsReturnReceiptOf(putInto(place), isDamaged).lines[0]?.disposition).toBe('DAMAGED');
    }
    const awaited = document('draft', [{ ...incoming, state: 'draft', write_date: null, create_date: T0 }]);
    expect(wmsReturnReceiptOf(awaited, isDamaged)).not.toHaveProperty('receivedAt');
  });
});
