// Generated from schema/marketplace.graphql by schema/generate.ts. Do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ListingParent, DeadlineParent, MarketplaceOrderParent, SettlementLineParent, SettlementReportParent, VariantParent } from '#subgraphs/marketplace/parents.ts';
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
  /** A calendar date, e.g. 2026-11-20. */
  Date: { input: string; output: string; }
  /** An exact decimal number as text, e.g. "24.90". */
  Decimal: { input: string; output: string; }
};

export type Query = {
  /** One order as the marketplace has it now; null when the marketplace does not know it. */
  readonly marketplaceOrder?: Maybe<MarketplaceOrder>;
  /** Orders that wait for us and whose ship-by clock runs out soon or has run out, most urgent first. Kept in memory and kept up by what the marketplace reports, because asking it each time would use up its quota; null when it could not be asked at all. */
  readonly marketplaceDeadlines?: Maybe<MarketplaceDeadlineConnection>;
  /** One settlement report; null when no marketplace has it. */
  readonly settlementReport?: Maybe<SettlementReport>;
  /** Settlement reports, newest period first; null when no marketplace could be asked. */
  readonly settlementReports?: Maybe<SettlementReportConnection>;
};


export type QueryMarketplaceOrderArgs = {
  marketplace: Scalars['String']['input'];
  externalId: Scalars['String']['input'];
};


