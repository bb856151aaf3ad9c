// Generated from schema/process.graphql by schema/generate.ts. Do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AvailabilityParent, LocationAvailabilityParent, StockPositionParent, VariantParent } from '#subgraphs/process/availability/parents.ts';
import type { FulfilmentOptionParent } from '#subgraphs/process/basket/parents.ts';
import type { DeliveryPromiseParent, FutureSupplyParent, MethodAvailabilityParent, PickupOfferParent } from '#subgraphs/process/promise/parents.ts';
import type { BasketLineAvailabilityParent, ReservationParent, ReservationLineParent } from '#subgraphs/process/reservation/parents.ts';
import type { StoredException } from '#subgraphs/process/exceptions/store.ts';
import type { StoredDrift } from '#subgraphs/process/reconciliation/drift.ts';
import type { OrderParent, OrderStatusChangedParent, ReturnParent } from '#subgraphs/process/order-status/parents.ts';
import type { TransactionTraceParent } from '#subgraphs/process/trace/trace.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant in UTC, ISO 8601, e.g. 2026-11-20T14:30:00.000Z. */
  DateTime: { input: string; output: string; }
  /** A calendar day, e.g. 2026-11-20. */
  Date: { input: string; output: string; }
  /** Opaque, ordered position in an event stream. Send it back exactly as received. */
  EventCursor: { input: string; output: string; }
  /** ISO 8601 duration, e.g. PT30S, PT15M, P1D. */
  Duration: { input: string; output: string; }
  /** An exact decimal number, as text. */
  Decimal: { input: string; output: string; }
};

/** Whom a kept value may be shown to. */
export type CacheControlScope =
  /** Everybody with the same rights. */
  | 'PUBLIC'
  /** The caller alone. */
  | 'PRIVATE';

export type Query = {
  /** Stock answers for a whole product list in one call: the order of the results is the order of the SKUs. */
  readonly availability: ReadonlyArray<Availability>;
  /** By when a basket can be delivered, per service, the soonest first. Only deliveries of everything are promised: no option means that it cannot all be sent there, or that nobody knows when. A SKU that the item master does not have fails the field with code NOT_MAPPED, a wrong line or destination with BAD_INPUT. */
  readonly deliveryPromise: DeliveryPromise;
  /** Whether a whole basket can be had now, how, and by when. Lines share what there is: the same item twice, or in a bundle, is counted once. Fails with BAD_INPUT for a basket that is no order and with NOT_MAPPED naming SKUs that the item master does not have. */
  readonly basketAvailability: BasketAvailability;
  /** Stores that the caller's channel sells from, nearest first, with what they have of the items and when it could be collected. Never waits for a system. */
  readonly nearestStores: StoreOfferConnection;
  /** Every number, rule and buffer behind one availability answer. */
  readonly explainAvailability: AvailabilityExplanation;
  /** One order of the caller: a customer's own order, or, for channel staff (scope orders:read), an order of their channel. Null when unknown or not the caller's. */
  readonly order?: Maybe<Order>;
  /** The signed-in customer's orders, newest first. */
  readonly myOrders: OrderConnection;
  /** Guest look-up by order number and one proof. Answers null alike for an unknown order, a wrong proof and too many wrong tries (5 in 15 minutes per number and per caller). */
  readonly guestOrder?: Maybe<Order>;
  /** All orders of the caller's channel, newest first. */
  readonly orders: OrderConnection;
  /** Where systems contradict each other about stock, or a listing offers something else than its channel may sell; newest first. Open ones unless the filter says otherwise. */
  readonly inventoryDrift: InventoryDriftConnection;
  /** What could not be applied or posted, for a person to look at; newest first. */
  readonly exceptions: IntegrationExceptionConnection;
  /** The listings whose quantities are kept at what their channel may sell: those that lag come first, for longest first. Listings whose stock the marketplace keeps, and suppressed ones, are not among them. BAD_INPUT names a marketplace that no channel publishes to. */
  readonly listingPublication: ListingPublicationConnection;
  /** Everything on record about one business transaction, across all systems, in the order in which it happened. The correlation id is that of any message: an event's, an order's, an exception's, a log line's. A message that was about one order leads to the whole story of that order, which is `order`; one about many orders, as a poll is, or about none yet, is shown by itself, to tokens of all channels. Null where nothing is on record for this caller. */
  readonly trace?: Maybe<TransactionTrace>;
  /** How each connected system is doing, as our calls to it see it; in the order of the configuration. */
  readonly systemHealth: ReadonlyArray<SystemHealth>;
};


export type QueryAvailabilityArgs = {
  skus: ReadonlyArray<Scalars['String']['input']>;
  context?: InputMaybe<AvailabilityContext>;
};


export type QueryDeliveryPromiseArgs = {
  items: ReadonlyArray<BasketItemInput>;
  destination: DestinationInput;
  context?: InputMaybe<AvailabilityContext>;
};


export type QueryBasketAvailabilityArgs = {
  items: ReadonlyArray<BasketItemInput>;
  context?: InputMaybe<AvailabilityContext>;
};


