import { expect, test } from '@jest/globals';
import { buildItemIndex, toVariation } from '#subgraphs/pos/adapters/square/items.ts';
import { lastCountedIn } from '#subgraphs/pos/adapters/square/stock.ts';
import { catalogObjectsBody, inventoryChangesBody, locationsBody } from '#subgraphs/pos/adapters/square/wire.ts';

const upc = '4000000000013';
const named = (id: string, sku: string) => ({ type: 'ITEM_VARIATION', id, item_variation_data: { sku, upc } });
const local = { ...named('A1', 'LOCAL'), present_at_all_locations: false, present_at_location_ids: ['L1'] };
const { objects } = catalogObjectsBody.parse({ objects: [named('V1', 'P1'), local] });
const group = buildItemIndex(objects.flatMap((object) => toVariation(object) ?? [])).ofSku('P1');
const wires = locationsBody.parse({ locations: [{ id: 'L1' }, { id: 'L2' }] }).locations;

type Count = readonly [variation: string, location: string, minute: string, state?: string];

const toldAt = (place: number, counts: readonly Count[]): string | null => {
  const { changes } = inventoryChangesBody.parse({
    changes: [
      ...counts.map(([id, location, minute, state = 'IN_STOCK']) => ({
        type: 'PHYSICAL_COUNT',
        physical_count: {
          catalog_object_id: id,
          location_id: location,
          state,
          occurred_at: `2026-03-02T08:${minute}:00Z`,
        },
      })),
      { type: 'ADJUSTMENT', adjustment: { catalog_object_id: 'V1', location_id: 'L1' } },
    ],
  });
  const wire = wires[place];
  if (!group || !wire) throw new Error('no item, no store');
  const lastCounted = lastCountedIn(changes.flatMap(({ physical_count: count }) => count ?? []));
  return lastCounted(group, { id: wire.id, code: wire.id, location: wire });
};

test.each<readonly [string, number, readonly Count[], string | null]>([
  ['nobody counted', 0, [], null],
  ['one of its names only', 0, [['V1', 'L1', '10']], null],
  [
    'another state of the other name',
    0,
    [
      ['V1', 'L1', '10'],
      ['A1', 'L1', '11', 'WASTE'],
    ],
    null,
  ],
  ['another store', 0, [['V1', 'L2', '10']], null],
  [
    'all of its names: the one counted longest ago',
    0,
    [
      ['V1', 'L1', '10'],
      ['V1', 'L1', '14'],
      ['A1', 'L1', '12'],
    ],
    '12',
  ],
  [
    'where it has no local name',
    1,
    [
      ['V1', 'L2', '10'],
      ['V1', 'L2', '09'],
    ],
    '10',
  ],
])('when an item was counted: %s', (_name, place, counts, minute) => {
  expect(toldAt(place, counts)).toBe(minute === null ? null : `2026-03-02T08:${minute}:00Z`);
});
