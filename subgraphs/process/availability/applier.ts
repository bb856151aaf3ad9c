/**
 * Stock's part of the intake transaction: newer readings replace older ones, and what channels may sell is worked out
 * again for every SKU whose numbers, supply, demand or rules changed.
 */
import type { LocationChange, StockChange, VariantChange } from '#model/change.ts';
import { type StockReading, supersedes } from '#model/stock.ts';
import { tags } from '#model/tags.ts';
import { isoOf } from '#runtime/clock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { Applier, ApplierContext } from '#subgraphs/process/intake/applier.ts';
import { readFeeds } from '#subgraphs/process/intake/feeds.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { applySupplies, suppliesOf } from '#subgraphs/process/promise/supplies.ts';
import { confirm, skusToConfirm } from '#subgraphs/process/reservation/store.ts';
import { type AnnouncerDeps, createAnnouncer } from './announce.ts';
import type { Velocity } from './assessment.ts';
import { contactsOf, withContact } from './contacts.ts';
import type { StockConnection, World } from './facts.ts';
import { type ChangedReading, learnFindings, learnSales } from './learning.ts';
import * as store from './store.ts';
import { touchedByDemand, touchedByStock } from './ties.ts';

export type StockApplierOptions = {
  readonly policy: ProcessPolicy;
  readonly stockConnections: readonly StockConnection[];
  readonly velocity?: Velocity;
};
export type StockApplierDeps = AnnouncerDeps;

const NUMBERS = [
  'onHand',
  'damaged',
  'qualityHold',
  'returnsPending',
  'reservedHard',
  'reservations',
  'inTransit',
  'basis',
] as const satisfies readonly (keyof StockReading)[];
const sameNumbers = (a: StockReading, b: StockReading): boolean => NUMBERS.every((field) => a[field] === b[field]);

const keyOf = ({ sku, locationCode, system }: store.ReadingKey): string => `${system}|${locationCode}|${sku}`;

/** The newest reading per SKU and place of the batch. */
const readingsOf = async ({ batch, crosswalk }: ApplierContext): Promise<readonly store.NewReading[]> => {
  const newest = new Map<string, store.NewReading>();
  for (const change of batch.changes) {
    if (change.kind !== 'stock') continue;
    const sku = await crosswalk.skuOf(change.items);
    if (sku === null) throw new Error('a stock change without a mapped item got past the intake');
    const { locationCode, reading } = change;
    const next = {
      sku,
      locationCode,
      system: batch.system,
      connection: batch.connection,
      receivedAt: batch.observedAt,
      reading,
    };
    const other = newest.get(keyOf(next));
    if (!other || supersedes(reading, other.reading)) newest.set(keyOf(next), next);
  }
  return [...newest.values()];
};

/** Sequences count within one account: a place that moves to another one is compared by time, or it would fall silent. */
const replaces = (next: store.StoredReading, current: store.StoredReading): boolean => {
  if (next.connection === current.connection) return supersedes(next.reading, current.reading);
  const { sequence: _, ...withoutSequence } = current.reading;
  return supersedes(next.reading, withoutSequence);
};

/** The very statement that is known, read again: nothing changed, but it holds for longer now. */
const confirms = (next: store.StoredReading, current: store.StoredReading): boolean =>
  next.connection === current.connection &&
  next.reading.sequence === current.reading.sequence &&
  sameNumbers(next.reading, current.reading) &&
  Date.parse(next.reading.asOf) >= Date.parse(current.reading.asOf);

/** Stores the readings that are newer than what is known. Returns how many, and those whose numbers changed. */
const applyReadings = async (
  tx: Sql,
  incoming: readonly store.NewReading[],
): Promise<{ readonly stored: number; readonly changed: readonly ChangedReading[] }> => {
  if (incoming.length === 0) return { stored: 0, changed: [] };
  const known = new Map((await store.readReadings(tx, incoming)).map((row) => [keyOf(row), row]));
  const newer = incoming.filter((next) => {
    const current = known.get(keyOf(next));
    return current === undefined || replaces(next, current) || confirms(next, current);
  });
  if (newer.length > 0) await store.saveReadings(tx, newer);
  const changed = newer.flatMap((next): readonly ChangedReading[] => {
    const { sku, locationCode, system, connection, reading: after } = next;
    const current = known.get(keyOf(next));
    if (current !== undefined && sameNumbers(after, current.reading)) return [];
    // What another account counted before is not what this one has sold since.
    const before = current?.connection === connection ? current.reading : null;
    return [{ sku, locationCode, system, before, after }];
  });
  return { stored: newer.length, changed };
};