export type QueryNearestStoresArgs = {
  near: NearInput;
  items?: InputMaybe<ReadonlyArray<BasketItemInput>>;
  onlyWithStock?: InputMaybe<Scalars['Boolean']['input']>;
  radiusKm?: InputMaybe<Scalars['Float']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryExplainAvailabilityArgs = {
  sku: Scalars['String']['input'];
  locationId?: InputMaybe<Scalars['ID']['input']>;
  context?: InputMaybe<AvailabilityContext>;
};


export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


export type QueryMyOrdersArgs = {
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryGuestOrderArgs = {
  input: GuestOrderInput;
};


export type QueryOrdersArgs = {
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryInventoryDriftArgs = {
  filter?: InputMaybe<DriftFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryExceptionsArgs = {
  filter?: InputMaybe<ExceptionFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryListingPublicationArgs = {
  filter?: InputMaybe<ListingPublicationFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryTraceArgs = {
  correlationId: Scalars['ID']['input'];
};

export type Mutation = {
  /** Holds units for a shopper: all lines in one step, or none of them. What is held is taken off every answer at once and comes back by itself when the time is over. Never waits for a system longer than 0.3 s. */
  readonly reserveStock: ReservationPayload;
  /** Holds the units for longer, counted from now; never shortens a hold. User errors: NOT_FOUND; HOLD_EXPIRED, HOLD_RELEASED and HOLD_CONFIRMED when nothing is held any more. */
  readonly extendReservation: ReservationPayload;
  /** Gives the units back. A reservation that has been released, or has expired, is answered as it is. User errors: NOT_FOUND; HOLD_CONFIRMED when an order has taken the units. */
  readonly releaseReservation: ReservationPayload;
};


export type MutationReserveStockArgs = {
  input: ReserveStockInput;
};


export type MutationExtendReservationArgs = {
  input: ReservationActionInput;
};


export type MutationReleaseReservationArgs = {
  input: ReservationActionInput;
};

export type Subscription = {
  /** One order as it moves. Without `after` the first item is a snapshot; then every change of the order, in order, once per sequence number. With `after` it resumes without loss. The order's unguessable id is the permission; customers and staff are limited to their own orders and channel. */
  readonly orderStatus: OrderStreamItem;
  /** The same for a guest with order number and one proof; ends without an item when they do not belong together. */
  readonly guestOrderStatus: OrderStreamItem;
  /** Feed for a channel team: every change of every order of the channels. At least once, in order per order; `Lagged` names a gap instead of hiding it. */
  readonly channelOrders: OrderStreamItem;
  /** What a store has to hand out, as it moves, for the people who work there. Without `after`: a snapshot of every order in progress with goods to be collected in the store, then a heartbeat whose cursor is the first to resume behind. Then every change of every order that is to be collected there, or just was, once and in order per order; a store that loses an order to another one is told by the event that moved it. `Lagged` names a gap instead of hiding it. Orders of the token's channel only, of all channels where that is '*'. BAD_INPUT where the id is none of a location. */
  readonly storePickups: OrderStreamItem;
  /** The stock answer of the given SKUs as it moves, in the caller's own context. Without `after` the first items are the state of every SKU (previousStatus equals the status); with `after` those SKUs whose answer differs from what was told up to that cursor, each once, as it is now. Changes that come faster than they are read become one item per SKU. `Lagged` says that entries in between are no longer held: the differences follow it, the steps between are not known. */
  readonly availabilityChanged: AvailabilityStreamItem;
  /** The health of every connection once, then of each whose circuit, holds, shedding or silence changed, or whose lag passed 1, 5 or 30 minutes, as it is now; looked at once a second. A slow reader gets fewer items, never older ones. */
  readonly systemHealthChanged: SystemHealth;
};


export type SubscriptionOrderStatusArgs = {
  orderId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['EventCursor']['input']>;
};


export type SubscriptionGuestOrderStatusArgs = {
  input: GuestOrderInput;
  after?: InputMaybe<Scalars['EventCursor']['input']>;
};


export type SubscriptionChannelOrdersArgs = {
  filter: ChannelStreamFilter;
  after?: InputMaybe<Scalars['EventCursor']['input']>;
};


export type SubscriptionStorePickupsArgs = {
  locationId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['EventCursor']['input']>;
};


export type SubscriptionAvailabilityChangedArgs = {
  skus: ReadonlyArray<Scalars['String']['input']>;
  context?: InputMaybe<AvailabilityContext>;
  only?: InputMaybe<AvailabilityChangeKind>;
  after?: InputMaybe<Scalars['EventCursor']['input']>;
};

/** What the answer is wanted for: decides how old it may be and how long to wait for a better one. */
export type Purpose =
  /** List pages and search facets: never waits for a system. */
  | 'BROWSE'
  /** Product page. */
  | 'DETAIL'
  /** Cart. */
  | 'CART'
  /** Checkout: the freshest answer there is, else it says so. */
  | 'CHECKOUT'
  /** Store staff. */
  | 'STORE_ASSOCIATE';

/** For whom an availability answer is meant and how fresh it must be. */
export type AvailabilityContext = {
  /** Sales channel: its buffers, eligible locations and display policy apply. */
  readonly channel?: Scalars['String']['input'];
  /** What the answer is wanted for. */
  readonly purpose?: Purpose;
  /** Oldest acceptable age; overrides the purpose's default. The answer's freshness says what was met. */
  readonly maxAge?: InputMaybe<Scalars['Duration']['input']>;
  /** Longest wait for systems before the best known answer is given; overrides the purpose's default, at most PT10S. 0 never waits. */
  readonly timeBudget?: InputMaybe<Scalars['Duration']['input']>;
  /** Only these locations count; all eligible ones when left out. */
  readonly locationIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Units wanted at once: confidence and status are about this many. */
  readonly quantity?: InputMaybe<Scalars['Int']['input']>;
  /** Only what can be handed over in one of these ways: places that serve none of them do not count. Any way when left out. Where no place is known to serve them, nothing is known. */
  readonly methods?: InputMaybe<ReadonlyArray<FulfilmentMethod>>;
  /** Where parcels shall go: delivery times depend on it and are not told without it. */
  readonly destination?: InputMaybe<DestinationInput>;
};

/** Where parcels shall go. */
export type DestinationInput = {
  /** Country code of ISO 3166, e.g. DE. */
  readonly country: Scalars['String']['input'];
  /** Some services depend on where in the country. */
  readonly postalCode?: InputMaybe<Scalars['String']['input']>;
};

/** A point on the map, in degrees. */
export type GeoPointInput = {
  /** Degrees north, -90 to 90. */
  readonly latitude: Scalars['Float']['input'];
  /** Degrees east, -180 to 180. */
  readonly longitude: Scalars['Float']['input'];
};

/** Where the shopper is: a point, or one of our locations. */
export type NearInput = {
  /** A point on the map. */
  readonly position?: InputMaybe<GeoPointInput>;
  /** One of our locations, e.g. the shopper's favourite store. */
  readonly locationId?: InputMaybe<Scalars['ID']['input']>;
  /** Not looked up: refused with BAD_INPUT. Shops and devices know a position. */
  readonly postalCode?: InputMaybe<Scalars['String']['input']>;
  /** Not looked up, see postalCode. */
  readonly country?: InputMaybe<Scalars['String']['input']>;
};

/** The shopper's word for stock. */
export type StockStatus =
  /** Sellable now. */
  | 'IN_STOCK'
  /** Sellable now, but few are left. */
  | 'LOW_STOCK'
  /** Known to be not sellable now. */
  | 'OUT_OF_STOCK'
  /** Not here now, may be ordered for later delivery. */
  | 'BACKORDER'
  /** Not yet released, may be ordered ahead. */
  | 'PREORDER'
  /** No longer sold. */
  | 'DISCONTINUED'
  /** Nobody who could know has answered: neither in stock nor out of stock. */
  | 'UNKNOWN';

/** How current an answer is. */
export type Freshness =
  /** Heard from every contributing system just now. */
  | 'LIVE'
  /** Within the accepted age. */
  | 'FRESH'
  /** Older than the accepted age. */
  | 'STALE'
  /** Some contributing systems are missing. */
  | 'PARTIAL'
  /** No contributing system has been heard. */
  | 'UNKNOWN';

/** How sure an answer is, in words. */
export type ConfidenceLevel =
  /** Probability 0.97 and more. */
  | 'HIGH'
  /** 0.90 and more. */
  | 'MEDIUM'
  /** 0.70 and more. */
  | 'LOW'
  /** Below 0.70. */
  | 'NONE';

/** What one channel may promise of one item, and how good that knowledge is. */
export type Availability = {
  /** Opaque id of this item's answer for this channel. */
  readonly id: Scalars['ID']['output'];
  /** The item. */
  readonly variant?: Maybe<Variant>;
  /** The channel the answer is for. */
  readonly channel: Scalars['String']['output'];
  /** The shopper's word. */
  readonly status: StockStatus;
  /** Units that may be sold now. Null when unknown, or when the channel's display policy hides exact numbers. */
  readonly sellableQuantity?: Maybe<Scalars['Int']['output']>;
  /** What the shop shall show, by the channel's display policy. */
  readonly display: StockDisplay;
  /** Whether the asked quantity can be had. Null when unknown, and at CHECKOUT when the answer is not fresh: hold the units first. */
  readonly canFulfil?: Maybe<Scalars['Boolean']['output']>;
  /** How current the answer is. */
  readonly freshness: Freshness;
  /** How sure the answer is. */
  readonly confidence: Confidence;
  /** Oldest proof among the contributing numbers: stated, read, or left unchanged by a feed that told all it had. The honest age of the answer. */
  readonly asOf?: Maybe<Scalars['DateTime']['output']>;
  /** The answer per location that could serve it; those a silent system keeps say UNKNOWN. */
  readonly byLocation: LocationAvailabilityConnection;
  /** Units of the item that one order may have; null without a limit. canFulfil is false beyond it. */
  readonly limitPerOrder?: Maybe<Scalars['Int']['output']>;
  /** When the asked quantity can be promised, where it cannot be now: announced supply less what is owed already. Null when there is enough now, when nothing announced suffices, and when the stock itself is not known. */
  readonly nextAvailable?: Maybe<FutureSupply>;
  /** What can be had in which way and when: each of the asked methods, or all. Times of deliveries need context.destination. */
  readonly byMethod: ReadonlyArray<MethodAvailability>;
  /** Day by day from today on, what may be promised: the least that the projection comes to from that day to the last one. Numbers above the channel's display cap are told as the cap; empty when the channel shows no numbers or the stock is not known. */
  readonly promiseCalendar: ReadonlyArray<PromiseDay>;
  /** What a careful shop should know or tell. */
  readonly notices: ReadonlyArray<Notice>;
};


/** What one channel may promise of one item, and how good that knowledge is. */
export type AvailabilityByLocationArgs = {
  near?: InputMaybe<NearInput>;
  onlyWithStock?: InputMaybe<Scalars['Boolean']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What one channel may promise of one item, and how good that knowledge is. */
export type AvailabilityPromiseCalendarArgs = {
  days?: InputMaybe<Scalars['Int']['input']>;
};

/** Stock that is not there yet. */
export type FutureSupply = {
  /** Units that can be promised then; above the channel's display cap the cap, and no more than were asked for where the channel shows no numbers. */
  readonly quantity: Scalars['Int']['output'];
  /** Until when it will have arrived, as its sender says. */
  readonly expectedAt: Scalars['DateTime']['output'];
  /** How sure it is that it comes and is sellable then. */
  readonly confidence: ConfidenceLevel;
};

/** What can be had of an item in one way, and when. */
export type MethodAvailability = {
  /** The way. */
  readonly method: FulfilmentMethod;
  /** Whether the asked quantity can be had this way. SAME_DAY asks for a destination. SHIP_TO_STORE and DIGITAL are not served: no connected system tells of them. */
  readonly available: Scalars['Boolean']['output'];
  /** Units that can be had this way: from all places together where it is sent, from the store with most where it is collected. Null when not known or hidden by the display policy. */
  readonly quantity?: Maybe<Scalars['Int']['output']>;
  /** Collected: when the first store has it ready. Sent: the beginning of the first day on which all of it can be there. */
  readonly earliest?: Maybe<Scalars['DateTime']['output']>;
  /** Collected: the last closing time before that store puts it back. Sent: the end of the last day by which it is there. */
  readonly latest?: Maybe<Scalars['DateTime']['output']>;
  /** Seconds within which to order, for the same day of readiness or dispatch. */
  readonly orderWithinSeconds?: Maybe<Scalars['Int']['output']>;
};

/** One day of what may be promised. Demand is supply that is owed already: by open orders beyond the stock, and to buffers that are not full. */
export type PromiseDay = {
  /** The day, in the calendar of the retailer's time zone. */
  readonly date: Scalars['Date']['output'];
  /** Units announced for the day that are counted on. */
  readonly scheduledSupply: Scalars['Int']['output'];
  /** Units of them that are owed already. */
  readonly scheduledDemand: Scalars['Int']['output'];
  /** Units at the end of the day: those of the day before, plus supply, less demand. */
  readonly projected: Scalars['Int']['output'];
  /** The least projection from the day on. */
  readonly availableToPromise: Scalars['Int']['output'];
};

/** When an order of now can be collected from a store. */
export type PickupOffer = {
  /** From when it is ready: after the lead time, counted while the store is open. */
  readonly readyFrom: Scalars['DateTime']['output'];
  /** The last closing time before it is put back. */
  readonly readyUntil: Scalars['DateTime']['output'];
  /** Seconds within which to order, to have it on the same day; after them it is ready on a later one. */
  readonly orderWithinSeconds?: Maybe<Scalars['Int']['output']>;
  /** When what was not collected is put back. */
  readonly holdUntil?: Maybe<Scalars['DateTime']['output']>;
};

/** By when a basket can be delivered. */
export type DeliveryPromise = {
  /** One per service that can bring all of it, the soonest first. */
  readonly options: ReadonlyArray<DeliveryOption>;
  /** How long these dates hold: the policy's time, at most up to the first cut-off. */
  readonly validUntil: Scalars['DateTime']['output'];
  /** What was asked and promised, signed: the order can be held against it while it is valid. Null when nothing can be promised, and where the retailer has set no key. */
  readonly promiseToken?: Maybe<Scalars['String']['output']>;
};

/** One way to have a basket delivered. */
export type DeliveryOption = {
  /** SAME_DAY when it is there today, SHIP_FROM_STORE when only stores send it, else SHIP_TO_HOME. */
  readonly method: FulfilmentMethod;
  /** The carrier's service, as the policy or the warehouse names it. */
  readonly service?: Maybe<Scalars['String']['output']>;
  /** The first day on which everything can be there. */
  readonly earliest: Scalars['Date']['output'];
  /** The last day by which everything is there, later by the policy's days of risk where the stock is not sure. */
  readonly latest: Scalars['Date']['output'];
  /** Seconds up to the first cut-off behind these dates. */
  readonly orderWithinSeconds?: Maybe<Scalars['Int']['output']>;
  /** Parcels, one per place that sends. */
  readonly splitInto: Scalars['Int']['output'];
  /** How sure it is that all of it can be sent. */
  readonly confidence: Confidence;
};

/** A text key for the shop, shaped by the channel's display policy. */
export type StockDisplay = {
  /** IN_STOCK, LOW_STOCK (channels that show words only), ONLY_N_LEFT, 10_PLUS (with the channel's cap), OUT_OF_STOCK, DISCONTINUED or UNKNOWN. */
  readonly code: Scalars['String']['output'];
  /** The number to show with it, where the policy allows one. */
  readonly quantity?: Maybe<Scalars['Int']['output']>;
};

/** How sure an answer is. */
export type Confidence = {
  /** In words. */
  readonly level: ConfidenceLevel;
  /** Estimated probability, 0 to 1, that the requested quantity can really be fulfilled. */
  readonly probability: Scalars['Float']['output'];
  /** Systems (erp, pos, wms, marketplace) that should have contributed and are silent or not read through yet. */
  readonly missingSystems: ReadonlyArray<Scalars['String']['output']>;
};

/** Something a careful shop should know or tell. */
export type Notice = {
  /** Stable code for programs. */
  readonly code: Scalars['String']['output'];
  /** How loud. */
  readonly severity: NoticeSeverity;
  /** Plain words. */
  readonly message: Scalars['String']['output'];
};

/** How loud a notice is. */
export type NoticeSeverity =
  /** Good to know. */
  | 'INFO'
  /** May disappoint. */
  | 'WARNING'
  /** Do not go on without acting. */
  | 'ACTION_REQUIRED';

/** What one channel may promise of one item at one location. */
export type LocationAvailability = {
  /** The place. */
  readonly location?: Maybe<Location>;
  /** The shopper's word at this place. */
  readonly status: StockStatus;
  /** Units that may be sold here now; null when unknown or hidden by the display policy. */
  readonly sellableQuantity?: Maybe<Scalars['Int']['output']>;
  /** How current the answer is. */
  readonly freshness: Freshness;
  /** How sure the answer is. */
  readonly confidence: Confidence;
  /** Great-circle distance in kilometres from `near`. */
  readonly distanceKm?: Maybe<Scalars['Float']['output']>;
  /** When an order of now can be collected here, whatever is in stock. Null where nothing is handed over, and where the hours or terms are not known. */
  readonly pickup?: Maybe<PickupOffer>;
  /** The ledger line behind the answer. */
  readonly position?: Maybe<StockPosition>;
};

/** A page of locations. */
export type LocationAvailabilityConnection = {
  /** The locations of this page with their cursors. */
  readonly edges: ReadonlyArray<LocationAvailabilityEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** One location of a page. */
export type LocationAvailabilityEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The location's answer. */
  readonly node: LocationAvailability;
};

/** One line of the stock ledger, in whole units; invariant: sellable + withheld - shortage = net. Reached only through fields that ask for stock:raw or ops:read. */
export type StockPosition = {
  /** Physically there, in any condition, as the source says. */
  readonly onHand: Scalars['Int']['output'];
  /** There but damaged. */
  readonly damaged: Scalars['Int']['output'];
  /** There but under quality control. */
  readonly qualityHold: Scalars['Int']['output'];
  /** Returned and not yet inspected. */
  readonly returnsPending: Scalars['Int']['output'];
  /** Committed to orders by the source itself. */
  readonly reservedHard: Scalars['Int']['output'];
  /** Held for shoppers by us. */
  readonly reservedSoft: Scalars['Int']['output'];
  /** Accepted orders that the source's number does not contain yet. */
  readonly unpostedDemand: Scalars['Int']['output'];
  /** What is there and not spoken for; may be negative. */
  readonly net: Scalars['Int']['output'];
  /** Held back against inaccurate stock. */
  readonly safetyStock: Scalars['Int']['output'];
  /** Held back for this channel. */
  readonly channelBuffer: Scalars['Int']['output'];
  /** Held back for sales that the source may not have told yet. */
  readonly stalenessBuffer: Scalars['Int']['output'];
  /** Set aside for other channels. */
  readonly ringFencedForOthers: Scalars['Int']['output'];
  /** Held back in all: no more than there is. */
  readonly withheld: Scalars['Int']['output'];
  /** Promised but not there. */
  readonly shortage: Scalars['Int']['output'];
  /** May be sold. */
  readonly sellable: Scalars['Int']['output'];
  /** On its way here. */
  readonly inTransit: Scalars['Int']['output'];
  /** Who said so and when. */
  readonly stamps: ReadonlyArray<SourceStamp>;
};

/** Every number and rule behind one availability answer. */
export type AvailabilityExplanation = {
  /** The item. */
  readonly variant?: Maybe<Variant>;
  /** The channel. */
  readonly channel: Scalars['String']['output'];
  /** The answer that is explained. */
  readonly result: Availability;
  /** Every location that some system has told stock of, counted or not. */
  readonly positions: ReadonlyArray<ExplainedPosition>;
  /** Every rule that changed a number. */
  readonly rules: ReadonlyArray<AppliedRule>;
  /** The whole reasoning in plain words. */
  readonly text: Scalars['String']['output'];
  /** Names the rules in force: equal rules have equal versions on every replica. */
  readonly policyVersion: Scalars['String']['output'];
  /** What a bundle consists of, with the same question answered for each part; empty for a single item. */
  readonly components: ReadonlyArray<ExplainedComponent>;
  /** Open drifts of this item: systems that contradict each other about it, at most 50; null when they could not be read. */
  readonly drifts?: Maybe<ReadonlyArray<InventoryDrift>>;
};

/** One part of a bundle. */
export type ExplainedComponent = {
  /** The part. */
  readonly variant: Variant;
  /** Units of it in one bundle. */
  readonly quantity: Scalars['Int']['output'];
  /** What the channel may sell of the part by itself; null when the item master does not have it. */
  readonly result?: Maybe<Availability>;
};

/** One location's part in an answer. */
export type ExplainedPosition = {
  /** The place. */
  readonly location?: Maybe<Location>;
  /** Its ledger line. */
  readonly position: StockPosition;
  /** Whether it counts towards the answer. */
  readonly included: Scalars['Boolean']['output'];
  /** Why not, where it does not. */
  readonly reason?: Maybe<Scalars['String']['output']>;
};

/** A rule that changed a number. */
export type AppliedRule = {
  /** Names the rule within this answer, e.g. safetyStock:STORE. */
  readonly id: Scalars['ID']['output'];
  /** What kind of rule. */
  readonly kind: Scalars['String']['output'];
  /** Units it took away (negative) or added. What the counted locations report, plus what silent ones would have added, plus all effects, is the answer. */
  readonly effect: Scalars['Int']['output'];
  /** Where the rule is written: a path in throughline.yaml, or the order book or system behind the number. */
  readonly source: Scalars['String']['output'];
};

/** One stored answer of one system. */
export type SourceStamp = {
  /** The connection that said it. */
  readonly system: Scalars['String']['output'];
  /** The source's own time of the statement. */
  readonly asOf: Scalars['DateTime']['output'];
  /** When we read it. */
  readonly fetchedAt: Scalars['DateTime']['output'];
  /** Whether it was read for this request. */
  readonly cache: CacheState;
  /** The source's version of the statement, where it has one. */
  readonly version?: Maybe<Scalars['String']['output']>;
};

/** Where a stamped value came from. */
export type CacheState =
  /** Read from the system for this request. */
  | 'MISS'
  /** Held here, fresh enough. */
  | 'HIT'
  /** Held here, too old, being read again. */
  | 'STALE_WHILE_REVALIDATE'
  /** Held here, too old, the system did not answer. */
  | 'STALE_ON_ERROR';

/** An item; the catalogue owns it, availability is added here. */
export type Variant = {
  /** Opaque id of the item. */
  readonly id: Scalars['ID']['output'];
  /** What a channel may promise of the item. */
  readonly availability: Availability;
};


/** An item; the catalogue owns it, availability is added here. */
export type VariantAvailabilityArgs = {
  context?: InputMaybe<AvailabilityContext>;
};

/** A place that holds stock; owned by the ERP. */
export type Location = {
  /** Opaque id of the place. */
  readonly id: Scalars['ID']['output'];
};

/** Which changes of availability are wanted. */
export type AvailabilityChangeKind =
  /** Only changes of the word. */
  | 'STATUS'
  /** Every change of the sellable quantity. */
  | 'QUANTITY';

/** One item of an availability stream. */
export type AvailabilityStreamItem = AvailabilityChanged | Lagged | Heartbeat;

/** The answer for one item has changed. */
export type AvailabilityChanged = {
  /** Resume here. */
  readonly cursor: Scalars['EventCursor']['output'];
  /** The word before. */
  readonly previousStatus: StockStatus;
  /** The answer now. */
  readonly availability: Availability;
};

/** One line of a basket. */
export type BasketItemInput = {
  /** The item, or a bundle. */
  readonly sku: Scalars['String']['input'];
  /** Units, 1 to 100,000. */
  readonly quantity: Scalars['Int']['input'];
};

/** What to hold for a shopper. */
export type ReserveStockInput = {
  /** 8 to 200 printable characters, unguessable, new for every attempt: a UUID. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** 1 to 100 lines. Lines of the same item, also as part of a bundle, share what there is. */
  readonly items: ReadonlyArray<BasketItemInput>;
  /** For which channel, at which of its locations and how fresh. The purpose is always CHECKOUT; a timeBudget shortens the wait for systems, which is 0.3 s at most. */
  readonly context: AvailabilityContext;
  /** Only from this location. Without it the channel's policy chooses: one location for all lines, else one per line, else several. */
  readonly locationId?: InputMaybe<Scalars['ID']['input']>;
  /** How long the units are held, PT1M to PT8H. */
  readonly ttl?: InputMaybe<Scalars['Duration']['input']>;
  /** Whether nothing is held when something is short. With false, what is there is held and the rest is told as shortages. */
  readonly allOrNothing?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Something to be done with a reservation. */
export type ReservationActionInput = {
  /** 8 to 200 printable characters, unguessable, new for every attempt: a UUID. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** The reservation's id. */
  readonly reservationId: Scalars['ID']['input'];
  /** To extend: how long from now, PT1M to PT8H; PT15M without it. */
  readonly ttl?: InputMaybe<Scalars['Duration']['input']>;
};

/** Units held for a shopper. An order that carries the id takes them over: from then on its demand counts, and the hold does not. */
export type Reservation = {
  /** Opaque and unguessable. Send it with the order. */
  readonly id: Scalars['ID']['output'];
  /** What has become of it. */
  readonly state: ReservationState;
  /** What was asked for, one entry per line and location; what could not be held has an entry without one. */
  readonly lines: ReadonlyArray<ReservationLine>;
  /** When the hold ends. From this instant on it counts for nothing. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** The order that has taken the units; null before. */
  readonly orderId?: Maybe<Scalars['ID']['output']>;
};

/** What has become of a reservation. */
export type ReservationState =
  /** The units are held. */
  | 'HELD'
  /** An order has taken the units. */
  | 'CONFIRMED'
  /** Given back before its time. */
  | 'RELEASED'
  /** Its time is over; the units are free. */
  | 'EXPIRED'
  /** The units could not be kept. Not given today: what cannot be held is a shortage, without a reservation. */
  | 'FAILED';

/** One line of a reservation at one location. */
export type ReservationLine = {
  /** The item, or the bundle. */
  readonly sku: Scalars['String']['output'];
  /** Where the units are held; null for what could not be held. */
  readonly location?: Maybe<Location>;
  /** Units asked for. */
  readonly requested: Scalars['Int']['output'];
  /** Units held. */
  readonly held: Scalars['Int']['output'];
};

/** What came of a mutation on a reservation. */
export type ReservationPayload = {
  /** The reservation as this call left it; null when there is none. */
  readonly reservation?: Maybe<Reservation>;
  /** Lines of which not everything could be held. */
  readonly shortages: ReadonlyArray<BasketLineAvailability>;
  /** Why the call was refused: BAD_INPUT, NOT_FOUND, OUT_OF_STOCK, LIMIT_PER_ORDER, HOLD_EXPIRED, HOLD_RELEASED, HOLD_CONFIRMED, IDEMPOTENCY_CONFLICT. Empty when it was done. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Whether a basket can be had. */
export type BasketAvailability = {
  /** Whether all of it can be had now. */
  readonly fulfillable: Scalars['Boolean']['output'];
  /** Each line, in the order asked. */
  readonly lines: ReadonlyArray<BasketLineAvailability>;
  /** Ways to get all of it of which the times are known; none when something is short. */
  readonly options: ReadonlyArray<FulfilmentOption>;
  /** How sure it is that all of it can be had. */
  readonly confidence: Confidence;
};

/** One way to get a whole basket. */
export type FulfilmentOption = {
  /** How it is handed over. */
  readonly method: FulfilmentMethod;
  /** In how many parcels; 1 when it is collected. */
  readonly parcels: Scalars['Int']['output'];
  /** When it is ready or arrives at the earliest. */
  readonly earliest: Scalars['DateTime']['output'];
  /** When it has arrived at the latest, or until when it can be collected on the last day. */
  readonly latest: Scalars['DateTime']['output'];
  /** Where it comes from, one place per parcel. */
  readonly origins?: Maybe<ReadonlyArray<Location>>;
};

/** A store near the shopper. */
export type StoreOffer = {
  /** The store. */
  readonly location?: Maybe<Location>;
  /** Great-circle distance in kilometres. */
  readonly distanceKm: Scalars['Float']['output'];
  /** Whether it has all of the items; true when none were asked for. */
  readonly allItemsAvailable: Scalars['Boolean']['output'];
  /** When an order of now could be collected here; null where that is not offered, or not known. */
  readonly pickup?: Maybe<PickupOffer>;
  /** The items in the order asked. */
  readonly items: ReadonlyArray<StoreOfferItem>;
};

/** One item at one store. */
export type StoreOfferItem = {
  /** The item, or the bundle. */
  readonly sku: Scalars['String']['output'];
  /** Units asked for. */
  readonly requested: Scalars['Int']['output'];
  /** Units that may be sold here now; null when unknown or hidden by the display policy. */
  readonly sellable?: Maybe<Scalars['Int']['output']>;
  /** How sure it is that the units asked for are here. */
  readonly confidence: Confidence;
};

/** A page of stores. */
export type StoreOfferConnection = {
  /** The stores of this page with their cursors. */
  readonly edges: ReadonlyArray<StoreOfferEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** One store of a page. */
export type StoreOfferEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The store's offer. */
  readonly node: StoreOffer;
};

/** How much of one line of a basket can be had. */
export type BasketLineAvailability = {
  /** The item, or the bundle. */
  readonly sku: Scalars['String']['output'];
  /** Units asked for. */
  readonly requested: Scalars['Int']['output'];
  /** Units that can be had now. */
  readonly fulfillable: Scalars['Int']['output'];
  /** Units that cannot. */
  readonly shortage: Scalars['Int']['output'];
  /** Up to three other variants of the same product that the channel can sell now, most stock first. */
  readonly substitutes: ReadonlyArray<Variant>;
};

/** Why a change was refused, for the caller to correct. */
export type UserError = {
  /** Machine-readable reason. */
  readonly code: Scalars['String']['output'];
  /** The reason in words. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field concerned. */
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** An order, put together from what every system says about it. */
export type Order = {
  /** Opaque and unguessable. */
  readonly id: Scalars['ID']['output'];
  /** The number the sales channel gave the shopper. */
  readonly number: Scalars['String']['output'];
  /** The sales channel. */
  readonly channel: Scalars['String']['output'];
  /** When the shopper ordered, as the order's defining document says. */
  readonly placedAt: Scalars['DateTime']['output'];
  /** One word for the shopper, derived from all axes and lines. */
  readonly status: CustomerOrderStatus;
  /** What the one word leaves out. */
  readonly statusDetail: OrderStatusDetail;
  /** Payment axis. */
  readonly payment: PaymentStatus;
  /** Fulfilment axis, rolled up from line quantities. */
  readonly fulfilment: FulfilmentStatus;
  /** Return axis, rolled up from the returns. */
  readonly returns: ReturnStatus;
  /** Whether the marketplace's money has been matched to the order. */
  readonly settlement: SettlementStatus;
  /** The money behind `settlement`; null before the first report that names the order. */
  readonly settlementDetail?: Maybe<OrderSettlement>;
  /** Whether the ERP has booked the order. */
  readonly posting: PostingStatus;
  /** Least and most advanced line state: partial progress without guessing. */
  readonly progress: OrderProgress;
  /** What was ordered, and how far each line is. */
  readonly lines: ReadonlyArray<OrderLine>;
  /** Parcels, each with its own lines. */
  readonly shipments: ReadonlyArray<Shipment>;
  /** Collections in stores. */
  readonly pickups: ReadonlyArray<Pickup>;
  /** Returns of this order. */
  readonly returnRequests: ReadonlyArray<Return>;
  /** When the shopper was told the goods would come; null when nobody promised. */
  readonly promise?: Maybe<PromiseWindow>;
  /** What has happened, oldest first. Kept for good. */
  readonly timeline: TimelineConnection;
  /** Number of the last event applied, counted from 1 without gaps. */
  readonly sequence: Scalars['Int']['output'];
  /** Subscribe with `after` set to this to miss nothing that comes after this answer. */
  readonly cursor: Scalars['EventCursor']['output'];
  /** Whether the systems behind this order are being heard. */
  readonly freshness: Freshness;
  /** The least recent time at which a contributing system was heard. */
  readonly asOf?: Maybe<Scalars['DateTime']['output']>;
  /** What the shopper may ask for now; where not, why not. */
  readonly actions: ReadonlyArray<OrderAction>;
  /** Ties together log, journal and outbound calls of this order's first message. */
  readonly correlationId: Scalars['ID']['output'];
  /** The whole story behind this order: what came in, what was made of it, and what it set off. */
  readonly trace: TransactionTrace;
  /** The same order as each system knows it. */
  readonly systems: OrderSystems;
  /** Statements that contradict the chosen one for longer than the grace period. */
  readonly disagreements: ReadonlyArray<StatusDisagreement>;
};


/** An order, put together from what every system says about it. */
export type OrderTimelineArgs = {
  audience?: InputMaybe<TimelineAudience>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['EventCursor']['input']>;
};

/** One word for the shopper: the first rule that holds (docs/reference/order-status.md). */
export type CustomerOrderStatus =
  /** We have the order. */
  | 'RECEIVED'
  /** The order is accepted. */
  | 'CONFIRMED'
  /** Goods are being put together. */
  | 'PREPARING'
  /** Goods wait in the store. */
  | 'READY_FOR_PICKUP'
  /** Some goods are on their way, others not yet. */
  | 'PARTIALLY_SHIPPED'
  /** All goods are on their way. */
  | 'SHIPPED'
  /** A parcel comes today. */
  | 'OUT_FOR_DELIVERY'
  /** Some goods have arrived, others not yet. */
  | 'PARTIALLY_DELIVERED'
  /** All goods have arrived. */
  | 'DELIVERED'
  /** All goods have been collected. */
  | 'COLLECTED'
  /** Later than promised. */
  | 'DELAYED'
  /** The shopper has to do something. */
  | 'ACTION_REQUIRED'
  /** Cancellation asked for, not yet certain. */
  | 'CANCELLATION_REQUESTED'
  /** Nothing will come. */
  | 'CANCELLED'
  /** Goods are on their way back. */
  | 'RETURN_IN_PROGRESS'
  /** All goods are back. */
  | 'RETURNED'
  /** All goods are back and paid back. */
  | 'REFUNDED';

/** How far the money is. */
export type PaymentStatus =
  /** Nothing to pay. */
  | 'NOT_REQUIRED'
  /** Nothing heard of money yet. */
  | 'PENDING'
  /** The whole amount is reserved. */
  | 'AUTHORIZED'
  /** Part of the amount is reserved. */
  | 'PARTIALLY_AUTHORIZED'
  /** Part of the amount is paid. */
  | 'PARTIALLY_PAID'
  /** Paid in full. */
  | 'PAID'
  /** The shopper has to act, e.g. confirm with the bank. */
  | 'REQUIRES_ACTION'
  /** The payment failed. */
  | 'FAILED'
  /** The reservation was given back. */
  | 'VOIDED'
  /** Part is paid back. */
  | 'PARTIALLY_REFUNDED'
  /** Paid back in full. */
  | 'REFUNDED'
  /** No system speaks of payment. */
  | 'UNKNOWN';

/** How far the goods are, rolled up from line quantities: 'partially' until the least advanced unit is there. */
export type FulfilmentStatus =
  /** Nothing to send. */
  | 'NOT_REQUIRED'
  /** No stock is assigned yet. */
  | 'UNALLOCATED'
  /** Stopped by a system, e.g. a fraud or credit check. */
  | 'ON_HOLD'
  /** To be fulfilled on a later day. */
  | 'SCHEDULED'
  /** Waits for stock. */
  | 'BACKORDERED'
  /** Stock is assigned. */
  | 'ALLOCATED'
  /** Being picked or packed. */
  | 'IN_PROGRESS'
  /** Waits in the store. */
  | 'READY_FOR_PICKUP'
  /** Some units have left. */
  | 'PARTIALLY_SHIPPED'
  /** All units have left. */
  | 'SHIPPED'
  /** Some units have arrived. */
  | 'PARTIALLY_DELIVERED'
  /** All units have arrived. */
  | 'DELIVERED'
  /** All units have been collected. */
  | 'COLLECTED'
  /** Nothing will be sent. */
  | 'CANCELLED'
  /** No document says what was ordered. */
  | 'UNKNOWN';

/** How far a return is. */
export type ReturnStatus =
  /** No return. */
  | 'NONE'
  /** Asked for. */
  | 'REQUESTED'
  /** Allowed. */
  | 'AUTHORIZED'
  /** Refused. */
  | 'DECLINED'
  /** On its way back. */
  | 'IN_TRANSIT'
  /** Some goods are back. */
  | 'PARTIALLY_RECEIVED'
  /** All goods are back. */
  | 'RECEIVED'
  /** The goods have been looked at. */
  | 'INSPECTED'
  /** Done. */
  | 'COMPLETED'
  /** Withdrawn. */
  | 'CANCELLED';

/** Whether the marketplace's money has been matched to the order. */
export type SettlementStatus =
  /** Not sold on a marketplace. */
  | 'NOT_APPLICABLE'
  /** No settlement report names the order yet. */
  | 'PENDING'
  /** Some of the amounts are settled. */
  | 'PARTIALLY_SETTLED'
  /** All amounts are settled and agree. */
  | 'SETTLED'
  /** Settled amounts do not agree with the order. */
  | 'MISMATCH';

/** All settlement reports about one order together: price, tax and shipping less fees and refunds are what is paid out. */
export type OrderSettlement = {
  /** The reports, by the marketplace's ids. */
  readonly reports: ReadonlyArray<Scalars['String']['output']>;
  /** What is paid out for the order: the sum of the amounts. */
  readonly net: Money;
  /** Amounts by what they are, seen from us: negative ones are kept or taken back by the marketplace. Those that are zero are left out. */
  readonly amounts: ReadonlyArray<SettledAmount>;
  /** What does not agree with the order, beyond 2 minor units for rounding; null when everything does. */
  readonly difference?: Maybe<SettlementDifference>;
};

/** One component of what was settled. */
export type SettledAmount = {
  /** What the amount is. */
  readonly component: SettlementComponent;
  /** Seen from us: positive is paid to us. */
  readonly amount: Money;
};

/** Where a settlement and its order do not agree. */
export type SettlementDifference = {
  /** What differs. */
  readonly component: SettlementCheck;
  /** What the order says. */
  readonly expected: Money;
  /** What the settlement says. */
  readonly settled: Money;
};

/** What of a settlement is compared with the order. */
export type SettlementCheck =
  /** The price of the goods. */
  | 'GROSS_SALE'
  /** The tax. A marketplace that pays it itself settles none, and that agrees. */
  | 'TAX'
  /** What the buyer paid for shipping. */
  | 'SHIPPING'
  /** Price, tax and shipping together, where the marketplace tells only what the buyer paid in all. */
  | 'SALE'
  /** More was paid back than was taken. */
  | 'REFUND'
  /** What is paid out is not the sum of the amounts. */
  | 'NET'
  /** The currency. */
  | 'CURRENCY';

/** Kinds of amounts that every marketplace's report is sorted into. */
export type SettlementComponent =
  /** Price of the goods, without the tax where the marketplace tells it apart. */
  | 'GROSS_SALE'
  /** Tax on a sale. */
  | 'TAX'
  /** What the customer paid for shipping, less promotions on it. */
  | 'SHIPPING'
  /** The marketplace's share of a sale. */
  | 'COMMISSION'
  /** What the marketplace takes for storing, packing and shipping. */
  | 'FULFILMENT_FEE'
  /** Any other fee: subscription, storage, advertising. */
  | 'OTHER_FEE'
  /** Money given back to customers, tax and shipping included. */
  | 'REFUND'
  /** Commission given back, or kept, when a sale was refunded. */
  | 'REFUND_COMMISSION'
  /** Promotions, reimbursements, corrections, and kinds of amounts that are not known here. */
  | 'ADJUSTMENT'
  /** Held back until a later settlement, or released from an earlier one. */
  | 'RESERVE';

/** Whether the ERP has booked the order. */
export type PostingStatus =
  /** The ERP does not have it. */
  | 'NOT_POSTED'
  /** The ERP has it, not yet booked. */
  | 'STAGED'
  /** Booked. */
  | 'POSTED'
  /** The ERP refused or failed to book it. */
  | 'FAILED';

/** What the one word leaves out. */
export type OrderStatusDetail = {
  /** Stable code for programs and translations, e.g. PARTS_ON_THE_WAY. */
  readonly code: Scalars['String']['output'];
  /** Since when the order's status has been this word. */
  readonly since: Scalars['DateTime']['output'];
  /** Plain English for the shopper, e.g. '2 of 3 items are on their way; the rest is being prepared.' */
  readonly message?: Maybe<Scalars['String']['output']>;
  /** The word that normally comes next; null at the end. */
  readonly next?: Maybe<CustomerOrderStatus>;
  /** When it is expected, where somebody promised. */
  readonly expectedNextAt?: Maybe<Scalars['DateTime']['output']>;
};

/** What is on record about one business transaction. */
export type TransactionTrace = {
  /** The id that was asked for; that of the order's first message where the order was. */
  readonly correlationId: Scalars['ID']['output'];
  /** The order, where the message was about one. */
  readonly order?: Maybe<Order>;
  /** What happened, oldest first; at most 1,000 of each kind. The journal's positions are held for its retention, all else as long as the order. */
  readonly hops: ReadonlyArray<TraceHop>;
};

/** One thing that happened on the way. */
export type TraceHop = {
  /** When, as far as the record goes. */
  readonly at: Scalars['DateTime']['output'];
  /** The connection or marketplace concerned, or `throughline`. */
  readonly system: Scalars['String']['output'];
  /** What happened: `delivery`, `<document type> <id>`, `event <type>`, `exception <kind>`, `availability <SKU>`, `listing <id>`, `hold <id>`. */
  readonly operation: Scalars['String']['output'];
  /** What became of it: ACCEPTED, CORRECTED, APPLIED, WAITING (for its order), PARKED (for a name), TOLD, PENDING, PUBLISHED, FAILED, the word of the order after an event, the state of an exception or a hold. */
  readonly outcome: Scalars['String']['output'];
  /** Milliseconds: of a document from the source's own time until it was applied, of an event from when it happened until it was told, of a listing from the change of what may be sold. At most 2147483647. */
  readonly latencyMs?: Maybe<Scalars['Int']['output']>;
  /** Which one of its kind: the delivery of an event id, the version of a document, the try of an exception or a listing; counted from 1. */
  readonly attempt: Scalars['Int']['output'];
  /** More about it, for people: the sender's event id, the vendor's own status word, sequence and journal position, what is waited for. */
  readonly detail?: Maybe<Scalars['String']['output']>;
};

/** How far the order is over all its active units. */
export type OrderProgress = {
  /** State of the least advanced active unit. */
  readonly least: LineState;
  /** State of the most advanced active unit. */
  readonly most: LineState;
  /** 0 to 100, by quantity and state; cancelled units do not count. */
  readonly percent: Scalars['Int']['output'];
};

/** How far units are, in the order goods move. */
export type LineState =
  /** Nothing has happened. */
  | 'OPEN'
  /** Waits for stock. */
  | 'BACKORDERED'
  /** Stock is assigned. */
  | 'ALLOCATED'
  /** Being picked. */
  | 'PICKING'
  /** Packed. */
  | 'PACKED'
  /** Waits in the store. */
  | 'READY_FOR_PICKUP'
  /** Has left. */
  | 'SHIPPED'
  /** Comes today. */
  | 'OUT_FOR_DELIVERY'
  /** Has arrived. */
  | 'DELIVERED'
  /** Has been collected. */
  | 'COLLECTED'
  /** Will not come. */
  | 'CANCELLED'
  /** Has come back. */
  | 'RETURNED';

/** One ordered item. */
export type OrderLine = {
  /** Unique within the order, stable over its life. */
  readonly id: Scalars['ID']['output'];
  /** The item. */
  readonly variant?: Maybe<Variant>;
  /** Units ordered. */
  readonly ordered: Scalars['Int']['output'];
  /** State of the line's least advanced active unit. */
  readonly state: LineState;
  /** Where the units are. */
  readonly quantities: LineQuantities;
  /** How the shopper gets the goods. */
  readonly method: FulfilmentMethod;
  /** Where the goods come from or are collected; null while nobody has said. */
  readonly location?: Maybe<Location>;
};

/** How goods reach the shopper. */
export type FulfilmentMethod =
  /** Parcel to an address. */
  | 'SHIP_TO_HOME'
  /** Collected in a store that has the goods. */
  | 'PICKUP_IN_STORE'
  /** Collected from the car park. */
  | 'CURBSIDE'
  /** Sent to a store and collected there. */
  | 'SHIP_TO_STORE'
  /** Parcel sent from a store. */
  | 'SHIP_FROM_STORE'
  /** Delivered today. */
  | 'SAME_DAY'
  /** Nothing physical. */
  | 'DIGITAL';

/** Units by state; invariant: they sum to the line's ordered quantity. */
export type LineQuantities = {
  /** Nothing has happened. */
  readonly open: Scalars['Int']['output'];
  /** Waits for stock. */
  readonly backordered: Scalars['Int']['output'];
  /** Stock is assigned. */
  readonly allocated: Scalars['Int']['output'];
  /** Being picked. */
  readonly picking: Scalars['Int']['output'];
  /** Packed. */
  readonly packed: Scalars['Int']['output'];
  /** Waits in the store. */
  readonly readyForPickup: Scalars['Int']['output'];
  /** Has left. */
  readonly shipped: Scalars['Int']['output'];
  /** Has arrived. */
  readonly delivered: Scalars['Int']['output'];
  /** Has been collected. */
  readonly collected: Scalars['Int']['output'];
  /** Will not come. */
  readonly cancelled: Scalars['Int']['output'];
  /** Has come back. */
  readonly returned: Scalars['Int']['output'];
};

/** One parcel or delivery. */
export type Shipment = {
  /** Opaque and unguessable. */
  readonly id: Scalars['ID']['output'];
  /** Where it was sent from. */
  readonly origin?: Maybe<Location>;
  /** Where it is. */
  readonly state: ShipmentState;
  /** The carrier's name. */
  readonly carrier?: Maybe<Scalars['String']['output']>;
  /** The carrier's number. */
  readonly trackingNumber?: Maybe<Scalars['String']['output']>;
  /** The carrier's page for it. */
  readonly trackingUrl?: Maybe<Scalars['String']['output']>;
  /** What is in it. */
  readonly lines: ReadonlyArray<ShipmentLine>;
  /** The carrier's or sender's estimate; null when none was given. */
  readonly estimatedDelivery?: Maybe<PromiseWindow>;
  /** The carrier's scans, oldest first. */
  readonly events: ReadonlyArray<TrackingEvent>;
};

/** Units of one order line in a parcel, a collection or a return. */
export type ShipmentLine = {
  /** The order line. */
  readonly orderLineId: Scalars['ID']['output'];
  /** Units. */
  readonly quantity: Scalars['Int']['output'];
};

/** Where a parcel is. */
export type ShipmentState =
  /** A label exists or the goods are being made ready. */
  | 'LABEL_CREATED'
  /** The carrier knows of it. */
  | 'INFO_RECEIVED'
  /** On its way. */
  | 'IN_TRANSIT'
  /** Comes today. */
  | 'OUT_FOR_DELIVERY'
  /** Nobody was there. */
  | 'DELIVERY_ATTEMPTED'
  /** Waits at a pick-up point. */
  | 'AVAILABLE_FOR_PICKUP'
  /** Arrived. */
  | 'DELIVERED'
  /** Later than planned. */
  | 'DELAYED'
  /** Something went wrong. */
  | 'EXCEPTION'
  /** Went back to the sender. */
  | 'RETURNED_TO_SENDER'
  /** The carrier has not reported for too long. */
  | 'EXPIRED'
  /** Will not be sent. */
  | 'CANCELLED';

/** One scan of a parcel. */
export type TrackingEvent = {
  /** When, by the carrier's clock. */
  readonly at: Scalars['DateTime']['output'];
  /** What it meant. */
  readonly state: ShipmentState;
  /** Where, in the carrier's words. */
  readonly place?: Maybe<Scalars['String']['output']>;
};

/** A collection in a store. */
export type Pickup = {
  /** The store. */
  readonly location?: Maybe<Location>;
  /** How far it is. */
  readonly state: PickupState;
  /** Since when it waits. */
  readonly readyAt?: Maybe<Scalars['DateTime']['output']>;
  /** Until when it waits. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** What is to be collected. */
  readonly lines: ReadonlyArray<ShipmentLine>;
  /** What the shopper shows at the counter. */
  readonly code?: Maybe<Scalars['String']['output']>;
};

/** How far a collection is. */
export type PickupState =
  /** The store has been asked. */
  | 'REQUESTED'
  /** The store is getting it ready. */
  | 'PREPARING'
  /** It waits. */
  | 'READY'
  /** Handed over. */
  | 'COLLECTED'
  /** The store could not find all of it. */
  | 'SHORT'
  /** Not collected in time. */
  | 'EXPIRED'
  /** Will not be ready. */
  | 'CANCELLED';

/** A window of time that was promised. */
export type PromiseWindow = {
  /** Not before. */
  readonly earliest: Scalars['DateTime']['output'];
  /** Not after. */
  readonly latest: Scalars['DateTime']['output'];
  /** The end of the window that was promised first. */
  readonly original?: Maybe<Scalars['DateTime']['output']>;
  /** Whether the window has moved since it was promised first. */
  readonly changed: Scalars['Boolean']['output'];
};

/** Goods that come back. */
export type Return = {
  /** Opaque and unguessable. */
  readonly id: Scalars['ID']['output'];
  /** The number the shopper writes on the parcel. */
  readonly rmaNumber?: Maybe<Scalars['String']['output']>;
  /** How far the goods are. */
  readonly status: ReturnStatus;
  /** How the goods come back. */
  readonly method: ReturnMethod;
  /** What comes back. */
  readonly lines: ReadonlyArray<ReturnLine>;
  /** How far the money is. */
  readonly refund: RefundStatus;
  /** What has happened to this return, oldest first. */
  readonly timeline: TimelineConnection;
};


/** Goods that come back. */
export type ReturnTimelineArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['EventCursor']['input']>;
};

/** How goods come back. */
export type ReturnMethod =
  /** Sent back in a parcel. */
  | 'MAIL'
  /** Brought to a store. */
  | 'STORE'
  /** Fetched by a carrier. */
  | 'COURIER_PICKUP'
  /** The shopper keeps the goods. */
  | 'KEEP_ITEM';

/** Units of one order line that come back. */
export type ReturnLine = {
  /** The order line. */
  readonly orderLineId: Scalars['ID']['output'];
  /** Units. */
  readonly quantity: Scalars['Int']['output'];
};

/** How far a refund is. */
export type RefundStatus =
  /** No money is owed yet. */
  | 'NOT_DUE'
  /** Owed, not decided. */
  | 'PENDING'
  /** Allowed. */
  | 'APPROVED'
  /** Paid back. */
  | 'ISSUED'
  /** Paying back failed. */
  | 'FAILED'
  /** Refused. */
  | 'DECLINED';

/** Something the shopper may ask for, or why not. */
export type OrderAction = {
  /** What. */
  readonly kind: OrderActionKind;
  /** Until when, where it ends by itself. */
  readonly availableUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Null when it is possible now; else plain words for the shopper. */
  readonly reasonIfUnavailable?: Maybe<Scalars['String']['output']>;
};

/** What a shopper may ask for. */
export type OrderActionKind =
  /** Call the order off. */
  | 'CANCEL'
  /** Send goods back. */
  | 'RETURN'
  /** Collect in another store. */
  | 'CHANGE_PICKUP_STORE'
  /** Keep the goods waiting longer. */
  | 'EXTEND_PICKUP'
  /** Pay, or try again. */
  | 'PAY';

/** The order's documents in the systems. */
export type OrderSystems = {
  /** The ERP's sales order; the leading one when there are several. */
  readonly erp?: Maybe<ErpSalesOrder>;
  /** Till transactions of the order. */
  readonly pos?: Maybe<ReadonlyArray<PosTransaction>>;
  /** Collections at stores. */
  readonly pickupTasks?: Maybe<ReadonlyArray<PickupTask>>;
  /** Warehouse shipments. */
  readonly wms?: Maybe<ReadonlyArray<WmsShipment>>;
  /** The marketplace's order. */
  readonly marketplace?: Maybe<MarketplaceOrder>;
  /** Returned goods booked in by a warehouse. */
  readonly returnReceipts?: Maybe<ReadonlyArray<WmsReturnReceipt>>;
};

/** The ERP's sales order; owned by the ERP subgraph. */
export type ErpSalesOrder = {
  /** The ERP's order number. */
  readonly number: Scalars['String']['output'];
};

/** A till transaction; owned by the POS subgraph. */
export type PosTransaction = {
  /** The till system's id. */
  readonly id: Scalars['ID']['output'];
};

/** A collection at a store; owned by the POS subgraph. */
export type PickupTask = {
  /** The store system's id. */
  readonly id: Scalars['ID']['output'];
};

/** A warehouse shipment; owned by the WMS subgraph. */
export type WmsShipment = {
  /** The warehouse system's id. */
  readonly id: Scalars['ID']['output'];
};

/** Returned goods booked in by a warehouse; owned by the WMS subgraph. */
export type WmsReturnReceipt = {
  /** The warehouse system's id. */
  readonly id: Scalars['ID']['output'];
};

/** A marketplace's order; owned by the marketplace subgraph. */
export type MarketplaceOrder = {
  /** The configured name of the marketplace. */
  readonly marketplace: Scalars['String']['output'];
  /** The marketplace's order id. */
  readonly externalId: Scalars['String']['output'];
};

/** Systems that contradict each other about one axis for longer than the grace period. */
export type StatusDisagreement = {
  /** What they contradict each other about. */
  readonly axis: StatusAxis;
  /** The statement that counts. */
  readonly chosen: StatusAssertion;
  /** The statements that do not. */
  readonly others: ReadonlyArray<StatusAssertion>;
  /** Since when both have been said. */
  readonly since: Scalars['DateTime']['output'];
  /** Why the chosen one counts. */
  readonly rule: Scalars['String']['output'];
};

/** What one system says about one axis. */
export type StatusAssertion = {
  /** The connection that says so. */
  readonly system: Scalars['String']['output'];
  /** The value it implies, in the axis's words. */
  readonly value: Scalars['String']['output'];
  /** The source's own time of the statement. */
  readonly effectiveAt: Scalars['DateTime']['output'];
  /** When we heard it. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** The source's version of the statement. */
  readonly sequence?: Maybe<Scalars['String']['output']>;
};

/** What a status speaks of. */
export type StatusAxis =
  /** Money from the shopper. */
  | 'PAYMENT'
  /** Goods to the shopper. */
  | 'FULFILMENT'
  /** Goods and money back. */
  | 'RETURN'
  /** Money from the marketplace. */
  | 'SETTLEMENT'
  /** Booking in the ERP. */
  | 'POSTING';

/** A page of orders. */
export type OrderConnection = {
  /** The orders of this page with their cursors. */
  readonly edges: ReadonlyArray<OrderEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** Orders that match the filter; counted only when asked for. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One order of a page. */
export type OrderEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The order. */
  readonly node: Order;
};

/** Narrows a list of orders; every condition given must hold. */
export type OrderFilter = {
  /** Any of these words. */
  readonly statuses?: InputMaybe<ReadonlyArray<CustomerOrderStatus>>;
  /** Any of these channels. */
  readonly channels?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Ordered at or after. */
  readonly placedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Ordered before. */
  readonly placedTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** A line comes from or is collected at this place. */
  readonly locationId?: InputMaybe<Scalars['ID']['input']>;
  /** Whether systems contradict each other about it for longer than the grace period. */
  readonly disagreeing?: InputMaybe<Scalars['Boolean']['input']>;
  /** Nothing has happened for at least this long. */
  readonly olderThan?: InputMaybe<Scalars['Duration']['input']>;
};

/** Order number plus one proof; the first proof given is the one checked: email, phone, postal code. */
export type GuestOrderInput = {
  /** The number the sales channel gave the shopper. */
  readonly number: Scalars['String']['input'];
  /** The e-mail address given with the order. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** The phone number given with the order. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
  /** The postal code given with the order. */
  readonly postalCode?: InputMaybe<Scalars['String']['input']>;
};

/** For whom a timeline is meant. */
export type TimelineAudience =
  /** What a shopper should see: no bookkeeping. */
  | 'CUSTOMER'
  /** Everything but the ERP's bookkeeping. */
  | 'CHANNEL'
  /** Everything. */
  | 'OPERATIONS';

/** One thing that happened to an order. */
export type TimelineEntry = {
  /** Position in the timeline; only for paging the timeline. */
  readonly cursor: Scalars['EventCursor']['output'];
  /** The event's number within the order, from 1 without gaps. */
  readonly sequence: Scalars['Int']['output'];
  /** When it happened, by the source's clock. */
  readonly at: Scalars['DateTime']['output'];
  /** What happened. */
  readonly type: OrderEventType;
  /** The order's word after it. */
  readonly status: CustomerOrderStatus;
  /** Plain words. */
  readonly title: Scalars['String']['output'];
  /** The connection that said so. */
  readonly system?: Maybe<Scalars['String']['output']>;
  /** The order lines concerned; none when it concerns the whole order. */
  readonly lineIds: ReadonlyArray<Scalars['ID']['output']>;
  /** Units concerned. */
  readonly quantity?: Maybe<Scalars['Int']['output']>;
};

/** A page of a timeline. */
export type TimelineConnection = {
  /** The entries of this page with their cursors. */
  readonly edges: ReadonlyArray<TimelineEdge>;
  /** Where this page stands in the timeline. */
  readonly pageInfo: PageInfo;
};

/** One entry of a timeline. */
export type TimelineEdge = {
  /** Position in the timeline. */
  readonly cursor: Scalars['EventCursor']['output'];
  /** The entry. */
  readonly node: TimelineEntry;
};

/** What can happen to an order, in the order goods move. */
export type OrderEventType =
  /** The order was first seen. */
  | 'PLACED'
  /** The order was accepted. */
  | 'CONFIRMED'
  /** The payment axis changed. */
  | 'PAYMENT_CHANGED'
  /** Stock was assigned. */
  | 'ALLOCATED'
  /** The goods were released to warehouse or store. */
  | 'RELEASED'
  /** Units wait for stock. */
  | 'BACKORDERED'
  /** Picking began. */
  | 'PICKING_STARTED'
  /** Units were packed. */
  | 'PACKED'
  /** Units wait in the store. */
  | 'READY_FOR_PICKUP'
  /** Waiting goods go back to the shelf soon, or already have. */
  | 'PICKUP_EXPIRING'
  /** Units have left. */
  | 'SHIPPED'
  /** A parcel's carrier, number, estimate or scans changed. */
  | 'TRACKING_UPDATED'
  /** A parcel comes today. */
  | 'OUT_FOR_DELIVERY'
  /** Nobody was there. */
  | 'DELIVERY_ATTEMPTED'
  /** Units have arrived. */
  | 'DELIVERED'
  /** Units were collected. */
  | 'COLLECTED'
  /** The promised window moved. */
  | 'PROMISE_CHANGED'
  /** Later than promised, or a carrier reported trouble. */
  | 'DELAYED'
  /** The order was stopped. */
  | 'HELD'
  /** The order goes on. */
  | 'RELEASED_FROM_HOLD'
  /** Units could not be found. */
  | 'SHORT_PICKED'
  /** Units come from another place than planned. */
  | 'REROUTED'
  /** Cancellation was asked for. */
  | 'CANCELLATION_REQUESTED'
  /** Units will not come. */
  | 'CANCELLED'
  /** A return was asked for. */
  | 'RETURN_REQUESTED'
  /** A return was allowed. */
  | 'RETURN_AUTHORIZED'
  /** A return was refused or withdrawn. */
  | 'RETURN_DECLINED'
  /** Returned goods arrived. */
  | 'RETURN_RECEIVED'
  /** Returned goods were looked at. */
  | 'RETURN_INSPECTED'
  /** A return is done. */
  | 'RETURN_COMPLETED'
  /** Money was paid back. */
  | 'REFUNDED'
  /** The marketplace settled the order. */
  | 'SETTLED'
  /** The settlement does not agree with the order. */
  | 'SETTLEMENT_MISMATCH'
  /** The ERP booked the order. */
  | 'POSTED'
  /** The ERP failed to book the order. */
  | 'POSTING_FAILED'
  /** What was said before turned out wrong. */
  | 'CORRECTED';

/** Narrows a channel feed; every condition given must hold. */
export type ChannelStreamFilter = {
  /** The channels to follow, at least one. */
  readonly channels: ReadonlyArray<Scalars['String']['input']>;
  /** Any of these events. */
  readonly types?: InputMaybe<ReadonlyArray<OrderEventType>>;
  /** The order's word after the event is one of these. */
  readonly statuses?: InputMaybe<ReadonlyArray<CustomerOrderStatus>>;
  /** The order has a line at one of these places. */
  readonly locationIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Without `after`: begin with a snapshot of every order that is still in progress; a heartbeat says that it is complete. */
  readonly snapshot?: InputMaybe<Scalars['Boolean']['input']>;
  /** Without `after` and `snapshot`: where the feed begins. The first item is a heartbeat that carries its cursor. */
  readonly beginning?: InputMaybe<FeedBeginning>;
};

/** Where a feed begins that resumes no cursor. */
export type FeedBeginning =
  /** With what happens from now on. */
  | 'NOW'
  /** With the oldest event that is held: a replay of at least the last 72 hours, each item `replayed`, then what happens. */
  | 'OLDEST';

/** One item of an order stream. */
export type OrderStreamItem = OrderSnapshot | OrderStatusChanged | Lagged | Heartbeat;

/** The order as it is now; the stream goes on from here. */
export type OrderSnapshot = {
  /** Resume here. */
  readonly cursor: Scalars['EventCursor']['output'];
  /** The order now. */
  readonly order: Order;
};

/** One thing happened to one order. */
export type OrderStatusChanged = {
  /** The same for every delivery of this event: drop repeats by it. */
  readonly eventId: Scalars['ID']['output'];
  /** Resume here. */
  readonly cursor: Scalars['EventCursor']['output'];
  /** The event's number within the order, from 1 without gaps. */
  readonly sequence: Scalars['Int']['output'];
  /** What happened. */
  readonly type: OrderEventType;
  /** The order's word before. */
  readonly previousStatus: CustomerOrderStatus;
  /** The order's word after this event. */
  readonly status: CustomerOrderStatus;
  /** The axes it belongs to. */
  readonly changedAxes: ReadonlyArray<StatusAxis>;
  /** When it happened, by the source's clock. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** When we heard of it. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** The connection that said so. */
  readonly system: Scalars['String']['output'];
  /** Ties together log, journal and outbound calls of the message. */
  readonly correlationId: Scalars['ID']['output'];
  /** Whether it happened before the subscription began. */
  readonly replayed: Scalars['Boolean']['output'];
  /** The order as it is now, which may be further than this event. */
  readonly order: Order;
};

/** Changes between `from` and `to` are no longer held: read the order and its timeline; the stream goes on after `to`. */
export type Lagged = {
  /** The last position that was delivered. */
  readonly from?: Maybe<Scalars['EventCursor']['output']>;
  /** The stream goes on after this position. */
  readonly to: Scalars['EventCursor']['output'];
  /** Journal entries in between, of all orders of the channel; null when nobody can know. */
  readonly missed?: Maybe<Scalars['Int']['output']>;
};

/** Nothing happened that concerns this stream, but time went on: keep this cursor. */
export type Heartbeat = {
  /** Resume here. */
  readonly cursor: Scalars['EventCursor']['output'];
  /** When it was sent. */
  readonly at: Scalars['DateTime']['output'];
};

/** Something that could not be applied or posted: kept until it is applied or a person decides. */
export type IntegrationException = {
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** What kind of trouble. */
  readonly kind: ExceptionKind;
  /** Whether waiting may help. */
  readonly nature: ExceptionNature;
  /** The system concerned: erp, pos, wms or marketplace. */
  readonly system: Scalars['String']['output'];
  /** Ties together log, journal and outbound calls of the message. */
  readonly correlationId: Scalars['ID']['output'];
  /** The order concerned. */
  readonly orderId?: Maybe<Scalars['ID']['output']>;
  /** The item concerned. */
  readonly sku?: Maybe<Scalars['String']['output']>;
  /** How often it has happened. */
  readonly attempts: Scalars['Int']['output'];
  /** When it first happened. */
  readonly firstSeen: Scalars['DateTime']['output'];
  /** When it is tried again; null when nobody will. */
  readonly nextAttempt?: Maybe<Scalars['DateTime']['output']>;
  /** How far it is. */
  readonly state: ExceptionState;
  /** Plain words: what is wrong and what helps. */
  readonly message: Scalars['String']['output'];
};

/** What kind of trouble. */
export type ExceptionKind =
  /** An order could not be posted. */
  | 'ORDER_POSTING'
  /** A marketplace order could not be acknowledged. */
  | 'ACKNOWLEDGEMENT'
  /** A stock change could not be applied. */
  | 'INVENTORY_EVENT'
  /** A shipment's change could not be passed on. */
  | 'SHIPMENT_UPDATE'
  /** A return could not be passed on. */
  | 'RETURN_SYNC'
  /** A settlement does not match its order. */
  | 'SETTLEMENT_MATCH'
  /** A system names something the crosswalk does not know. */
  | 'IDENTIFIER_UNMAPPED'
  /** A system's message does not have its documented form. */
  | 'SCHEMA_MISMATCH'
  /** Two documents claim to be the same order. */
  | 'DUPLICATE_SUSPECT'
  /** Systems contradict each other about an order. */
  | 'STATUS_DISAGREEMENT';

/** Whether waiting may help. */
export type ExceptionNature =
  /** May pass by itself. */
  | 'TRANSIENT'
  /** Needs a decision or a correction. */
  | 'BUSINESS';

/** How far an exception is. */
export type ExceptionState =
  /** Waits for a person or a correction. */
  | 'OPEN'
  /** Will be tried again. */
  | 'RETRYING'
  /** Was tried too often. */
  | 'DEAD_LETTER'
  /** Done. */
  | 'RESOLVED';

/** Narrows a list of exceptions; every condition given must hold. */
export type ExceptionFilter = {
  /** Any of these kinds. */
  readonly kinds?: InputMaybe<ReadonlyArray<ExceptionKind>>;
  /** This nature. */
  readonly nature?: InputMaybe<ExceptionNature>;
  /** Any of these systems: erp, pos, wms, marketplace. */
  readonly systems?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<ExceptionState>>;
};

/** A page of exceptions. */
export type IntegrationExceptionConnection = {
  /** The exceptions of this page with their cursors. */
  readonly edges: ReadonlyArray<IntegrationExceptionEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** Exceptions that match the filter; counted only when asked for. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One exception of a page. */
export type IntegrationExceptionEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The exception. */
  readonly node: IntegrationException;
};

/** What one listing shall show, what it shows, and why these differ where they do. Quantities are in units of the item. */
export type ListingPublication = {
  /** The configured name of the marketplace, e.g. AMAZON_DE. */
  readonly marketplace: Scalars['String']['output'];
  /** The marketplace's id of the listing. */
  readonly listingId: Scalars['String']['output'];
  /** The channel that owns the listing's quantity. */
  readonly channel?: Maybe<Scalars['String']['output']>;
  /** The item on offer. */
  readonly variant?: Maybe<Variant>;
  /** How it stands now; where several things are true, the one that keeps the quantity from being right. */
  readonly state: ListingPublicationState;
  /** What the channel may sell of the item; null when that is not known. */
  readonly sellableQuantity?: Maybe<Scalars['Int']['output']>;
  /** How sure that is; null before the first look at the listing. */
  readonly confidence?: Maybe<ConfidenceLevel>;
  /** What the listing shall show: the sellable quantity, or less of it while confidence is low. Null when the last quantity is to be left, or before the first look. */
  readonly desiredQuantity?: Maybe<Scalars['Int']['output']>;
  /** What the marketplace last acknowledged, or showed when the listing became ours. */
  readonly publishedQuantity?: Maybe<Scalars['Int']['output']>;
  /** What the marketplace shows as far as we know. Less than was published is mostly a sale whose order is on its way. */
  readonly shownQuantity?: Maybe<Scalars['Int']['output']>;
  /** Seconds since the listing last showed what it shall; null while it does. */
  readonly lagSeconds?: Maybe<Scalars['Int']['output']>;
  /** Since when it has not shown what it shall; null while it does. */
  readonly laggingSince?: Maybe<Scalars['DateTime']['output']>;
  /** When the marketplace last acknowledged a quantity; null before the first time. */
  readonly acknowledgedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Failed attempts since the last acknowledgement. Being told to wait is not one. */
  readonly attempts: Scalars['Int']['output'];
  /** Not tried again before then; null where nothing keeps it back. */
  readonly nextAttempt?: Maybe<Scalars['DateTime']['output']>;
  /** Why the last attempt since the last acknowledgement brought nothing. */
  readonly lastError?: Maybe<Scalars['String']['output']>;
};

/** How a listing's quantity stands. */
export type ListingPublicationState =
  /** It shows all that may be sold. */
  | 'IN_STEP'
  /** It was published as it shall be, and the marketplace shows another quantity since: a sale, or somebody's hand. */
  | 'MARKETPLACE_DIFFERS'
  /** It shows what it shall, which is only a share of the sellable quantity: confidence is below the channel's publishing.belowConfidence. */
  | 'THROTTLED_CONFIDENCE'
  /** What may be sold is not known: it shows 0 or its last quantity, as the channel's whenUnknown says. */
  | 'NOT_KNOWN'
  /** Its new quantity is about to be sent. */
  | 'WAITING'
  /** Nothing is published yet: after a start, all stock must have been heard of first. */
  | 'STARTING'
  /** Its new quantity waits because the marketplace takes no more calls now, or has room only for changes that matter more. */
  | 'BUDGET'
  /** The last attempt failed or was refused; it is tried again. */
  | 'FAILED';

/** Narrows a list of listings; every condition given must hold. */
export type ListingPublicationFilter = {
  /** Only this marketplace. */
  readonly marketplace?: InputMaybe<Scalars['String']['input']>;
  /** Only listings of this item. */
  readonly sku?: InputMaybe<Scalars['String']['input']>;
  /** Only the listing with this id, on any marketplace. */
  readonly listingId?: InputMaybe<Scalars['String']['input']>;
  /** Any of these states. */
  readonly states?: InputMaybe<ReadonlyArray<ListingPublicationState>>;
  /** Only listings that do not show what they shall. */
  readonly laggingOnly?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only listings that have lagged for at least this long. */
  readonly lagAtLeast?: InputMaybe<Scalars['Duration']['input']>;
};

/** A page of listings. */
export type ListingPublicationConnection = {
  /** The listings of this page with their cursors. */
  readonly edges: ReadonlyArray<ListingPublicationEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** Listings that match the filter; counted only when asked for. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One listing of a page. */
export type ListingPublicationEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The listing. */
  readonly node: ListingPublication;
};

/** Where a page stands in its list. */
export type PageInfo = {
  /** More follow. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Some came before. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** Cursor of the last edge. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** Numbers that should be equal and are not, after all sides had the time to follow each other. */
export type InventoryDrift = {
  /** The item. */
  readonly variant?: Maybe<Variant>;
  /** The place whose stock is meant; null for a listing, which sells from several. */
  readonly location?: Maybe<Location>;
  /** The listing; null for stock at a place. */
  readonly listing?: Maybe<DriftListing>;
  /** Each side with its number, the one that is sold from first. All are put into one measure: usable units, reserved ones included where every side can tell them. */
  readonly systems: ReadonlyArray<DriftReading>;
  /** The number that is sold from, less the one that differs from it most. Positive: more may be sold than the other side has. */
  readonly difference: Scalars['Int']['output'];
  /** Since when all sides could have been equal: the latest of their times when it was found. */
  readonly since: Scalars['DateTime']['output'];
  /** The difference in units times the item's list price; null without a list price. */
  readonly valueAtRisk?: Maybe<Money>;
  /** What the numbers themselves tell of the reason. */
  readonly likelyCause: DriftCause;
  /** Whether the number that is sold from is the higher one. */
  readonly oversellRisk: Scalars['Boolean']['output'];
  /** Whether it still stands. */
  readonly state: DriftState;
  /** When this episode was found. */
  readonly firstSeen: Scalars['DateTime']['output'];
  /** When it was last found to stand. */
  readonly lastSeen: Scalars['DateTime']['output'];
  /** When the sides were found to agree again. */
  readonly resolvedAt?: Maybe<Scalars['DateTime']['output']>;
  /** How often it has come about, this time included. */
  readonly episodes: Scalars['Int']['output'];
};

/** A listing in a drift. */
export type DriftListing = {
  /** The marketplace. */
  readonly marketplace: Scalars['String']['output'];
  /** The marketplace's own id of the listing. */
  readonly listingId: Scalars['String']['output'];
};

/** One side of a drift. */
export type DriftReading = {
  /** erp, pos, wms or marketplace; process for what we held or want ourselves. */
  readonly system: Scalars['String']['output'];
  /** Its number, in whole units. */
  readonly quantity: Scalars['Int']['output'];
  /** The side's own time of the number. */
  readonly asOf: Scalars['DateTime']['output'];
};

/** What a drift most likely comes from. */
export type DriftCause =
  /** One side was last heard before the other changed. */
  | 'TIMING'
  /** The difference is what orders still want there: not every side has booked them. */
  | 'UNPOSTED_SALES'
  /** The difference is what one side has reserved: a connection declares the wrong basis. */
  | 'RESERVATION_COUNTED_TWICE'
  /** Reading a system anew corrected our number by this difference: an event never came. */
  | 'MISSED_EVENT'
  /** The difference is what one side has in its returns. */
  | 'RETURN_NOT_BOOKED'
  /** The difference is what one side has as damaged or on quality hold. */
  | 'DAMAGE_NOT_BOOKED'
  /** A listing offers something else than its channel may sell. */
  | 'LISTING_NOT_UPDATED'
  /** The numbers tell no reason. */
  | 'UNKNOWN';

/** Whether a drift still stands. */
export type DriftState =
  /** The sides still differ. */
  | 'OPEN'
  /** They agree again, or it was put right in the moment it was found. */
  | 'RESOLVED';

/** Narrows a list of drifts; every condition given must hold. */
export type DriftFilter = {
  /** At least this many units, in either direction; 0 or more, else BAD_INPUT. */
  readonly minDifference?: InputMaybe<Scalars['Int']['input']>;
  /** At this location: an id from Location.id, else BAD_INPUT. */
  readonly locationId?: InputMaybe<Scalars['ID']['input']>;
  /** Of this item. */
  readonly sku?: InputMaybe<Scalars['String']['input']>;
  /** Those that have stood at least this long. */
  readonly olderThan?: InputMaybe<Scalars['Duration']['input']>;
  /** In this state. */
  readonly state?: InputMaybe<DriftState>;
  /** Only those that can sell too much (true), or only the others (false). */
  readonly oversellRisk?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A page of drifts. */
export type InventoryDriftConnection = {
  /** The drifts of this page with their cursors. */
  readonly edges: ReadonlyArray<InventoryDriftEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** One drift of a page. */
export type InventoryDriftEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The drift. */
  readonly node: InventoryDrift;
};

/** An amount of money. */
export type Money = {
  /** The amount in the currency's main unit. */
  readonly amount: Scalars['Decimal']['output'];
  /** ISO 4217 code. */
  readonly currency: Scalars['String']['output'];
};

/** How one connected system is doing, as our calls to it see it. Counts and shares are of the last 60 seconds, added up over all replicas. */
export type SystemHealth = {
  /** The connection's id in throughline.yaml. */
  readonly system: Scalars['String']['output'];
  /** Whether calls go through. OPEN as well while the subgraph that makes the calls is silent: see reportedAt. */
  readonly circuit: CircuitState;
  /** The quota that is closest to being used up, and who waits for it. */
  readonly budget: RateBudget;
  /** Every quota that the vendor sets, or that we learnt. */
  readonly quotas: ReadonlyArray<QuotaHealth>;
  /** 95th percentile of the time that the system took to answer, in milliseconds; our own waiting is not in it. Null without calls. */
  readonly p95Ms?: Maybe<Scalars['Int']['output']>;
  /** Share of attempts that failed, 0 to 1; being told to slow down is not a failure. */
  readonly errorRate: Scalars['Float']['output'];
  /** Changes for this system that wait to be sent to it: listings to publish, orders to post. */
  readonly queueDepth: Scalars['Int']['output'];
  /** Seconds since the system last told all that it had. Null when it never did, or has nothing to tell. */
  readonly lagSeconds?: Maybe<Scalars['Int']['output']>;
  /** Share of readings that were answered from memory and fresh, 0 to 1; 0 when nothing was read. */
  readonly cacheHitRate: Scalars['Float']['output'];
  /** Since when the circuit is as it is; the start of silence when it is OPEN for that. */
  readonly since: Scalars['DateTime']['output'];
  /** Newest report from the subgraph that makes the calls. Null when none has come, older than 30 seconds when they have stopped: then that subgraph itself is silent, the circuit counts as OPEN, and the figures it would tell are 0, null or empty. */
  readonly reportedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Whether calls to a system go through. */
export type CircuitState =
  /** They do. */
  | 'CLOSED'
  /** A single call is trying whether the system is back. */
  | 'HALF_OPEN'
  /** Paused after repeated failures; answers come from what is kept. Also the word for a system of which nobody tells. */
  | 'OPEN';

/** Calls, or cost points where the vendor counts those, and who competes for them. */
export type RateBudget = {
  /** What the vendor allows in the long run, per second; 0 when it is not limited or not known yet. */
  readonly perSecond: Scalars['Float']['output'];
  /** What it allows at once; 0 when it is not limited or not known yet. */
  readonly burst: Scalars['Int']['output'];
  /** Share that is used up now, 0 to 1; 1 while the vendor has told us to hold. */
  readonly used: Scalars['Float']['output'];
  /** Calls that wait for their turn. */
  readonly waiting: Scalars['Int']['output'];
  /** Calls we refused because more urgent ones were waiting. */
  readonly shed: Scalars['Int']['output'];
  /** Calls that the vendor refused for their rate. */
  readonly throttledByUpstream: Scalars['Int']['output'];
};

/** One limit of a vendor. */
export type QuotaHealth = {
  /** Its name in the adapter: mostly the vendor's operation. */
  readonly name: Scalars['String']['output'];
  /** Allowed per second in the long run; null while unknown. */
  readonly perSecond?: Maybe<Scalars['Float']['output']>;
  /** Allowed at once; null while unknown. */
  readonly burst?: Maybe<Scalars['Int']['output']>;
  /** Left now; null while unknown. */
  readonly available?: Maybe<Scalars['Float']['output']>;
  /** Milliseconds until a hold ends that the vendor asked for; 0 without one. */
  readonly heldMs: Scalars['Int']['output'];
  /** Where the limit is known from. */
  readonly source: QuotaSource;
};

/** Where a limit is known from. */
export type QuotaSource =
  /** The vendor's documentation. */
  | 'PUBLISHED'
  /** The vendor's answers to us. */
  | 'CORRECTED'
  /** Its refusals: nobody publishes it. */
  | 'LEARNT';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Availability: Availability;
  Variant: Variant;
  Reservation: Reservation;
  Order: Order;
  Shipment: Shipment;
  Return: Return;
  IntegrationException: IntegrationException;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Availability:
    ( { __typename: 'Availability' }
    & GraphQLRecursivePick<FederationTypes['Availability'], {"id":true}> );
  Variant:
    ( { __typename: 'Variant' }
    & GraphQLRecursivePick<FederationTypes['Variant'], {"id":true}> );
  Reservation:
    ( { __typename: 'Reservation' }
    & GraphQLRecursivePick<FederationTypes['Reservation'], {"id":true}> );
  Order:
    ( { __typename: 'Order' }
    & GraphQLRecursivePick<FederationTypes['Order'], {"id":true}> );
  Shipment:
    ( { __typename: 'Shipment' }
    & GraphQLRecursivePick<FederationTypes['Shipment'], {"id":true}> );
  Return:
    ( { __typename: 'Return' }
    & GraphQLRecursivePick<FederationTypes['Return'], {"id":true}> );
  IntegrationException:
    ( { __typename: 'IntegrationException' }
    & GraphQLRecursivePick<FederationTypes['IntegrationException'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  AvailabilityStreamItem:
    | ( Omit<AvailabilityChanged, 'availability'> & { availability: _RefType['Availability'] } & { __typename: 'AvailabilityChanged' } )
    | ( Lagged & { __typename: 'Lagged' } )
    | ( Heartbeat & { __typename: 'Heartbeat' } )
  ;
  OrderStreamItem:
    | ( Omit<OrderSnapshot, 'order'> & { order: _RefType['Order'] } & { __typename: 'OrderSnapshot' } )
    | ( OrderStatusChangedParent & { __typename: 'OrderStatusChanged' } )
    | ( Lagged & { __typename: 'Lagged' } )
    | ( Heartbeat & { __typename: 'Heartbeat' } )
  ;
};


/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  EventCursor: ResolverTypeWrapper<Scalars['EventCursor']['output']>;
  Duration: ResolverTypeWrapper<Scalars['Duration']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Purpose: Purpose;
  AvailabilityContext: AvailabilityContext;
  DestinationInput: DestinationInput;
  GeoPointInput: GeoPointInput;
  NearInput: NearInput;
  StockStatus: StockStatus;
  Freshness: Freshness;
  ConfidenceLevel: ConfidenceLevel;
  Availability: ResolverTypeWrapper<AvailabilityParent>;
  FutureSupply: ResolverTypeWrapper<FutureSupplyParent>;
  MethodAvailability: ResolverTypeWrapper<MethodAvailabilityParent>;
  PromiseDay: ResolverTypeWrapper<PromiseDay>;
  PickupOffer: ResolverTypeWrapper<PickupOfferParent>;
  DeliveryPromise: ResolverTypeWrapper<DeliveryPromiseParent>;
  DeliveryOption: ResolverTypeWrapper<DeliveryOption>;
  StockDisplay: ResolverTypeWrapper<StockDisplay>;
  Confidence: ResolverTypeWrapper<Confidence>;
  Notice: ResolverTypeWrapper<Notice>;
  NoticeSeverity: NoticeSeverity;
  LocationAvailability: ResolverTypeWrapper<LocationAvailabilityParent>;
  LocationAvailabilityConnection: ResolverTypeWrapper<Omit<LocationAvailabilityConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['LocationAvailabilityEdge']> }>;
  LocationAvailabilityEdge: ResolverTypeWrapper<Omit<LocationAvailabilityEdge, 'node'> & { node: ResolversTypes['LocationAvailability'] }>;
  StockPosition: ResolverTypeWrapper<StockPositionParent>;
  AvailabilityExplanation: ResolverTypeWrapper<Omit<AvailabilityExplanation, 'variant' | 'result' | 'positions' | 'components' | 'drifts'> & { variant?: Maybe<ResolversTypes['Variant']>, result: ResolversTypes['Availability'], positions: ReadonlyArray<ResolversTypes['ExplainedPosition']>, components: ReadonlyArray<ResolversTypes['ExplainedComponent']>, drifts?: Maybe<ReadonlyArray<ResolversTypes['InventoryDrift']>> }>;
  ExplainedComponent: ResolverTypeWrapper<Omit<ExplainedComponent, 'variant' | 'result'> & { variant: ResolversTypes['Variant'], result?: Maybe<ResolversTypes['Availability']> }>;
  ExplainedPosition: ResolverTypeWrapper<Omit<ExplainedPosition, 'position'> & { position: ResolversTypes['StockPosition'] }>;
  AppliedRule: ResolverTypeWrapper<AppliedRule>;
  SourceStamp: ResolverTypeWrapper<SourceStamp>;
  CacheState: CacheState;
  Variant: ResolverTypeWrapper<VariantParent>;
  Location: ResolverTypeWrapper<Location>;
  AvailabilityChangeKind: AvailabilityChangeKind;
  AvailabilityStreamItem: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['AvailabilityStreamItem']>;
  AvailabilityChanged: ResolverTypeWrapper<Omit<AvailabilityChanged, 'availability'> & { availability: ResolversTypes['Availability'] }>;
  BasketItemInput: BasketItemInput;
  ReserveStockInput: ReserveStockInput;
  ReservationActionInput: ReservationActionInput;
  Reservation: ResolverTypeWrapper<ReservationParent>;
  ReservationState: ReservationState;
  ReservationLine: ResolverTypeWrapper<ReservationLineParent>;
  ReservationPayload: ResolverTypeWrapper<Omit<ReservationPayload, 'reservation' | 'shortages'> & { reservation?: Maybe<ResolversTypes['Reservation']>, shortages: ReadonlyArray<ResolversTypes['BasketLineAvailability']> }>;
  BasketAvailability: ResolverTypeWrapper<Omit<BasketAvailability, 'lines' | 'options'> & { lines: ReadonlyArray<ResolversTypes['BasketLineAvailability']>, options: ReadonlyArray<ResolversTypes['FulfilmentOption']> }>;
  FulfilmentOption: ResolverTypeWrapper<FulfilmentOptionParent>;
  StoreOffer: ResolverTypeWrapper<Omit<StoreOffer, 'pickup'> & { pickup?: Maybe<ResolversTypes['PickupOffer']> }>;
  StoreOfferItem: ResolverTypeWrapper<StoreOfferItem>;
  StoreOfferConnection: ResolverTypeWrapper<Omit<StoreOfferConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['StoreOfferEdge']> }>;
  StoreOfferEdge: ResolverTypeWrapper<Omit<StoreOfferEdge, 'node'> & { node: ResolversTypes['StoreOffer'] }>;
  BasketLineAvailability: ResolverTypeWrapper<BasketLineAvailabilityParent>;
  UserError: ResolverTypeWrapper<UserError>;
  Order: ResolverTypeWrapper<OrderParent>;
  CustomerOrderStatus: CustomerOrderStatus;
  PaymentStatus: PaymentStatus;
  FulfilmentStatus: FulfilmentStatus;
  ReturnStatus: ReturnStatus;
  SettlementStatus: SettlementStatus;
  OrderSettlement: ResolverTypeWrapper<OrderSettlement>;
  SettledAmount: ResolverTypeWrapper<SettledAmount>;
  SettlementDifference: ResolverTypeWrapper<SettlementDifference>;
  SettlementCheck: SettlementCheck;
  SettlementComponent: SettlementComponent;
  PostingStatus: PostingStatus;
  OrderStatusDetail: ResolverTypeWrapper<OrderStatusDetail>;
  TransactionTrace: ResolverTypeWrapper<TransactionTraceParent>;
  TraceHop: ResolverTypeWrapper<TraceHop>;
  OrderProgress: ResolverTypeWrapper<OrderProgress>;
  LineState: LineState;
  OrderLine: ResolverTypeWrapper<Omit<OrderLine, 'variant'> & { variant?: Maybe<ResolversTypes['Variant']> }>;
  FulfilmentMethod: FulfilmentMethod;
  LineQuantities: ResolverTypeWrapper<LineQuantities>;
  Shipment: ResolverTypeWrapper<Shipment>;
  ShipmentLine: ResolverTypeWrapper<ShipmentLine>;
  ShipmentState: ShipmentState;
  TrackingEvent: ResolverTypeWrapper<TrackingEvent>;
  Pickup: ResolverTypeWrapper<Pickup>;
  PickupState: PickupState;
  PromiseWindow: ResolverTypeWrapper<PromiseWindow>;
  Return: ResolverTypeWrapper<ReturnParent>;
  ReturnMethod: ReturnMethod;
  ReturnLine: ResolverTypeWrapper<ReturnLine>;
  RefundStatus: RefundStatus;
  OrderAction: ResolverTypeWrapper<OrderAction>;
  OrderActionKind: OrderActionKind;
  OrderSystems: ResolverTypeWrapper<OrderSystems>;
  ErpSalesOrder: ResolverTypeWrapper<ErpSalesOrder>;
  PosTransaction: ResolverTypeWrapper<PosTransaction>;
  PickupTask: ResolverTypeWrapper<PickupTask>;
  WmsShipment: ResolverTypeWrapper<WmsShipment>;
  WmsReturnReceipt: ResolverTypeWrapper<WmsReturnReceipt>;
  MarketplaceOrder: ResolverTypeWrapper<MarketplaceOrder>;
  StatusDisagreement: ResolverTypeWrapper<StatusDisagreement>;
  StatusAssertion: ResolverTypeWrapper<StatusAssertion>;
  StatusAxis: StatusAxis;
  OrderConnection: ResolverTypeWrapper<Omit<OrderConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['OrderEdge']> }>;
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>;
  OrderFilter: OrderFilter;
  GuestOrderInput: GuestOrderInput;
  TimelineAudience: TimelineAudience;
  TimelineEntry: ResolverTypeWrapper<TimelineEntry>;
  TimelineConnection: ResolverTypeWrapper<TimelineConnection>;
  TimelineEdge: ResolverTypeWrapper<TimelineEdge>;
  OrderEventType: OrderEventType;
  ChannelStreamFilter: ChannelStreamFilter;
  FeedBeginning: FeedBeginning;
  OrderStreamItem: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['OrderStreamItem']>;
  OrderSnapshot: ResolverTypeWrapper<Omit<OrderSnapshot, 'order'> & { order: ResolversTypes['Order'] }>;
  OrderStatusChanged: ResolverTypeWrapper<OrderStatusChangedParent>;
  Lagged: ResolverTypeWrapper<Lagged>;
  Heartbeat: ResolverTypeWrapper<Heartbeat>;
  IntegrationException: ResolverTypeWrapper<StoredException>;
  ExceptionKind: ExceptionKind;
  ExceptionNature: ExceptionNature;
  ExceptionState: ExceptionState;
  ExceptionFilter: ExceptionFilter;
  IntegrationExceptionConnection: ResolverTypeWrapper<Omit<IntegrationExceptionConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['IntegrationExceptionEdge']> }>;
  IntegrationExceptionEdge: ResolverTypeWrapper<Omit<IntegrationExceptionEdge, 'node'> & { node: ResolversTypes['IntegrationException'] }>;
  ListingPublication: ResolverTypeWrapper<Omit<ListingPublication, 'variant'> & { variant?: Maybe<ResolversTypes['Variant']> }>;
  ListingPublicationState: ListingPublicationState;
  ListingPublicationFilter: ListingPublicationFilter;
  ListingPublicationConnection: ResolverTypeWrapper<Omit<ListingPublicationConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['ListingPublicationEdge']> }>;
  ListingPublicationEdge: ResolverTypeWrapper<Omit<ListingPublicationEdge, 'node'> & { node: ResolversTypes['ListingPublication'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  InventoryDrift: ResolverTypeWrapper<StoredDrift>;
  DriftListing: ResolverTypeWrapper<DriftListing>;
  DriftReading: ResolverTypeWrapper<DriftReading>;
  DriftCause: DriftCause;
  DriftState: DriftState;
  DriftFilter: DriftFilter;
  InventoryDriftConnection: ResolverTypeWrapper<Omit<InventoryDriftConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['InventoryDriftEdge']> }>;
  InventoryDriftEdge: ResolverTypeWrapper<Omit<InventoryDriftEdge, 'node'> & { node: ResolversTypes['InventoryDrift'] }>;
  Money: ResolverTypeWrapper<Money>;
  SystemHealth: ResolverTypeWrapper<SystemHealth>;
  CircuitState: CircuitState;
  RateBudget: ResolverTypeWrapper<RateBudget>;
  QuotaHealth: ResolverTypeWrapper<QuotaHealth>;
  QuotaSource: QuotaSource;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Date: Scalars['Date']['output'];
  EventCursor: Scalars['EventCursor']['output'];
  Duration: Scalars['Duration']['output'];
  Decimal: Scalars['Decimal']['output'];
  Query: Record<PropertyKey, never>;
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  AvailabilityContext: AvailabilityContext;
  DestinationInput: DestinationInput;
  GeoPointInput: GeoPointInput;
  NearInput: NearInput;
  Availability: AvailabilityParent;
  FutureSupply: FutureSupplyParent;
  MethodAvailability: MethodAvailabilityParent;
  PromiseDay: PromiseDay;
  PickupOffer: PickupOfferParent;
  DeliveryPromise: DeliveryPromiseParent;
  DeliveryOption: DeliveryOption;
  StockDisplay: StockDisplay;
  Confidence: Confidence;
  Notice: Notice;
  LocationAvailability: LocationAvailabilityParent;
  LocationAvailabilityConnection: Omit<LocationAvailabilityConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['LocationAvailabilityEdge']> };
  LocationAvailabilityEdge: Omit<LocationAvailabilityEdge, 'node'> & { node: ResolversParentTypes['LocationAvailability'] };
  StockPosition: StockPositionParent;
  AvailabilityExplanation: Omit<AvailabilityExplanation, 'variant' | 'result' | 'positions' | 'components' | 'drifts'> & { variant?: Maybe<ResolversParentTypes['Variant']>, result: ResolversParentTypes['Availability'], positions: ReadonlyArray<ResolversParentTypes['ExplainedPosition']>, components: ReadonlyArray<ResolversParentTypes['ExplainedComponent']>, drifts?: Maybe<ReadonlyArray<ResolversParentTypes['InventoryDrift']>> };
  ExplainedComponent: Omit<ExplainedComponent, 'variant' | 'result'> & { variant: ResolversParentTypes['Variant'], result?: Maybe<ResolversParentTypes['Availability']> };
  ExplainedPosition: Omit<ExplainedPosition, 'position'> & { position: ResolversParentTypes['StockPosition'] };
  AppliedRule: AppliedRule;
  SourceStamp: SourceStamp;
  Variant: VariantParent;
  Location: Location;
  AvailabilityStreamItem: ResolversUnionTypes<ResolversParentTypes>['AvailabilityStreamItem'];
  AvailabilityChanged: Omit<AvailabilityChanged, 'availability'> & { availability: ResolversParentTypes['Availability'] };
  BasketItemInput: BasketItemInput;
  ReserveStockInput: ReserveStockInput;
  ReservationActionInput: ReservationActionInput;
  Reservation: ReservationParent;
  ReservationLine: ReservationLineParent;
  ReservationPayload: Omit<ReservationPayload, 'reservation' | 'shortages'> & { reservation?: Maybe<ResolversParentTypes['Reservation']>, shortages: ReadonlyArray<ResolversParentTypes['BasketLineAvailability']> };
  BasketAvailability: Omit<BasketAvailability, 'lines' | 'options'> & { lines: ReadonlyArray<ResolversParentTypes['BasketLineAvailability']>, options: ReadonlyArray<ResolversParentTypes['FulfilmentOption']> };
  FulfilmentOption: FulfilmentOptionParent;
  StoreOffer: Omit<StoreOffer, 'pickup'> & { pickup?: Maybe<ResolversParentTypes['PickupOffer']> };
  StoreOfferItem: StoreOfferItem;
  StoreOfferConnection: Omit<StoreOfferConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['StoreOfferEdge']> };
  StoreOfferEdge: Omit<StoreOfferEdge, 'node'> & { node: ResolversParentTypes['StoreOffer'] };
  BasketLineAvailability: BasketLineAvailabilityParent;
  UserError: UserError;
  Order: OrderParent;
  OrderSettlement: OrderSettlement;
  SettledAmount: SettledAmount;
  SettlementDifference: SettlementDifference;
  OrderStatusDetail: OrderStatusDetail;
  TransactionTrace: TransactionTraceParent;
  TraceHop: TraceHop;
  OrderProgress: OrderProgress;
  OrderLine: Omit<OrderLine, 'variant'> & { variant?: Maybe<ResolversParentTypes['Variant']> };
  LineQuantities: LineQuantities;
  Shipment: Shipment | FederationReferenceTypes['Shipment'];
  ShipmentLine: ShipmentLine;
  TrackingEvent: TrackingEvent;
  Pickup: Pickup;
  PromiseWindow: PromiseWindow;
  Return: ReturnParent;
  ReturnLine: ReturnLine;
  OrderAction: OrderAction;
  OrderSystems: OrderSystems;
  ErpSalesOrder: ErpSalesOrder;
  PosTransaction: PosTransaction;
  PickupTask: PickupTask;
  WmsShipment: WmsShipment;
  WmsReturnReceipt: WmsReturnReceipt;
  MarketplaceOrder: MarketplaceOrder;
  StatusDisagreement: StatusDisagreement;
  StatusAssertion: StatusAssertion;
  OrderConnection: Omit<OrderConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['OrderEdge']> };
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] };
  OrderFilter: OrderFilter;
  GuestOrderInput: GuestOrderInput;
  TimelineEntry: TimelineEntry;
  TimelineConnection: TimelineConnection;
  TimelineEdge: TimelineEdge;
  ChannelStreamFilter: ChannelStreamFilter;
  OrderStreamItem: ResolversUnionTypes<ResolversParentTypes>['OrderStreamItem'];
  OrderSnapshot: Omit<OrderSnapshot, 'order'> & { order: ResolversParentTypes['Order'] };
  OrderStatusChanged: OrderStatusChangedParent;
  Lagged: Lagged;
  Heartbeat: Heartbeat;
  IntegrationException: StoredException;
  ExceptionFilter: ExceptionFilter;
  IntegrationExceptionConnection: Omit<IntegrationExceptionConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['IntegrationExceptionEdge']> };
  IntegrationExceptionEdge: Omit<IntegrationExceptionEdge, 'node'> & { node: ResolversParentTypes['IntegrationException'] };
  ListingPublication: Omit<ListingPublication, 'variant'> & { variant?: Maybe<ResolversParentTypes['Variant']> };
  ListingPublicationFilter: ListingPublicationFilter;
  ListingPublicationConnection: Omit<ListingPublicationConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['ListingPublicationEdge']> };
  ListingPublicationEdge: Omit<ListingPublicationEdge, 'node'> & { node: ResolversParentTypes['ListingPublication'] };
  PageInfo: PageInfo;
  InventoryDrift: StoredDrift;
  DriftListing: DriftListing;
  DriftReading: DriftReading;
  DriftFilter: DriftFilter;
  InventoryDriftConnection: Omit<InventoryDriftConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['InventoryDriftEdge']> };
  InventoryDriftEdge: Omit<InventoryDriftEdge, 'node'> & { node: ResolversParentTypes['InventoryDrift'] };
  Money: Money;
  SystemHealth: SystemHealth;
  RateBudget: RateBudget;
  QuotaHealth: QuotaHealth;
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
};

