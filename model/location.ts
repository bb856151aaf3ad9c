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

export type Location = {
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
