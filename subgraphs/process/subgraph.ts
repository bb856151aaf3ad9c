/** The process subgraph: its capabilities over one database, put together in the order in which they depend on each other. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, parse } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import type { ReadinessCheck } from '#runtime/graphql/health.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import type { Route } from '#runtime/http/routes.ts';
import type { Ids } from '#runtime/ids.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import type { GaugeFamily } from '#runtime/telemetry/gauges.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import { createAnnouncer } from './availability/announce.ts';
import { createStockApplier } from './availability/applier.ts';
import { createCurrentAnswers } from './availability/current.ts';
import type { StockConnection } from './availability/facts.ts';
import { openPolicyChanges } from './availability/policy-change.ts';
import { openProjection } from './availability/projection.ts';
import { learntVelocity } from './availability/rates.ts';
import { createAvailabilityResolvers } from './availability/resolvers.ts';
import { createRestating, type RestatingSystems } from './availability/restating.ts';
import { createAvailabilityService } from './availability/service.ts';
import { createAvailabilityStreams } from './availability/streams.ts';
import { AVAILABILITY_MIGRATION } from './availability/tables.ts';
import { openWithheldFigures } from './availability/withheld.ts';
import { createBasketResolvers } from './basket/resolvers.ts';
import { CHANGES_CHANNEL, CHANGES_RETENTION_MS } from './changes/entry.ts';
import { createChangeFeed } from './changes/feed.ts';
import { createChangeRoutes } from './changes/http.ts';
import { createExceptionResolvers } from './exceptions/resolvers.ts';
import { EXCEPTION_MIGRATION } from './exceptions/tables.ts';
import type { ConnectionHealth } from './health/health.ts';
import { createSystemHealth } from './health/service.ts';
import { HEALTH_MIGRATION } from './health/tables.ts';
import { IDEMPOTENCY_MIGRATION } from './idempotency/tables.ts';
import { createIntakeRoutes, type VerifyServiceToken } from './intake/http.ts';
import { createIntake } from './intake/service.ts';
import { INTAKE_MIGRATION } from './intake/tables.ts';
import { openOrders } from './order-status/open.ts';
import { ORDER_MIGRATION } from './order-status/tables.ts';
import { createLivePolicy } from './policy/live.ts';
import type { ProcessPolicy } from './policy/schema.ts';
import { createPromiseResolvers } from './promise/resolvers.ts';
import { type PublicationFigures, readPublicationFigures } from './publication/figures.ts';
import { createDirtyMarker, createListingApplier } from './publication/listings.ts';
import { openPublisher } from './publication/publisher.ts';
import { createPublicationResolvers } from './publication/resolvers.ts';
import type { PublishedListing } from './publication/sending.ts';
import { PUBLICATION_MIGRATION } from './publication/tables.ts';
import { openReconciliation } from './reconciliation/open.ts';
import { RECONCILIATION_MIGRATION } from './reconciliation/tables.ts';
import { openReservations } from './reservation/open.ts';
import { RESERVATION_MIGRATION } from './reservation/tables.ts';
import type { PublishQuantities } from './systems/marketplace.ts';
import { createTraceResolvers } from './trace/resolvers.ts';
import { createTraces } from './trace/trace.ts';

const SDL_FILE = fileURLToPath(new URL('../../schema/process.graphql', import.meta.url));

export type ProcessOptions = {
  /** The rules at start; `replacePolicy` puts others in force. */
  readonly policy: ProcessPolicy;
  /** Connections whose systems state stock: their silence is noticed even before their first word. */
  readonly stockConnections: readonly StockConnection[];
  /** Ids of all configured connections, in the order of the configuration: those whose health is told. */
  readonly connections: readonly string[];
};

export type ProcessDeps = {
  readonly database: Database;
  readonly publish: PublishQuantities;
  /** Told of every quantity that a marketplace acknowledged. */
  readonly observePublication?: (published: PublishedListing) => void;
  /** Systems that can be asked for their stock anew; without any, answers are as new as what systems tell by themselves. */
  readonly restating?: RestatingSystems;
  readonly verifyServiceToken: VerifyServiceToken;
  /** Signs delivery promises; without it they carry no token. */
  readonly promiseSecret?: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type ProcessSubgraph = AsyncDisposable & {
  readonly typeDefs: DocumentNode;
  readonly resolvers: Resolvers;
  readonly routes: readonly Route[];
  readonly checks: readonly ReadinessCheck[];
  /** Figures that are told when metrics are asked for. */
  readonly gauges: readonly GaugeFamily[];
  /** Puts other rules in force for all answers, streams and publication at once. False when they are the same. */
  replacePolicy(next: ProcessPolicy): boolean;
  /** How each configured connection is doing now. */
  systemHealth(): Promise<readonly ConnectionHealth[]>;
  /** How the listings of each published marketplace stand now. */
  publicationFigures(): Promise<readonly PublicationFigures[]>;
};

/** Resolver maps of several capabilities as one: they own different fields, of the same root types. */
const mergeResolvers = (parts: readonly Resolvers[]): Resolvers => {
  const merged: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [type, fields] of Object.entries(part)) {
      const known = merged[type];
      merged[type] =
        known && typeof known === 'object' && typeof fields === 'object' ? { ...known, ...fields } : fields;
    }
  }
  return merged as Resolvers;
};

