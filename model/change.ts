/**
 * Changes: what a system subgraph tells the process layer, in canonical terms.
 *
 * A change states what one system says NOW about one thing (a full statement, not a delta), so that applying it twice
 * or late is harmless: the newer statement of the same (system, document) or (system, item, location) wins, by the
 * source's sequence or time, never by arrival.
 */
import type { ItemReference, SystemKind } from '#model/identifiers.ts';
import type { GeoPoint, Location, PostalAddress } from '#model/location.ts';
import type { Money } from '#model/money.ts';
import type { ChargedAmounts, ClaimedSettlement } from '#model/order/settlement.ts';
import type {
  FulfilmentMethod,
  LineBucket,
  PaymentStatus,
  PickupState,
  PostingStatus,
  RefundStatus,
  ReturnStatus,
  ShipmentState,
} from '#model/order/vocabulary.ts';
import type { Variant } from '#model/product.ts';
import type { StockReading } from '#model/stock.ts';
import type { ExpectedSupply } from '#model/supply.ts';

/** Master data of an item: the ERP's word, and the source of the crosswalk. */
export type VariantChange = { readonly kind: 'variant'; readonly variant: Variant; readonly asOf: string };

/** Master data of a place. A system that knows only some facts (a POS: position, hours) sends only these. */
export type LocationChange = {
  readonly kind: 'location';
  readonly code: string;
  readonly facts: Partial<Omit<Location, 'code'>> & { readonly position?: GeoPoint; readonly address?: PostalAddress };
  readonly asOf: string;
};

/** `items` are alternative names of ONE item; the first that the crosswalk knows decides, contradictions are exceptions. */
export type StockChange = {
  readonly kind: 'stock';
  readonly items: readonly ItemReference[];
  readonly locationCode: string;
  readonly reading: StockReading;
  /** When somebody counted the item there, where the source tells. */
  readonly countedAt?: string;
};

/** All goods that are on their way to one place, as one system knows it: a full statement, empty when nothing is. */
export type SupplyChange = {
  readonly kind: 'supply';
  readonly items: readonly ItemReference[];
  readonly locationCode: string;
  readonly supplies: readonly ExpectedSupply[];
  readonly asOf: string;
};

export type ListingState = 'ACTIVE' | 'INACTIVE' | 'SUPPRESSED' | 'THROTTLED';

export type ListingChange = {
  readonly kind: 'listing';
  readonly marketplace: string;
  readonly listingId: string;
  readonly items: readonly ItemReference[];
  /** Null when the marketplace did not say (stock kept by the marketplace itself). */
  readonly publishedQuantity: number | null;
  readonly state: ListingState;
  readonly asOf: string;
};

/** How a document names the order it belongs to: the channel's order number, or the ERP's sales order number. */
export type OrderReference = { readonly scheme: 'channel' | 'erp'; readonly value: string };

/** A settlement is what one report says of one order: a document of the order that holds no units. */
export type OrderDocumentType =
  | 'sales-order'
  | 'shipment'
  | 'pickup'
  | 'marketplace-order'
  | 'return-receipt'
  | 'settlement';

export type ClaimedLine = {
  /** The source's own line id, stable within the document. */
  readonly lineRef: string;
  readonly items: readonly ItemReference[];
  readonly ordered: number;
  readonly method: FulfilmentMethod;
  readonly locationCode?: string;
};

/** Quantities of one item that this document places into buckets. What it does not speak of stays as others say. */
export type ClaimedProgress = {
  readonly items: readonly ItemReference[];
  readonly quantities: Readonly<Partial<Record<LineBucket, number>>>;
};

/** People looked for units of the item at the place and did not find all of them. */
export type ClaimedShortage = {
  readonly items: readonly ItemReference[];
  readonly locationCode: string;
  readonly noticedAt: string;
};

export type ClaimedShipment = {
  readonly originCode?: string;
  readonly state: ShipmentState;
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly trackingUrl?: string;
  readonly estimatedDelivery?: { readonly earliest: string; readonly latest: string };
  readonly events: readonly { readonly at: string; readonly state: ShipmentState; readonly place?: string }[];
};

export type ClaimedPickup = {
  readonly locationCode: string;
  readonly state: PickupState;
  readonly readyAt?: string;
  readonly collectedAt?: string;
  readonly expiresAt?: string;
  readonly code?: string;
};

export type ClaimedReturn = {
  readonly rmaNumber?: string;
  readonly status: ReturnStatus;
  readonly refund: RefundStatus;
};

