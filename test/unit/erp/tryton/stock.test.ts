import { describe, expect, it } from '@jest/globals';
import { catalogDomain } from '#subgraphs/erp/adapters/tryton/catalog.ts';
import { placesOf } from '#subgraphs/erp/adapters/tryton/places.ts';
import { meaningOf } from '#subgraphs/erp/adapters/tryton/stock.ts';
import type { LocationRow, OpenMoveRow } from '#subgraphs/erp/adapters/tryton/wire.ts';

const place = (id: number, type: string, code: string | null, parent: number | null): LocationRow => ({
  id,
  create_date: '2026-11-20T16:40:05.527Z',
  write_date: null,
  code,
  name: code ?? type,
  type,
  parent,
  'address.': null,
});

const SUPPLIER = 1;
const CUSTOMER = 2;
const NORTH = { warehouse: 10, shelf: 11, door: 12, damaged: 13, rack: 14 };
const SOUTH = { warehouse: 20, shelf: 21 };

const places = placesOf(
  [
    place(SUPPLIER, 'supplier', 'SUP', null),
    place(CUSTOMER, 'customer', 'CUS', null),
    place(NORTH.warehouse, 'warehouse', 'WH-N', null),
    place(NORTH.shelf, 'storage', 'WH-N-STO', NORTH.warehouse),
    place(NORTH.rack, 'storage', null, NORTH.shelf),
    place(NORTH.door, 'storage', 'WH-N-OUT', NORTH.warehouse),
    place(NORTH.damaged, 'storage', 'WH-N-DMG', NORTH.warehouse),
    place(SOUTH.warehouse, 'warehouse', 'WH-S', null),
    place(SOUTH.shelf, 'storage', 'WH-S-STO', SOUTH.warehouse),
    place(30, 'warehouse', null, null),
    place(31, 'storage', 'LOST', 30),
  ],
  (code) => code.endsWith('-DMG'),
);

describe('places', () => {
  it('belong to the warehouse above them, however deep; a warehouse without a code is nobody’s site', () => {
    expect(places.siteOf(NORTH.rack)?.code).toBe('WH-N');
    expect(places.siteOf(SUPPLIER)).toBeNull();
    expect(places.siteOf(31)).toBeNull();
    expect(places.sites.map(({ code, blockedZones }) => [code, blockedZones])).toEqual([
      ['WH-N', [NORTH.damaged]],
      ['WH-S', []],
    ]);
  });

  it('a circle of parents does not hang', () => {
    const circle = placesOf([place(1, 'storage', 'A', 2), place(2, 'storage', 'B', 1)], () => false);
    expect(circle.siteOf(1)).toBeNull();
  });
});

describe('open moves', () => {
  const move = (from: number, to: number, state: OpenMoveRow['state'], shipment: string | null): OpenMoveRow => ({
    id: 1,
    product: 7,
    state,
    internal_quantity: 3,
    from_location: from,
    to_location: to,
    'shipment.': shipment === null ? null : { state: shipment },
  });

  it.each([
    ['planned for a shipment, nothing assigned', move(NORTH.shelf, NORTH.door, 'draft', 'waiting'), null, null],
    ['assigned on the shelf', move(NORTH.rack, NORTH.door, 'assigned', 'assigned'), 'WH-N', null],
    ['still to leave, goods on the shelf', move(NORTH.door, CUSTOMER, 'draft', 'assigned'), null, null],
    ['taken to the door', move(NORTH.door, CUSTOMER, 'draft', 'picked'), 'WH-N', null],
    ['packed', move(NORTH.door, CUSTOMER, 'assigned', 'packed'), 'WH-N', null],
    ['bought', move(SUPPLIER, NORTH.shelf, 'draft', null), null, 'WH-N'],
    ['coming back from a customer', move(CUSTOMER, NORTH.shelf, 'draft', 'draft'), null, 'WH-N'],
    ['planned between sites', move(NORTH.shelf, SOUTH.shelf, 'draft', 'waiting'), null, 'WH-S'],
    ['assigned between sites', move(NORTH.shelf, SOUTH.shelf, 'assigned', 'assigned'), 'WH-N', 'WH-S'],
    ['being put away', move(NORTH.door, NORTH.shelf, 'draft', 'received'), null, null],
  ])('%s', (_name, row, reservedAt, onOrderAt) => {
    const meaning = meaningOf(row, places);
    expect([meaning.reservedAt?.code ?? null, meaning.onOrderAt?.code ?? null]).toEqual([reservedAt, onOrderAt]);
  });
});

describe('the catalogue’s search', () => {
  const items = [
    ['code', '!=', null],
    ['type', '!=', 'service'],
  ];

  it('is for items that have a code and are no services', () => {
    expect(catalogDomain({})).toEqual(items);
  });

  it('adds every condition', () => {
    expect(
      catalogDomain({ search: ' 50%_off\\ ', productCodes: ['P1'], category: 'Shoes', lifecycle: ['BLOCKED'] }),
    ).toEqual([
      ...items,
      [
        'OR',
        [
          ['active', '=', true],
          ['template.active', '=', true],
          ['salable', '=', false],
        ],
      ],
      ['template.code', 'in', ['P1']],
      ['template.categories.name', '=', 'Shoes'],
      ['rec_name', 'ilike', '%50\\%\\_off\\\\%'],
    ]);
  });

  it('asks nothing when nothing can match', () => {
    expect(catalogDomain({ lifecycle: [] })).toBeNull();
    expect(catalogDomain({ lifecycle: ['DRAFT'] })).toBeNull();
    expect(catalogDomain({ productCodes: [] })).toBeNull();
  });
});