export type LinkDirectiveArgs = {
  url: Scalars['String']['input'];
  import?: Maybe<ReadonlyArray<Scalars['String']['input']>>;
  as?: Maybe<Scalars['String']['input']>;
  for?: Maybe<Scalars['String']['input']>;
};

export type LinkDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = LinkDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ComposeDirectiveDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type ComposeDirectiveDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = ComposeDirectiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = { };

export type ShareableDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = ShareableDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type TagDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type TagDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = TagDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type OverrideDirectiveArgs = {
  from: Scalars['String']['input'];
  label?: Maybe<Scalars['String']['input']>;
};

export type OverrideDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = OverrideDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InaccessibleDirectiveArgs = { };

export type InaccessibleDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = InaccessibleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AccessDirectiveArgs = {
  scope: Scalars['String']['input'];
};

export type AccessDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = AccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CacheControlDirectiveArgs = {
  maxAge?: Maybe<Scalars['Int']['input']>;
  scope?: Maybe<CacheControlScope>;
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ChangesDirectiveArgs = {
  tags: ReadonlyArray<Scalars['String']['input']>;
  each?: Maybe<Scalars['String']['input']>;
};

export type ChangesDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = ChangesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type IdempotentDirectiveArgs = {
  keyArgument?: Scalars['String']['input'];
  retainHours?: Scalars['Int']['input'];
};

export type IdempotentDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = IdempotentDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface EventCursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EventCursor'], any> {
  name: 'EventCursor';
}