export type QueryMarketplaceDeadlinesArgs = {
  marketplace?: InputMaybe<Scalars['String']['input']>;
  withinMinutes?: InputMaybe<Scalars['Int']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QuerySettlementReportArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySettlementReportsArgs = {
  marketplace?: InputMaybe<Scalars['String']['input']>;
  from?: InputMaybe<Scalars['Date']['input']>;
  to?: InputMaybe<Scalars['Date']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  /** Sets the quantities that marketplaces show for our listings. Each listing is set by itself: one that is refused leaves the others set. Setting the same quantity again is harmless. */
  readonly publishListingQuantities: PublishListingQuantitiesPayload;
};


export type MutationPublishListingQuantitiesArgs = {
  input: PublishListingQuantitiesInput;
};

/** Quantities for the listings of one marketplace. */
export type PublishListingQuantitiesInput = {
  /** The configured name of the marketplace, e.g. AMAZON_DE. */
  readonly marketplace: Scalars['String']['input'];
  /** 1 to 250 listings, each at most once. */
  readonly items: ReadonlyArray<ListingQuantityInput>;
  /** Names this publication. A repetition with the same key and the same content gets the first answer again and sets nothing, unless something FAILED: then it is tried again. With other content it is refused as IDEMPOTENCY_CONFLICT. Remembered for ten minutes by the process that answered, so use a new key for every publication. */
  readonly idempotencyKey: Scalars['String']['input'];
};

/** One listing and what it shall show. */
export type ListingQuantityInput = {
  /** The item, by its canonical SKU. */
  readonly sku: Scalars['String']['input'];
  /** The marketplace's id of the listing, where it differs from the SKU: an old seller SKU that only the crosswalk knows. */
  readonly listingId?: InputMaybe<Scalars['String']['input']>;
  /** Units to show, 0 or more; 0 ends the sale. */
  readonly quantity: Scalars['Int']['input'];
};

/** What became of a publication. */
export type PublishListingQuantitiesPayload = {
  /** One result per item, in the order of the input; empty when the input itself was refused. */
  readonly results: ReadonlyArray<ListingQuantityResult>;
  /** What was refused or failed, with the path of the input item. Empty when everything was accepted. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What became of one listing's quantity. */
export type ListingQuantityResult = {
  /** The item, as the input named it. */
  readonly sku: Scalars['String']['output'];
  /** The listing that was addressed. */
  readonly listingId: Scalars['String']['output'];
  /** How it ended. */
  readonly outcome: ListingQuantityOutcome;
  /** The marketplace's id of the accepted change, for its support; null unless accepted. */
  readonly submissionId?: Maybe<Scalars['String']['output']>;
  /** After how many milliseconds to try again, where that is known; null unless failed. */
  readonly retryAfterMs?: Maybe<Scalars['Int']['output']>;
};

/** How the setting of a quantity ended. */
export type ListingQuantityOutcome =
  /** The marketplace took it; shoppers see it within minutes. */
  | 'ACCEPTED'
  /** The marketplace keeps and ships this listing's stock itself, so there is nothing to publish. */
  | 'SKIPPED'
  /** The marketplace said no, and would again. */
  | 'REFUSED'
  /** The marketplace could not be asked, and whether the quantity was set is not known: publish again. */
  | 'FAILED';

/** A sellable item; the catalogue owns it, its listings are added here. */
export type Variant = {
  /** Opaque canonical id. */
  readonly id: Scalars['ID']['output'];
  /** The item's barcode number, by which listings under another name than the SKU are found. */
  readonly gtin?: Maybe<Scalars['String']['output']>;
  /** Listings of this item, by its SKU and by its GTIN: none, one, or several (sold twice, shipped by us and by the marketplace). */
  readonly listings?: Maybe<ReadonlyArray<Listing>>;
};


/** A sellable item; the catalogue owns it, its listings are added here. */
export type VariantListingsArgs = {
  marketplaces?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** An item as one marketplace offers it. */
export type Listing = {
  /** The configured name of the marketplace, e.g. AMAZON_DE. */
  readonly marketplace: Scalars['String']['output'];
  /** The marketplace's id of the listing, often a SKU of the seller's choosing. */
  readonly listingId: Scalars['String']['output'];
  /** The item on offer; null where only the crosswalk knows which one it is. */
  readonly variant?: Maybe<Variant>;
  /** Who keeps the stock and ships. */
  readonly fulfilledBy: MarketplaceFulfiller;
  /** Units the marketplace shows as ours to sell; null where it keeps the stock itself or did not say. */
  readonly publishedQuantity?: Maybe<Scalars['Int']['output']>;
  /** When the listing was last changed by us; sales lower the quantity without changing this. */
  readonly publishedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether it can be bought. */
  readonly state: ListingState;
  /** Where it comes from. */
  readonly stamp: SourceStamp;
};

/** Whether a listing can be bought. */
export type ListingState =
  /** Shoppers can buy it. */
  | 'ACTIVE'
  /** Shoppers cannot buy it, e.g. because nothing is left. */
  | 'INACTIVE'
  /** The marketplace has blocked it; its own pages say why. */
  | 'SUPPRESSED'
  /** We publish less than we have, because our own numbers are uncertain. No marketplace says this of itself. */
  | 'THROTTLED';

/** An order as the marketplace has it. */
export type MarketplaceOrder = {
  /** The configured name of the marketplace, e.g. AMAZON_DE. */
  readonly marketplace: Scalars['String']['output'];
  /** The marketplace's own order id. */
  readonly externalId: Scalars['String']['output'];
  /** The marketplace's own word for where the order stands. */
  readonly rawStatus: Scalars['String']['output'];
  /** Who ships it. */
  readonly fulfilledBy: MarketplaceFulfiller;
  /** Whether the marketplace wants to be told that we take the order, and whether it was. */
  readonly acknowledgement: AcknowledgementState;
  /** Until when it must be acknowledged, where the marketplace wants that. */
  readonly acknowledgeBy?: Maybe<Scalars['DateTime']['output']>;
  /** Until when it must have been handed to the carrier. */
  readonly shipBy?: Maybe<Scalars['DateTime']['output']>;
  /** Until when it should reach the customer. */
  readonly deliverBy?: Maybe<Scalars['DateTime']['output']>;
  /** What the customer pays; null while the marketplace does not tell, e.g. before the payment is authorised. */
  readonly total?: Maybe<Money>;
  /** Where it comes from. */
  readonly stamp: SourceStamp;
};

/** Who keeps the stock and ships. */
export type MarketplaceFulfiller =
  /** We do. */
  | 'MERCHANT'
  /** The marketplace, from its own warehouses. */
  | 'MARKETPLACE';

/** Whether an order was acknowledged to the marketplace. */
export type AcknowledgementState =
  /** This marketplace does not ask for it. */
  | 'NOT_REQUIRED'
  /** Not yet, and there is time. */
  | 'PENDING'
  /** Done. */
  | 'ACKNOWLEDGED'
  /** We declined the order. */
  | 'REJECTED'
  /** Not yet, and the time is over. */
  | 'OVERDUE';

/** A clock that runs on an order. */
export type MarketplaceDeadline = {
  /** The order. */
  readonly order: MarketplaceOrder;
  /** What is due. */
  readonly clock: DeadlineClock;
  /** When. */
  readonly dueAt: Scalars['DateTime']['output'];
  /** Seconds from now; negative once it is late. */
  readonly secondsLeft: Scalars['Int']['output'];
};

/** What an order's clock is about. */
export type DeadlineClock =
  /** Telling the marketplace that we take the order. */
  | 'ACKNOWLEDGE'
  /** Handing the goods to the carrier. */
  | 'SHIP'
  /** Arrival at the customer. */
  | 'DELIVER';

/** A page of deadlines. */
export type MarketplaceDeadlineConnection = {
  /** The deadlines of this page. */
  readonly edges: ReadonlyArray<MarketplaceDeadlineEdge>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** The list was whole at this instant; an order that came later may be missing. */
  readonly asOf: Scalars['DateTime']['output'];
  /** False when a marketplace has more waiting orders than are kept, or could not be asked. */
  readonly complete: Scalars['Boolean']['output'];
};

/** One deadline of a page. */
export type MarketplaceDeadlineEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The deadline. */
  readonly node: MarketplaceDeadline;
};

/** What a marketplace settled with us for one period. Its lines sum to its net total. */
export type SettlementReport = {
  /** The marketplace's id of the settlement. */
  readonly id: Scalars['ID']['output'];
  /** The configured name of the marketplace, e.g. AMAZON_DE. */
  readonly marketplace: Scalars['String']['output'];
  /** The period it covers. */
  readonly period: SettlementPeriod;
  /** Every amount of the report, in its order. */
  readonly lines: SettlementLineConnection;
  /** What is paid to us; negative when we owe. */
  readonly netTotal: Money;
  /** Where it comes from. */
  readonly stamp: SourceStamp;
};


/** What a marketplace settled with us for one period. Its lines sum to its net total. */
export type SettlementReportLinesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Days from and to, both included, in the marketplace's own calendar. */
export type SettlementPeriod = {
  /** First day. */
  readonly from: Scalars['Date']['output'];
  /** Last day. */
  readonly to: Scalars['Date']['output'];
};

/** One amount of a settlement. */
export type SettlementLine = {
  /** The marketplace's order id; null for amounts that belong to no order, e.g. a subscription. */
  readonly orderExternalId?: Maybe<Scalars['String']['output']>;
  /** What kind of amount it is. */
  readonly component: SettlementComponent;
  /** Seen from us: positive is paid to us, negative is kept by the marketplace. */
  readonly amount: Money;
};

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

/** A page of settlement lines. */
export type SettlementLineConnection = {
  /** The lines of this page. */
  readonly edges: ReadonlyArray<SettlementLineEdge>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** One line of a page. */
export type SettlementLineEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The line. */
  readonly node: SettlementLine;
};

/** A page of settlement reports. */
export type SettlementReportConnection = {
  /** The reports of this page. */
  readonly edges: ReadonlyArray<SettlementReportEdge>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** One report of a page. */
export type SettlementReportEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The report. */
  readonly node: SettlementReport;
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

/** An amount of money. */
export type Money = {
  /** The amount in the currency's main unit. */
  readonly amount: Scalars['Decimal']['output'];
  /** ISO 4217 code. */
  readonly currency: Scalars['String']['output'];
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

/** Something about the input that the caller can put right, or a single part that could not be done. */
export type UserError = {
  /** Machine-readable reason. */
  readonly code: Scalars['String']['output'];
  /** The reason in words. */
  readonly message: Scalars['String']['output'];
  /** Path of the input field concerned. */
  readonly path?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};



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
  Variant: Variant;
  Listing: Listing;
  MarketplaceOrder: MarketplaceOrder;
  SettlementReport: SettlementReport;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Variant:
    ( { __typename: 'Variant' }
    & GraphQLRecursivePick<FederationTypes['Variant'], {"id":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['Variant'], {"gtin":true}> ) );
  Listing:
    ( { __typename: 'Listing' }
    & GraphQLRecursivePick<FederationTypes['Listing'], {"marketplace":true,"listingId":true}> );
  MarketplaceOrder:
    ( { __typename: 'MarketplaceOrder' }
    & GraphQLRecursivePick<FederationTypes['MarketplaceOrder'], {"marketplace":true,"externalId":true}> );
  SettlementReport:
    ( { __typename: 'SettlementReport' }
    & GraphQLRecursivePick<FederationTypes['SettlementReport'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PublishListingQuantitiesInput: PublishListingQuantitiesInput;
  ListingQuantityInput: ListingQuantityInput;
  PublishListingQuantitiesPayload: ResolverTypeWrapper<PublishListingQuantitiesPayload>;
  ListingQuantityResult: ResolverTypeWrapper<ListingQuantityResult>;
  ListingQuantityOutcome: ListingQuantityOutcome;
  Variant: ResolverTypeWrapper<VariantParent>;
  Listing: ResolverTypeWrapper<ListingParent>;
  ListingState: ListingState;
  MarketplaceOrder: ResolverTypeWrapper<MarketplaceOrderParent>;
  MarketplaceFulfiller: MarketplaceFulfiller;
  AcknowledgementState: AcknowledgementState;
  MarketplaceDeadline: ResolverTypeWrapper<DeadlineParent>;
  DeadlineClock: DeadlineClock;
  MarketplaceDeadlineConnection: ResolverTypeWrapper<Omit<MarketplaceDeadlineConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['MarketplaceDeadlineEdge']> }>;
  MarketplaceDeadlineEdge: ResolverTypeWrapper<Omit<MarketplaceDeadlineEdge, 'node'> & { node: ResolversTypes['MarketplaceDeadline'] }>;
  SettlementReport: ResolverTypeWrapper<SettlementReportParent>;
  SettlementPeriod: ResolverTypeWrapper<SettlementPeriod>;
  SettlementLine: ResolverTypeWrapper<SettlementLineParent>;
  SettlementComponent: SettlementComponent;
  SettlementLineConnection: ResolverTypeWrapper<Omit<SettlementLineConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['SettlementLineEdge']> }>;
  SettlementLineEdge: ResolverTypeWrapper<Omit<SettlementLineEdge, 'node'> & { node: ResolversTypes['SettlementLine'] }>;
  SettlementReportConnection: ResolverTypeWrapper<Omit<SettlementReportConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['SettlementReportEdge']> }>;
  SettlementReportEdge: ResolverTypeWrapper<Omit<SettlementReportEdge, 'node'> & { node: ResolversTypes['SettlementReport'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Money: ResolverTypeWrapper<Money>;
  SourceStamp: ResolverTypeWrapper<SourceStamp>;
  CacheState: CacheState;
  UserError: ResolverTypeWrapper<UserError>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Date: Scalars['Date']['output'];
  Decimal: Scalars['Decimal']['output'];
  Query: Record<PropertyKey, never>;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  PublishListingQuantitiesInput: PublishListingQuantitiesInput;
  ListingQuantityInput: ListingQuantityInput;
  PublishListingQuantitiesPayload: PublishListingQuantitiesPayload;
  ListingQuantityResult: ListingQuantityResult;
  Variant: VariantParent;
  Listing: ListingParent;
  MarketplaceOrder: MarketplaceOrderParent;
  MarketplaceDeadline: DeadlineParent;
  MarketplaceDeadlineConnection: Omit<MarketplaceDeadlineConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['MarketplaceDeadlineEdge']> };
  MarketplaceDeadlineEdge: Omit<MarketplaceDeadlineEdge, 'node'> & { node: ResolversParentTypes['MarketplaceDeadline'] };
  SettlementReport: SettlementReportParent;
  SettlementPeriod: SettlementPeriod;
  SettlementLine: SettlementLineParent;
  SettlementLineConnection: Omit<SettlementLineConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['SettlementLineEdge']> };
  SettlementLineEdge: Omit<SettlementLineEdge, 'node'> & { node: ResolversParentTypes['SettlementLine'] };
  SettlementReportConnection: Omit<SettlementReportConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['SettlementReportEdge']> };
  SettlementReportEdge: Omit<SettlementReportEdge, 'node'> & { node: ResolversParentTypes['SettlementReport'] };
  PageInfo: PageInfo;
  Money: Money;
  SourceStamp: SourceStamp;
  UserError: UserError;
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
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

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  marketplaceOrder?: Resolver<Maybe<ResolversTypes['MarketplaceOrder']>, ParentType, ContextType, RequireFields<QueryMarketplaceOrderArgs, 'marketplace' | 'externalId'>>;
  marketplaceDeadlines?: Resolver<Maybe<ResolversTypes['MarketplaceDeadlineConnection']>, ParentType, ContextType, RequireFields<QueryMarketplaceDeadlinesArgs, 'withinMinutes' | 'first'>>;
  settlementReport?: Resolver<Maybe<ResolversTypes['SettlementReport']>, ParentType, ContextType, RequireFields<QuerySettlementReportArgs, 'id'>>;
  settlementReports?: Resolver<Maybe<ResolversTypes['SettlementReportConnection']>, ParentType, ContextType, RequireFields<QuerySettlementReportsArgs, 'first'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  publishListingQuantities?: Resolver<ResolversTypes['PublishListingQuantitiesPayload'], ParentType, ContextType, RequireFields<MutationPublishListingQuantitiesArgs, 'input'>>;
};

export type PublishListingQuantitiesPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PublishListingQuantitiesPayload'] = ResolversParentTypes['PublishListingQuantitiesPayload']> = {
  results?: Resolver<ReadonlyArray<ResolversTypes['ListingQuantityResult']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ListingQuantityResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ListingQuantityResult'] = ResolversParentTypes['ListingQuantityResult']> = {
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  listingId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['ListingQuantityOutcome'], ParentType, ContextType>;
  submissionId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  retryAfterMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type VariantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Variant'] = ResolversParentTypes['Variant'], FederationReferenceType extends FederationReferenceTypes['Variant'] = FederationReferenceTypes['Variant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Variant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  listings?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Listing']>>, ParentType, ContextType, Partial<VariantListingsArgs>>;
};