/** Where an item lies is part of its answer, also where no channel can sell more or less of it. */
const numbersOf = (sku: string): readonly string[] => [tags.stock(sku), tags.availability(sku)];

const raiseUnknownPlaces = ({ batch, raise }: ApplierContext, world: World): void => {
  const codes = new Set(
    batch.changes.flatMap((change) =>
      change.kind === 'stock' && !world.places.has(change.locationCode) ? [change.locationCode] : [],
    ),
  );
  for (const code of codes) {
    const message = `There is stock at ${code}, but no system has told what ${code} is. The stock is kept and counted once the ERP has the location.`;
    raise({ kind: 'IDENTIFIER_UNMAPPED', nature: 'BUSINESS', subject: `location ${code}`, message });
  }
};

export const createStockApplier = (options: StockApplierOptions, deps: StockApplierDeps): Applier => {
  const { policy, stockConnections } = options;
  const announce = createAnnouncer(options, deps);

  const worldOf = async ({ tx, batch }: ApplierContext): Promise<World> => {
    const contacts = contactsOf(await readFeeds(tx), stockConnections);
    const proven = batch.changes.some(({ kind }) => kind === 'stock')
      ? withContact(contacts, batch, Date.parse(batch.observedAt))
      : contacts;
    return { places: await store.readPlaces(tx), contacts: proven };
  };

  return async (context, demandChanged, replacedHolds) => {
    const { tx, batch } = context;
    const of = <Kind extends 'variant' | 'location' | 'stock'>(kind: Kind) =>
      batch.changes.filter(
        (change): change is Extract<VariantChange | LocationChange | StockChange, { kind: Kind }> =>
          change.kind === kind,
      );
    const incoming = await readingsOf(context);
    const awaited = await suppliesOf(context);
    const places = of('location').map(({ code }) => code);
    const nowMs = deps.clock.now();
    const found = await learnFindings(context, isoOf(nowMs));
    const concerned = [
      ...found,
      ...(await skusToConfirm(tx, replacedHolds)),
      ...of('variant').map(({ variant }) => variant.sku),
      ...(places.length === 0 ? [] : await store.skusWithStockAt(tx, places)),
    ];
    const wanted = touchedByDemand(policy, demandChanged);
    const stated = [...incoming, ...awaited].map(({ sku }) => sku);
    const skus = [...new Set([...wanted, ...touchedByStock(policy, [...concerned, ...stated])])].sort();
    if (skus.length === 0) return { applied: 0, entries: [], demandChanged: [], touched: [] };

    const states = await store.lockSkus(tx, skus);
    await confirm(tx, replacedHolds, deps.clock.now());
    const { stored, changed } = await applyReadings(tx, incoming);
    const supplied = await applySupplies(tx, awaited);
    const renumbered = [...new Set([...changed.map(({ sku }) => sku), ...supplied.changed])];
    const touched = [...new Set([...wanted, ...touchedByStock(policy, [...concerned, ...renumbered])])].sort();
    const world = await worldOf(context);
    raiseUnknownPlaces(context, world);
    await learnSales(tx, { readings: changed, demandSkus: demandChanged, places: world.places, nowMs }, policy);
    const { correlationId } = batch;
    const items = touched.length === 0 ? [] : await store.readItems(tx, touched, (text) => text);
    const entries = items.length === 0 ? [] : await announce(tx, { items, world, states, correlationId });
    return { applied: stored + supplied.stored, entries, demandChanged: [], touched: renumbered.flatMap(numbersOf) };
  };
};
