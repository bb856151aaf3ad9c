import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { positionOf } from '#model/stock.ts';
import { type Counted, readingOf, stockOf } from '#subgraphs/wms/adapters/tryton/quantities.ts';
import { sitesOf } from '#subgraphs/wms/adapters/tryton/sites.ts';
import type { OpenMoveRow } from '#subgraphs/wms/adapters/tryton/wire.ts';
import { LOCATIONS, openMove } from './rows.ts';

const sites = sitesOf(LOCATIONS);
const [NORD, SUED] = sites.all;
if (NORD === undefined || SUED === undefined) throw new Error('the sites are missing');

const NOTHING: Counted = { inWarehouse: 0, inOutput: 0, damaged: 0, qualityHold: 0 };
const AS_OF = '2026-11-20T17:00:00.000Z';
const stock = (counted: Partial<Counted>, moves: readonly OpenMoveRow[] = [], site = NORD) =>
  stockOf(site, 'P1000-S', { ...NOTHING, ...counted }, moves, sites, AS_OF);

const NO_TERMS = {
  reservedSoft: 0,
  unpostedDemand: 0,
  safetyStock: 0,
  channelBuffer: 0,
  stalenessBuffer: 0,
  ringFencedForOthers: 0,
};

describe('the way of 3 units out of 296, with the numbers of a live server', () => {
  const assigned = openMove({ internal_quantity: 3, from_location: 4, to_location: 3 });
  const waiting = openMove({ state: 'draft', internal_quantity: 3, from_location: 4, to_location: 3 });
  const leaving = openMove({ internal_quantity: 3, from_location: 3, to_location: 91 });
  it.each([
    ['waiting', 296, 0, [waiting], { onHand: 296, allocated: 0, picked: 0 }, 296],
    ['assigned', 296, 0, [assigned], { onHand: 296, allocated: 3, picked: 0 }, 293],
    ['picked', 296, 3, [{ ...leaving, state: 'draft' as const }], { onHand: 296, allocated: 0, picked: 3 }, 293],
    ['packed', 296, 3, [leaving], { onHand: 296, allocated: 0, picked: 3 }, 293],
    ['done', 293, 0, [], { onHand: 293, allocated: 0, picked: 0 }, 293],
  ])('%s', (_step, inWarehouse, inOutput, moves, expected, sellable) => {
    const told = stock({ inWarehouse, inOutput }, moves);
    expect(told).toMatchObject(expected);
    expect(positionOf(readingOf(told), NO_TERMS).sellable).toBe(sellable);
  });
});

describe('what is allocated', () => {
  it.each([
    ['from the shelf straight to the customer', { from_location: 5, to_location: 91 }, 2],
    ['from the shelf to another site', { from_location: 5, to_location: 92 }, 2],
    ['from one shelf to the other', { from_location: 5, to_location: 4 }, 0],
    ['from where goods came in to the shelf', { from_location: 2, to_location: 4 }, 0],
    ['from the output zone to the customer: picked already', { from_location: 3, to_location: 91 }, 0],
    ['at another site', { from_location: 12, to_location: 91 }, 0],
    ['not assigned yet', { state: 'draft' as const, from_location: 5, to_location: 3 }, 0],
  ])('%s', (_what, move, allocated) => {
    expect(stock({ inWarehouse: 10 }, [openMove({ internal_quantity: 2, ...move })]).allocated).toBe(allocated);
  });

  it('where goods leave straight from the shelf', () => {
    const moves = [openMove({ internal_quantity: 2, from_location: 12, to_location: 91 })];
    expect(stock({ inWarehouse: 10 }, moves, SUED)).toMatchObject({ allocated: 2, picked: 0 });
  });
});

describe('returns', () => {
  const back = {
    state: 'draft' as const,
    internal_quantity: 2,
    from_location: 2,
    to_location: 4,
    shipment: 'stock.shipment.out.return,7',
  };
  it('wait for inspection from when they came in until they are put away', () => {
    const received = openMove({ ...back, 'shipment.': { number: 'RS7', state: 'received' } });
    expect(stock({ inWarehouse: 10 }, [received]).returnsPendingInspection).toBe(2);
  });

  it('that are only expected are not in the building', () => {
    const expected = openMove({
      ...back,
      from_location: 91,
      to_location: 2,
      'shipment.': { number: 'RS7', state: 'draft' },
    });
    expect(stock({ inWarehouse: 10 }, [expected]).returnsPendingInspection).toBe(0);
  });

  it('of a supplier delivery in the same zone are none', () => {
    const delivery = openMove({
      ...back,
      shipment: 'stock.shipment.in,7',
      'shipment.': { number: 'IN7', state: 'received' },
    });
    expect(stock({ inWarehouse: 10 }, [delivery]).returnsPendingInspection).toBe(0);
  });
});

