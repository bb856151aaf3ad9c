/** An order as all systems together describe it at one instant: what mergeOrder gives and the store keeps. */
import type { OrderDocumentType } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { Money } from '#model/money.ts';
import type { Evidence } from '#model/order/claims.ts';
import type { SettledAmounts, SettlementDifference } from '#model/order/settlement.ts';
import type {
  CustomerOrderStatus,
  FulfilmentMethod,
  FulfilmentStatus,
  LineBucket,
  LineQuantities,
  LineState,
  PaymentStatus,
  PickupState,
  PostingStatus,
  RefundStatus,
  ReturnStatus,
  SettlementStatus,
  ShipmentState,
  StatusAxis,
} from '#model/order/vocabulary.ts';

/** A value with the statement behind it; null where nobody has spoken and the value is the axis's beginning. */
export type Known<T> = { readonly value: T; readonly evidence: Evidence | null };

export type PartLine = { readonly lineId: string; readonly quantity: number };
export type Window = { readonly earliest: string; readonly latest: string };
/** `original`: end of the window promised first; null where only the present one is known. */
export type PromiseState = Window & { readonly original: string | null; readonly changed: boolean };

export type LineStateOfOrder = {
  /** Unique within the order and stable: the SKU and its ordinal among lines of that SKU. */
  readonly id: string;
  readonly sku: string;
  readonly ordered: number;
  readonly method: FulfilmentMethod;
  readonly locationCode: string | null;
  readonly state: LineState;
  readonly quantities: LineQuantities;
  /** Who put units into a bucket; buckets that nobody spoke of are absent. */
  readonly evidence: Readonly<Partial<Record<LineBucket, Evidence>>>;
};

/** Parts are keyed by the document they come from (see documentKeyOf). */
export type ShipmentPart = {
  readonly key: string;
  readonly originCode: string | null;
  readonly state: ShipmentState;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  readonly estimatedDelivery: PromiseState | null;
  readonly events: readonly { readonly at: string; readonly state: ShipmentState; readonly place?: string }[];
  readonly lines: readonly PartLine[];
  readonly evidence: Evidence;
};

export type PickupPart = {
  readonly key: string;
  readonly locationCode: string;
  readonly state: PickupState;
  readonly readyAt: string | null;
  readonly collectedAt: string | null;
  readonly expiresAt: string | null;
  readonly code: string | null;
  readonly lines: readonly PartLine[];
  readonly evidence: Evidence;
};

export type ReturnPart = {
  readonly key: string;
  readonly rmaNumber: string | null;
  readonly status: ReturnStatus;
  readonly method: 'MAIL' | 'STORE';
  readonly refund: RefundStatus;
  readonly lines: readonly PartLine[];
  readonly evidence: Evidence;
};

export type Assertion = Evidence & { readonly value: string };
export type Disagreement = {
  readonly axis: StatusAxis;
  readonly chosen: Assertion;
  readonly others: readonly Assertion[];
  /** Since when both have been said; it is reported once it has lasted for the policy's grace. */
  readonly since: string;
  readonly rule: string;
};

/** One document behind the order, for pointing at it in its own system. */
export type DocumentReference = {
  readonly system: SystemKind;
  readonly connection: string;
  readonly documentType: OrderDocumentType;
  readonly documentId: string;
  /** The marketplace that lists the document's items, where they were named by listings. */
  readonly marketplace: string | null;
  readonly cancelled: boolean;
};

/** What the customer word is derived from; every part of it can change by itself. */
export type OrderFacts = {
  readonly confirmed: Known<boolean>;
  readonly released: Known<boolean>;
  readonly onHold: Known<boolean>;
  /** Somebody wants out while goods are still in the house. */
  readonly cancellationRequested: Known<boolean>;
  /** The order as a whole was called off; matters by itself only where no line is known. */
  readonly cancelled: Known<boolean>;
  readonly payment: Known<PaymentStatus>;
  readonly posting: Known<PostingStatus>;
  readonly settlement: SettlementState;
  readonly lines: readonly LineStateOfOrder[];
  readonly shipments: readonly ShipmentPart[];
  readonly pickups: readonly PickupPart[];
  readonly returnRequests: readonly ReturnPart[];
  readonly promise: PromiseState | null;
  /** The promised window is over and goods are missing. */
  readonly late: boolean;
  /** Waiting goods go back to the shelf soon, or already have. */
  readonly pickupExpiring: boolean;
};

/** Whether the money was settled, and what does not agree where something does not. Amounts in minor units. */
export type SettlementState = {
  readonly status: SettlementStatus;
  readonly difference: {
    readonly component: SettlementDifference;
    readonly expected: number;
    readonly settled: number;
  } | null;
  /** All reports about the order together; null before the first. */
  readonly settled: {
    readonly currency: string;
    readonly netMinor: number;
    readonly amounts: SettledAmounts;
    readonly reports: readonly string[];
  } | null;
  readonly evidence: Evidence | null;
};

export type StatusDetail = {
  readonly code: string;
  readonly since: string;
  readonly message: string;
  readonly next: CustomerOrderStatus | null;
  readonly expectedNextAt: string | null;
};

export type OrderState = OrderFacts & {
  readonly number: string;
  /** Null when no document names its channel. */
  readonly channel: string | null;
  readonly placedAt: string;
  /** Who defined what was ordered. */
  readonly origin: Evidence | null;
  readonly total: Money | null;
  readonly status: CustomerOrderStatus;
  readonly statusDetail: StatusDetail;
  readonly fulfilment: FulfilmentStatus;
  readonly returns: ReturnStatus;
  readonly progress: { readonly least: LineState; readonly most: LineState; readonly percent: number };
  readonly disagreements: readonly Disagreement[];
  readonly documents: readonly DocumentReference[];
  /** When time alone may change this state: merge again then. */
  readonly reviewAt: string | null;
};
