// Generated from schema/wms.graphql by schema/generate.ts. Do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { InboundSupplyParent, LocationParent, VariantParent, WarehouseProfileParent, WmsParcelParent, WmsReturnLineParent, WmsReturnReceiptParent, WmsShipmentParent, WmsShipmentLineParent, WmsStockParent } from '#subgraphs/wms/parents.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
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
  /** An exact decimal number as text, e.g. "24.90". */
  Decimal: { input: string; output: string; }
};

export type Query = {
  /** One shipment as the warehouse sees it; null when no warehouse system knows it. */
  readonly wmsShipment?: Maybe<WmsShipment>;
  /** One customer return as the warehouse sees it; null when no warehouse system knows it. */
  readonly wmsReturnReceipt?: Maybe<WmsReturnReceipt>;
};


export type QueryWmsShipmentArgs = {
  id: Scalars['ID']['input'];
};


export type QueryWmsReturnReceiptArgs = {
  id: Scalars['ID']['input'];
};

/** A place; the catalogue owns it, what its warehouse system knows of it is added here. */
export type Location = {
  /** Opaque canonical id. */
  readonly id: Scalars['ID']['output'];
  /** How goods leave this place; null when no warehouse system keeps that. */
  readonly warehouse?: Maybe<WarehouseProfile>;
};

/** How much a warehouse can handle and until when, as its system or the connection's options say. */
export type WarehouseProfile = {
  /** Until when goods must be ready to leave on the same day, by carrier service. */
  readonly carrierCutoffs: ReadonlyArray<CarrierCutoff>;
  /** Units that can be picked on one day; null where the system keeps no capacity. */
  readonly dailyPickCapacity?: Maybe<Scalars['Int']['output']>;
  /** Units that can still be picked today; null where the system keeps no capacity. */
  readonly remainingPickCapacity?: Maybe<Scalars['Int']['output']>;
};

/** When a carrier collects, and how long it takes from there. */
export type CarrierCutoff = {
  /** Name of the carrier's service. */
  readonly service: Scalars['String']['output'];
  /** Local time HH:MM: goods ready before it leave on the same day. */
  readonly cutoff: Scalars['String']['output'];
  /** Fewest days from collection to delivery. */
  readonly transitDaysMin: Scalars['Int']['output'];
  /** Most days from collection to delivery. */
  readonly transitDaysMax: Scalars['Int']['output'];
};

/** An item; the catalogue owns it, what warehouses know of it is added here. */
export type Variant = {
  /** Opaque canonical id. */
  readonly id: Scalars['ID']['output'];
  /** Raw numbers of the warehouse systems: for operators and architects, never for channels. */
  readonly wmsStock?: Maybe<ReadonlyArray<WmsStock>>;
};