/** What a shopper can prove the order with. Kept only as keyed hashes past the intake. */
export type CustomerProofs = {
  readonly customerRef?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly postalCode?: string;
};

/** Everything one document of one system says about an order, in full. A later version of the document replaces it. */
export type OrderClaim = {
  readonly kind: 'order-claim';
  readonly documentType: OrderDocumentType;
  /** The source's id of the document: the key of its entity in the graph (ERP order number, shipment id ...). */
  readonly documentId: string;
  readonly references: readonly OrderReference[];
  /** Grows with every change of the document: its version, or its modification time in milliseconds. */
  readonly sequence: string;
  readonly effectiveAt: string;
  /** The vendor's own word, untranslated, for operators. */
  readonly rawStatus: string;
  readonly channel?: string;
  readonly placedAt?: string;
  readonly total?: Money;
  /** The parts of `total`, in its minor units, where the source tells them apart. */
  readonly charged?: ChargedAmounts;
  readonly customer?: CustomerProofs;
  /** Holds whose units the order takes, as the document carries them: its demand takes their place. */
  readonly reservationIds?: readonly string[];
  /** Present on documents that define what was ordered (sales orders, marketplace orders, POS orders). */
  readonly lines?: readonly ClaimedLine[];
  readonly confirmed?: boolean;
  readonly onHold?: boolean;
  readonly cancelled?: boolean;
  readonly cancellationRequested?: boolean;
  /** The goods were released to the warehouse or store. */
  readonly released?: boolean;
  readonly progress?: readonly ClaimedProgress[];
  /** Where the source tells it apart from the progress: a pickup says it by its state. */
  readonly shortages?: readonly ClaimedShortage[];
  readonly payment?: PaymentStatus;
  readonly posting?: PostingStatus;
  readonly shipment?: ClaimedShipment;
  readonly pickup?: ClaimedPickup;
  readonly return?: ClaimedReturn;
  readonly settlement?: ClaimedSettlement;
  readonly promise?: { readonly earliest: string; readonly latest: string };
};

export type Change = VariantChange | LocationChange | StockChange | SupplyChange | ListingChange | OrderClaim;

/** Something a system said that cannot be used: kept on record as an exception, never guessed at and never dropped. */
export type RejectedInput = {
  readonly kind: 'IDENTIFIER_UNMAPPED' | 'SCHEMA_MISMATCH';
  readonly subject: string;
  readonly message: string;
  /** The vendor's field whose value is in no table, e.g. "order.state": one of a few names that the adapter has. */
  readonly unknownField?: string;
};

/** What a pushed delivery is known by: the sender's event id and the hash of the raw body (hex SHA-256). */
export type DeliveryKey = { readonly eventId: string; readonly bodySha256: string };

/** One delivery or one poll, accepted as a whole in one transaction. */
export type ChangeBatch = {
  readonly system: SystemKind;
  /** Id of the configured connection, e.g. "pos-main". */
  readonly connection: string;
  readonly correlationId: string;
  readonly observedAt: string;
  readonly delivery?: DeliveryKey;
  /**
   * For polled reads: where the next poll starts. Stored only together with the changes. `complete` says that nothing
   * more was waiting when this was read: everything the stream knew then has been told. `streams` names all streams that
   * the connection polls, so that it does not pass for complete while one of them has not spoken yet.
   */
  readonly watermark?: {
    readonly stream: string;
    readonly value: string;
    readonly complete: boolean;
    readonly streams?: readonly string[];
  };
  readonly changes: readonly Change[];
  readonly rejected: readonly RejectedInput[];
};

/** CORRECTED: the same event id came with another body, and was applied as a correction. */
export type IntakeOutcome = 'ACCEPTED' | 'DUPLICATE' | 'CORRECTED';
export type IntakeReceipt = { readonly outcome: IntakeOutcome; readonly applied: number; readonly exceptions: number };

/** Where a system subgraph hands its changes. `accept` resolves only after they are durably committed. */
export type ChangeSink = {
  accept(batch: ChangeBatch, signal: AbortSignal): Promise<IntakeReceipt>;
  /** Whether exactly this delivery has been committed before, so that nobody has to be asked what it means. */
  hasTaken(connection: string, delivery: DeliveryKey, signal: AbortSignal): Promise<boolean>;
  /** The stored watermark of one polled stream, or null before the first poll. */
  watermark(connection: string, stream: string, signal: AbortSignal): Promise<string | null>;
};
