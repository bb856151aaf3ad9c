// Generated from schema/erp.graphql by schema/generate.ts. Do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ErpInvoiceParent, ErpSalesOrderParent, ErpStockParent, LocationParent, ProductParent, VariantParent } from '#subgraphs/erp/parents.ts';
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
  /** An exact decimal number as text, e.g. "24.90". */
  Decimal: { input: string; output: string; }
};

/** Whom a kept value may be shown to. */
export type CacheControlScope =
  /** Everybody with the same rights. */
  | 'PUBLIC'
  /** The caller alone. */
  | 'PRIVATE';

export type Query = {
  /** One item by any identifier of the crosswalk: canonical id, SKU, GTIN, POS alias or marketplace listing. Null when nobody mapped it. */
  readonly variant?: Maybe<Variant>;
  /** Many items at once, for list pages: the order of the results is the order of what was asked, null where unknown. */
  readonly variantsBy: ReadonlyArray<Maybe<Variant>>;
  /** The item master, by SKU. */
  readonly catalog: VariantConnection;
  /** One place by its id; null when the ERP does not know it. */
  readonly location?: Maybe<Location>;
  /** Places that hold stock, by code. */
  readonly locations: LocationConnection;
  /** One sales order as the ERP has it; null when it has none of that number. */
  readonly erpSalesOrder?: Maybe<ErpSalesOrder>;
};


export type QueryVariantArgs = {
  by: VariantIdentifier;
};


export type QueryVariantsByArgs = {
  by: ReadonlyArray<VariantIdentifier>;
};


export type QueryCatalogArgs = {
  filter?: InputMaybe<CatalogFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};