export interface DurationScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Duration'], any> {
  name: 'Duration';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  availability?: Resolver<ReadonlyArray<ResolversTypes['Availability']>, ParentType, ContextType, RequireFields<QueryAvailabilityArgs, 'skus'>>;
  deliveryPromise?: Resolver<ResolversTypes['DeliveryPromise'], ParentType, ContextType, RequireFields<QueryDeliveryPromiseArgs, 'items' | 'destination'>>;
  basketAvailability?: Resolver<ResolversTypes['BasketAvailability'], ParentType, ContextType, RequireFields<QueryBasketAvailabilityArgs, 'items'>>;
  nearestStores?: Resolver<ResolversTypes['StoreOfferConnection'], ParentType, ContextType, RequireFields<QueryNearestStoresArgs, 'near' | 'onlyWithStock' | 'radiusKm' | 'first'>>;
  explainAvailability?: Resolver<ResolversTypes['AvailabilityExplanation'], ParentType, ContextType, RequireFields<QueryExplainAvailabilityArgs, 'sku'>>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
  myOrders?: Resolver<ResolversTypes['OrderConnection'], ParentType, ContextType, RequireFields<QueryMyOrdersArgs, 'first'>>;
  guestOrder?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryGuestOrderArgs, 'input'>>;
  orders?: Resolver<ResolversTypes['OrderConnection'], ParentType, ContextType, RequireFields<QueryOrdersArgs, 'first'>>;
  inventoryDrift?: Resolver<ResolversTypes['InventoryDriftConnection'], ParentType, ContextType, RequireFields<QueryInventoryDriftArgs, 'first'>>;
  exceptions?: Resolver<ResolversTypes['IntegrationExceptionConnection'], ParentType, ContextType, RequireFields<QueryExceptionsArgs, 'first'>>;
  listingPublication?: Resolver<ResolversTypes['ListingPublicationConnection'], ParentType, ContextType, RequireFields<QueryListingPublicationArgs, 'first'>>;
  trace?: Resolver<Maybe<ResolversTypes['TransactionTrace']>, ParentType, ContextType, RequireFields<QueryTraceArgs, 'correlationId'>>;
  systemHealth?: Resolver<ReadonlyArray<ResolversTypes['SystemHealth']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  reserveStock?: Resolver<ResolversTypes['ReservationPayload'], ParentType, ContextType, RequireFields<MutationReserveStockArgs, 'input'>>;
  extendReservation?: Resolver<ResolversTypes['ReservationPayload'], ParentType, ContextType, RequireFields<MutationExtendReservationArgs, 'input'>>;
  releaseReservation?: Resolver<ResolversTypes['ReservationPayload'], ParentType, ContextType, RequireFields<MutationReleaseReservationArgs, 'input'>>;
};