describe('inbound supply', () => {
  const supply = {
    state: 'draft' as const,
    internal_quantity: 100,
    from_location: 90,
    to_location: 2,
    planned_date: '2026-11-27',
  };
  const purchase = { ...supply, 'purchase.': { id: 1, number: 'PO1' } };
  const transfer = { ...supply, from_location: 92, shipment: 'stock.shipment.internal,3' };
  it.each([
    ['a purchase', purchase, { kind: 'PURCHASE_ORDER', reference: 'PO1' }],
    [
      'a transfer under way',
      { ...transfer, 'shipment.': { number: 'INT3', state: 'shipped' } },
      { kind: 'TRANSFER', reference: 'INT3' },
    ],
    [
      'a customer return',
      {
        ...supply,
        from_location: 91,
        shipment: 'stock.shipment.out.return,4',
        'shipment.': { number: 'RS4', state: 'draft' },
      },
      { kind: 'RETURN', reference: 'RS4' },
    ],
    [
      'a delivery without a purchase',
      { ...supply, shipment: 'stock.shipment.in,5', 'shipment.': { number: 'IN5', state: 'draft' } },
      { kind: 'PURCHASE_ORDER', reference: 'IN5' },
    ],
  ])('%s', (_what, move, expected) => {
    expect(stock({}, [openMove(move)]).inbound).toEqual([
      { quantity: 100, expectedAt: '2026-11-27T23:59:59Z', ...expected },
    ]);
  });

  it.each([
    ['without a day', { ...purchase, planned_date: null }],
    ['for another site', { ...purchase, to_location: 12 }],
    ['that was only drafted', { ...transfer, 'shipment.': { number: 'INT3', state: 'draft' } }],
    ['that was only requested', { ...transfer, 'shipment.': { number: 'INT3', state: 'request' } }],
    ['that never leaves the building', { ...supply, from_location: 2, to_location: 4 }],
    ['of nothing', { ...purchase, internal_quantity: 0 }],
    ['found by a count', { ...supply, from_location: 93 }],
  ])('not: %s', (_what, move) => {
    expect(stock({}, [openMove(move)]).inbound).toEqual([]);
  });

  it('is told the earliest first and summed in the reading', () => {
    const moves = [
      openMove({ ...purchase, id: 1 }),
      openMove({ ...purchase, id: 2, planned_date: '2026-11-25', internal_quantity: 40 }),
    ];
    const told = stock({}, moves);
    expect(told.inbound.map(({ quantity }) => quantity)).toEqual([40, 100]);
    expect(readingOf(told).inTransit).toBe(140);
  });
});

describe('whole units', () => {
  it('never sell a fraction, and are not misled by sums of binary fractions', () => {
    const tenths = Array.from({ length: 10 }, (_, id) => openMove({ id, internal_quantity: 0.1, from_location: 5 }));
    expect(stock({ inWarehouse: 0.1 + 0.2 + 0.7 }, tenths)).toMatchObject({ onHand: 1, allocated: 1 });
    expect(stock({ inWarehouse: 2.9999999996, inOutput: 1.2 })).toMatchObject({ onHand: 3, picked: 2 });
    expect(stock({ inWarehouse: 2.5 }).onHand).toBe(2);
  });

  it('below zero stay below zero in the building, and promise nothing in a zone', () => {
    expect(stock({ inWarehouse: -3, inOutput: -3, damaged: -1 })).toMatchObject({ onHand: -3, picked: 0, damaged: 0 });
  });

  it('never promise more than the moves say and never sell what is promised', () => {
    const places = LOCATIONS.map(({ id }) => id);
    const moves = fc.array(
      fc.record({
        from_location: fc.constantFrom(...places),
        to_location: fc.constantFrom(...places),
        internal_quantity: fc.integer({ min: 1, max: 50 }),
        state: fc.constantFrom('draft' as const, 'assigned' as const),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        moves,
        fc.integer({ min: -20, max: 400 }),
        fc.integer({ min: 0, max: 20 }),
        (drawn, inWarehouse, inOutput) => {
          const open = drawn.map((move, id) => openMove({ id, ...move }));
          const told = [NORD, SUED].map((site) => stock({ inWarehouse, inOutput }, open, site));
          const promised = told.reduce((sum, { allocated }) => sum + allocated, 0);
          const assigned = open.filter(({ state }) => state === 'assigned');
          expect(promised).toBeLessThanOrEqual(assigned.reduce((sum, move) => sum + move.internal_quantity, 0));
          for (const entry of told) {
            const { sellable, net, withheld, shortage } = positionOf(readingOf(entry), NO_TERMS);
            expect(sellable + withheld - shortage).toBe(net);
            expect(sellable).toBe(Math.max(0, entry.onHand - entry.allocated - entry.picked));
          }
        },
      ),
    );
  });
});
