/** What we need of any point of sale, in canonical terms. A capability that a vendor lacks is absent from its port. */
import type { CallOptions } from '#model/call.ts';
import type { PolledStream, PushInlet, RestateStock } from '#model/inlet.ts';
import type { OpeningHours, PickupPolicy } from '#model/location.ts';
import type { Money } from '#model/money.ts';

export type StoreProfile = {
  readonly locationCode: string;
  readonly phone?: string;
  /** IANA name, e.g. Europe/Berlin */
  readonly timeZone: string;
  readonly openingHours: readonly OpeningHours[];
  readonly active: boolean;
  readonly pickup: PickupPolicy;
  readonly returnsAccepted: boolean;
};

export type PosStock = {
  readonly sku: string;
  readonly locationCode: string;
  readonly onHand: number;
  /** Contained in onHand and not sellable; 0 when the POS takes damaged units out of its on-hand count. */
  readonly damaged: number;
  /** Sold at the till since the source's last count; 0 when the POS keeps a perpetual count. */
  readonly soldSinceLastPosting: number;
  readonly lastCountedAt?: string;
  readonly sequence?: string;
  readonly asOf: string;
};

export type PosAlias = { readonly sku: string; readonly locationCode: string; readonly alias: string };

export type PosTransactionKind = 'SALE' | 'RETURN' | 'EXCHANGE' | 'VOID' | 'PICKUP';
export type PosTransaction = {
  readonly id: string;
  readonly locationCode: string;
  readonly kind: PosTransactionKind;
  readonly occurredAt: string;
  readonly orderReference?: string;
  readonly total: Money;
  readonly asOf: string;
  readonly version?: string;
};

/** UNKNOWN: the POS names a state that its adapter does not know; shown rather than hidden or guessed. */
export type PickupTaskState =
  | 'REQUESTED'
  | 'ACCEPTED'
  | 'PICKING'
  | 'READY'
  | 'COLLECTED'
  | 'SHORT'
  | 'REJECTED'
  | 'EXPIRED'
  | 'CANCELLED'
  | 'UNKNOWN';
export type PickupLine = {
  /** The POS's own id of the line. */
  readonly id: string;
  /** Absent when the POS names no item that has one. */
  readonly sku?: string;
  /** Whole units. */
  readonly quantity: number;
};
export type PickupTask = {
  readonly id: string;
  readonly locationCode: string;
  /** The channel's order number, or the POS's own id when the order came without one. */
  readonly orderReference: string;
  readonly state: PickupTaskState;
  readonly lines: readonly PickupLine[];
  /** When the store was asked; never changes. */
  readonly requestedAt: string;
  readonly readyAt?: string;
  readonly collectedAt?: string;
  readonly expiresAt?: string;
  readonly asOf: string;
  readonly version?: string;
};

/** What a store does with a pickup. The key names the doing: repeated with it, nothing happens twice. */
export type PickupOperation = { readonly taskId: string; readonly idempotencyKey: string };
/** Fewer units of a line were found than it asks for. */
export type ShortPick = PickupOperation & { readonly lineId: string; readonly foundQuantity: number };

export type PickupRefusal =
  | 'UNKNOWN_TASK'
  | 'UNKNOWN_LINE'
  /** Found is not less than what the line asks for. */
  | 'QUANTITY'
  | 'WRONG_STATE'
  | 'PAYMENT_DUE'
  | 'KEY_REUSED'
  /** This pickup cannot be worked on from outside the till. */
  | 'NOT_OPERABLE';

/** Refused: the pickup is as others left it. Rejections are the failures of `Upstream` and of `writeOnce`. */
export type PickupOutcome =
  | { readonly outcome: 'DONE'; readonly task: PickupTask }
  | {
      readonly outcome: 'REFUSED';
      readonly reason: PickupRefusal;
      readonly message: string;
      readonly task: PickupTask | null;
    };

/** Results keep the order of what was asked; null where the POS does not know it. */
export type PosPort = {
  stores(locationCodes: readonly string[], call: CallOptions): Promise<readonly (StoreProfile | null)[]>;
  /** All pairs of the given SKUs and locations (all stores when none are named); pairs never stocked are left out. */
  stock(
    skus: readonly string[],
    locationCodes: readonly string[] | null,
    call: CallOptions,
  ): Promise<readonly PosStock[]>;
  aliases(skus: readonly string[], call: CallOptions): Promise<readonly PosAlias[]>;
  transactions(ids: readonly string[], call: CallOptions): Promise<readonly (PosTransaction | null)[]>;
  pickupTasks(ids: readonly string[], call: CallOptions): Promise<readonly (PickupTask | null)[]>;
  storePickupTasks(
    locationCode: string,
    states: readonly PickupTaskState[] | null,
    call: CallOptions,
  ): Promise<readonly PickupTask[]>;
  /** Done also when the pickup was there already. */
  markReady?(operation: PickupOperation, call: CallOptions): Promise<PickupOutcome>;
  confirmCollected?(operation: PickupOperation, call: CallOptions): Promise<PickupOutcome>;
  /**
   * Counts the item first and ends the pickup then: broken off in between it leaves an open pickup and a shelf that is
   * not sold from, and repeated with its key it goes on.
   */
  reportShort?(short: ShortPick, call: CallOptions): Promise<PickupOutcome>;
  readonly streams: readonly PolledStream[];
  readonly push?: PushInlet;
  readonly restate?: RestateStock;
};