export type SubscriptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  orderStatus?: SubscriptionResolver<ResolversTypes['OrderStreamItem'], "orderStatus", ParentType, ContextType, RequireFields<SubscriptionOrderStatusArgs, 'orderId'>>;
  guestOrderStatus?: SubscriptionResolver<ResolversTypes['OrderStreamItem'], "guestOrderStatus", ParentType, ContextType, RequireFields<SubscriptionGuestOrderStatusArgs, 'input'>>;
  channelOrders?: SubscriptionResolver<ResolversTypes['OrderStreamItem'], "channelOrders", ParentType, ContextType, RequireFields<SubscriptionChannelOrdersArgs, 'filter'>>;
  storePickups?: SubscriptionResolver<ResolversTypes['OrderStreamItem'], "storePickups", ParentType, ContextType, RequireFields<SubscriptionStorePickupsArgs, 'locationId'>>;
  availabilityChanged?: SubscriptionResolver<ResolversTypes['AvailabilityStreamItem'], "availabilityChanged", ParentType, ContextType, RequireFields<SubscriptionAvailabilityChangedArgs, 'skus' | 'only'>>;
  systemHealthChanged?: SubscriptionResolver<ResolversTypes['SystemHealth'], "systemHealthChanged", ParentType, ContextType>;
};

