/**
 * Finds where systems contradict each other: goes through the items in sweeps that never hurry, and looks again at what
 * is open. One replica does it at a time; whoever is next goes on where it stopped.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Database, Sql } from '#runtime/storage/database.ts';
import type { Velocity } from '#subgraphs/process/availability/assessment.ts';
import type { StockConnection } from '#subgraphs/process/availability/facts.ts';
import type { Projection } from '#subgraphs/process/availability/projection.ts';
import type { RestatingSystems } from '#subgraphs/process/availability/restating.ts';
import { readSkus } from '#subgraphs/process/availability/store.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { readinessOf } from '#subgraphs/process/publication/policy.ts';
import type { Verdict } from './drift.ts';
import { createFinder } from './finding.ts';
import { type Heat, hottest } from './hot.ts';
import { dueItems, nextStartMs, SWEEP_KINDS, type Sweep, type SweepKind } from './pace.ts';
import * as progress from './progress.ts';
import { type Findings, recordFindings } from './recording.ts';
import { heatOf } from './statements.ts';
import { readOpenSubjects } from './store.ts';

export type ReconcilerOptions = {
  readonly policy: ProcessPolicy;
  /** Nothing is swept before all of these have told all they have, and been heard since this start. */
  readonly stockConnections: readonly StockConnection[];
  /** Expected sales, which decide what counts as hot. */
  readonly velocity: Velocity;
  /** How often there is a round, in milliseconds. */
  readonly lookEveryMs?: number;
};
export type ReconcilerDeps = {
  readonly database: Database;
  readonly projection: Pick<Projection, 'item' | 'world' | 'renew'>;
  /** Systems that can be asked for their stock anew. */
  readonly systems: RestatingSystems;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type Reconciler = AsyncDisposable & {
  /** Looks again at what is open and goes on with the sweeps; resolves when what is due now has been done. */
  round(): Promise<void>;
};

const LOOK_EVERY_MS = 30_000;
/** Longer than one step takes, and renewed with every step. */
const LEASE_MS = 60_000;
/** Few, because every one of them is read at all its places. */
const ITEMS_PER_STEP = 10;
const STEPS_PER_ROUND = 20;
/** In an outage the items due are tried this often before the sweep leaves them to the next one. */
const MAX_ATTEMPTS = 3;
const ITEMS_PER_PAGE = 500;
/** Beyond these, the next sweep is what looks again. */
const MAX_UNSETTLED = 5_000;

const NOTHING: Findings = { verdicts: [], corrections: [] };

export const openReconciler = (options: ReconcilerOptions, deps: ReconcilerDeps): Reconciler => {
  const { policy, stockConnections, velocity } = options;
  const { database, projection, clock, ids } = deps;
  const log = deps.log.child({ part: 'reconciliation' });
  const finder = createFinder({ policy }, { ...deps, log });
  const holder = ids.uuid();
  const startedAtMs = clock.now();
  const stop = new AbortController();

  const keepLease = (sql: Sql): Promise<boolean> =>
    progress.takeLease(sql, holder, clock.now(), clock.now() + LEASE_MS);

  /** Items whose systems differ, but so lately that they may still follow each other: looked at again until they are settled. */
  const unsettled = new Set<string>();
  const noteUnsettled = (verdicts: readonly Verdict[]): void => {
    const stock = verdicts.filter(({ subject }) => subject.kind === 'stock');
    for (const { subject } of stock) unsettled.delete(subject.sku);
    for (const { kind, subject } of stock) {
      if (kind === 'UNSETTLED' && unsettled.size < MAX_UNSETTLED) unsettled.add(subject.sku);
    }
  };

  /** Stores what was found together with how far the sweep is; false when another replica sweeps by now. */
  const record = (findings: Findings, correlationId: string, sweep?: Sweep): Promise<boolean> => {
    noteUnsettled(findings.verdicts);
    return database.transaction(async (tx) => {
      if (!(await keepLease(tx))) return false;
      const { exceptionAboveValue } = policy.reconciliation;
      await recordFindings(tx, findings, { nowMs: clock.now(), ids, correlationId, exceptionAboveValue });
      if (sweep) await progress.saveSweep(tx, sweep);
      return true;
    });
  };

  const hotItems = async (): Promise<readonly string[]> => {
    const heats: Heat[] = [];
    let page = await readSkus(database, '', ITEMS_PER_PAGE);
    while (page.length > 0) {
      const items = page.flatMap((sku) => projection.item(sku) ?? []);
      heats.push(...items.map((item) => heatOf(item, projection.world.places, velocity)));
      page = await readSkus(database, page.at(-1) ?? '', ITEMS_PER_PAGE);
    }
    return hottest(heats, policy.reconciliation.hotItems);
  };

  const begin = async (kind: SweepKind, startedMs: number): Promise<Sweep | null> => {
    const skus = kind === 'HOT' ? await hotItems() : null;
    const total = skus?.length ?? (await progress.countItems(database));
    const sweep: Sweep = { kind, startedMs, finishedMs: null, total, done: 0, skus, cursor: '', attempts: 0 };
    return (await record(NOTHING, ids.uuid(), sweep)) ? sweep : null;
  };

  const nextItems = async ({ skus, done, cursor }: Sweep, limit: number): Promise<readonly string[]> =>
    skus === null ? readSkus(database, cursor, limit) : skus.slice(done, done + limit);

  /** Looks at the next items, `asked` of them. Null: the round ends here. */
  const step = async (sweep: Sweep, asked: number): Promise<Sweep | null> => {
    const correlationId = ids.uuid();
    const skus = await nextItems(sweep, asked);
    const { complete, ...findings } =
      skus.length === 0 ? { complete: true, ...NOTHING } : await finder.find(skus, correlationId, stop.signal);
    const isTriedAgain = !complete && sweep.attempts + 1 < MAX_ATTEMPTS;
    const next: Sweep = isTriedAgain
      ? { ...sweep, attempts: sweep.attempts + 1 }
      : {
          ...sweep,
          done: sweep.done + skus.length,
          cursor: skus.at(-1) ?? sweep.cursor,
          finishedMs: skus.length < asked ? clock.now() : null,
          attempts: 0,
        };
    const isRecorded = await record(findings, correlationId, next);
    return isRecorded && complete && next.finishedMs === null ? next : null;
  };

  const sweepOn = async (kind: SweepKind, known: Sweep | undefined): Promise<void> => {
    const everyMs = policy.reconciliation.sweepEveryMs[kind];
    const startMs = nextStartMs(known, everyMs, clock.now());
    let sweep = startMs === null ? (known ?? null) : await begin(kind, startMs);
    for (let steps = 0; sweep !== null && sweep.finishedMs === null && steps < STEPS_PER_ROUND; steps += 1) {
      const due = Math.min(ITEMS_PER_STEP, dueItems(sweep, everyMs, clock.now()));
      if (due <= 0) return;
      sweep = await step(sweep, due);
    }
  };

  /** Before systems have told what happened while we were down, reading anew would find it all missed. */
  const isReady = (): boolean =>
    readinessOf(projection.world.contacts, stockConnections, {
      startedAtMs,
      nowMs: clock.now(),
      graceMs: policy.publication.startGraceMs,
    }).state === 'ready';

  const work = async (): Promise<void> => {
    if (!(await keepLease(database))) return;
    const again = await finder.lookAgain(await readOpenSubjects(database), [...unsettled]);
    const isMine = await record(again, ids.uuid());
    if (!isMine || !isReady()) return;
    const sweeps = await progress.readSweeps(database);
    for (const kind of SWEEP_KINDS) {
      const known = sweeps.find((sweep) => sweep.kind === kind);
      await sweepOn(kind, known);
    }
  };

  let running: Promise<void> | null = null;
  const round = (): Promise<void> => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
  const stopLooking = clock.every(options.lookEveryMs ?? LOOK_EVERY_MS, () => {
    round().catch((error: Error) => {
      if (!stop.signal.aborted)
        log.warn({ error: error.message }, 'a round broke off; the next one goes on from there');
    });
  });

  return {
    round,
    [Symbol.asyncDispose]: async () => {
      stopLooking();
      stop.abort(new Error('reconciliation stops'));
      await running?.catch(() => undefined);
      await progress.releaseLease(database, holder, clock.now());
    },
  };
};
