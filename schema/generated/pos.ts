// Generated from schema/pos.graphql by schema/generate.ts. Do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { LocationParent, PickupLineParent, PickupTaskParent, PosAliasParent, PosStockParent, PosTransactionParent, StoreProfileParent, VariantParent } from '#subgraphs/pos/parents.ts';
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
  /** One transaction of a till; null when no till knows it. */
  readonly posTransaction?: Maybe<PosTransaction>;
  /** One pickup as the store sees it; null when no till knows it. */
  readonly pickupTask?: Maybe<PickupTask>;
  /** A store's pickups, the longest waiting first. */
  readonly storePickupTasks: PickupTaskConnection;
};


export type QueryPosTransactionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPickupTaskArgs = {
  id: Scalars['ID']['input'];
};


export type QueryStorePickupTasksArgs = {
  locationId: Scalars['ID']['input'];
  states?: InputMaybe<ReadonlyArray<PickupTaskState>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  /** The goods of a pickup are set aside for the customer. A pickup that is READY already is answered as it is. */
  readonly markReadyForPickup: PickupTaskPayload;
  /** A pickup was handed over, from whatever open state. One that is COLLECTED already is answered as it is. */
  readonly confirmCollected: PickupTaskPayload;
  /**
   * The store could not find all units of a line. The till's count of the item becomes what was found and what is set
   * aside for READY pickups, so that no channel sells it there until somebody counts again; then the pickup is SHORT. Every
   * missing line of a pickup is reported by itself, with a key of its own.
   */
  readonly reportShortPick: PickupTaskPayload;
};


export type MutationMarkReadyForPickupArgs = {
  input: PickupTaskInput;
};


export type MutationConfirmCollectedArgs = {
  input: PickupTaskInput;
};


export type MutationReportShortPickArgs = {
  input: ShortPickInput;
};

/** What a store does with a pickup. */
export type PickupTaskInput = {
  /** The till's own id of the pickup order. */
  readonly taskId: Scalars['ID']['input'];
  /** 1 to 200 characters, new for every operation: repeating one with its key has no further effect. */
  readonly idempotencyKey: Scalars['String']['input'];
};

/** What a store could not find. */
export type ShortPickInput = {
  /** The till's own id of the pickup order. */
  readonly taskId: Scalars['ID']['input'];
  /** The line, by PickupLine.id. */
  readonly lineId: Scalars['ID']['input'];
  /** Units that are there after all: 0 or more, fewer than the line asks for. */
  readonly foundQuantity: Scalars['Int']['input'];
  /** 1 to 200 characters, new for every report: repeating one with its key has no further effect. */
  readonly idempotencyKey: Scalars['String']['input'];
};

/**
 * How an operation ended. A till that cannot be asked is an error of the field instead; when that error is
 * WRITE_UNCERTAIN, repeat the operation with the same key: it first looks at what the till has.
 */
