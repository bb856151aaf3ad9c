/** Shoppers that do not exist: invented names, reserved mail domain, phone numbers kept free for fiction. */
import { CITIES, postalCodeOf, STREETS } from '#simulation/company/cities.ts';
import type { CompanyOrder } from '#simulation/company/company.ts';
import { createRandom } from '#simulation/random.ts';

export type Person = CompanyOrder['customer'];

const PERSON_COUNT = 60;

const FIRST_NAMES = (
  'Anna Ben Clara David Elif Finn Greta Hannes Ida Jonas ' + 'Karla Levin Mira Noah Olga Paul Rana Simon Tilda Vincent'
).split(' ');
const LAST_NAMES = (
  'Ahrens Bergmann Celik Dorn Ebert Fichte Grünwald Heller Imhof Jansen Kessler Lorenz Möller Nowak Oster Petersen ' +
  'Quast Reuter Sommer Thiel Ulrich Vogt Weiß'
).split(' ');

const mailName = (text: string): string =>
  text.toLowerCase().replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue').replaceAll('ß', 'ss');

export const drawPeople = (seed: number): readonly Person[] => {
  const random = createRandom(seed);
  return Array.from({ length: PERSON_COUNT }, (_, index) => {
    // 20 and 23 have no common factor: no pair of names comes twice among 60.
    const first = FIRST_NAMES[index % FIRST_NAMES.length] ?? 'Anna';
    const last = LAST_NAMES[index % LAST_NAMES.length] ?? 'Ahrens';
    const home = CITIES[Math.floor(random() * CITIES.length)] ?? CITIES[0];
    if (home === undefined) throw new Error('the list of cities is empty');
    return {
      name: `${first} ${last}`,
      email: `${mailName(first)}.${mailName(last)}@example.invalid`,
      phone: `+49 171 39200${String(index).padStart(2, '0')}`,
      street: `${STREETS[Math.floor(random() * STREETS.length)]} ${1 + Math.floor(random() * 120)}`,
      postalCode: postalCodeOf(home, Math.floor(random() * 6)),
      city: home.name,
    };
  });
};