export type ListingResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Listing'] = ResolversParentTypes['Listing'], FederationReferenceType extends FederationReferenceTypes['Listing'] = FederationReferenceTypes['Listing']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Listing']> | FederationReferenceType, FederationReferenceType, ContextType>;
  marketplace?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  listingId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['Variant']>, ParentType, ContextType>;
  fulfilledBy?: Resolver<ResolversTypes['MarketplaceFulfiller'], ParentType, ContextType>;
  publishedQuantity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  publishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ListingState'], ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type MarketplaceOrderResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MarketplaceOrder'] = ResolversParentTypes['MarketplaceOrder'], FederationReferenceType extends FederationReferenceTypes['MarketplaceOrder'] = FederationReferenceTypes['MarketplaceOrder']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['MarketplaceOrder']> | FederationReferenceType, FederationReferenceType, ContextType>;
  marketplace?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  externalId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rawStatus?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fulfilledBy?: Resolver<ResolversTypes['MarketplaceFulfiller'], ParentType, ContextType>;
  acknowledgement?: Resolver<ResolversTypes['AcknowledgementState'], ParentType, ContextType>;
  acknowledgeBy?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  shipBy?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deliverBy?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type MarketplaceDeadlineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MarketplaceDeadline'] = ResolversParentTypes['MarketplaceDeadline']> = {
  order?: Resolver<ResolversTypes['MarketplaceOrder'], ParentType, ContextType>;
  clock?: Resolver<ResolversTypes['DeadlineClock'], ParentType, ContextType>;
  dueAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  secondsLeft?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MarketplaceDeadlineConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MarketplaceDeadlineConnection'] = ResolversParentTypes['MarketplaceDeadlineConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['MarketplaceDeadlineEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MarketplaceDeadlineEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MarketplaceDeadlineEdge'] = ResolversParentTypes['MarketplaceDeadlineEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['MarketplaceDeadline'], ParentType, ContextType>;
};