export type PickupTaskPayload = {
  /** The pickup as the till has it now; reading its fields asks for ops:read. Null when no till knows it. */
  readonly task?: Maybe<PickupTask>;
  /**
   * Why nothing was done. NOT_FOUND: no till knows the pickup. TASK_STATE: it has ended, or is somewhere from where the
   * state cannot be reached. PAYMENT_DUE: the till has to take the payment first. BAD_INPUT: the path names the argument.
   * IDEMPOTENCY_CONFLICT: the key was used for something else. NOT_SUPPORTED: the till does not offer the operation.
   */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A place; the catalogue owns it, what its till knows of it is added here. */
export type Location = {
  /** Opaque canonical id. */
  readonly id: Scalars['ID']['output'];
  /** The store at this place; null when no till stands here. */
  readonly store?: Maybe<StoreProfile>;
};

/** What a shopper wants to know of a store before going there. */
export type StoreProfile = {
  /** Telephone number as the till has it. */
  readonly phone?: Maybe<Scalars['String']['output']>;
  /** Regular opening hours in the store's local time; a day may have several. Public holidays are not known to tills. */
  readonly openingHours: ReadonlyArray<OpeningHours>;
  /** Whether the regular hours include this moment. */
  readonly openNow: Scalars['Boolean']['output'];
  /** How ordered goods are handed over here. */
  readonly pickup: PickupPolicy;
  /** Whether goods bought elsewhere may be brought back here. */
  readonly returnsAccepted: Scalars['Boolean']['output'];
};

/** One span of opening. When it closes at or before it opens, it runs past midnight. */
export type OpeningHours = {
  /** ISO weekday on which it opens, 1 is Monday. */
  readonly dayOfWeek: Scalars['Int']['output'];
  /** Local time HH:MM. */
  readonly opens: Scalars['String']['output'];
  /** Local time HH:MM. */
  readonly closes: Scalars['String']['output'];
};

/** A store's terms of pickup, from the till or, where it keeps none, from the connection's options. */
export type PickupPolicy = {
  /** Whether goods can be ordered to be picked up here. */
  readonly enabled: Scalars['Boolean']['output'];
  /** Whether they are brought out to the car. */
  readonly curbside: Scalars['Boolean']['output'];
  /** Minutes of opening time between order and ready goods. */
  readonly leadMinutes: Scalars['Int']['output'];
  /** Local time HH:MM after which a pickup is promised for the next opening day; none when left out. */
  readonly cutoff?: Maybe<Scalars['String']['output']>;
  /** Days for which ready goods are held. */
  readonly holdDays: Scalars['Int']['output'];
};

/** An item; the catalogue owns it, what tills know of it is added here. */
export type Variant = {
  /** Opaque canonical id. */
  readonly id: Scalars['ID']['output'];
  /** Names that single stores use for the item instead of its SKU. */
  readonly posAliases?: Maybe<ReadonlyArray<PosAlias>>;
  /** Raw counts of the tills: for operators and architects, never for channels. */
  readonly posStock?: Maybe<ReadonlyArray<PosStock>>;
};


/** An item; the catalogue owns it, what tills know of it is added here. */
export type VariantPosStockArgs = {
  locationIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** What one store's till calls an item. */
export type PosAlias = {
  /** The store. */
  readonly location?: Maybe<Location>;
  /** Its word for the item. */
  readonly alias: Scalars['String']['output'];
};

/** One till's count of one item, local names of the item included. */
export type PosStock = {
  /** The store. */
  readonly location?: Maybe<Location>;
  /** Units on hand as the till counts them; below 0 when more was sold than was ever counted in. */
  readonly onHand: Scalars['Decimal']['output'];
  /** Units sold since the till's last posting; 0 where the till keeps a perpetual count. */
  readonly soldSinceLastPosting: Scalars['Decimal']['output'];
  /** Units of onHand that are not sellable; 0 where the till takes damaged units out of its count. */
  readonly damaged: Scalars['Decimal']['output'];
  /** When somebody last counted by hand, where the till says so. */
  readonly lastCountedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The till's version of the count, where it has one. */
  readonly sequence?: Maybe<Scalars['String']['output']>;
  /** Where it comes from; asOf is when the count last changed. */
  readonly stamp: SourceStamp;
};

/** One receipt of a till. */
export type PosTransaction = {
  /** The till's own id. */
  readonly id: Scalars['ID']['output'];
  /** The store. */
  readonly location?: Maybe<Location>;
  /** What was done. */
  readonly kind: PosTransactionKind;
  /** When it was done, by the till's clock. */
  readonly occurredAt: Scalars['DateTime']['output'];
  /** The channel's order number, where the transaction belongs to an order. */
  readonly orderReference?: Maybe<Scalars['String']['output']>;
  /** What the customer paid, less what was given back; below 0 for a return. */
  readonly total: Money;
  /** Where it comes from. */
  readonly stamp: SourceStamp;
};

/** What a receipt is about. */
export type PosTransactionKind =
  /** Goods sold. */
  | 'SALE'
  /** Goods taken back. */
  | 'RETURN'
  /** Goods taken back and others sold. */
  | 'EXCHANGE'
  /** Cancelled before it was done. */
  | 'VOID'
  /** Ordered elsewhere, handed over here. */
  | 'PICKUP';

/** An order that a store has to get ready and hand over. */
export type PickupTask = {
  /** The till's own id of the pickup order. */
  readonly id: Scalars['ID']['output'];
  /** The store. */
  readonly location?: Maybe<Location>;
  /** The channel's order number; the till's own id when the order came without one. */
  readonly orderReference: Scalars['String']['output'];
  /** How far the store is. */
  readonly state: PickupTaskState;
  /** What is to be handed over. */
  readonly lines: ReadonlyArray<PickupLine>;
  /** When the store was asked. */
  readonly requestedAt: Scalars['DateTime']['output'];
  /** When the goods were ready. */
  readonly readyAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the customer took them. */
  readonly collectedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the store stops holding them, where the till says so. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where it comes from. */
  readonly stamp: SourceStamp;
};

/** An item to be handed over. */
export type PickupLine = {
  /** The till's own id of the line, unique within the pickup. */
  readonly id: Scalars['ID']['output'];
  /** The item; null when the till names none that has a SKU. */
  readonly variant?: Maybe<Variant>;
  /** Units that were ordered. */
  readonly quantity: Scalars['Int']['output'];
};

/** How far a store is with a pickup. */
export type PickupTaskState =
  /** Asked for, nobody has started. */
  | 'REQUESTED'
  /** The store has agreed. */
  | 'ACCEPTED'
  /** Being taken from the shelf. */
  | 'PICKING'
  /** Waiting for the customer. */
  | 'READY'
  /** Handed over. */
  | 'COLLECTED'
  /** The store could not find the goods. */
  | 'SHORT'
  /** The store declined. */
  | 'REJECTED'
  /** Not started or not fetched in time. */
  | 'EXPIRED'
  /** Called off. */
  | 'CANCELLED'
  /** The till names a state that is not known here. */
  | 'UNKNOWN';

/** A page of pickups. */
export type PickupTaskConnection = {
  /** The pickups of this page. */
  readonly edges: ReadonlyArray<PickupTaskEdge>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** One pickup of a page. */
export type PickupTaskEdge = {
  /** Position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The pickup. */
  readonly node: PickupTask;
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
  Location: Location;
  Variant: Variant;
  PosTransaction: PosTransaction;
  PickupTask: PickupTask;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Location:
    ( { __typename: 'Location' }
    & GraphQLRecursivePick<FederationTypes['Location'], {"id":true}> );
  Variant:
    ( { __typename: 'Variant' }
    & GraphQLRecursivePick<FederationTypes['Variant'], {"id":true}> );
  PosTransaction:
    ( { __typename: 'PosTransaction' }
    & GraphQLRecursivePick<FederationTypes['PosTransaction'], {"id":true}> );
  PickupTask:
    ( { __typename: 'PickupTask' }
    & GraphQLRecursivePick<FederationTypes['PickupTask'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PickupTaskInput: PickupTaskInput;
  ShortPickInput: ShortPickInput;
  PickupTaskPayload: ResolverTypeWrapper<Omit<PickupTaskPayload, 'task'> & { task?: Maybe<ResolversTypes['PickupTask']> }>;
  Location: ResolverTypeWrapper<LocationParent>;
  StoreProfile: ResolverTypeWrapper<StoreProfileParent>;
  OpeningHours: ResolverTypeWrapper<OpeningHours>;
  PickupPolicy: ResolverTypeWrapper<PickupPolicy>;
  Variant: ResolverTypeWrapper<VariantParent>;
  PosAlias: ResolverTypeWrapper<PosAliasParent>;
  PosStock: ResolverTypeWrapper<PosStockParent>;
  PosTransaction: ResolverTypeWrapper<PosTransactionParent>;
  PosTransactionKind: PosTransactionKind;
  PickupTask: ResolverTypeWrapper<PickupTaskParent>;
  PickupLine: ResolverTypeWrapper<PickupLineParent>;
  PickupTaskState: PickupTaskState;
  PickupTaskConnection: ResolverTypeWrapper<Omit<PickupTaskConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['PickupTaskEdge']> }>;
  PickupTaskEdge: ResolverTypeWrapper<Omit<PickupTaskEdge, 'node'> & { node: ResolversTypes['PickupTask'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Money: ResolverTypeWrapper<Money>;
  SourceStamp: ResolverTypeWrapper<SourceStamp>;
  CacheState: CacheState;
  UserError: ResolverTypeWrapper<UserError>;
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
  Mutation: Record<PropertyKey, never>;
  PickupTaskInput: PickupTaskInput;
  ShortPickInput: ShortPickInput;
  PickupTaskPayload: Omit<PickupTaskPayload, 'task'> & { task?: Maybe<ResolversParentTypes['PickupTask']> };
  Location: LocationParent;
  StoreProfile: StoreProfileParent;
  OpeningHours: OpeningHours;
  PickupPolicy: PickupPolicy;
  Variant: VariantParent;
  PosAlias: PosAliasParent;
  PosStock: PosStockParent;
  PosTransaction: PosTransactionParent;
  PickupTask: PickupTaskParent;
  PickupLine: PickupLineParent;
  PickupTaskConnection: Omit<PickupTaskConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['PickupTaskEdge']> };
  PickupTaskEdge: Omit<PickupTaskEdge, 'node'> & { node: ResolversParentTypes['PickupTask'] };
  PageInfo: PageInfo;
  Money: Money;
  SourceStamp: SourceStamp;
  UserError: UserError;
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
  posTransaction?: Resolver<Maybe<ResolversTypes['PosTransaction']>, ParentType, ContextType, RequireFields<QueryPosTransactionArgs, 'id'>>;
  pickupTask?: Resolver<Maybe<ResolversTypes['PickupTask']>, ParentType, ContextType, RequireFields<QueryPickupTaskArgs, 'id'>>;
  storePickupTasks?: Resolver<ResolversTypes['PickupTaskConnection'], ParentType, ContextType, RequireFields<QueryStorePickupTasksArgs, 'locationId' | 'first'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  markReadyForPickup?: Resolver<ResolversTypes['PickupTaskPayload'], ParentType, ContextType, RequireFields<MutationMarkReadyForPickupArgs, 'input'>>;
  confirmCollected?: Resolver<ResolversTypes['PickupTaskPayload'], ParentType, ContextType, RequireFields<MutationConfirmCollectedArgs, 'input'>>;
  reportShortPick?: Resolver<ResolversTypes['PickupTaskPayload'], ParentType, ContextType, RequireFields<MutationReportShortPickArgs, 'input'>>;
};

export type PickupTaskPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PickupTaskPayload'] = ResolversParentTypes['PickupTaskPayload']> = {
  task?: Resolver<Maybe<ResolversTypes['PickupTask']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LocationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Location'] = ResolversParentTypes['Location'], FederationReferenceType extends FederationReferenceTypes['Location'] = FederationReferenceTypes['Location']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Location']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  store?: Resolver<Maybe<ResolversTypes['StoreProfile']>, ParentType, ContextType>;
};

export type StoreProfileResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StoreProfile'] = ResolversParentTypes['StoreProfile']> = {
  phone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  openingHours?: Resolver<ReadonlyArray<ResolversTypes['OpeningHours']>, ParentType, ContextType>;
  openNow?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  pickup?: Resolver<ResolversTypes['PickupPolicy'], ParentType, ContextType>;
  returnsAccepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type OpeningHoursResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OpeningHours'] = ResolversParentTypes['OpeningHours']> = {
  dayOfWeek?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  opens?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  closes?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PickupPolicyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PickupPolicy'] = ResolversParentTypes['PickupPolicy']> = {
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  curbside?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  leadMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cutoff?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  holdDays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type VariantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Variant'] = ResolversParentTypes['Variant'], FederationReferenceType extends FederationReferenceTypes['Variant'] = FederationReferenceTypes['Variant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Variant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  posAliases?: Resolver<Maybe<ReadonlyArray<ResolversTypes['PosAlias']>>, ParentType, ContextType>;
  posStock?: Resolver<Maybe<ReadonlyArray<ResolversTypes['PosStock']>>, ParentType, ContextType, Partial<VariantPosStockArgs>>;
};

export type PosAliasResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PosAlias'] = ResolversParentTypes['PosAlias']> = {
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  alias?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PosStockResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PosStock'] = ResolversParentTypes['PosStock']> = {
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  onHand?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  soldSinceLastPosting?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  damaged?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  lastCountedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  sequence?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type PosTransactionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PosTransaction'] = ResolversParentTypes['PosTransaction'], FederationReferenceType extends FederationReferenceTypes['PosTransaction'] = FederationReferenceTypes['PosTransaction']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['PosTransaction']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['PosTransactionKind'], ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  orderReference?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type PickupTaskResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PickupTask'] = ResolversParentTypes['PickupTask'], FederationReferenceType extends FederationReferenceTypes['PickupTask'] = FederationReferenceTypes['PickupTask']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['PickupTask']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['Location']>, ParentType, ContextType>;
  orderReference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PickupTaskState'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['PickupLine']>, ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  readyAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  collectedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  stamp?: Resolver<ResolversTypes['SourceStamp'], ParentType, ContextType>;
};

