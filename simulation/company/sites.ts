/** Stores and warehouses of the simulated company. */
import { gtinCheckDigit } from '#model/identifiers.ts';
import { CITIES, type City, postalCodeOf, STREETS } from '#simulation/company/cities.ts';
import type { CompanySite, CompanySize } from '#simulation/company/company.ts';
import { createRandom } from '#simulation/random.ts';

export const STORE_COUNT: Readonly<Record<CompanySize, number>> = { full: 300, small: 3 };

/** The stores with the widest assortment: in both sizes, and first in the list of stores. */
export const FLAGSHIP_CODES = ['ST-BERLIN', 'ST-HAMBURG', 'ST-MUENCHEN'] as const;

const HOURS = [
  { weekday: ['10:00', '20:00'], saturday: ['10:00', '20:00'] },
  { weekday: ['09:30', '20:00'], saturday: ['09:30', '18:00'] },
  { weekday: ['10:00', '19:00'], saturday: ['10:00', '18:00'] },
  { weekday: ['09:00', '18:30'], saturday: ['09:00', '16:00'] },
] as const;

/** The check digit of a GLN is computed like that of a GTIN-13. */
const glnOf = (place: number): string => {
  const digits = String(409_999_000_000 + place);
  return digits + gtinCheckDigit(digits);
};

/** Number ranges that the German regulator keeps free for fiction: nobody can be called by accident. */
const FICTION_RANGES: Readonly<Record<string, string>> = {
  Berlin: '+49 30 23125',
  Hamburg: '+49 40 66969',
  Köln: '+49 221 4710',
  'Frankfurt am Main': '+49 69 90009',
  München: '+49 89 99998',
};

const phoneOf = (cityName: string, place: number): string =>
  `${FICTION_RANGES[cityName] ?? '+49 30 23125'}${String(place).padStart(3, '0')}`;

const round4 = (degrees: number): number => Math.round(degrees * 10_000) / 10_000;

const warehouse = (
  place: number,
  at: Pick<CompanySite, 'code' | 'name' | 'street' | 'postalCode' | 'city' | 'position'>,
): CompanySite => ({
  ...at,
  kind: 'WAREHOUSE',
  gln: glnOf(place),
  country: 'DE',
  timeZone: 'Europe/Berlin',
  phone: phoneOf(at.city, 900 + place),
  openingHours: [],
});

const WAREHOUSES: readonly CompanySite[] = [
  warehouse(1, {
    code: 'WH-NORD',
    name: 'Lager Nord',
    street: 'Am Güterbahnhof 12',
    postalCode: '31275',
    city: 'Lehrte',
    position: { latitude: 52.3757, longitude: 9.9766 },
  }),
  warehouse(2, {
    code: 'WH-SUED',
    name: 'Lager Süd',
    street: 'Gewerbepark 5',
    postalCode: '86368',
    city: 'Gersthofen',
    position: { latitude: 48.4245, longitude: 10.8728 },
  }),
];

const openingHoursOf = (pattern: number): CompanySite['openingHours'] => {
  const { weekday, saturday } = HOURS[pattern] ?? HOURS[0];
  return [1, 2, 3, 4, 5, 6].map((dayOfWeek) => {
    const [opens, closes] = dayOfWeek === 6 ? saturday : weekday;
    return { dayOfWeek, opens, closes };
  });
};

/** `draws`: three numbers in [0, 1) per store, so that a store looks the same in both sizes. */
const store = (index: number, home: City, draws: readonly [number, number, number]): CompanySite => {
  const branch = Math.floor(index / CITIES.length);
  const jitter = (draw: number): number => (branch === 0 ? 0 : (draw - 0.5) * 0.12);
  return {
    code: FLAGSHIP_CODES[index] ?? `ST-${String(index + 1).padStart(3, '0')}`,
    kind: 'STORE',
    name: branch === 0 ? `Filiale ${home.name}` : `Filiale ${home.name} ${branch + 1}`,
    gln: glnOf(100 + index),
    street: `${STREETS[index % STREETS.length]} ${1 + Math.floor(draws[2] * 90)}`,
    postalCode: postalCodeOf(home, branch),
    city: home.name,
    country: 'DE',
    position: {
      latitude: round4(home.latitude + jitter(draws[0])),
      longitude: round4(home.longitude + jitter(draws[1])),
    },
    timeZone: 'Europe/Berlin',
    phone: phoneOf(home.name, 100 + index),
    openingHours: openingHoursOf(index % HOURS.length),
  };
};

export const drawSites = (size: CompanySize, seed: number): readonly CompanySite[] => {
  const random = createRandom(seed);
  const stores: CompanySite[] = [];
  for (let index = 0; index < STORE_COUNT[size]; index++) {
    const home = CITIES[index % CITIES.length];
    if (home !== undefined) stores.push(store(index, home, [random(), random(), random()]));
  }
  return [...WAREHOUSES, ...stores];
};