export type SettlementReportResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettlementReport'] = ResolversParentTypes['SettlementReport'], FederationReferenceType extends FederationReferenceTypes['SettlementReport'] = FederationReferenceTypes['SettlementReport']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['SettlementReport']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  marketplace?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  period?: Resolver<ResolversTypes['SettlementPeriod'], ParentType, ContextType>;
  lines?: Resolver<ResolversTypes['SettlementLineConnection'], ParentType, ContextType, RequireFields<SettlementReportLinesArgs, 'first'>>;
  netTotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type SettlementPeriodResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettlementPeriod'] = ResolversParentTypes['SettlementPeriod']> = {
  from?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
};

export type SettlementLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettlementLine'] = ResolversParentTypes['SettlementLine']> = {
  orderExternalId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  component?: Resolver<ResolversTypes['SettlementComponent'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type SettlementLineConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettlementLineConnection'] = ResolversParentTypes['SettlementLineConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SettlementLineEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SettlementLineEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettlementLineEdge'] = ResolversParentTypes['SettlementLineEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SettlementLine'], ParentType, ContextType>;
};

export type SettlementReportConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettlementReportConnection'] = ResolversParentTypes['SettlementReportConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SettlementReportEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SettlementReportEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SettlementReportEdge'] = ResolversParentTypes['SettlementReportEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SettlementReport'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SourceStampResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SourceStamp'] = ResolversParentTypes['SourceStamp']> = {
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fetchedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cache?: Resolver<ResolversTypes['CacheState'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PublishListingQuantitiesPayload?: PublishListingQuantitiesPayloadResolvers<ContextType>;
  ListingQuantityResult?: ListingQuantityResultResolvers<ContextType>;
  Variant?: VariantResolvers<ContextType>;
  Listing?: ListingResolvers<ContextType>;
  MarketplaceOrder?: MarketplaceOrderResolvers<ContextType>;
  MarketplaceDeadline?: MarketplaceDeadlineResolvers<ContextType>;
  MarketplaceDeadlineConnection?: MarketplaceDeadlineConnectionResolvers<ContextType>;
  MarketplaceDeadlineEdge?: MarketplaceDeadlineEdgeResolvers<ContextType>;
  SettlementReport?: SettlementReportResolvers<ContextType>;
  SettlementPeriod?: SettlementPeriodResolvers<ContextType>;
  SettlementLine?: SettlementLineResolvers<ContextType>;
  SettlementLineConnection?: SettlementLineConnectionResolvers<ContextType>;
  SettlementLineEdge?: SettlementLineEdgeResolvers<ContextType>;
  SettlementReportConnection?: SettlementReportConnectionResolvers<ContextType>;
  SettlementReportEdge?: SettlementReportEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  SourceStamp?: SourceStampResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  composeDirective?: ComposeDirectiveDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  tag?: TagDirectiveResolver<any, any, ContextType>;
  override?: OverrideDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
  access?: AccessDirectiveResolver<any, any, ContextType>;
};
