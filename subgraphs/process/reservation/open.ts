/** Reservations, put together over one database and journal. Needs RESERVATION_MIGRATION and IDEMPOTENCY_MIGRATION. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Log } from '#runtime/log.ts';
import type { Database, Sql } from '#runtime/storage/database.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import { createAnnouncer, type SellableChange } from '#subgraphs/process/availability/announce.ts';
import type { Velocity } from '#subgraphs/process/availability/assessment.ts';
import type { CurrentAnswers } from '#subgraphs/process/availability/current.ts';
import type { StockConnection } from '#subgraphs/process/availability/facts.ts';
import type { AvailabilityService, Stock } from '#subgraphs/process/availability/service.ts';
import { openOrderKeys } from '#subgraphs/process/order-status/keys.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { createLedger } from './ledger.ts';
import { createReservationResolvers } from './resolvers.ts';
import { createReservations, type Reservations } from './service.ts';
import { createSubstitutes } from './substitutes.ts';
import { openSweeper, type Sweeper } from './sweeper.ts';

export type OpenReservationsOptions = {
  readonly policy: ProcessPolicy;
  readonly stockConnections: readonly StockConnection[];
  readonly velocity?: Velocity;
};
export type OpenReservationsDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly stock: Stock;
  readonly availability: AvailabilityService;
  readonly current: CurrentAnswers;
  /** As for the intake: told in the same transaction what channels may sell now. */
  readonly onSellable?: (tx: Sql, changes: readonly SellableChange[]) => Promise<void>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type OpenReservations = AsyncDisposable & {
  readonly reservations: Reservations;
  readonly sweeper: Sweeper;
  readonly resolvers: Resolvers;
};

export const openReservations = async (
  options: OpenReservationsOptions,
  deps: OpenReservationsDeps,
): Promise<OpenReservations> => {
  const { policy } = options;
  const { database, journal, stock, availability, current, onSellable, clock, ids, log } = deps;
  const keys = await openOrderKeys(database, { ids });
  const announce = createAnnouncer(options, { clock, ...(onSellable ? { onSellable } : {}) });
  const ledger = createLedger(options, { announce });
  const reservations = createReservations({ policy }, { database, journal, ledger, clock, ids });
  const sweeper = openSweeper({}, { database, journal, ledger, clock, ids, log: log.child({ part: 'reservations' }) });
  return {
    reservations,
    sweeper,
    resolvers: createReservationResolvers({
      policy,
      stock,
      current,
      reservations,
      substitutes: createSubstitutes({ database, availability }),
      customerHash: (customer) => keys.proofOf('customerRef', customer),
    }),
    [Symbol.asyncDispose]: () => sweeper[Symbol.asyncDispose](),
  };
};
