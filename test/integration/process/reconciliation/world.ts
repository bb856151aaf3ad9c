/** The process layer with a reconciler, and systems that know their stock whether or not they tell of it. */
import type { Change } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { StockReading } from '#model/stock.ts';
import { Failure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { learntVelocity } from '#subgraphs/process/availability/rates.ts';
import { readExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { ProcessPolicyInput } from '#subgraphs/process/policy/schema.ts';
import { openReconciler, type Reconciler } from '#subgraphs/process/reconciliation/reconciler.ts';
import { type DriftFilter, readDrifts } from '#subgraphs/process/reconciliation/store.ts';
import { RECONCILIATION_MIGRATION } from '#subgraphs/process/reconciliation/tables.ts';
import type { AskRestatement, RestateCall } from '#subgraphs/process/systems/restate.ts';
import {
  location,
  openProcess,
  STOCK_CONNECTIONS,
  stock,
  type TestProcess,
  variant,
} from '#test/integration/process/intake/process.ts';
import type { TestDatabaseKind } from '#test/support/databases.ts';

export type Shelf = readonly [sku: string, code: string, onHand: number, more?: Partial<StockReading>];

export const OPEN: DriftFilter = {
  state: 'OPEN',
  minDifference: null,
  locationCode: null,
  sku: null,
  sinceAtMost: null,
  oversellRisk: null,
};

export type World = AsyncDisposable & {
  readonly process: TestProcess;
  /** Items and calls of every reading anew, per system. */
  readonly asked: { readonly system: SystemKind; readonly skus: readonly string[]; readonly call: RestateCall }[];
  /** What a system holds from now on, without a word about it. */
  holds(system: SystemKind, ...shelves: readonly Shelf[]): void;
  /** The same, told as an event. */
  tells(system: SystemKind, ...shelves: readonly Shelf[]): Promise<void>;
  /** Every system has just told all it had, which was nothing new. */
  heard(): Promise<void>;
  /** From now on the system cannot be read, or can again. */
  fails(system: SystemKind, failing: boolean): void;
  /** Called whenever a system is asked, before it answers. */
  onAsked: () => Promise<void>;
  /** One more replica's reconciler; the test calls its rounds. */
  reconciler(): Reconciler;
  drifts(filter?: Partial<DriftFilter>): ReturnType<typeof readDrifts>;
  /** Open exceptions of drifts. */
  exceptions(): ReturnType<typeof readExceptions>;
};

const SYSTEMS = ['erp', 'pos', 'wms'] as const;

const changesOf = (shelves: readonly Shelf[]): readonly Change[] =>
  shelves.map(([sku, code, onHand, more]) => stock(sku, code, onHand, more));

/** All systems have told all they have, the items and places included. */
export const openWorld = async (
  kind: TestDatabaseKind,
  given: { readonly skus: readonly string[]; readonly policy?: ProcessPolicyInput; readonly loaded?: boolean },
): Promise<World> => {
  await using opening = new AsyncDisposableStack();
  const process = opening.use(await openProcess(kind, { policy: given.policy ?? {} }));
  const { clock, database, policy, projection } = process;
  await migrate(database, [RECONCILIATION_MIGRATION]);
  await process.poll('erp', [...given.skus.map((sku) => variant(sku)), location('WH-NORD'), location('ST-BERLIN')]);
  if (given.loaded !== false) {
    const [sku = ''] = given.skus;
    for (const system of SYSTEMS) await process.poll(system, [stock(sku, 'ST-BERLIN', 3)]);
  }
  await process.caughtUp();

  const held = new Map<SystemKind, Map<string, Shelf>>();
  const failing = new Set<SystemKind>();
  const holds: World['holds'] = (system, ...shelves) => {
    const own = held.get(system) ?? new Map<string, Shelf>();
    for (const shelf of shelves) own.set(`${shelf[0]} ${shelf[1]}`, shelf);
    held.set(system, own);
  };
  const asked: World['asked'][number][] = [];
  const askOf =
    (system: SystemKind): AskRestatement =>
    async ({ skus }, call) => {
      asked.push({ system, skus, call });
      await world.onAsked();
      if (failing.has(system)) throw new Failure('UPSTREAM_UNAVAILABLE', `${system} is down`, { system });
      const known = [...(held.get(system)?.values() ?? [])].filter(([sku]) => skus.includes(sku));
      if (known.length > 0) await process.accept(system, changesOf(known));
      return { failed: [] };
    };

  const opened = opening.move();
  const world: World = {
    process,
    asked,
    holds,
    tells: async (system, ...shelves) => {
      holds(system, ...shelves);
      await process.accept(system, changesOf(shelves));
      await process.caughtUp();
    },
    heard: async () => {
      for (const system of SYSTEMS) await process.poll(system, []);
      await process.caughtUp();
    },
    fails: (system, isFailing) => {
      if (isFailing) failing.add(system);
      else failing.delete(system);
    },
    onAsked: () => Promise.resolve(),
    reconciler: () =>
      openReconciler(
        {
          policy,
          stockConnections: STOCK_CONNECTIONS,
          velocity: learntVelocity(policy, projection.item),
          lookEveryMs: 1_000_000_000,
        },
        {
          database,
          projection,
          systems: new Map(SYSTEMS.map((system) => [system, askOf(system)])),
          clock,
          ids: systemIds,
          log: silentLog,
        },
      ),
    drifts: (filter = {}) => readDrifts(database, { filter: { ...OPEN, ...filter }, after: null, limit: 100 }),
    exceptions: () =>
      readExceptions(database, {
        filter: { kinds: ['INVENTORY_EVENT'], states: ['OPEN'] },
        after: null,
        limit: 100,
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
  return world;
};
