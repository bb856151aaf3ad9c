/** What stands behind the GraphQL types of reservations. */
import type { Reservation, ReservationLine, Shortage } from './reservation.ts';

export type ReservationParent = Reservation;
export type ReservationLineParent = ReservationLine;
export type BasketLineAvailabilityParent = Shortage;
