/**
 * Holds for shoppers. A hold is one transaction over all its lines: the locks of its items, what may be sold as the
 * database has it then, the hold, and the word to everybody who follows. What may be held is what may be sold: no
 * answer from memory and no remote system decides it.
 */
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Database, Sql } from '#runtime/storage/database.ts';
import { bundleOf, expandItems, type Part } from '#subgraphs/process/availability/bundles.ts';
import type { ItemFacts } from '#subgraphs/process/availability/facts.ts';
import { type Attempt, once, type Work } from '#subgraphs/process/idempotency/once.ts';
import type { ChannelEntry } from '#subgraphs/process/intake/applier.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Facts, Ledger } from './ledger.ts';
import { type PickedUnits, planHolds, type WantedLine } from './plan.ts';
import { type ActionRequest, type ReserveRequest, wrong } from './request.ts';
import {
  asAt,
  type Decision,
  extended,
  type Reservation,
  type ReservationLine,
  type ReservationResult,
  released,
  type Shortage,
  type UserError,
} from './reservation.ts';
import { holdable } from './shelves.ts';
import { type HeldUnits, insertReservation, markExpired, readReservation, saveReservation } from './store.ts';

/** Whose holds a call may touch. */
export type Caller = {
  /** The channel that the caller stands for; '*' for all. */
  readonly channel: string;
  /** Hash of the customer's reference; null when the caller names none. */
  readonly customer: string | null;
};

export type ReservationOptions = { readonly policy: Pick<ProcessPolicy, 'bundles'> };
export type ReservationDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: Ids;
};

export type Reservations = {
  reserve(request: ReserveRequest, caller: Caller, correlationId: string): Promise<ReservationResult>;
  extend(request: ActionRequest, caller: Caller, correlationId: string): Promise<ReservationResult>;
  release(request: ActionRequest, caller: Caller, correlationId: string): Promise<ReservationResult>;
  /** As it is now; null when there is none that the caller may see. */
  read(id: string, caller: Caller): Promise<Reservation | null>;
};

export const refusal = (errors: readonly UserError[], shortages: readonly Shortage[] = []): ReservationResult => ({
  reservation: null,
  shortages,
  userErrors: errors,
});

/** Guests' holds have no customer: who has the unguessable id may act on them. */
const isVisible = (reservation: Reservation, { channel, customer }: Caller): boolean =>
  (channel === '*' || reservation.channel === channel) &&
  (customer === null || reservation.customer === null || reservation.customer === customer);

const linesOf = (items: readonly Part[], { bundles }: Pick<ProcessPolicy, 'bundles'>): readonly WantedLine[] =>
  items.map(({ sku, quantity }) => ({
    sku,
    quantity,
    parts: bundleOf(bundles, sku)?.components ?? [{ sku, quantity: 1 }],
  }));

const unitsOf = (lines: readonly WantedLine[], picks: readonly PickedUnits[]): readonly HeldUnits[] => {
  const units = new Map<string, HeldUnits>();
  for (const { line, code, quantity } of picks) {
    for (const part of lines[line]?.parts ?? []) {
      const key = JSON.stringify([part.sku, code]);
      const held = (units.get(key)?.quantity ?? 0) + quantity * part.quantity;
      units.set(key, { sku: part.sku, locationCode: code, quantity: held });
    }
  }
  return [...units.values()];
};

/** What became of each line: its parts by place, and the rest that could not be held. */
const outcomeOf = (lines: readonly WantedLine[], picks: readonly PickedUnits[], channel: string) => {
  const told: ReservationLine[] = [];
  const shortages: Shortage[] = [];
  for (const [index, { sku, quantity: requested }] of lines.entries()) {
    const own = picks.filter(({ line }) => line === index);
    for (const { code, quantity } of own) told.push({ sku, locationCode: code, requested: quantity, held: quantity });
    const fulfillable = own.reduce((sum, { quantity }) => sum + quantity, 0);
    const shortage = requested - fulfillable;
    if (shortage === 0) continue;
    told.push({ sku, locationCode: null, requested: shortage, held: 0 });
    shortages.push({ sku, requested, fulfillable, shortage, channel });
  }
  return { lines: told, shortages };
};

const outOfStock = (shortages: readonly Shortage[]): UserError => {
  const named = shortages.map(({ sku, requested, fulfillable }) => `${fulfillable} of ${requested} ${sku}`).join(', ');
  return wrong('OUT_OF_STOCK', `Nothing is held: there are only ${named}. Take less, or another item.`, 'items');
};

const expiredIn = (items: Iterable<ItemFacts>, nowMs: number): readonly string[] => [
  ...new Set(
    [...items].flatMap(({ holds }) =>
      holds.flatMap(({ reservationId, expiresAtMs }) => (expiresAtMs <= nowMs ? [reservationId] : [])),
    ),
  ),
];

/** The facts with what has just been written. */
const withHolds = (facts: Facts, { id, channel, expiresAt }: Reservation, units: readonly HeldUnits[]): Facts => {
  const items = new Map(facts.items);
  for (const { sku, locationCode, quantity } of units) {
    const item = items.get(sku);
    if (!item) continue;
    const hold = { reservationId: id, channel, locationCode, quantity, expiresAtMs: Date.parse(expiresAt) };
    items.set(sku, { ...item, holds: [...item.holds, hold] });
  }
  return { ...facts, items };
};

