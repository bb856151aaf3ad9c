/**
 * How capabilities take part in the intake transaction.
 *
 * One batch is one transaction: inbox (duplicate?) -> crosswalk -> orders -> stock -> exceptions -> watermark ->
 * journal last. Lock order is fixed: orders by id, then stock by SKU, then stream heads.
 */
import type { ChangeBatch } from '#model/change.ts';
import type { ItemReference } from '#model/identifiers.ts';
import type { NewEntry } from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';

export type ExceptionKind =
  | 'ORDER_POSTING'
  | 'ACKNOWLEDGEMENT'
  | 'INVENTORY_EVENT'
  | 'SHIPMENT_UPDATE'
  | 'RETURN_SYNC'
  | 'SETTLEMENT_MATCH'
  | 'IDENTIFIER_UNMAPPED'
  | 'SCHEMA_MISMATCH'
  | 'DUPLICATE_SUSPECT'
  | 'STATUS_DISAGREEMENT';

/** Something for a person to look at. The same (kind, system, subject) is one exception that counts its attempts. */
export type NewException = {
  readonly kind: ExceptionKind;
  readonly nature: 'TRANSIENT' | 'BUSINESS';
  readonly subject: string;
  readonly message: string;
  readonly orderId?: string;
  readonly sku?: string;
};

/** Resolves names of items to SKUs within the transaction, including mappings that the same batch brings. */
export type Crosswalk = {
  /** The SKU that these alternative names mean; null when none is known or they contradict each other. */
  skuOf(items: readonly ItemReference[]): Promise<string | null>;
};

export type ApplierContext = {
  readonly tx: Sql;
  readonly batch: ChangeBatch;
  readonly crosswalk: Crosswalk;
  /** A change that cannot be applied now: put on record and, when `change` is given, applied when its mapping arrives. */
  raise(exception: NewException, change?: ChangeBatch['changes'][number]): void;
};

export type ChannelEntry = NewEntry & { readonly channel: string };

/** A hold whose units an order takes now: from here on the order's demand counts in its place. */
export type ReplacedHold = { readonly reservationId: string; readonly orderId: string };

export type Applied = {
  readonly applied: number;
  readonly entries: readonly ChannelEntry[];
  /** SKUs whose promised demand changed: their availability is worked out again in the same transaction. */
  readonly demandChanged: readonly string[];
  /** Holds that orders cite: they are ended in the same transaction. */
  readonly replacedHolds?: readonly ReplacedHold[];
  /** Tags (model/tags.ts) of what is different now. A statement that repeats what is known touches nothing. */
  readonly touched: readonly string[];
};

/** A capability's part: reads and writes its own tables with `context.tx`, returns what the journal shall hold. */
export type Applier = (
  context: ApplierContext,
  demandChanged: readonly string[],
  replacedHolds: readonly ReplacedHold[],
) => Promise<Applied>;
