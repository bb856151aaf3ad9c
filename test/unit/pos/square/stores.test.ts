import { describe, expect, it } from '@jest/globals';
import {
  buildStoreDirectory,
  openingHoursOf,
  toLocationChange,
  toStoreProfile,
} from '#subgraphs/pos/adapters/square/stores.ts';
import { location } from './wire-objects.ts';

const RULE = { field: 'name', pattern: '\\(([^)]+)\\)$' } as const;

describe('locations and their codes', () => {
  it('the name carries the code; one without is reported with the remedy', () => {
    const directory = buildStoreDirectory(
      [location('L1', 'Filiale Berlin (ST-BERLIN)'), location('L2', 'Pop-up')],
      RULE,
    );
    expect(directory.ofCode('ST-BERLIN')?.id).toBe('L1');
    expect(directory.ofId('L1')?.code).toBe('ST-BERLIN');
    expect(directory.ofId('L2')).toBeNull();
    expect(directory.rejected).toEqual([
      {
        kind: 'IDENTIFIER_UNMAPPED',
        subject: 'location:L2',
        message: expect.stringContaining('"Pop-up"'),
      },
    ]);
  });

  it('of two locations with one code the active one has it, whatever the order', () => {
    const closed = location('L1', 'Old (ST-1)', { status: 'INACTIVE' });
    const open = location('L2', 'New (ST-1)');
    for (const list of [
      [closed, open],
      [open, closed],
    ]) {
      const directory = buildStoreDirectory(list, RULE);
      expect(directory.ofCode('ST-1')?.id).toBe('L2');
      expect(directory.rejected.map(({ subject }) => subject)).toEqual(['location:L1']);
    }
  });

  it('the digest changes when a store comes or goes, not when one is renamed', () => {
    const digest = (...list: ReturnType<typeof location>[]) => buildStoreDirectory(list, RULE).digest;
    const one = location('L1', 'A (ST-1)');
    expect(digest(one)).toBe(digest(location('L1', 'B (ST-1)')));
    expect(digest(one)).not.toBe(digest(one, location('L2', 'B (ST-2)')));
  });
});

describe('what a location says of its store', () => {
  const [store] = buildStoreDirectory(
    [
      location('L1', 'Berlin (ST-1)', {
        phone_number: '+49 30 1',
        coordinates: { latitude: 52.5, longitude: 13.4 },
        address: {
          address_line_1: 'Musterweg 1',
          address_line_2: '',
          address_line_3: null,
          locality: 'Berlin',
          administrative_district_level_1: null,
          postal_code: '10115',
          country: null,
        },
        business_hours: {
          periods: [
            { day_of_week: 'SUN', start_local_time: '12:00:00', end_local_time: '18:00:00' },
            { day_of_week: 'MON', start_local_time: '08:30:00', end_local_time: '20:00:00' },
            { day_of_week: 'FUNDAY', start_local_time: '08:30:00', end_local_time: '20:00:00' },
            { day_of_week: 'TUE', start_local_time: null, end_local_time: '20:00:00' },
          ],
        },
      }),
    ],
    RULE,
  ).stores;
  if (!store) throw new Error('the store is missing');

  it('hours by ISO weekday; what cannot be read is left out', () => {
    expect(openingHoursOf(store.location)).toEqual([
      { dayOfWeek: 7, opens: '12:00', closes: '18:00' },
      { dayOfWeek: 1, opens: '08:30', closes: '20:00' },
    ]);
  });

  it('profile with the policy of the connection', () => {
    const pickup = { enabled: true, curbside: false, leadMinutes: 120, holdDays: 7 };
    expect(toStoreProfile(store, { pickup, returnsAccepted: false })).toMatchObject({
      locationCode: 'ST-1',
      phone: '+49 30 1',
      timeZone: 'Europe/Berlin',
      active: true,
      pickup,
      returnsAccepted: false,
    });
  });

  it('facts of the place, the country taken from the location where the address has none', () => {
    const pickup = { enabled: true, curbside: false, leadMinutes: 120, holdDays: 7 };
    expect(toLocationChange(store, pickup, '2026-03-02T09:00:00Z')).toEqual({
      kind: 'location',
      code: 'ST-1',
      asOf: '2026-03-02T09:00:00Z',
      facts: {
        timeZone: 'Europe/Berlin',
        position: { latitude: 52.5, longitude: 13.4 },
        address: { lines: ['Musterweg 1'], city: 'Berlin', postalCode: '10115', country: 'DE' },
        openingHours: [
          { dayOfWeek: 7, opens: '12:00', closes: '18:00' },
          { dayOfWeek: 1, opens: '08:30', closes: '20:00' },
        ],
        pickup,
      },
    });
  });

  it('a closed store hands nothing over; one without hours says nothing of them', () => {
    const pickup = { enabled: true, curbside: false, leadMinutes: 120, holdDays: 7 };
    const location = { ...store.location, status: 'INACTIVE', business_hours: null };
    const { facts } = toLocationChange({ ...store, location }, pickup, '2026-03-02T09:00:00Z');
    expect(facts.pickup).toEqual({ ...pickup, enabled: false });
    expect(facts).not.toHaveProperty('openingHours');
  });
});