/** An item; the catalogue owns it, what warehouses know of it is added here. */
export type VariantWmsStockArgs = {
  locationIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** One item at one site as the warehouse counts it. Every quantity is in whole units of the item's base unit. */
export type WmsStock = {
  /** The site. */
  readonly location?: Maybe<Location>;
  /** Units physically in the building, in any zone and any condition; below 0 when more left than ever came in. */
  readonly onHand: Scalars['Decimal']['output'];
  /** Units on the shelf that are assigned to shipments. Contained in onHand. */
  readonly allocated: Scalars['Decimal']['output'];
  /** Units taken off the shelf that have not left yet. Contained in onHand. */
  readonly picked: Scalars['Decimal']['output'];
  /** Damaged units. Contained in onHand. */
  readonly damaged: Scalars['Decimal']['output'];
  /** Units waiting for a quality decision. Contained in onHand. */
  readonly qualityHold: Scalars['Decimal']['output'];
  /** Units of customer returns that came in and were not put away yet. Contained in onHand. */
  readonly returnsPendingInspection: Scalars['Decimal']['output'];
  /** Supply on its way with a date, the earliest first. Not contained in onHand. */
  readonly inbound: ReadonlyArray<InboundSupply>;
  /** The system's version of these numbers, where it has one. */
  readonly sequence?: Maybe<Scalars['String']['output']>;
  /** Where it comes from; asOf is the moment for which the numbers hold. */
  readonly stamp: SourceStamp;
};

/** Goods that a site expects. */
export type InboundSupply = {
  /** Number of the purchase order, transfer or return. */
  readonly reference: Scalars['String']['output'];
  /** Units still expected. */
  readonly quantity: Scalars['Decimal']['output'];
  /** When they are expected; the end of the day (UTC) where the system plans in days. */
  readonly expectedAt: Scalars['DateTime']['output'];
  /** Where they come from. */
  readonly kind: InboundKind;
};

/** Where supply comes from. */
export type InboundKind =
  /** From a supplier. */
  | 'PURCHASE_ORDER'
  /** From another site. */
  | 'TRANSFER'
  /** From a customer. */
  | 'RETURN';

/** Goods of one order that leave one site together. */
export type WmsShipment = {
  /** The warehouse system's own document id. */
  readonly id: Scalars['ID']['output'];
  /** The channel's order number; the sales order number when the order came without one. */
  readonly orderReference: Scalars['String']['output'];
  /** The site the goods leave from. */
  readonly origin?: Maybe<Location>;
  /** How far the warehouse is. */
  readonly state: WmsShipmentState;
  /** The goods, one line per item. */
  readonly lines: ReadonlyArray<WmsShipmentLine>;
  /** What it is packed into; empty before it is packed, and where the system keeps no parcels. */
  readonly parcels: ReadonlyArray<WmsParcel>;
  /** Where it comes from; asOf is when the shipment or its goods last changed. */
  readonly stamp: SourceStamp;
};

/** How far a warehouse is with a shipment. */
export type WmsShipmentState =
  /** The warehouse has been told; goods may already be assigned to it. */
  | 'RELEASED'
  /** Planned into a pick wave. */
  | 'WAVED'
  /** Being taken off the shelf, or taken and not packed yet. */
  | 'PICKING'
  /** Packed. */
  | 'PACKED'
  /** Announced to the carrier. */
  | 'MANIFESTED'
  /** Left the building. */
  | 'SHIPPED'
  /** Called off. */
  | 'CANCELLED';

/** One item of a shipment, in units. */
export type WmsShipmentLine = {
  /** The item's number. */
  readonly sku: Scalars['String']['output'];
  /** Units the shipment was made for. */
  readonly ordered: Scalars['Decimal']['output'];
  /** Units taken off the shelf. */
  readonly picked: Scalars['Decimal']['output'];
  /** Units that left the building. */
  readonly shipped: Scalars['Decimal']['output'];
  /** Units that were not found and will not leave with this shipment; 0 before it is picked. */
  readonly short: Scalars['Decimal']['output'];
};

/** One parcel. */
export type WmsParcel = {
  /** GS1 serial shipping container code, where the warehouse labels with it. */
  readonly sscc?: Maybe<Scalars['String']['output']>;
  /** The carrier's name; "unknown" where the system does not say. */
  readonly carrier: Scalars['String']['output'];
  /** The carrier's tracking number. */
  readonly trackingNumber?: Maybe<Scalars['String']['output']>;
  /** Where the carrier shows the parcel's way. */
  readonly trackingUrl?: Maybe<Scalars['String']['output']>;
  /** When it left the building. */
  readonly shippedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** Goods of one order that came back to one site together. */
export type WmsReturnReceipt = {
  /** The warehouse system's own document id. */
  readonly id: Scalars['ID']['output'];
  /** Number under which the return was announced. */
  readonly rmaNumber?: Maybe<Scalars['String']['output']>;
  /** The channel's number of the order that goods come back from; the sales order number when it came without one. */
  readonly orderReference: Scalars['String']['output'];
  /** When the goods came in; null while they are awaited. */
  readonly receivedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The goods. */
  readonly lines: ReadonlyArray<WmsReturnLine>;
  /** Where it comes from; asOf is when the receipt or its goods last changed. */
  readonly stamp: SourceStamp;
};

/** One item of a return. */
export type WmsReturnLine = {
  /** The item's number. */
  readonly sku: Scalars['String']['output'];
  /** Units announced or received. */
  readonly quantity: Scalars['Decimal']['output'];
  /** What became of them. */
  readonly disposition: ReturnDisposition;
};

/** What becomes of returned goods. */
export type ReturnDisposition =
  /** Not looked at yet, or still awaited. */
  | 'PENDING_INSPECTION'
  /** Back on the shelf. */
  | 'RESTOCKED'
  /** Kept as damaged. */
  | 'DAMAGED'
  /** Being made good. */
  | 'REFURBISH'
  /** Thrown away. */
  | 'DISPOSED'
  /** Announced and never found. */
  | 'MISSING';

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
  Location: Location;
  Variant: Variant;
  WmsShipment: WmsShipment;
  WmsReturnReceipt: WmsReturnReceipt;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Location:
    ( { __typename: 'Location' }
    & GraphQLRecursivePick<FederationTypes['Location'], {"id":true}> );
  Variant:
    ( { __typename: 'Variant' }
    & GraphQLRecursivePick<FederationTypes['Variant'], {"id":true}> );
  WmsShipment:
    ( { __typename: 'WmsShipment' }
    & GraphQLRecursivePick<FederationTypes['WmsShipment'], {"id":true}> );
  WmsReturnReceipt:
    ( { __typename: 'WmsReturnReceipt' }
    & GraphQLRecursivePick<FederationTypes['WmsReturnReceipt'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Location: ResolverTypeWrapper<LocationParent>;
  WarehouseProfile: ResolverTypeWrapper<WarehouseProfileParent>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CarrierCutoff: ResolverTypeWrapper<CarrierCutoff>;
  Variant: ResolverTypeWrapper<VariantParent>;
  WmsStock: ResolverTypeWrapper<WmsStockParent>;
  InboundSupply: ResolverTypeWrapper<InboundSupplyParent>;
  InboundKind: InboundKind;
  WmsShipment: ResolverTypeWrapper<WmsShipmentParent>;
  WmsShipmentState: WmsShipmentState;
  WmsShipmentLine: ResolverTypeWrapper<WmsShipmentLineParent>;
  WmsParcel: ResolverTypeWrapper<WmsParcelParent>;
  WmsReturnReceipt: ResolverTypeWrapper<WmsReturnReceiptParent>;
  WmsReturnLine: ResolverTypeWrapper<WmsReturnLineParent>;
  ReturnDisposition: ReturnDisposition;
  SourceStamp: ResolverTypeWrapper<SourceStamp>;
  CacheState: CacheState;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  Location: LocationParent;
  WarehouseProfile: WarehouseProfileParent;
  Int: Scalars['Int']['output'];
  CarrierCutoff: CarrierCutoff;
  Variant: VariantParent;
  WmsStock: WmsStockParent;
  InboundSupply: InboundSupplyParent;
  WmsShipment: WmsShipmentParent;
  WmsShipmentLine: WmsShipmentLineParent;
  WmsParcel: WmsParcelParent;
  WmsReturnReceipt: WmsReturnReceiptParent;
  WmsReturnLine: WmsReturnLineParent;
  SourceStamp: SourceStamp;
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

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  wmsShipment?: Resolver<Maybe<ResolversTypes['WmsShipment']>, ParentType, ContextType, RequireFields<QueryWmsShipmentArgs, 'id'>>;
  wmsReturnReceipt?: Resolver<Maybe<ResolversTypes['WmsReturnReceipt']>, ParentType, ContextType, RequireFields<QueryWmsReturnReceiptArgs, 'id'>>;
};

export type LocationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Location'] = ResolversParentTypes['Location'], FederationReferenceType extends FederationReferenceTypes['Location'] = FederationReferenceTypes['Location']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Location']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  warehouse?: Resolver<Maybe<ResolversTypes['WarehouseProfile']>, ParentType, ContextType>;
};

export type WarehouseProfileResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WarehouseProfile'] = ResolversParentTypes['WarehouseProfile']> = {
  carrierCutoffs?: Resolver<ReadonlyArray<ResolversTypes['CarrierCutoff']>, ParentType, ContextType>;
  dailyPickCapacity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  remainingPickCapacity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type CarrierCutoffResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CarrierCutoff'] = ResolversParentTypes['CarrierCutoff']> = {
  service?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cutoff?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  transitDaysMin?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  transitDaysMax?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type VariantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Variant'] = ResolversParentTypes['Variant'], FederationReferenceType extends FederationReferenceTypes['Variant'] = FederationReferenceTypes['Variant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Variant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  wmsStock?: Resolver<Maybe<ReadonlyArray<ResolversTypes['WmsStock']>>, ParentType, ContextType, Partial<VariantWmsStockArgs>>;
};