export type AvailabilityResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Availability'] = ResolversParentTypes['Availability'], FederationReferenceType extends FederationReferenceTypes['Availability'] = FederationReferenceTypes['Availability']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Availability']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['Variant']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StockStatus'], ParentType, ContextType>;
  sellableQuantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  display?: Resolver<ResolversTypes['StockDisplay'], ParentType, ContextType>;
  canFulfil?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  freshness?: Resolver<ResolversTypes['Freshness'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Confidence'], ParentType, ContextType>;
  asOf?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  byLocation?: Resolver<ResolversTypes['LocationAvailabilityConnection'], ParentType, ContextType, RequireFields<AvailabilityByLocationArgs, 'onlyWithStock' | 'first'>>;
  limitPerOrder?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  nextAvailable?: Resolver<Maybe<ResolversTypes['FutureSupply']>, ParentType, ContextType>;
  byMethod?: Resolver<ReadonlyArray<ResolversTypes['MethodAvailability']>, ParentType, ContextType>;
  promiseCalendar?: Resolver<ReadonlyArray<ResolversTypes['PromiseDay']>, ParentType, ContextType, RequireFields<AvailabilityPromiseCalendarArgs, 'days'>>;
  notices?: Resolver<ReadonlyArray<ResolversTypes['Notice']>, ParentType, ContextType>;
};

