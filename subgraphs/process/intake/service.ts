/**
 * The one way in for everything that a system says: one batch, one transaction, and a receipt only after its commit.
 *
 * Names come first, because they decide what the rest of the batch means; the journal comes last, because its head row
 * is what all writers meet at.
 */
import type {
  ChangeBatch,
  DeliveryKey,
  IntakeOutcome,
  IntakeReceipt,
  LocationChange,
  VariantChange,
} from '#model/change.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Log } from '#runtime/log.ts';
import type { Database, Sql } from '#runtime/storage/database.ts';
import { answerTags, changesEntries } from '#subgraphs/process/changes/entry.ts';
import { type RaisedException, raiseExceptions, resolveExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { Applied, Applier, ApplierContext, ChannelEntry, ReplacedHold } from './applier.ts';
import { createCrosswalk, type LoadedCrosswalk } from './crosswalk.ts';
import { hasDelivery, readWatermark, recordContact, recordDelivery } from './feeds.ts';
import { applyLocations } from './locations.ts';
import { withMappedItems } from './mapping.ts';
import { type ParkedChange, park, releaseParked, type Waiting } from './parking.ts';
import { isOfTheData, withoutPoison } from './poison.ts';
import { applyVariants } from './variants.ts';

export type IntakeOptions = {
  readonly appliers: {
    readonly orders: Applier;
    readonly stock: Applier;
    /** Runs after stock, so that listings are locked behind the items they belong to. */
    readonly listings?: Applier;
  };
};
export type IntakeDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type Intake = {
  accept(batch: ChangeBatch): Promise<IntakeReceipt>;
  /** Whether exactly this delivery has been committed before. */
  hasTaken(connection: string, delivery: DeliveryKey): Promise<boolean>;
  /** Where the next poll of the stream starts, or null before the first. */
  watermark(connection: string, stream: string): Promise<string | null>;
};

/** What the batch's orders want of stock. */
type Demanded = { readonly skus: readonly string[]; readonly holds: readonly ReplacedHold[] };
const NOTHING_DEMANDED: Demanded = { skus: [], holds: [] };

/** Any constant will do, as long as all replicas use the same. */
const NAMES_LOCK = 7_261_002;

type Raised = RaisedException & { readonly waiting?: Waiting };
type Transaction = {
  readonly tx: Sql;
  readonly crosswalk: LoadedCrosswalk;
  readonly at: string;
  readonly raised: Raised[];
  readonly entries: ChannelEntry[];
  /** Tags of what the batch really changed. */
  readonly touched: string[];
};

/**
 * Batches that change what names mean run alone; all others run side by side. Without this, a change could be parked
 * in the very moment in which its mapping commits unseen, and would wait for ever.
 */
const lockNames = (tx: Sql, batch: ChangeBatch): Promise<unknown> => {
  const changesNames = batch.changes.some(({ kind }) => kind === 'variant' || kind === 'location');
  return tx.query(`select pg_advisory_xact_lock${changesNames ? '' : '_shared'}(${NAMES_LOCK})`);
};

const raiserFor =
  ({ raised }: Transaction, batch: ChangeBatch): ApplierContext['raise'] =>
  (exception, change) => {
    const { system, connection, correlationId, observedAt } = batch;
    const origin = { system, connection, correlationId, observedAt };
    const waiting = change && { ...origin, change, exceptionKind: exception.kind, exceptionSubject: exception.subject };
    raised.push({ ...exception, system, correlationId, ...(waiting ? { waiting } : {}) });
  };

/** Master data of the batch, with what it sets free: changes of any system that waited for a name. */
const applyMasterData = async (transaction: Transaction, batch: ChangeBatch) => {
  const { tx, at, raised, entries, touched } = transaction;
  const { correlationId, system } = batch;
  const variants = batch.changes.filter((change): change is VariantChange => change.kind === 'variant');
  const locations = batch.changes.filter((change): change is LocationChange => change.kind === 'location');
  const named = await applyVariants(tx, variants, system, at);
  const placed = await applyLocations(tx, locations, system, correlationId);
  entries.push(...placed.entries);
  touched.push(...named.touched, ...placed.touched);
  raised.push(...named.conflicts.map((conflict) => ({ ...conflict, system, correlationId })));
  await resolveExceptions(
    tx,
    named.conflictsGone.map((subject) => ({ kind: 'DUPLICATE_SUSPECT', system, subject })),
    at,
  );
  const places = placed.changed.map(
    ({ code }) => ({ kind: 'IDENTIFIER_UNMAPPED', subject: `location ${code}` }) as const,
  );
  const systems = ['erp', 'pos', 'wms', 'marketplace'] as const;
  await resolveExceptions(
    tx,
    places.flatMap((place) => systems.map((teller) => ({ ...place, system: teller }))),
    at,
  );
  return {
    changed: [...named.changed, ...placed.changed],
    released: await releaseParked(tx, named.namesChanged, at),
  };
};

/** Parked changes go on as what they were: the words of their own system, at their own time. */
const batchesOf = (released: readonly ParkedChange[]): readonly ChangeBatch[] =>
  [
    ...Map.groupBy(released, ({ connection, correlationId }) => JSON.stringify([connection, correlationId])).values(),
  ].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { system, connection, correlationId, observedAt } = first;
    return [
      { system, connection, correlationId, observedAt, changes: group.map(({ change }) => change), rejected: [] },
    ];
  });