export type WmsStockResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WmsStock'] = ResolversParentTypes['WmsStock']> = {
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  onHand?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  allocated?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  picked?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  damaged?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  qualityHold?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  returnsPendingInspection?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  inbound?: Resolver<ReadonlyArray<ResolversTypes['InboundSupply']>, ParentType, ContextType>;
  sequence?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type InboundSupplyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InboundSupply'] = ResolversParentTypes['InboundSupply']> = {
  reference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  expectedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['InboundKind'], ParentType, ContextType>;
};

export type WmsShipmentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WmsShipment'] = ResolversParentTypes['WmsShipment'], FederationReferenceType extends FederationReferenceTypes['WmsShipment'] = FederationReferenceTypes['WmsShipment']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['WmsShipment']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orderReference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  origin?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['WmsShipmentState'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['WmsShipmentLine']>, ParentType, ContextType>;
  parcels?: Resolver<ReadonlyArray<ResolversTypes['WmsParcel']>, ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type WmsShipmentLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WmsShipmentLine'] = ResolversParentTypes['WmsShipmentLine']> = {
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  ordered?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  picked?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  shipped?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  short?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
};

export type WmsParcelResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WmsParcel'] = ResolversParentTypes['WmsParcel']> = {
  sscc?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  carrier?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  trackingNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  trackingUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  shippedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type WmsReturnReceiptResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WmsReturnReceipt'] = ResolversParentTypes['WmsReturnReceipt'], FederationReferenceType extends FederationReferenceTypes['WmsReturnReceipt'] = FederationReferenceTypes['WmsReturnReceipt']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['WmsReturnReceipt']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rmaNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  orderReference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  receivedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['WmsReturnLine']>, ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type WmsReturnLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WmsReturnLine'] = ResolversParentTypes['WmsReturnLine']> = {
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  disposition?: Resolver<ResolversTypes['ReturnDisposition'], ParentType, ContextType>;
};

export type SourceStampResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SourceStamp'] = ResolversParentTypes['SourceStamp']> = {
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fetchedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cache?: Resolver<ResolversTypes['CacheState'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Location?: LocationResolvers<ContextType>;
  WarehouseProfile?: WarehouseProfileResolvers<ContextType>;
  CarrierCutoff?: CarrierCutoffResolvers<ContextType>;
  Variant?: VariantResolvers<ContextType>;
  WmsStock?: WmsStockResolvers<ContextType>;
  InboundSupply?: InboundSupplyResolvers<ContextType>;
  WmsShipment?: WmsShipmentResolvers<ContextType>;
  WmsShipmentLine?: WmsShipmentLineResolvers<ContextType>;
  WmsParcel?: WmsParcelResolvers<ContextType>;
  WmsReturnReceipt?: WmsReturnReceiptResolvers<ContextType>;
  WmsReturnLine?: WmsReturnLineResolvers<ContextType>;
  SourceStamp?: SourceStampResolvers<ContextType>;
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
