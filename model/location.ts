/** Places that hold stock. `code` is the ERP's site code, canonical across systems. */
export type LocationKind =
  | 'STORE'
  | 'WAREHOUSE'
  | 'DISTRIBUTION_CENTER'
  | 'THREE_PL'
  | 'MARKETPLACE_FC'
  | 'IN_TRANSIT'
  | 'VIRTUAL';

export type GeoPoint = { readonly latitude: number; readonly longitude: number };

export type PostalAddress = {
  readonly lines: readonly string[];
  readonly city?: string;
  readonly region?: string;
  readonly postalCode?: string;
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
};

/** One span of a week's opening hours. A span that closes before it opens goes on past midnight. */
export type OpeningHours = {
  /** ISO weekday, 1 = Monday */
  readonly dayOfWeek: number;
  /** local HH:MM */
  readonly opens: string;
  readonly closes: string;
};

/** How a store hands over ordered goods. */
export type PickupPolicy = {
  readonly enabled: boolean;
  readonly curbside: boolean;
  readonly leadMinutes: number;
  /** local HH:MM after which a pickup is promised for the next opening day */
  readonly cutoff?: string;
  readonly holdDays: number;
};

/** When one carrier's service leaves a place, and how long it is on its way within the place's own country. */
export type CarrierCutoff = {
  readonly service: string;
  /** local HH:MM */
  readonly cutoff: string;
  readonly transitDaysMin: number;
  readonly transitDaysMax: number;
};

/** What a place does for customers, and when. */
export type PlaceServices = {
  readonly openingHours?: readonly OpeningHours[];
  /** Local dates (YYYY-MM-DD) on which it stays closed in spite of its hours. */
  readonly closedDates?: readonly string[];
  readonly pickup?: PickupPolicy;
  readonly carrierCutoffs?: readonly CarrierCutoff[];
};

export type Location = PlaceServices & {
  readonly code: string;
  readonly name: string;
  readonly kind: LocationKind;
  readonly gln?: string;
  readonly address?: PostalAddress;
  readonly position?: GeoPoint;
  /** IANA name, e.g. Europe/Berlin */
  readonly timeZone: string;
};

const EARTH_RADIUS_KM = 6371;

/** Great-circle distance in kilometres (haversine). */
export const distanceKm = (a: GeoPoint, b: GeoPoint): number => {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const halfLat = Math.sin(radians(b.latitude - a.latitude) / 2);
  const halfLon = Math.sin(radians(b.longitude - a.longitude) / 2);
  const h = halfLat ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * halfLon ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
};