const record = async (transaction: Transaction, ids: Ids): Promise<void> => {
  const { tx, crosswalk, at, raised } = transaction;
  await park(
    tx,
    raised.flatMap(({ waiting }) => waiting ?? []),
    crosswalk,
  );
  await raiseExceptions(
    tx,
    raised.map(({ waiting: _waiting, ...exception }) => exception),
    at,
    ids,
  );
};

export const createIntake = (options: IntakeOptions, deps: IntakeDeps): Intake => {
  const { orders, stock, listings } = options.appliers;

  const applyBatch = async (
    tx: Sql,
    batch: ChangeBatch,
  ): Promise<{ readonly applied: number; readonly exceptions: number }> => {
    const crosswalk = createCrosswalk(tx);
    const transaction: Transaction = {
      tx,
      crosswalk,
      at: isoOf(deps.clock.now()),
      raised: [],
      entries: [],
      touched: [],
    };
    const rejected = batch.rejected.map((entry) => ({
      ...entry,
      nature: 'BUSINESS' as const,
      system: batch.system,
      correlationId: batch.correlationId,
    }));
    transaction.raised.push(...rejected);

    const master = await applyMasterData(transaction, batch);
    const others = batch.changes.filter(({ kind }) => kind !== 'variant' && kind !== 'location');
    const batches = [...batchesOf(master.released), { ...batch, changes: [...master.changed, ...others] }];
    await crosswalk.prefetch(batches.flatMap(({ changes }) => changes));

    const contexts: ApplierContext[] = [];
    for (const source of batches) {
      const raise = raiserFor(transaction, source);
      const changes = await withMappedItems(source.changes, crosswalk, raise);
      contexts.push({ tx, batch: { ...source, changes }, crosswalk, raise });
    }

    const applyAll = async (applier: Applier, demandOf: (index: number) => Demanded): Promise<readonly Applied[]> => {
      const all: Applied[] = [];
      for (const [index, context] of contexts.entries()) {
        const { skus, holds } = demandOf(index);
        all.push(await applier(context, skus, holds));
      }
      transaction.entries.push(...all.flatMap(({ entries }) => entries));
      transaction.touched.push(...all.flatMap(({ touched }) => touched));
      return all;
    };
    const ordered = await applyAll(orders, () => NOTHING_DEMANDED);
    const demand: Demanded = {
      skus: [...new Set(ordered.flatMap(({ demandChanged }) => demandChanged))],
      holds: ordered.flatMap(({ replacedHolds }) => replacedHolds ?? []),
    };
    // Demand is weighed once, with the batch itself, after everything that was released has been applied.
    const stocked = await applyAll(stock, (index) => (index === contexts.length - 1 ? demand : NOTHING_DEMANDED));
    const listed = listings ? await applyAll(listings, () => NOTHING_DEMANDED) : [];

    await record(transaction, deps.ids);
    await recordContact(tx, batch);
    await deps.journal.append(tx, [
      ...transaction.entries,
      ...changesEntries([...transaction.touched, ...answerTags(transaction.entries)], batch.correlationId),
    ]);
    const applied = [...ordered, ...stocked, ...listed].reduce((sum, part) => sum + part.applied, 0);
    return { applied: applied + master.changed.length, exceptions: transaction.raised.length };
  };

  const acceptWhole = (batch: ChangeBatch): Promise<IntakeReceipt> =>
    deps.database.transaction(async (tx) => {
      const outcome: IntakeOutcome = await recordDelivery(tx, batch, isoOf(deps.clock.now()));
      if (outcome === 'DUPLICATE') return { outcome, applied: 0, exceptions: 0 };
      await lockNames(tx, batch);
      return { outcome, ...(await applyBatch(tx, batch)) };
    });

  /** Applies these statements of a batch and takes everything back. */
  const attempt = async (batch: ChangeBatch, changes: ChangeBatch['changes']): Promise<void> => {
    const { delivery: _delivery, watermark: _watermark, ...rest } = batch;
    const taken = new Error('taken back');
    await deps.database
      .transaction(async (tx) => {
        await lockNames(tx, batch);
        await applyBatch(tx, { ...rest, changes, rejected: [] });
        throw taken;
      })
      .catch((error: unknown) => {
        if (error !== taken) throw error;
      });
  };

  return {
    accept: async (batch) => {
      try {
        return await acceptWhole(batch);
      } catch (error) {
        if (!isOfTheData(error)) throw error;
        const rest = await withoutPoison(batch, (changes) => attempt(batch, changes));
        if (rest === null) throw error;
        const { connection, correlationId } = batch;
        const left = batch.changes.length - rest.changes.length;
        deps.log.warn({ connection, correlationId, left, error: String(error) }, 'statements were left out of a batch');
        return acceptWhole(rest);
      }
    },
    hasTaken: (connection, delivery) => hasDelivery(deps.database, connection, delivery),
    watermark: (connection, stream) => readWatermark(deps.database, connection, stream),
  };
};
