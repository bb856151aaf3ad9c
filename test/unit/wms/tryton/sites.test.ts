import { describe, expect, it } from '@jest/globals';
import { sitesOf } from '#subgraphs/wms/adapters/tryton/sites.ts';
import { LOCATIONS } from './rows.ts';

const sites = sitesOf(LOCATIONS);
const zoneAt = (id: number): string | null => {
  const place = sites.placeOf(id);
  return place === null ? null : `${place.site.code} ${place.zone}`;
};

describe('places in Tryton', () => {
  it('are sites where a warehouse has a code', () => {
    expect(sites.all.map(({ code }) => code)).toEqual(['WH-NORD', 'WH-SUED']);
    expect(sites.byCode('WH-SUED')?.warehouseId).toBe(11);
    expect(sites.byWarehouse(80)).toBeUndefined();
  });

  it.each([
    [2, 'WH-NORD input'],
    [3, 'WH-NORD output'],
    [4, 'WH-NORD storage'],
    [5, 'WH-NORD storage'],
    [6, 'WH-NORD other'],
    [7, 'WH-NORD other'],
    [1, 'WH-NORD other'],
    [12, 'WH-SUED storage'],
    [81, null],
    [90, null],
    [92, null],
    [4711, null],
  ])('%d lies in %s', (id, zone) => {
    expect(zoneAt(id)).toBe(zone);
  });

  it('whose shelf is also the way out have no output zone to count', () => {
    expect(sites.byCode('WH-NORD')?.outputId).toBe(3);
    expect(sites.byCode('WH-SUED')?.outputId).toBeNull();
  });

  it('inside a site are found by pattern, the topmost only: the rest is counted with them', () => {
    const nord = sites.byCode('WH-NORD');
    if (nord === undefined) throw new Error('WH-NORD is missing');
    expect(sites.within(nord, /-DMG/)).toEqual([6]);
    expect(sites.within(nord, /^WH-/)).toEqual([]);
    expect(sites.within(nord, /^SUED/)).toEqual([]);
  });

  it('that were not listed are known to be unknown', () => {
    expect(sites.knows(90)).toBe(true);
    expect(sites.knows(4711)).toBe(false);
    expect(sites.typeOf(90)).toBe('supplier');
    expect(sites.typeOf(4711)).toBeNull();
  });

  it('that are their own ancestors end the walk instead of going round for ever', () => {
    const [first, ...rest] = LOCATIONS;
    if (first === undefined) throw new Error('no locations');
    const looped = sitesOf([{ ...first, parent: 5 }, ...rest]);
    expect(looped.placeOf(5)?.site.code).toBe('WH-NORD');
    expect(looped.placeOf(92)).toBeNull();
  });
});