export type PickupLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PickupLine'] = ResolversParentTypes['PickupLine']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['Variant']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PickupTaskConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PickupTaskConnection'] = ResolversParentTypes['PickupTaskConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PickupTaskEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PickupTaskEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PickupTaskEdge'] = ResolversParentTypes['PickupTaskEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['PickupTask'], ParentType, ContextType>;
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
  Decimal?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PickupTaskPayload?: PickupTaskPayloadResolvers<ContextType>;
  Location?: LocationResolvers<ContextType>;
  StoreProfile?: StoreProfileResolvers<ContextType>;
  OpeningHours?: OpeningHoursResolvers<ContextType>;
  PickupPolicy?: PickupPolicyResolvers<ContextType>;
  Variant?: VariantResolvers<ContextType>;
  PosAlias?: PosAliasResolvers<ContextType>;
  PosStock?: PosStockResolvers<ContextType>;
  PosTransaction?: PosTransactionResolvers<ContextType>;
  PickupTask?: PickupTaskResolvers<ContextType>;
  PickupLine?: PickupLineResolvers<ContextType>;
  PickupTaskConnection?: PickupTaskConnectionResolvers<ContextType>;
  PickupTaskEdge?: PickupTaskEdgeResolvers<ContextType>;
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
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
  changes?: ChangesDirectiveResolver<any, any, ContextType>;
};
