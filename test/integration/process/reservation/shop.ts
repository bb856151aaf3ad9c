/** Reservations over a real database with the real intake and order book; several replicas may share one database. */
import type { Change, OrderClaim } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { silentLog } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { createStockApplier } from '#subgraphs/process/availability/applier.ts';
import { createCurrentAnswers } from '#subgraphs/process/availability/current.ts';
import { openProjection } from '#subgraphs/process/availability/projection.ts';
import { createRestating, type RestatingSystems } from '#subgraphs/process/availability/restating.ts';
import { createAvailabilityService } from '#subgraphs/process/availability/service.ts';
import { AVAILABILITY_MIGRATION } from '#subgraphs/process/availability/tables.ts';
import { EXCEPTION_MIGRATION } from '#subgraphs/process/exceptions/tables.ts';
import { IDEMPOTENCY_MIGRATION } from '#subgraphs/process/idempotency/tables.ts';
import { createIntake } from '#subgraphs/process/intake/service.ts';
import { INTAKE_MIGRATION } from '#subgraphs/process/intake/tables.ts';
import { openOrders } from '#subgraphs/process/order-status/open.ts';
import { ORDER_MIGRATION } from '#subgraphs/process/order-status/tables.ts';
import { type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { createDirtyMarker } from '#subgraphs/process/publication/listings.ts';
import { PUBLICATION_MIGRATION } from '#subgraphs/process/publication/tables.ts';
import { openReservations } from '#subgraphs/process/reservation/open.ts';
import { type ReserveInput, reserveRequestOf } from '#subgraphs/process/reservation/request.ts';
import type { ReservationResult } from '#subgraphs/process/reservation/reservation.ts';
import type { Caller } from '#subgraphs/process/reservation/service.ts';
import { RESERVATION_MIGRATION } from '#subgraphs/process/reservation/tables.ts';
import { location, STOCK_CONNECTIONS, stock, variant } from '#test/integration/process/intake/process.ts';

export const GUEST: Caller = { channel: 'web', customer: null };
/** Nothing is held back, so that every unit on the shelf may be sold. */
export const OPEN_POLICY: ProcessPolicyInput = {
  channels: { web: { unseenSales: { cap: 0 } }, app: { unseenSales: { cap: 0 } } },
};

export type ShopOptions = { readonly policy?: ProcessPolicyInput; readonly restating?: RestatingSystems };
export type Shop = Awaited<ReturnType<typeof openShop>>;

export const openShop = async (database: Database, clock: Clock, options: ShopOptions = {}) => {
  await migrate(database, [
    INTAKE_MIGRATION,
    EXCEPTION_MIGRATION,
    ORDER_MIGRATION,
    AVAILABILITY_MIGRATION,
    PUBLICATION_MIGRATION,
    RESERVATION_MIGRATION,
    IDEMPOTENCY_MIGRATION,
  ]);
  const policy = parseProcessPolicy(options.policy ?? OPEN_POLICY);
  const rules = { policy, stockConnections: STOCK_CONNECTIONS };
  await using opening = new AsyncDisposableStack();
  const journal = opening.use(
    await openJournal(database, DEFAULT_JOURNAL_OPTIONS, { clock, ids: systemIds, log: silentLog }),
  );
  const deps = { database, journal, clock, ids: systemIds, log: silentLog };
  const projection = opening.use(await openProjection(rules, deps));
  const availability = createAvailabilityService({ policy }, { stock: projection, clock });
  const restating = opening.use(
    createRestating({ systems: options.restating ?? new Map(), renew: projection.renew, clock, log: silentLog }),
  );
  const current = createCurrentAnswers({ service: availability, restating, clock });
  const orders = opening.use(await openOrders({ policy }, deps));
  const onSellable = createDirtyMarker({ policy }, { clock });
  const opened = opening.use(
    await openReservations(rules, { ...deps, stock: projection, availability, current, onSellable }),
  );
  const intake = createIntake(
    { appliers: { orders: orders.applier, stock: createStockApplier(rules, { clock, onSellable }) } },
    deps,
  );
  const accept = (system: SystemKind, changes: readonly Change[]) =>
    intake.accept({
      system,
      connection: `${system}-main`,
      correlationId: systemIds.uuid(),
      observedAt: isoOf(clock.now()),
      watermark: { stream: 'all', value: isoOf(clock.now()), complete: true },
      changes,
      rejected: [],
    });
  const places = () => projection.world.places;
  const owned = opening.move();
  return {
    ...deps,
    ...opened,
    policy,
    availability,
    projection,
    accept,
    /** Sellable as everybody is told, when all that was committed has been followed. */
    sellable: async (sku: string, channel = 'web'): Promise<number | null> => {
      await projection.reached((await journal.head('availability')).position, AbortSignal.timeout(20_000));
      return availability.availability([sku], { channel })[0]?.sellable ?? null;
    },
    reserve: (input: Partial<ReserveInput> & Pick<ReserveInput, 'items'>, caller: Caller = GUEST) => {
      const asked = { idempotencyKey: systemIds.uuid(), context: { channel: 'web' }, ...input };
      const settled = reserveRequestOf(asked, { policy, places: places(), isItem: () => true });
      if (settled.errors !== null) throw new Error(JSON.stringify(settled.errors));
      return opened.reservations.reserve(settled.request, caller, 'test');
    },
    extend: (reservationId: string, ttlMs = 900_000, key = systemIds.uuid(), caller: Caller = GUEST) =>
      opened.reservations.extend({ key, reservationId, ttlMs }, caller, 'test'),
    release: (reservationId: string, key = systemIds.uuid(), caller: Caller = GUEST) =>
      opened.reservations.release({ key, reservationId, ttlMs: 900_000 }, caller, 'test'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** Items, places and what the warehouses have, all in touch; `shelves`: units by SKU and place. */
export const fill = async (shop: Shop, shelves: Readonly<Record<string, Readonly<Record<string, number>>>>) => {
  const codes = new Set(Object.values(shelves).flatMap((at) => Object.keys(at)));
  await shop.accept('erp', [
    ...Object.keys(shelves).map((sku) => variant(sku)),
    ...[...codes].map((code) => location(code, 'WAREHOUSE')),
  ]);
  const readings = Object.entries(shelves).flatMap(([sku, at]) =>
    Object.entries(at).map(([code, units]) => stock(sku, code, units, { asOf: isoOf(shop.clock.now()) })),
  );
  await shop.accept('wms', readings);
  await shop.accept('pos', []);
  await shop.projection.reached((await shop.journal.head('availability')).position, AbortSignal.timeout(20_000));
  await shop.projection.refreshContacts();
};

export const heldBy = ({ reservation }: ReservationResult): number =>
  reservation?.lines.reduce((sum, { held }) => sum + held, 0) ?? 0;

export const orderFor = (
  documentId: string,
  sku: string,
  ordered: number,
  more: Partial<OrderClaim> & { readonly locationCode?: string } = {},
): Change => {
  const { locationCode, ...claim } = more;
  return {
    kind: 'order-claim',
    documentType: 'sales-order',
    documentId,
    references: [{ scheme: 'channel', value: documentId }],
    sequence: '1',
    effectiveAt: '2026-03-02T09:00:00.000Z',
    rawStatus: 'confirmed',
    confirmed: true,
    channel: 'web',
    lines: [
      {
        lineRef: '1',
        items: [{ scheme: 'sku', value: sku }],
        ordered,
        method: 'SHIP_TO_HOME',
        ...(locationCode === undefined ? {} : { locationCode }),
      },
    ],
    ...claim,
  };
};
