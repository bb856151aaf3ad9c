/** The account's locations under the canonical codes. Square has no field for a foreign key: the name carries the code. */
import { createHash } from 'node:crypto';
import type { LocationChange, RejectedInput } from '#model/change.ts';
import type { GeoPoint, OpeningHours, PickupPolicy, PostalAddress } from '#model/location.ts';
import type { StoreProfile } from '#subgraphs/pos/port.ts';
import type { WireLocation } from './wire.ts';

export type LocationCodeRule = { readonly field: 'name' | 'id'; readonly pattern: string };
export type StorePolicy = { readonly pickup: PickupPolicy; readonly returnsAccepted: boolean };

export type Store = { readonly id: string; readonly code: string; readonly location: WireLocation };

export type StoreDirectory = {
  /** Sorted by Square id: the order in which chunked readings visit them. */
  readonly stores: readonly Store[];
  readonly rejected: readonly RejectedInput[];
  /** Changes when a store comes or goes: what was read of the stores before is then not everything. */
  readonly digest: string;
  ofId(id: string): Store | null;
  ofCode(code: string): Store | null;
};

/** ISO weekday by Square's name of it. */
export const WEEKDAYS: Readonly<Record<string, number>> = {
  MON: 1,
  TUE: 2,
  WED: 3,
  THU: 4,
  FRI: 5,
  SAT: 6,
  SUN: 7,
};

export const locationCodeOf = (location: WireLocation, rule: LocationCodeRule): string | null =>
  new RegExp(rule.pattern).exec(location[rule.field] ?? '')?.[1] ?? null;

const unmapped = (location: WireLocation, rule: LocationCodeRule): RejectedInput => ({
  kind: 'IDENTIFIER_UNMAPPED',
  subject: `location:${location.id}`,
  message: `Location ${location.id} ("${location.name ?? ''}") carries no location code: its ${rule.field} does not match /${rule.pattern}/. Rename it or change the option locationCode.`,
});

const contested = (location: WireLocation, code: string, holder: Store): RejectedInput => ({
  kind: 'IDENTIFIER_UNMAPPED',
  subject: `location:${location.id}`,
  message: `Location ${location.id} ("${location.name ?? ''}") claims the location code ${code}, which location ${holder.id} already has. Rename one of them.`,
});

/** Of two locations that claim one code the active one has it, else the one with the smaller id. */
export const buildStoreDirectory = (locations: readonly WireLocation[], rule: LocationCodeRule): StoreDirectory => {
  const byCode = new Map<string, Store>();
  const rejected: RejectedInput[] = [];
  const rank = (location: WireLocation): string => `${location.status === 'INACTIVE' ? 1 : 0}${location.id}`;
  for (const location of locations.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
    const code = locationCodeOf(location, rule);
    const holder = code === null ? undefined : byCode.get(code);
    if (code === null) rejected.push(unmapped(location, rule));
    else if (holder) rejected.push(contested(location, code, holder));
    else byCode.set(code, { id: location.id, code, location });
  }
  const stores = [...byCode.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const byId = new Map(stores.map((store) => [store.id, store]));
  const digest = createHash('sha256')
    .update(stores.map((store) => store.id).join(' '))
    .digest('base64url')
    .slice(0, 16);
  return {
    stores,
    rejected,
    digest,
    ofId: (id) => byId.get(id) ?? null,
    ofCode: (code) => byCode.get(code) ?? null,
  };
};

/** "08:30:00" to "08:30". */
const hourOf = (time: string | null | undefined): string | null => /^(\d\d:\d\d)/.exec(time ?? '')?.[1] ?? null;

export const openingHoursOf = (location: WireLocation): readonly OpeningHours[] =>
  (location.business_hours?.periods ?? []).flatMap((period) => {
    const dayOfWeek = WEEKDAYS[period.day_of_week ?? ''];
    const opens = hourOf(period.start_local_time);
    const closes = hourOf(period.end_local_time);
    return dayOfWeek === undefined || opens === null || closes === null ? [] : [{ dayOfWeek, opens, closes }];
  });

/** The zone of a location that states none; Square sets one on every location it creates. */
const UNSTATED_TIME_ZONE = 'Etc/UTC';

export const toStoreProfile = (store: Store, policy: StorePolicy): StoreProfile => ({
  locationCode: store.code,
  ...(store.location.phone_number ? { phone: store.location.phone_number } : {}),
  timeZone: store.location.timezone ?? UNSTATED_TIME_ZONE,
  openingHours: openingHoursOf(store.location),
  active: store.location.status !== 'INACTIVE',
  pickup: policy.pickup,
  returnsAccepted: policy.returnsAccepted,
});

const addressOf = (location: WireLocation): PostalAddress | null => {
  const { address } = location;
  const country = address?.country ?? location.country;
  if (!address || !country) return null;
  return {
    lines: [address.address_line_1, address.address_line_2, address.address_line_3].filter(
      (line): line is string => typeof line === 'string' && line !== '',
    ),
    ...(address.locality ? { city: address.locality } : {}),
    ...(address.administrative_district_level_1 ? { region: address.administrative_district_level_1 } : {}),
    ...(address.postal_code ? { postalCode: address.postal_code } : {}),
    country,
  };
};

const positionOf = (location: WireLocation): GeoPoint | null => {
  const { latitude, longitude } = location.coordinates ?? {};
  return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : null;
};

/** `asOf` is our reading: Square does not say when a location last changed. */
export const toLocationChange = (store: Store, pickup: PickupPolicy, asOf: string): LocationChange => {
  const address = addressOf(store.location);
  const position = positionOf(store.location);
  // A store without hours is not known to be always shut, nor always open: they are not stated.
  const openingHours = openingHoursOf(store.location);
  const isActive = store.location.status !== 'INACTIVE';
  return {
    kind: 'location',
    code: store.code,
    facts: {
      ...(store.location.timezone ? { timeZone: store.location.timezone } : {}),
      ...(address ? { address } : {}),
      ...(position ? { position } : {}),
      ...(openingHours.length > 0 ? { openingHours } : {}),
      pickup: { ...pickup, enabled: pickup.enabled && isActive },
    },
    asOf,
  };
};