export const openProcess = async (options: ProcessOptions, deps: ProcessDeps): Promise<ProcessSubgraph> => {
  const { stockConnections } = options;
  const live = createLivePolicy(options.policy);
  const { policy } = live;
  const { database, clock, ids, log } = deps;
  await using opening = new AsyncDisposableStack();

  await migrate(database, [
    INTAKE_MIGRATION,
    EXCEPTION_MIGRATION,
    ORDER_MIGRATION,
    AVAILABILITY_MIGRATION,
    PUBLICATION_MIGRATION,
    RESERVATION_MIGRATION,
    IDEMPOTENCY_MIGRATION,
    HEALTH_MIGRATION,
    RECONCILIATION_MIGRATION,
  ]);
  const journal = opening.use(
    await openJournal(
      database,
      {
        ...DEFAULT_JOURNAL_OPTIONS,
        // Asked at every pruning: another rule holds without a restart.
        get retentionMs() {
          return policy.streams.retentionMs;
        },
        retentionMsOf: { [CHANGES_CHANNEL]: CHANGES_RETENTION_MS },
      },
      { clock, ids, log },
    ),
  );

  const projection = opening.use(await openProjection({ stockConnections }, { database, journal, clock, log }));
  const availability = createAvailabilityService({ policy }, { stock: projection, clock });
  const restating = opening.use(
    createRestating({ systems: deps.restating ?? new Map(), renew: projection.renew, clock, log }),
  );
  const current = createCurrentAnswers({ service: availability, restating, clock });
  const streams = opening.use(createAvailabilityStreams({}, { projection, service: availability, journal, clock }));
  const orders = opening.use(await openOrders({ policy }, { database, journal, clock, ids, log }));
  const publisher = opening.use(
    openPublisher(
      { policy, stockConnections },
      {
        database,
        journal,
        projection,
        service: availability,
        publish: deps.publish,
        ...(deps.observePublication ? { observe: deps.observePublication } : {}),
        clock,
        ids,
        log,
      },
    ),
  );

  const onSellable = createDirtyMarker({ policy }, { clock });
  const reservations = opening.use(
    await openReservations(
      { policy, stockConnections },
      { database, journal, stock: projection, availability, current, onSellable, clock, ids, log },
    ),
  );

  opening.use(
    openPolicyChanges(
      { stockConnections },
      { live, announce: createAnnouncer({ policy }, { clock, onSellable }), database, journal, clock, ids, log },
    ),
  );

  const withheld = opening.use(openWithheldFigures({ policy, database, service: availability, clock, log }));
  const intake = createIntake(
    {
      appliers: {
        orders: orders.applier,
        stock: createStockApplier({ policy, stockConnections }, { clock, onSellable }),
        listings: createListingApplier({ policy }, { clock }),
      },
    },
    { database, journal, clock, ids, log },
  );

  const reconciliation = opening.use(
    openReconciliation(
      { policy, stockConnections, velocity: learntVelocity(policy, projection.item) },
      { database, projection, systems: deps.restating ?? new Map(), clock, ids, log },
    ),
  );

  const health = createSystemHealth(
    { policy, connections: options.connections },
    { database, verifyServiceToken: deps.verifyServiceToken, clock, log },
  );

  const opened = opening.move();
  return {
    typeDefs: parse(readFileSync(SDL_FILE, 'utf8')),
    resolvers: mergeResolvers([
      {
        DateTime: scalars.DateTime,
        EventCursor: scalars.EventCursor,
        Duration: scalars.Duration,
        Decimal: scalars.Decimal,
        Date: scalars.Date,
      },
      createAvailabilityResolvers({ live, service: availability, current, streams }),
      createBasketResolvers({ policy, stock: projection, service: availability, current, clock }),
      createPromiseResolvers({
        policy,
        current,
        clock,
        ...(deps.promiseSecret === undefined ? {} : { secret: deps.promiseSecret }),
      }),
      createExceptionResolvers({ database }),
      createPublicationResolvers({ policy }, { database, publisher, clock }),
      orders.resolvers,
      createTraceResolvers(createTraces({ database })),
      reservations.resolvers,
      reconciliation.resolvers,
      health.resolvers,
    ]),
    routes: [
      ...createIntakeRoutes(intake, deps.verifyServiceToken),
      ...createChangeRoutes(createChangeFeed({ journal, clock }), deps.verifyServiceToken),
      ...health.routes,
    ],
    replacePolicy: live.replace,
    systemHealth: health.read,
    gauges: [...reconciliation.gauges, ...withheld.gauges],
    publicationFigures: () => readPublicationFigures(policy, { database, publisher, clock }),
    checks: [
      {
        name: 'database',
        check: async () => {
          await database.query('select 1');
        },
      },
    ],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