type Done = { readonly result: ReservationResult; readonly entries: readonly ChannelEntry[] };
const nothingDone = (result: ReservationResult): Done => ({ result, entries: [] });

export const createReservations = ({ policy }: ReservationOptions, deps: ReservationDeps): Reservations => {
  const { database, journal, ledger, clock, ids } = deps;

  const runOnce = async (attempt: Attempt, work: (tx: Sql) => Promise<Done>): Promise<ReservationResult> => {
    const outcome = await database.transaction((tx) =>
      once(tx, attempt, clock.now(), async (): Promise<Work<ReservationResult>> => {
        const { result, entries } = await work(tx);
        return { result, last: () => journal.append(tx, entries) };
      }),
    );
    if (outcome.kind === 'DONE') return outcome.result;
    const message = 'idempotencyKey: this key was used for another call. Use a new key for every attempt.';
    return refusal([wrong('IDEMPOTENCY_CONFLICT', message, 'idempotencyKey')]);
  };

  const attemptOf = (operation: string, key: string, caller: Caller, body: unknown): Attempt => ({
    scope: JSON.stringify(['reservation', caller.channel, caller.customer]),
    key,
    body: [operation, body],
  });

  const hold = async (tx: Sql, request: ReserveRequest, caller: Caller, correlationId: string): Promise<Done> => {
    const { items: asked, question } = request;
    const wanted = linesOf(asked, policy);
    const skus = [...new Set([...asked, ...expandItems(policy.bundles, asked)].map(({ sku }) => sku))];
    const locked = await ledger.lock(tx, skus);
    // Taken under the locks: whoever waited for them looks at the holds as they are then.
    const nowMs = clock.now();
    const facts = await ledger.read(tx, locked);
    const { items, rules, world } = facts;
    const known = skus.flatMap((sku) => items.get(sku) ?? []);
    const { shelves, limits, answers } = holdable(known, question, request.onlyAt, world, rules, nowMs);

    const totals = Map.groupBy(asked, ({ sku }) => sku);
    const tooMany = [...totals].flatMap(([sku, lines]) => {
      const limit = answers.get(sku)?.limitPerOrder ?? null;
      const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
      if (limit === null || units <= limit) return [];
      return [wrong('LIMIT_PER_ORDER', `One order may have ${limit} of ${sku}, not ${units}.`, 'items')];
    });
    if (tooMany.length > 0) return nothingDone(refusal(tooMany));

    const picks = planHolds(wanted, shelves, limits);
    const { lines, shortages } = outcomeOf(wanted, picks, question.channel);
    if (picks.length === 0 || (request.allOrNothing && shortages.length > 0))
      return nothingDone(refusal([outOfStock(shortages)], shortages));

    const expired = expiredIn(known, nowMs);
    if (expired.length > 0) await markExpired(tx, expired, nowMs);
    const units = unitsOf(wanted, picks);
    const reservation: Reservation = {
      id: `res_${ids.token(18)}`,
      channel: question.channel,
      customer: caller.customer,
      state: 'HELD',
      skus: [...new Set(units.map(({ sku }) => sku))].sort(),
      lines,
      expiresAt: isoOf(nowMs + request.ttlMs),
      orderId: null,
    };
    await insertReservation(tx, reservation, units, isoOf(nowMs));
    const entries = await ledger.tell(tx, locked, withHolds(facts, reservation, units), correlationId);
    return { result: { reservation, shortages, userErrors: [] }, entries };
  };

  const act = (
    operation: 'extend' | 'release',
    { key, reservationId, ttlMs }: ActionRequest,
    caller: Caller,
    correlationId: string,
    decide: (stored: Reservation, nowMs: number) => Decision,
  ): Promise<ReservationResult> =>
    runOnce(
      attemptOf(operation, key, caller, operation === 'extend' ? [reservationId, ttlMs] : [reservationId]),
      async (tx) => {
        const found = await readReservation(tx, reservationId);
        if (found === null || !isVisible(found, caller)) {
          const message = `reservationId: there is no reservation ${JSON.stringify(reservationId)}.`;
          return nothingDone(refusal([wrong('NOT_FOUND', message, 'reservationId')]));
        }
        const locked = await ledger.lock(tx, found.skus);
        const stored = await readReservation(tx, reservationId);
        if (stored === null)
          throw new Failure('INTERNAL', 'A reservation vanished while it was locked: send the call again.');
        const nowMs = clock.now();
        const { change, result } = decide(stored, nowMs);
        if (change === null) return nothingDone(result);
        await saveReservation(tx, change, isoOf(nowMs));
        return { result, entries: await ledger.tell(tx, locked, await ledger.read(tx, locked), correlationId) };
      },
    );

  return {
    reserve: (request, caller, correlationId) => {
      const { key, items, question, onlyAt, ttlMs, allOrNothing } = request;
      const places = onlyAt === null ? null : [...onlyAt].sort();
      const body = [items, question.channel, places, ttlMs, allOrNothing];
      return runOnce(attemptOf('reserve', key, caller, body), (tx) => hold(tx, request, caller, correlationId));
    },
    extend: (request, caller, correlationId) =>
      act('extend', request, caller, correlationId, (stored, nowMs) => extended(stored, request.ttlMs, nowMs)),
    release: (request, caller, correlationId) => act('release', request, caller, correlationId, released),
    read: async (id, caller) => {
      const found = await readReservation(database, id);
      return found !== null && isVisible(found, caller) ? asAt(found, clock.now()) : null;
    },
  };
};