export type QueryLocationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryLocationsArgs = {
  filter?: InputMaybe<LocationFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryErpSalesOrderArgs = {
  number: Scalars['String']['input'];
};

/** Names one item. Exactly one field. */
export type VariantIdentifier = {
  /** The graph's opaque id. */
  readonly id?: InputMaybe<Scalars['ID']['input']>;
  /** The ERP's item number. */
  readonly sku?: InputMaybe<Scalars['String']['input']>;
  /** GTIN-8, 12, 13 or 14 with a right check digit. */
  readonly gtin?: InputMaybe<Scalars['String']['input']>;
  /** What one store's till calls the item. */
  readonly posAlias?: InputMaybe<PosAliasInput>;
  /** What a marketplace calls the item. */
  readonly listing?: InputMaybe<ListingIdInput>;
};

/** An item's name at one store's till. */
export type PosAliasInput = {
  /** The store's location id. */
  readonly storeId: Scalars['ID']['input'];
  /** The till's item number there. */
  readonly alias: Scalars['String']['input'];
};

/** An item's name on a marketplace. */
export type ListingIdInput = {
  /** The marketplace as configured. */
  readonly marketplace: Scalars['String']['input'];
  /** The marketplace's name for the offer (the seller SKU where it has one). */
  readonly listingId: Scalars['String']['input'];
};

/** Narrows the catalogue; all conditions must hold. */
export type CatalogFilter = {
  /** Words in the title or the SKU. */
  readonly search?: InputMaybe<Scalars['String']['input']>;
  /** Only items of these products. */
  readonly productIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Only items in one of these stages. */
  readonly lifecycle?: InputMaybe<ReadonlyArray<ItemLifecycle>>;
  /** Only items of this product category, by name. */
  readonly category?: InputMaybe<Scalars['String']['input']>;
};

/** Narrows the list of places; all conditions must hold. */
export type LocationFilter = {
  /** Only these kinds. */
  readonly kinds?: InputMaybe<ReadonlyArray<LocationKind>>;
  /** Only this country, ISO 3166-1 alpha-2. */
  readonly country?: InputMaybe<Scalars['String']['input']>;
  /** Only these ids. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** Where an item stands in its life. */
export type ItemLifecycle =
  /** Being prepared; not for sale. */
  | 'DRAFT'
  /** For sale. */
  | 'ACTIVE'
  /** Sold off, not bought again. */
  | 'DISCONTINUED'
  /** Not for sale for now. */
  | 'BLOCKED';

/** What a place is. */
export type LocationKind =
  /** A shop that customers visit. */
  | 'STORE'
  /** A building that stores and ships. */
  | 'WAREHOUSE'
  /** A building that supplies stores. */
  | 'DISTRIBUTION_CENTER'
  /** A building that somebody else runs for us. */
  | 'THREE_PL'
  /** A building of a marketplace that holds our goods. */
  | 'MARKETPLACE_FC'
  /** On the way between two places. */
  | 'IN_TRANSIT'
  /** A place on paper. */
  | 'VIRTUAL';

/** What is sold in several sizes, colours ...; each of them is a variant. */
export type Product = {
  /** Opaque canonical id. */
  readonly id: Scalars['ID']['output'];
  /** Name for shoppers, from the ERP. */
  readonly title: Scalars['String']['output'];
  /** The items of this product, by SKU. */
  readonly variants: ReadonlyArray<Variant>;
};

/** One sellable item. The ERP masters it. */
export type Variant = {
  /** Opaque canonical id. */
  readonly id: Scalars['ID']['output'];
  /** Canonical identifier: the ERP's item number. All other names of the item point to it. */
  readonly sku: Scalars['String']['output'];
  /** GS1 number as 14 digits; null when the ERP holds none. */
  readonly gtin?: Maybe<Scalars['String']['output']>;
  /** What it is a variant of. */
  readonly product?: Maybe<Product>;
  /** Name for shoppers, from the ERP. */
  readonly title: Scalars['String']['output'];
  /** Where the item stands in its life. */
  readonly lifecycle: ItemLifecycle;
  /** Unit that quantities count, e.g. "u". */
  readonly unitOfMeasure: Scalars['String']['output'];
  /** The ERP's list price, before promotions; null when it has none. */
  readonly listPrice?: Maybe<Money>;
  /** Raw balances of the ERP: for operators and architects, never for channels. */
  readonly erpStock?: Maybe<ReadonlyArray<ErpStock>>;
};


/** One sellable item. The ERP masters it. */
export type VariantErpStockArgs = {
  locationIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** One item's balance at one place in the ERP's books, in units of the item. */
export type ErpStock = {
  /** Where. */
  readonly location: Location;
  /** What the books say is there. */
  readonly onHand: Scalars['Decimal']['output'];
  /** Promised to sales orders. */
  readonly reserved: Scalars['Decimal']['output'];
  /** Ordered from suppliers, not received. */
  readonly onOrder: Scalars['Decimal']['output'];
  /** There, but blocked for sale. */
  readonly blocked: Scalars['Decimal']['output'];
  /** What `onHand` means in this ERP; decides whether reservations may be subtracted again. */
  readonly basis: StockBasis;
  /** Where the numbers come from and how old they are. */
  readonly stamp: SourceStamp;
};

/** What an on-hand number already contains. */
export type StockBasis =
  /** Everything physically there: reservations are still to be subtracted. */
  | 'PHYSICAL'
  /** Reservations are already subtracted. */
  | 'NET_OF_RESERVATIONS'
  /** Everything is already subtracted: what may be sold. */
  | 'SELLABLE';

/** A place that holds stock. The ERP masters it; other systems add what they know. */
export type Location = {
  /** Opaque canonical id. */
  readonly id: Scalars['ID']['output'];
  /** Name, from the ERP. */
  readonly name: Scalars['String']['output'];
  /** What the place is. */
  readonly kind: LocationKind;
  /** GS1 location number; null when the ERP holds none. */
  readonly gln?: Maybe<Scalars['String']['output']>;
  /** Postal address; null when the ERP holds none. */
  readonly address?: Maybe<PostalAddress>;
  /** Coordinates; null when the ERP holds none. */
  readonly position?: Maybe<GeoPoint>;
  /** IANA time zone that opening hours and cut-offs are meant in. */
  readonly timeZone: Scalars['String']['output'];
};

/** One sales order as the ERP has it. */
export type ErpSalesOrder = {
  /** The ERP's own number. */
  readonly number: Scalars['String']['output'];
  /** The ERP's word for where the document stands, untranslated. */
  readonly documentStatus: Scalars['String']['output'];
  /** Whether it reached the books. */
  readonly posting: ErpPostingStatus;
  /** Invoices made of it. */
  readonly invoices: ReadonlyArray<ErpInvoice>;
  /** Total with tax. */
  readonly total: Money;
  /** What other systems call this order. */
  readonly externalReferences: ReadonlyArray<ExternalReference>;
  /** Where the facts come from and how old they are. */
  readonly stamp: SourceStamp;
};

/** How far a document is in the books. */
export type ErpPostingStatus =
  /** Not in the books yet. */
  | 'NOT_POSTED'
  /** Waiting to be posted. */
  | 'STAGED'
  /** In the books. */
  | 'POSTED'
  /** The ERP refused to post it. */
  | 'FAILED'
  /** Posted, then taken back. */
  | 'REVERSED';

/** One invoice of a sales order. */
export type ErpInvoice = {
  /** The ERP's invoice number. */
  readonly number: Scalars['String']['output'];
  /** Total with tax. */
  readonly total: Money;
  /** When it was posted; null while it is not. */
  readonly postedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether it is in the books. */
  readonly status: ErpPostingStatus;
};

/** A page of items. */
export type VariantConnection = {
  /** The page, in order. */
  readonly edges: ReadonlyArray<VariantEdge>;
  /** What lies around it. */
  readonly pageInfo: PageInfo;
  /** How many there are in all; null when the ERP does not say. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** An item in its place in a list. */
export type VariantEdge = {
  /** Place in the list; send it back as `after` or `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The item. */
  readonly node: Variant;
};

/** A page of places. */
export type LocationConnection = {
  /** The page, in order. */
  readonly edges: ReadonlyArray<LocationEdge>;
  /** What lies around it. */
  readonly pageInfo: PageInfo;
};

/** A place in its place in a list. */
export type LocationEdge = {
  /** Place in the list; send it back as `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The place. */
  readonly node: Location;
};

/** What lies around a page. */
export type PageInfo = {
  /** More follows. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Something comes before. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** Cursor of the last edge; null on an empty page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** An amount in one currency. */
export type Money = {
  /** Exact decimal text in major units, e.g. "24.90". */
  readonly amount: Scalars['Decimal']['output'];
  /** ISO 4217 code. */
  readonly currency: Scalars['String']['output'];
};

/** A point on the globe, WGS 84. */
export type GeoPoint = {
  /** Degrees north. */
  readonly latitude: Scalars['Float']['output'];
  /** Degrees east. */
  readonly longitude: Scalars['Float']['output'];
};

/** A postal address. */
export type PostalAddress = {
  /** Street and number, building ... */
  readonly lines: ReadonlyArray<Scalars['String']['output']>;
  /** Town. */
  readonly city?: Maybe<Scalars['String']['output']>;
  /** State or province. */
  readonly region?: Maybe<Scalars['String']['output']>;
  /** Postal code. */
  readonly postalCode?: Maybe<Scalars['String']['output']>;
  /** ISO 3166-1 alpha-2. */
  readonly country: Scalars['String']['output'];
};

/** A name that another system gives to the same thing. */
export type ExternalReference = {
  /** The other system. */
  readonly system: Scalars['String']['output'];
  /** What kind of name it is. */
  readonly kind: Scalars['String']['output'];
  /** The name. */
  readonly value: Scalars['String']['output'];
};

/** Where a fact was read, how old it is and whether it came from a cache. */
export type SourceStamp = {
  /** The connection that answered. */
  readonly system: Scalars['String']['output'];
  /** The source's own time of the fact. */
  readonly asOf: Scalars['DateTime']['output'];
  /** When we read it. */
  readonly fetchedAt: Scalars['DateTime']['output'];
  /** Whether a cache answered. */
  readonly cache: CacheState;
  /** The source's version of the fact, where it has one. */
  readonly version?: Maybe<Scalars['String']['output']>;
};

/** What a cache had to do with an answer. */
export type CacheState =
  /** Read from the system for this answer. */
  | 'MISS'
  /** From the cache, young enough. */
  | 'HIT'
  /** From the cache while a younger one is fetched. */
  | 'STALE_WHILE_REVALIDATE'
  /** From the cache because the system failed. */
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
  Product: Product;
  Variant: Variant;
  Location: Location;
  ErpSalesOrder: ErpSalesOrder;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Product:
    ( { __typename: 'Product' }
    & GraphQLRecursivePick<FederationTypes['Product'], {"id":true}> );
  Variant:
    ( { __typename: 'Variant' }
    & ( GraphQLRecursivePick<FederationTypes['Variant'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Variant'], {"sku":true}> ) );
  Location:
    ( { __typename: 'Location' }
    & GraphQLRecursivePick<FederationTypes['Location'], {"id":true}> );
  ErpSalesOrder:
    ( { __typename: 'ErpSalesOrder' }
    & GraphQLRecursivePick<FederationTypes['ErpSalesOrder'], {"number":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  VariantIdentifier: VariantIdentifier;
  PosAliasInput: PosAliasInput;
  ListingIdInput: ListingIdInput;
  CatalogFilter: CatalogFilter;
  LocationFilter: LocationFilter;
  ItemLifecycle: ItemLifecycle;
  LocationKind: LocationKind;
  Product: ResolverTypeWrapper<ProductParent>;
  Variant: ResolverTypeWrapper<VariantParent>;
  ErpStock: ResolverTypeWrapper<ErpStockParent>;
  StockBasis: StockBasis;
  Location: ResolverTypeWrapper<LocationParent>;
  ErpSalesOrder: ResolverTypeWrapper<ErpSalesOrderParent>;
  ErpPostingStatus: ErpPostingStatus;
  ErpInvoice: ResolverTypeWrapper<ErpInvoiceParent>;
  VariantConnection: ResolverTypeWrapper<Omit<VariantConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['VariantEdge']> }>;
  VariantEdge: ResolverTypeWrapper<Omit<VariantEdge, 'node'> & { node: ResolversTypes['Variant'] }>;
  LocationConnection: ResolverTypeWrapper<Omit<LocationConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['LocationEdge']> }>;
  LocationEdge: ResolverTypeWrapper<Omit<LocationEdge, 'node'> & { node: ResolversTypes['Location'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Money: ResolverTypeWrapper<Money>;
  GeoPoint: ResolverTypeWrapper<GeoPoint>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  PostalAddress: ResolverTypeWrapper<PostalAddress>;
  ExternalReference: ResolverTypeWrapper<ExternalReference>;
  SourceStamp: ResolverTypeWrapper<SourceStamp>;
  CacheState: CacheState;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  VariantIdentifier: VariantIdentifier;
  PosAliasInput: PosAliasInput;
  ListingIdInput: ListingIdInput;
  CatalogFilter: CatalogFilter;
  LocationFilter: LocationFilter;
  Product: ProductParent;
  Variant: VariantParent;
  ErpStock: ErpStockParent;
  Location: LocationParent;
  ErpSalesOrder: ErpSalesOrderParent;
  ErpInvoice: ErpInvoiceParent;
  VariantConnection: Omit<VariantConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['VariantEdge']> };
  VariantEdge: Omit<VariantEdge, 'node'> & { node: ResolversParentTypes['Variant'] };
  LocationConnection: Omit<LocationConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['LocationEdge']> };
  LocationEdge: Omit<LocationEdge, 'node'> & { node: ResolversParentTypes['Location'] };
  PageInfo: PageInfo;
  Money: Money;
  GeoPoint: GeoPoint;
  Float: Scalars['Float']['output'];
  PostalAddress: PostalAddress;
  ExternalReference: ExternalReference;
  SourceStamp: SourceStamp;
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

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  variant?: Resolver<Maybe<ResolversTypes['Variant']>, ParentType, ContextType, RequireFields<QueryVariantArgs, 'by'>>;
  variantsBy?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Variant']>>, ParentType, ContextType, RequireFields<QueryVariantsByArgs, 'by'>>;
  catalog?: Resolver<ResolversTypes['VariantConnection'], ParentType, ContextType, RequireFields<QueryCatalogArgs, 'first'>>;
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType, RequireFields<QueryLocationArgs, 'id'>>;
  locations?: Resolver<ResolversTypes['LocationConnection'], ParentType, ContextType, RequireFields<QueryLocationsArgs, 'first'>>;
  erpSalesOrder?: Resolver<Maybe<ResolversTypes['ErpSalesOrder']>, ParentType, ContextType, RequireFields<QueryErpSalesOrderArgs, 'number'>>;
};

export type ProductResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product'], FederationReferenceType extends FederationReferenceTypes['Product'] = FederationReferenceTypes['Product']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Product']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  variants?: Resolver<ReadonlyArray<ResolversTypes['Variant']>, ParentType, ContextType>;
};

export type VariantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Variant'] = ResolversParentTypes['Variant'], FederationReferenceType extends FederationReferenceTypes['Variant'] = FederationReferenceTypes['Variant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Variant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  gtin?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  lifecycle?: Resolver<ResolversTypes['ItemLifecycle'], ParentType, ContextType>;
  unitOfMeasure?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  listPrice?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  erpStock?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ErpStock']>>, ParentType, ContextType, Partial<VariantErpStockArgs>>;
};

export type ErpStockResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ErpStock'] = ResolversParentTypes['ErpStock']> = {
  location?: Resolver<ResolversTypes['Location'], ParentType, ContextType>;
  onHand?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  reserved?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  onOrder?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  blocked?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  basis?: Resolver<ResolversTypes['StockBasis'], ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type LocationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Location'] = ResolversParentTypes['Location'], FederationReferenceType extends FederationReferenceTypes['Location'] = FederationReferenceTypes['Location']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Location']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['LocationKind'], ParentType, ContextType>;
  gln?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['PostalAddress']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['GeoPoint']>, ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ErpSalesOrderResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ErpSalesOrder'] = ResolversParentTypes['ErpSalesOrder'], FederationReferenceType extends FederationReferenceTypes['ErpSalesOrder'] = FederationReferenceTypes['ErpSalesOrder']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ErpSalesOrder']> | FederationReferenceType, FederationReferenceType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  documentStatus?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  posting?: Resolver<ResolversTypes['ErpPostingStatus'], ParentType, ContextType>;
  invoices?: Resolver<ReadonlyArray<ResolversTypes['ErpInvoice']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  externalReferences?: Resolver<ReadonlyArray<ResolversTypes['ExternalReference']>, ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type ErpInvoiceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ErpInvoice'] = ResolversParentTypes['ErpInvoice']> = {
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  postedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ErpPostingStatus'], ParentType, ContextType>;
};

export type VariantConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['VariantConnection'] = ResolversParentTypes['VariantConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['VariantEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type VariantEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['VariantEdge'] = ResolversParentTypes['VariantEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Variant'], ParentType, ContextType>;
};

export type LocationConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LocationConnection'] = ResolversParentTypes['LocationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['LocationEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type LocationEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LocationEdge'] = ResolversParentTypes['LocationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Location'], ParentType, ContextType>;
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

export type GeoPointResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['GeoPoint'] = ResolversParentTypes['GeoPoint']> = {
  latitude?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  longitude?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type PostalAddressResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PostalAddress'] = ResolversParentTypes['PostalAddress']> = {
  lines?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  city?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  postalCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  country?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ExternalReferenceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ExternalReference'] = ResolversParentTypes['ExternalReference']> = {
  system?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
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
  Product?: ProductResolvers<ContextType>;
  Variant?: VariantResolvers<ContextType>;
  ErpStock?: ErpStockResolvers<ContextType>;
  Location?: LocationResolvers<ContextType>;
  ErpSalesOrder?: ErpSalesOrderResolvers<ContextType>;
  ErpInvoice?: ErpInvoiceResolvers<ContextType>;
  VariantConnection?: VariantConnectionResolvers<ContextType>;
  VariantEdge?: VariantEdgeResolvers<ContextType>;
  LocationConnection?: LocationConnectionResolvers<ContextType>;
  LocationEdge?: LocationEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  GeoPoint?: GeoPointResolvers<ContextType>;
  PostalAddress?: PostalAddressResolvers<ContextType>;
  ExternalReference?: ExternalReferenceResolvers<ContextType>;
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
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
  changes?: ChangesDirectiveResolver<any, any, ContextType>;
};