export type FutureSupplyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['FutureSupply'] = ResolversParentTypes['FutureSupply']> = {
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  expectedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['ConfidenceLevel'], ParentType, ContextType>;
};

export type MethodAvailabilityResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MethodAvailability'] = ResolversParentTypes['MethodAvailability']> = {
  method?: Resolver<ResolversTypes['FulfilmentMethod'], ParentType, ContextType>;
  available?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  quantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  earliest?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  latest?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  orderWithinSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type PromiseDayResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PromiseDay'] = ResolversParentTypes['PromiseDay']> = {
  date?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  scheduledSupply?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  scheduledDemand?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  projected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  availableToPromise?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PickupOfferResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PickupOffer'] = ResolversParentTypes['PickupOffer']> = {
  readyFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  readyUntil?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  orderWithinSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  holdUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DeliveryPromiseResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeliveryPromise'] = ResolversParentTypes['DeliveryPromise']> = {
  options?: Resolver<ReadonlyArray<ResolversTypes['DeliveryOption']>, ParentType, ContextType>;
  validUntil?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  promiseToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type DeliveryOptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DeliveryOption'] = ResolversParentTypes['DeliveryOption']> = {
  method?: Resolver<ResolversTypes['FulfilmentMethod'], ParentType, ContextType>;
  service?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  earliest?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  latest?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  orderWithinSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  splitInto?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Confidence'], ParentType, ContextType>;
};

export type StockDisplayResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StockDisplay'] = ResolversParentTypes['StockDisplay']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ConfidenceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Confidence'] = ResolversParentTypes['Confidence']> = {
  level?: Resolver<ResolversTypes['ConfidenceLevel'], ParentType, ContextType>;
  probability?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  missingSystems?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type NoticeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Notice'] = ResolversParentTypes['Notice']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['NoticeSeverity'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LocationAvailabilityResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LocationAvailability'] = ResolversParentTypes['LocationAvailability']> = {
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StockStatus'], ParentType, ContextType>;
  sellableQuantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  freshness?: Resolver<ResolversTypes['Freshness'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Confidence'], ParentType, ContextType>;
  distanceKm?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  pickup?: Resolver<Maybe<ResolversTypes['PickupOffer']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['StockPosition']>, ParentType, ContextType>;
};

export type LocationAvailabilityConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LocationAvailabilityConnection'] = ResolversParentTypes['LocationAvailabilityConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['LocationAvailabilityEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type LocationAvailabilityEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LocationAvailabilityEdge'] = ResolversParentTypes['LocationAvailabilityEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['LocationAvailability'], ParentType, ContextType>;
};

export type StockPositionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StockPosition'] = ResolversParentTypes['StockPosition']> = {
  onHand?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  damaged?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  qualityHold?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  returnsPending?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reservedHard?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reservedSoft?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unpostedDemand?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  net?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  safetyStock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  channelBuffer?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stalenessBuffer?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ringFencedForOthers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  withheld?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  shortage?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sellable?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  inTransit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stamps?: Resolver<ReadonlyArray<ResolversTypes['SourceStamp']>, ParentType, ContextType>;
};

export type AvailabilityExplanationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AvailabilityExplanation'] = ResolversParentTypes['AvailabilityExplanation']> = {
  variant?: Resolver<Maybe<ResolversTypes['Variant']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  result?: Resolver<ResolversTypes['Availability'], ParentType, ContextType>;
  positions?: Resolver<ReadonlyArray<ResolversTypes['ExplainedPosition']>, ParentType, ContextType>;
  rules?: Resolver<ReadonlyArray<ResolversTypes['AppliedRule']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  policyVersion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  components?: Resolver<ReadonlyArray<ResolversTypes['ExplainedComponent']>, ParentType, ContextType>;
  drifts?: Resolver<Maybe<ReadonlyArray<ResolversTypes['InventoryDrift']>>, ParentType, ContextType>;
};

export type ExplainedComponentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ExplainedComponent'] = ResolversParentTypes['ExplainedComponent']> = {
  variant?: Resolver<ResolversTypes['Variant'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  result?: Resolver<Maybe<ResolversTypes['Availability']>, ParentType, ContextType>;
};

export type ExplainedPositionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ExplainedPosition'] = ResolversParentTypes['ExplainedPosition']> = {
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['StockPosition'], ParentType, ContextType>;
  included?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AppliedRuleResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppliedRule'] = ResolversParentTypes['AppliedRule']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  effect?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SourceStampResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SourceStamp'] = ResolversParentTypes['SourceStamp']> = {
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fetchedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cache?: Resolver<ResolversTypes['CacheState'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type VariantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Variant'] = ResolversParentTypes['Variant'], FederationReferenceType extends FederationReferenceTypes['Variant'] = FederationReferenceTypes['Variant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Variant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  availability?: Resolver<ResolversTypes['Availability'], ParentType, ContextType, Partial<VariantAvailabilityArgs>>;
};

export type LocationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Location'] = ResolversParentTypes['Location']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type AvailabilityStreamItemResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AvailabilityStreamItem'] = ResolversParentTypes['AvailabilityStreamItem']> = {
  __resolveType: TypeResolveFn<'AvailabilityChanged' | 'Lagged' | 'Heartbeat', ParentType, ContextType>;
};

export type AvailabilityChangedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AvailabilityChanged'] = ResolversParentTypes['AvailabilityChanged']> = {
  cursor?: Resolver<ResolversTypes['EventCursor'], ParentType, ContextType>;
  previousStatus?: Resolver<ResolversTypes['StockStatus'], ParentType, ContextType>;
  availability?: Resolver<ResolversTypes['Availability'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReservationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Reservation'] = ResolversParentTypes['Reservation'], FederationReferenceType extends FederationReferenceTypes['Reservation'] = FederationReferenceTypes['Reservation']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Reservation']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ReservationState'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['ReservationLine']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  orderId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type ReservationLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ReservationLine'] = ResolversParentTypes['ReservationLine']> = {
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  held?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReservationPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ReservationPayload'] = ResolversParentTypes['ReservationPayload']> = {
  reservation?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType>;
  shortages?: Resolver<ReadonlyArray<ResolversTypes['BasketLineAvailability']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type BasketAvailabilityResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['BasketAvailability'] = ResolversParentTypes['BasketAvailability']> = {
  fulfillable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['BasketLineAvailability']>, ParentType, ContextType>;
  options?: Resolver<ReadonlyArray<ResolversTypes['FulfilmentOption']>, ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Confidence'], ParentType, ContextType>;
};

export type FulfilmentOptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['FulfilmentOption'] = ResolversParentTypes['FulfilmentOption']> = {
  method?: Resolver<ResolversTypes['FulfilmentMethod'], ParentType, ContextType>;
  parcels?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  earliest?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  latest?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  origins?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Location']>>, ParentType, ContextType>;
};

export type StoreOfferResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StoreOffer'] = ResolversParentTypes['StoreOffer']> = {
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  distanceKm?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  allItemsAvailable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  pickup?: Resolver<Maybe<ResolversTypes['PickupOffer']>, ParentType, ContextType>;
  items?: Resolver<ReadonlyArray<ResolversTypes['StoreOfferItem']>, ParentType, ContextType>;
};

export type StoreOfferItemResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StoreOfferItem'] = ResolversParentTypes['StoreOfferItem']> = {
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sellable?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Confidence'], ParentType, ContextType>;
};

export type StoreOfferConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StoreOfferConnection'] = ResolversParentTypes['StoreOfferConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['StoreOfferEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type StoreOfferEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StoreOfferEdge'] = ResolversParentTypes['StoreOfferEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['StoreOffer'], ParentType, ContextType>;
};

export type BasketLineAvailabilityResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['BasketLineAvailability'] = ResolversParentTypes['BasketLineAvailability']> = {
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fulfillable?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  shortage?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  substitutes?: Resolver<ReadonlyArray<ResolversTypes['Variant']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type OrderResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['CustomerOrderStatus'], ParentType, ContextType>;
  statusDetail?: Resolver<ResolversTypes['OrderStatusDetail'], ParentType, ContextType>;
  payment?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  fulfilment?: Resolver<ResolversTypes['FulfilmentStatus'], ParentType, ContextType>;
  returns?: Resolver<ResolversTypes['ReturnStatus'], ParentType, ContextType>;
  settlement?: Resolver<ResolversTypes['SettlementStatus'], ParentType, ContextType>;
  settlementDetail?: Resolver<Maybe<ResolversTypes['OrderSettlement']>, ParentType, ContextType>;
  posting?: Resolver<ResolversTypes['PostingStatus'], ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['OrderProgress'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['OrderLine']>, ParentType, ContextType>;
  shipments?: Resolver<ReadonlyArray<ResolversTypes['Shipment']>, ParentType, ContextType>;
  pickups?: Resolver<ReadonlyArray<ResolversTypes['Pickup']>, ParentType, ContextType>;
  returnRequests?: Resolver<ReadonlyArray<ResolversTypes['Return']>, ParentType, ContextType>;
  promise?: Resolver<Maybe<ResolversTypes['PromiseWindow']>, ParentType, ContextType>;
  timeline?: Resolver<ResolversTypes['TimelineConnection'], ParentType, ContextType, RequireFields<OrderTimelineArgs, 'audience' | 'first'>>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['EventCursor'], ParentType, ContextType>;
  freshness?: Resolver<ResolversTypes['Freshness'], ParentType, ContextType>;
  asOf?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  actions?: Resolver<ReadonlyArray<ResolversTypes['OrderAction']>, ParentType, ContextType>;
  correlationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  trace?: Resolver<ResolversTypes['TransactionTrace'], ParentType, ContextType>;
  systems?: Resolver<ResolversTypes['OrderSystems'], ParentType, ContextType>;
  disagreements?: Resolver<ReadonlyArray<ResolversTypes['StatusDisagreement']>, ParentType, ContextType>;
};

export type OrderSettlementResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderSettlement'] = ResolversParentTypes['OrderSettlement']> = {
  reports?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  net?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  amounts?: Resolver<ReadonlyArray<ResolversTypes['SettledAmount']>, ParentType, ContextType>;
  difference?: Resolver<Maybe<ResolversTypes['SettlementDifference']>, ParentType, ContextType>;
};

