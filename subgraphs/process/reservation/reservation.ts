/** A reservation and what may become of it. Pure. */

export type ReservationState = 'HELD' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED' | 'FAILED';

/** Part of a line at one place; `locationCode` null: the part that could not be held. */
export type ReservationLine = {
  readonly sku: string;
  readonly locationCode: string | null;
  readonly requested: number;
  readonly held: number;
};

export type Reservation = {
  readonly id: string;
  readonly channel: string;
  /** Hash of the customer's reference; null when the caller named no customer. */
  readonly customer: string | null;
  readonly state: ReservationState;
  /** Everything that is held, a bundle's parts instead of the bundle: what has to be locked to change it. */
  readonly skus: readonly string[];
  readonly lines: readonly ReservationLine[];
  readonly expiresAt: string;
  readonly orderId: string | null;
};

export type UserError = { readonly code: string; readonly message: string; readonly path: readonly string[] | null };

/** Of one line of a basket: how much of it can be had. */
export type Shortage = {
  readonly sku: string;
  readonly requested: number;
  readonly fulfillable: number;
  readonly shortage: number;
  readonly channel: string;
};

/** JSON values only: it is kept for repeated calls. */
export type ReservationResult = {
  readonly reservation: Reservation | null;
  readonly shortages: readonly Shortage[];
  readonly userErrors: readonly UserError[];
};

/** A hold ends at its instant, whether or not anybody has written that down. */
export const asAt = (reservation: Reservation, nowMs: number): Reservation =>
  reservation.state === 'HELD' && Date.parse(reservation.expiresAt) <= nowMs
    ? { ...reservation, state: 'EXPIRED' }
    : reservation;

/** `change` null: nothing is to be written. */
export type Decision = { readonly change: Reservation | null; readonly result: ReservationResult };

const refuse = (reservation: Reservation, code: string, message: string): Decision => ({
  change: null,
  result: {
    reservation,
    shortages: [],
    userErrors: [{ code, message, path: ['input', 'reservationId'] }],
  },
});
const settled = (reservation: Reservation): ReservationResult => ({ reservation, shortages: [], userErrors: [] });

const confirmed = (reservation: Reservation): Decision =>
  refuse(
    reservation,
    'HOLD_CONFIRMED',
    'The order that cites this reservation has taken its units: change or cancel the order instead.',
  );

/** A hold is never shortened by extending it. */
export const extended = (stored: Reservation, ttlMs: number, nowMs: number): Decision => {
  const reservation = asAt(stored, nowMs);
  switch (reservation.state) {
    case 'HELD': {
      const expiresAt = new Date(Math.max(Date.parse(reservation.expiresAt), nowMs + ttlMs)).toISOString();
      const change = { ...reservation, expiresAt };
      return { change: expiresAt === reservation.expiresAt ? null : change, result: settled(change) };
    }
    case 'CONFIRMED':
      return confirmed(reservation);
    case 'RELEASED':
      return refuse(reservation, 'HOLD_RELEASED', 'The reservation has been released: reserve again.');
    case 'EXPIRED':
    case 'FAILED':
      return refuse(reservation, 'HOLD_EXPIRED', 'The reservation has expired: reserve again.');
  }
};

export const released = (stored: Reservation, nowMs: number): Decision => {
  const reservation = asAt(stored, nowMs);
  if (reservation.state === 'CONFIRMED') return confirmed(reservation);
  if (reservation.state !== 'HELD') return { change: null, result: settled(reservation) };
  const change: Reservation = { ...reservation, state: 'RELEASED' };
  return { change, result: settled(change) };
};
