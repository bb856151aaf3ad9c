/** The seller's locations: the company's stores, each with its site code in brackets at the end of its name. */
import type { Company, CompanySite } from '#simulation/company/company.ts';
import type { SimResponse } from '#simulation/simulator.ts';
import { type Json, listMember, locationIdOf, notFound } from './protocol.ts';

export type SimLocation = { readonly id: string; readonly code: string | null; readonly wire: Json };

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];

const addressOf = (site: CompanySite): Json => ({
  address_line_1: site.street,
  locality: site.city,
  postal_code: site.postalCode,
  country: site.country,
});

const hoursOf = (site: CompanySite): Json => ({
  periods: site.openingHours.map(({ dayOfWeek, opens, closes }) => ({
    day_of_week: DAYS[dayOfWeek - 1],
    start_local_time: `${opens}:00`,
    end_local_time: `${closes}:00`,
  })),
});

export type Locations = {
  list(): SimResponse;
  retrieve(id: string): SimResponse;
  all(): readonly SimLocation[];
  ofId(id: string): SimLocation | null;
  ofCode(code: string): SimLocation | null;
  /** A location of this name; its code is unknown to the simulated company. */
  add(name: string, createdAt: string): SimLocation;
};

export const createLocations = (company: Company, merchantId: string): Locations => {
  const shared = {
    merchant_id: merchantId,
    status: 'ACTIVE',
    type: 'PHYSICAL',
    capabilities: ['CREDIT_CARD_PROCESSING', 'AUTOMATIC_TRANSFERS'],
    country: 'DE',
    language_code: 'de-DE',
    currency: company.currency,
    business_name: company.name,
    mcc: '5311',
  };
  const openedAt = '2019-04-01T08:00:00Z';
  const locations = new Map<string, SimLocation>();
  const byCode = new Map<string, SimLocation>();
  for (const site of company.sites) {
    if (site.kind !== 'STORE') continue;
    const id = locationIdOf(site.code);
    const wire = {
      ...shared,
      id,
      name: `${site.name} (${site.code})`,
      address: addressOf(site),
      timezone: site.timeZone,
      created_at: openedAt,
      // The field holds 17 characters.
      phone_number: site.phone.slice(0, 17),
      business_hours: hoursOf(site),
      coordinates: { latitude: site.position.latitude, longitude: site.position.longitude },
    };
    const location = { id, code: site.code, wire };
    locations.set(id, location);
    byCode.set(site.code, location);
  }
  const byName = (a: SimLocation, b: SimLocation): number =>
    String(a.wire.name).localeCompare(String(b.wire.name), 'de');
  const all = (): readonly SimLocation[] => [...locations.values()].sort(byName);
  return {
    all,
    list: () => ({
      status: 200,
      body: listMember(
        'locations',
        all().map(({ wire }) => wire),
      ),
    }),
    retrieve: (id) => {
      const location = locations.get(id);
      if (!location) throw notFound(`Location ${id} was not found.`, 'location_id');
      return { status: 200, body: { location: location.wire } };
    },
    ofId: (id) => locations.get(id) ?? null,
    ofCode: (code) => byCode.get(code) ?? null,
    add: (name, createdAt) => {
      const id = locationIdOf(`${name} ${locations.size}`);
      const wire = { ...shared, id, name, timezone: 'Europe/Berlin', created_at: createdAt };
      const location = { id, code: null, wire };
      locations.set(id, location);
      return location;
    },
  };
};