export type SettledAmountResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettledAmount'] = ResolversParentTypes['SettledAmount']> = {
  component?: Resolver<ResolversTypes['SettlementComponent'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type SettlementDifferenceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettlementDifference'] = ResolversParentTypes['SettlementDifference']> = {
  component?: Resolver<ResolversTypes['SettlementCheck'], ParentType, ContextType>;
  expected?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  settled?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type OrderStatusDetailResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderStatusDetail'] = ResolversParentTypes['OrderStatusDetail']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  next?: Resolver<Maybe<ResolversTypes['CustomerOrderStatus']>, ParentType, ContextType>;
  expectedNextAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type TransactionTraceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TransactionTrace'] = ResolversParentTypes['TransactionTrace']> = {
  correlationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  hops?: Resolver<ReadonlyArray<ResolversTypes['TraceHop']>, ParentType, ContextType>;
};

export type TraceHopResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TraceHop'] = ResolversParentTypes['TraceHop']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  latencyMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OrderProgressResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderProgress'] = ResolversParentTypes['OrderProgress']> = {
  least?: Resolver<ResolversTypes['LineState'], ParentType, ContextType>;
  most?: Resolver<ResolversTypes['LineState'], ParentType, ContextType>;
  percent?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OrderLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderLine'] = ResolversParentTypes['OrderLine']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['Variant']>, ParentType, ContextType>;
  ordered?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['LineState'], ParentType, ContextType>;
  quantities?: Resolver<ResolversTypes['LineQuantities'], ParentType, ContextType>;
  method?: Resolver<ResolversTypes['FulfilmentMethod'], ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
};

export type LineQuantitiesResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LineQuantities'] = ResolversParentTypes['LineQuantities']> = {
  open?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  backordered?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  allocated?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  picking?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  packed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  readyForPickup?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  shipped?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  delivered?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  collected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cancelled?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  returned?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ShipmentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Shipment'] = ResolversParentTypes['Shipment'], FederationReferenceType extends FederationReferenceTypes['Shipment'] = FederationReferenceTypes['Shipment']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Shipment']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  origin?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ShipmentState'], ParentType, ContextType>;
  carrier?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  trackingNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  trackingUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['ShipmentLine']>, ParentType, ContextType>;
  estimatedDelivery?: Resolver<Maybe<ResolversTypes['PromiseWindow']>, ParentType, ContextType>;
  events?: Resolver<ReadonlyArray<ResolversTypes['TrackingEvent']>, ParentType, ContextType>;
};

export type ShipmentLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ShipmentLine'] = ResolversParentTypes['ShipmentLine']> = {
  orderLineId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TrackingEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TrackingEvent'] = ResolversParentTypes['TrackingEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ShipmentState'], ParentType, ContextType>;
  place?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PickupResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Pickup'] = ResolversParentTypes['Pickup']> = {
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PickupState'], ParentType, ContextType>;
  readyAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['ShipmentLine']>, ParentType, ContextType>;
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PromiseWindowResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PromiseWindow'] = ResolversParentTypes['PromiseWindow']> = {
  earliest?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  latest?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  original?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  changed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ReturnResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Return'] = ResolversParentTypes['Return'], FederationReferenceType extends FederationReferenceTypes['Return'] = FederationReferenceTypes['Return']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Return']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rmaNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReturnStatus'], ParentType, ContextType>;
  method?: Resolver<ResolversTypes['ReturnMethod'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['ReturnLine']>, ParentType, ContextType>;
  refund?: Resolver<ResolversTypes['RefundStatus'], ParentType, ContextType>;
  timeline?: Resolver<ResolversTypes['TimelineConnection'], ParentType, ContextType, RequireFields<ReturnTimelineArgs, 'first'>>;
};

export type ReturnLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ReturnLine'] = ResolversParentTypes['ReturnLine']> = {
  orderLineId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OrderActionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderAction'] = ResolversParentTypes['OrderAction']> = {
  kind?: Resolver<ResolversTypes['OrderActionKind'], ParentType, ContextType>;
  availableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  reasonIfUnavailable?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OrderSystemsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderSystems'] = ResolversParentTypes['OrderSystems']> = {
  erp?: Resolver<Maybe<ResolversTypes['ErpSalesOrder']>, ParentType, ContextType>;
  pos?: Resolver<Maybe<ReadonlyArray<ResolversTypes['PosTransaction']>>, ParentType, ContextType>;
  pickupTasks?: Resolver<Maybe<ReadonlyArray<ResolversTypes['PickupTask']>>, ParentType, ContextType>;
  wms?: Resolver<Maybe<ReadonlyArray<ResolversTypes['WmsShipment']>>, ParentType, ContextType>;
  marketplace?: Resolver<Maybe<ResolversTypes['MarketplaceOrder']>, ParentType, ContextType>;
  returnReceipts?: Resolver<Maybe<ReadonlyArray<ResolversTypes['WmsReturnReceipt']>>, ParentType, ContextType>;
};

export type ErpSalesOrderResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ErpSalesOrder'] = ResolversParentTypes['ErpSalesOrder']> = {
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PosTransactionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PosTransaction'] = ResolversParentTypes['PosTransaction']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type PickupTaskResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PickupTask'] = ResolversParentTypes['PickupTask']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type WmsShipmentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WmsShipment'] = ResolversParentTypes['WmsShipment']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type WmsReturnReceiptResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WmsReturnReceipt'] = ResolversParentTypes['WmsReturnReceipt']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type MarketplaceOrderResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MarketplaceOrder'] = ResolversParentTypes['MarketplaceOrder']> = {
  marketplace?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  externalId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type StatusDisagreementResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StatusDisagreement'] = ResolversParentTypes['StatusDisagreement']> = {
  axis?: Resolver<ResolversTypes['StatusAxis'], ParentType, ContextType>;
  chosen?: Resolver<ResolversTypes['StatusAssertion'], ParentType, ContextType>;
  others?: Resolver<ReadonlyArray<ResolversTypes['StatusAssertion']>, ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type StatusAssertionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StatusAssertion'] = ResolversParentTypes['StatusAssertion']> = {
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  effectiveAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sequence?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OrderConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['OrderEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type OrderEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type TimelineEntryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TimelineEntry'] = ResolversParentTypes['TimelineEntry']> = {
  cursor?: Resolver<ResolversTypes['EventCursor'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['OrderEventType'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['CustomerOrderStatus'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  system?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lineIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  quantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type TimelineConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TimelineConnection'] = ResolversParentTypes['TimelineConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TimelineEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TimelineEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TimelineEdge'] = ResolversParentTypes['TimelineEdge']> = {
  cursor?: Resolver<ResolversTypes['EventCursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['TimelineEntry'], ParentType, ContextType>;
};

export type OrderStreamItemResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderStreamItem'] = ResolversParentTypes['OrderStreamItem']> = {
  __resolveType: TypeResolveFn<'OrderSnapshot' | 'OrderStatusChanged' | 'Lagged' | 'Heartbeat', ParentType, ContextType>;
};

export type OrderSnapshotResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderSnapshot'] = ResolversParentTypes['OrderSnapshot']> = {
  cursor?: Resolver<ResolversTypes['EventCursor'], ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderStatusChangedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderStatusChanged'] = ResolversParentTypes['OrderStatusChanged']> = {
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['EventCursor'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['OrderEventType'], ParentType, ContextType>;
  previousStatus?: Resolver<ResolversTypes['CustomerOrderStatus'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['CustomerOrderStatus'], ParentType, ContextType>;
  changedAxes?: Resolver<ReadonlyArray<ResolversTypes['StatusAxis']>, ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  correlationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LaggedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Lagged'] = ResolversParentTypes['Lagged']> = {
  from?: Resolver<Maybe<ResolversTypes['EventCursor']>, ParentType, ContextType>;
  to?: Resolver<ResolversTypes['EventCursor'], ParentType, ContextType>;
  missed?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type HeartbeatResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Heartbeat'] = ResolversParentTypes['Heartbeat']> = {
  cursor?: Resolver<ResolversTypes['EventCursor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type IntegrationExceptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IntegrationException'] = ResolversParentTypes['IntegrationException'], FederationReferenceType extends FederationReferenceTypes['IntegrationException'] = FederationReferenceTypes['IntegrationException']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['IntegrationException']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ExceptionKind'], ParentType, ContextType>;
  nature?: Resolver<ResolversTypes['ExceptionNature'], ParentType, ContextType>;
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  correlationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orderId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstSeen?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  nextAttempt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ExceptionState'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IntegrationExceptionConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IntegrationExceptionConnection'] = ResolversParentTypes['IntegrationExceptionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['IntegrationExceptionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type IntegrationExceptionEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IntegrationExceptionEdge'] = ResolversParentTypes['IntegrationExceptionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['IntegrationException'], ParentType, ContextType>;
};

export type ListingPublicationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ListingPublication'] = ResolversParentTypes['ListingPublication']> = {
  marketplace?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  listingId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  channel?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['Variant']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ListingPublicationState'], ParentType, ContextType>;
  sellableQuantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  confidence?: Resolver<Maybe<ResolversTypes['ConfidenceLevel']>, ParentType, ContextType>;
  desiredQuantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  publishedQuantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  shownQuantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  lagSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  laggingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  acknowledgedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nextAttempt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ListingPublicationConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ListingPublicationConnection'] = ResolversParentTypes['ListingPublicationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ListingPublicationEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ListingPublicationEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ListingPublicationEdge'] = ResolversParentTypes['ListingPublicationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ListingPublication'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InventoryDriftResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InventoryDrift'] = ResolversParentTypes['InventoryDrift']> = {
  variant?: Resolver<Maybe<ResolversTypes['Variant']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  listing?: Resolver<Maybe<ResolversTypes['DriftListing']>, ParentType, ContextType>;
  systems?: Resolver<ReadonlyArray<ResolversTypes['DriftReading']>, ParentType, ContextType>;
  difference?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  valueAtRisk?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  likelyCause?: Resolver<ResolversTypes['DriftCause'], ParentType, ContextType>;
  oversellRisk?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['DriftState'], ParentType, ContextType>;
  firstSeen?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastSeen?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  resolvedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  episodes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DriftListingResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DriftListing'] = ResolversParentTypes['DriftListing']> = {
  marketplace?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  listingId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DriftReadingResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['DriftReading'] = ResolversParentTypes['DriftReading']> = {
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type InventoryDriftConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InventoryDriftConnection'] = ResolversParentTypes['InventoryDriftConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['InventoryDriftEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type InventoryDriftEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InventoryDriftEdge'] = ResolversParentTypes['InventoryDriftEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['InventoryDrift'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SystemHealthResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SystemHealth'] = ResolversParentTypes['SystemHealth']> = {
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  circuit?: Resolver<ResolversTypes['CircuitState'], ParentType, ContextType>;
  budget?: Resolver<ResolversTypes['RateBudget'], ParentType, ContextType>;
  quotas?: Resolver<ReadonlyArray<ResolversTypes['QuotaHealth']>, ParentType, ContextType>;
  p95Ms?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  errorRate?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  queueDepth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lagSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  cacheHitRate?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reportedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type RateBudgetResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RateBudget'] = ResolversParentTypes['RateBudget']> = {
  perSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  burst?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  used?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  shed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  throttledByUpstream?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QuotaHealthResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['QuotaHealth'] = ResolversParentTypes['QuotaHealth']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  perSecond?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  burst?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  available?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  heldMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['QuotaSource'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  EventCursor?: GraphQLScalarType;
  Duration?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Availability?: AvailabilityResolvers<ContextType>;
  FutureSupply?: FutureSupplyResolvers<ContextType>;
  MethodAvailability?: MethodAvailabilityResolvers<ContextType>;
  PromiseDay?: PromiseDayResolvers<ContextType>;
  PickupOffer?: PickupOfferResolvers<ContextType>;
  DeliveryPromise?: DeliveryPromiseResolvers<ContextType>;
  DeliveryOption?: DeliveryOptionResolvers<ContextType>;
  StockDisplay?: StockDisplayResolvers<ContextType>;
  Confidence?: ConfidenceResolvers<ContextType>;
  Notice?: NoticeResolvers<ContextType>;
  LocationAvailability?: LocationAvailabilityResolvers<ContextType>;
  LocationAvailabilityConnection?: LocationAvailabilityConnectionResolvers<ContextType>;
  LocationAvailabilityEdge?: LocationAvailabilityEdgeResolvers<ContextType>;
  StockPosition?: StockPositionResolvers<ContextType>;
  AvailabilityExplanation?: AvailabilityExplanationResolvers<ContextType>;
  ExplainedComponent?: ExplainedComponentResolvers<ContextType>;
  ExplainedPosition?: ExplainedPositionResolvers<ContextType>;
  AppliedRule?: AppliedRuleResolvers<ContextType>;
  SourceStamp?: SourceStampResolvers<ContextType>;
  Variant?: VariantResolvers<ContextType>;
  Location?: LocationResolvers<ContextType>;
  AvailabilityStreamItem?: AvailabilityStreamItemResolvers<ContextType>;
  AvailabilityChanged?: AvailabilityChangedResolvers<ContextType>;
  Reservation?: ReservationResolvers<ContextType>;
  ReservationLine?: ReservationLineResolvers<ContextType>;
  ReservationPayload?: ReservationPayloadResolvers<ContextType>;
  BasketAvailability?: BasketAvailabilityResolvers<ContextType>;
  FulfilmentOption?: FulfilmentOptionResolvers<ContextType>;
  StoreOffer?: StoreOfferResolvers<ContextType>;
  StoreOfferItem?: StoreOfferItemResolvers<ContextType>;
  StoreOfferConnection?: StoreOfferConnectionResolvers<ContextType>;
  StoreOfferEdge?: StoreOfferEdgeResolvers<ContextType>;
  BasketLineAvailability?: BasketLineAvailabilityResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderSettlement?: OrderSettlementResolvers<ContextType>;
  SettledAmount?: SettledAmountResolvers<ContextType>;
  SettlementDifference?: SettlementDifferenceResolvers<ContextType>;
  OrderStatusDetail?: OrderStatusDetailResolvers<ContextType>;
  TransactionTrace?: TransactionTraceResolvers<ContextType>;
  TraceHop?: TraceHopResolvers<ContextType>;
  OrderProgress?: OrderProgressResolvers<ContextType>;
  OrderLine?: OrderLineResolvers<ContextType>;
  LineQuantities?: LineQuantitiesResolvers<ContextType>;
  Shipment?: ShipmentResolvers<ContextType>;
  ShipmentLine?: ShipmentLineResolvers<ContextType>;
  TrackingEvent?: TrackingEventResolvers<ContextType>;
  Pickup?: PickupResolvers<ContextType>;
  PromiseWindow?: PromiseWindowResolvers<ContextType>;
  Return?: ReturnResolvers<ContextType>;
  ReturnLine?: ReturnLineResolvers<ContextType>;
  OrderAction?: OrderActionResolvers<ContextType>;
  OrderSystems?: OrderSystemsResolvers<ContextType>;
  ErpSalesOrder?: ErpSalesOrderResolvers<ContextType>;
  PosTransaction?: PosTransactionResolvers<ContextType>;
  PickupTask?: PickupTaskResolvers<ContextType>;
  WmsShipment?: WmsShipmentResolvers<ContextType>;
  WmsReturnReceipt?: WmsReturnReceiptResolvers<ContextType>;
  MarketplaceOrder?: MarketplaceOrderResolvers<ContextType>;
  StatusDisagreement?: StatusDisagreementResolvers<ContextType>;
  StatusAssertion?: StatusAssertionResolvers<ContextType>;
  OrderConnection?: OrderConnectionResolvers<ContextType>;
  OrderEdge?: OrderEdgeResolvers<ContextType>;
  TimelineEntry?: TimelineEntryResolvers<ContextType>;
  TimelineConnection?: TimelineConnectionResolvers<ContextType>;
  TimelineEdge?: TimelineEdgeResolvers<ContextType>;
  OrderStreamItem?: OrderStreamItemResolvers<ContextType>;
  OrderSnapshot?: OrderSnapshotResolvers<ContextType>;
  OrderStatusChanged?: OrderStatusChangedResolvers<ContextType>;
  Lagged?: LaggedResolvers<ContextType>;
  Heartbeat?: HeartbeatResolvers<ContextType>;
  IntegrationException?: IntegrationExceptionResolvers<ContextType>;
  IntegrationExceptionConnection?: IntegrationExceptionConnectionResolvers<ContextType>;
  IntegrationExceptionEdge?: IntegrationExceptionEdgeResolvers<ContextType>;
  ListingPublication?: ListingPublicationResolvers<ContextType>;
  ListingPublicationConnection?: ListingPublicationConnectionResolvers<ContextType>;
  ListingPublicationEdge?: ListingPublicationEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  InventoryDrift?: InventoryDriftResolvers<ContextType>;
  DriftListing?: DriftListingResolvers<ContextType>;
  DriftReading?: DriftReadingResolvers<ContextType>;
  InventoryDriftConnection?: InventoryDriftConnectionResolvers<ContextType>;
  InventoryDriftEdge?: InventoryDriftEdgeResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  SystemHealth?: SystemHealthResolvers<ContextType>;
  RateBudget?: RateBudgetResolvers<ContextType>;
  QuotaHealth?: QuotaHealthResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  composeDirective?: ComposeDirectiveDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  tag?: TagDirectiveResolver<any, any, ContextType>;
  override?: OverrideDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
  access?: AccessDirectiveResolver<any, any, ContextType>;
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
  changes?: ChangesDirectiveResolver<any, any, ContextType>;
  idempotent?: IdempotentDirectiveResolver<any, any, ContextType>;
};
