/** Where the shopper is. */
import type { GeoPoint } from '#model/location.ts';
import { Failure } from '#runtime/failure.ts';
import type { AvailabilityService } from './service.ts';

export type Near = {
  readonly position?: GeoPoint | null;
  readonly locationId?: string | null;
  readonly postalCode?: string | null;
  readonly country?: string | null;
};

/** The point that distances are measured from, or null when the caller does not want any. */
export const pointOf = (near: Near | null | undefined, service: AvailabilityService): GeoPoint | null => {
  if (near == null) return null;
  if (near.postalCode != null || near.country != null) {
    throw new Failure(
      'BAD_INPUT',
      'near.postalCode: addresses are not looked up here; give near.position, which the device or the shop knows, or near.locationId.',
      { field: 'near.postalCode' },
    );
  }
  if ((near.position == null) === (near.locationId == null)) {
    throw new Failure('BAD_INPUT', 'near: give either position or locationId, not both and not neither.', {
      field: 'near',
    });
  }
  if (near.locationId != null) {
    const place = service.placeOf(near.locationId, 'near.locationId');
    if (place.position) return place.position;
    throw new Failure(
      'BAD_INPUT',
      `near.locationId: the position of ${place.code} is not known; give near.position instead.`,
      { field: 'near.locationId' },
    );
  }
  const { latitude, longitude } = near.position ?? { latitude: Number.NaN, longitude: Number.NaN };
  if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude };
  throw new Failure(
    'BAD_INPUT',
    `near.position: ${latitude}, ${longitude} is no point on the map (degrees, -90 to 90 and -180 to 180).`,
    { field: 'near.position' },
  );
};
