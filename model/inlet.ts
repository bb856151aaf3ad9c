/** How changes come out of a vendor: by polling, by pushed deliveries, and on request. Shared by the four system ports. */
import type { CallOptions } from '#model/call.ts';
import type { Change, RejectedInput, StockChange } from '#model/change.ts';

export type PolledChanges = {
  readonly changes: readonly Change[];
  readonly rejected: readonly RejectedInput[];
  /** Where the next poll of this stream starts; equal to the given one when nothing is proven beyond it. */
  readonly watermark: string;
  /** More is waiting now: poll again at once. */
  readonly more: boolean;
};

/** One stream of changes to poll, e.g. "sales" or "stock". `poll(null)` reads everything from the beginning. */
export type PolledStream = {
  readonly name: string;
  readonly intervalMs: number;
  poll(watermark: string | null, call: CallOptions): Promise<PolledChanges>;
};

export type PushedDelivery = {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Uint8Array;
  /** The full public URL the sender posted to: part of some vendors' signatures. */
  readonly url: string;
};

export type DeliveryVerdict =
  | { readonly verdict: 'refused'; readonly status: 400 | 401; readonly reason: string }
  | { readonly verdict: 'genuine'; readonly eventId: string };

/**
 * Pushed deliveries. `verify` is cheap and does no I/O; `read` may call the vendor back (deliveries are signals: many
 * vendors send ids or stale bodies, so the thing itself is read again).
 */
export type PushInlet = {
  verify(delivery: PushedDelivery): DeliveryVerdict;
  read(
    delivery: PushedDelivery,
    call: CallOptions,
  ): Promise<{ readonly changes: readonly Change[]; readonly rejected: readonly RejectedInput[] }>;
};

/**
 * Says again, now, what the system's stock of these items is: full statements, read for this call and never from memory,
 * in the very terms of the streams and pushes. Items, places and pairs that the system does not speak of are left out.
 * `locationCodes` null: at all its places. Absent on a port whose system states no stock.
 */
export type RestateStock = (
  skus: readonly string[],
  locationCodes: readonly string[] | null,
  call: CallOptions,
) => Promise<{ readonly changes: readonly StockChange[]; readonly rejected: readonly RejectedInput[] }>;
