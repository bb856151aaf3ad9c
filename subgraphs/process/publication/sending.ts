/** Sends what waits to one marketplace, call after call, and stores the outcome of every listing. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Database, Sql } from '#runtime/storage/database.ts';
import { type RaisedException, raiseExceptions, resolveExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { ListingQuantityResult, PublishQuantities } from '#subgraphs/process/systems/marketplace.ts';
import { createPace, type Pace } from './pace.ts';
import { publishedChannels, retryDelayMs } from './policy.ts';
import { agedPlaces } from './risk.ts';
import { acknowledge, type ClaimedPublication, type ListingKey, type Setback, setBack } from './row.ts';
import * as store from './store.ts';
import { isShort, type WorthRules, worthRulesOf } from './worth.ts';

/** How long a listing had not shown what it shall when the marketplace took its quantity. */
export type PublishedListing = { readonly marketplace: string; readonly lagMs: number };

export type SendingDeps = {
  readonly database: Database;
  readonly publish: PublishQuantities;
  /** Told of every acknowledged quantity. */
  readonly observe?: (published: PublishedListing) => void;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

/** Longer than a call may take, so that a row is not sent twice at once; short enough that a crash delays little. */
const LEASE_MS = 60_000;
/** How often it is looked whether more waits than can be sent. */
const BUDGET_LOOK_MS = 1_000;

/** The marketplace or our own governor said "not now": nothing was set, and nothing is wrong with the listing. */
const THROTTLES: ReadonlySet<string | null> = new Set(['UPSTREAM_RATE_LIMITED', 'LOAD_SHED']);

type Outcome = ClaimedPublication & { readonly result: ListingQuantityResult };

/** What this process has seen of a marketplace. */
type Market = { readonly pace: Pace; calls: number; lookedAtMs: number };

const NO_RESULT: ListingQuantityResult = { outcome: 'FAILED', code: null, message: 'no result', retryAfterMs: null };

const isTaken = ({ result }: Outcome): boolean => result.outcome === 'ACCEPTED' || result.outcome === 'SKIPPED';
const isThrottled = ({ result }: Outcome): boolean => result.outcome === 'FAILED' && THROTTLES.has(result.code);

const exceptionSubject = ({ marketplace, listingId }: ListingKey): string => `listing ${listingId} on ${marketplace}`;

export const createSending = ({ policy }: { readonly policy: ProcessPolicy }, deps: SendingDeps) => {
  const { database, clock, ids, log } = deps;
  const markets = new Map<string, Market>();

  const marketOf = (marketplace: string): Market => {
    const market = markets.get(marketplace) ?? { pace: createPace(), calls: 0, lookedAtMs: Number.NEGATIVE_INFINITY };
    markets.set(marketplace, market);
    return market;
  };

  const worthRules = (marketplace: string): WorthRules | null => {
    const published = publishedChannels(policy).find((entry) => entry.marketplace === marketplace);
    return published ? worthRulesOf(published.rules, policy.publication) : null;
  };

  /** Moves the rows of these outcomes on, under their locks; acknowledged are those without a setback. */
  const settle = (
    rows: readonly Outcome[],
    setbacks: ReadonlyMap<string, Setback>,
    then: (tx: Sql, at: string) => Promise<unknown>,
  ): Promise<void> =>
    database.transaction(async (tx) => {
      const at = isoOf(clock.now());
      const outcomes = new Map(rows.map((row) => [row.listingId, row]));
      const locked = await store.lockPublications(tx, rows);
      const next = locked.flatMap((row) => {
        const outcome = outcomes.get(row.listingId);
        if (!outcome) return [];
        const rules = worthRules(row.marketplace);
        const setback = setbacks.get(row.listingId);
        return [setback ? setBack(row, outcome, setback, rules, at) : acknowledge(row, outcome, rules, at)];
      });
      await store.savePublications(tx, next);
      await then(tx, at);
    });

  const saveTaken = async (rows: readonly Outcome[]): Promise<void> => {
    if (rows.length === 0) return;
    const recovered = rows
      .filter(({ attempts }) => attempts >= policy.publication.exceptionAfter)
      .map((row) => ({ kind: 'INVENTORY_EVENT' as const, system: 'marketplace', subject: exceptionSubject(row) }));
    await settle(rows, new Map(), (tx, at) => resolveExceptions(tx, recovered, at));
    const nowMs = clock.now();
    for (const { marketplace, dirtySince } of rows)
      deps.observe?.({ marketplace, lagMs: nowMs - Date.parse(dirtySince) });
  };

  const saveFailures = async (rows: readonly Outcome[], correlationId: string): Promise<void> => {
    if (rows.length === 0) return;
    const nowMs = clock.now();
    const setbacks = new Map(
      rows.map(({ attempts, listingId, result }) => {
        const backOffMs = retryDelayMs(attempts + 1, policy.publication, ids.random());
        const setback: Setback = {
          kind: result.outcome === 'REFUSED' ? 'REFUSED' : 'FAILED',
          error: result.message ?? 'no reason given',
          nextAttempt: isoOf(nowMs + Math.max(result.retryAfterMs ?? 0, backOffMs)),
        };
        return [listingId, setback] as const;
      }),
    );
    const hopeless = rows.flatMap((row): readonly RaisedException[] => {
      const setback = setbacks.get(row.listingId);
      if (!setback || row.attempts + 1 < policy.publication.exceptionAfter) return [];
      return [
        {
          kind: 'INVENTORY_EVENT',
          nature: setback.kind === 'REFUSED' ? 'BUSINESS' : 'TRANSIENT',
          system: 'marketplace',
          subject: exceptionSubject(row),
          message: `Quantity ${row.quantity} could not be published ${row.attempts + 1} times in a row: ${setback.error}`,
          correlationId,
          sku: row.sku,
          state: 'RETRYING',
          nextAttempt: setback.nextAttempt,
        },
      ];
    });
    await settle(rows, setbacks, (tx, at) => raiseExceptions(tx, hopeless, at, ids));
  };

  /** Nobody sends anything there until the marketplace may be asked again, and then what matters goes first. */
  const saveThrottled = async (marketplace: string, rows: readonly Outcome[]): Promise<void> => {
    if (rows.length === 0) return;
    const { retryFirstMs, reviewMs } = policy.publication;
    const waitMs = Math.max(...rows.map(({ result }) => result.retryAfterMs ?? retryFirstMs));
    const pausedUntilMs = clock.now() + waitMs;
    const pausedUntil = isoOf(pausedUntilMs);
    await store.pausePublication(database, marketplace, { pausedUntil, shortUntil: isoOf(pausedUntilMs + reviewMs) });
    const setbacks = new Map(
      rows.map(({ listingId, result }) => {
        const error = result.message ?? 'told to wait';
        return [listingId, { kind: 'THROTTLED', error, nextAttempt: pausedUntil } as const];
      }),
    );
    await settle(rows, setbacks, async () => undefined);
    log.info({ marketplace, listings: rows.length, waitMs }, 'a marketplace asks to wait; publication pauses there');
  };

  /** The outcome of every row of one call; a call that fails as a whole fails each of its rows. */
  const outcomesOf = async (
    marketplace: string,
    rows: readonly ClaimedPublication[],
    correlationId: string,
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> => {
    try {
      const results = await deps.publish(marketplace, rows, ids.uuid(), { signal, correlationId });
      return rows.map((row, index) => ({ ...row, result: results[index] ?? NO_RESULT }));
    } catch (error) {
      // Stopping is no failure of the listings: their lease runs out, and whoever is next takes them.
      if (signal.aborted) throw error;
      const message = error instanceof Error ? error.message : String(error);
      log.warn(
        { error: message, marketplace, listings: rows.length, correlationId },
        'publication failed; it is tried again',
      );
      const retryAfterMs = isFailure(error) ? (error.details.retryAfterMs ?? null) : null;
      const code = isFailure(error) ? error.code : null;
      return rows.map((row) => ({ ...row, result: { outcome: 'FAILED', code, message, retryAfterMs } }));
    }
  };

  /** Tells all replicas while more is worth a call than can be sent until the next review. */
  const lookAtBudget = async (marketplace: string): Promise<void> => {
    const nowMs = clock.now();
    const market = marketOf(marketplace);
    if (nowMs - market.lookedAtMs < BUDGET_LOOK_MS) return;
    market.lookedAtMs = nowMs;
    const { callsInFlight, reviewMs } = policy.publication;
    const pace = market.pace.listingsPerSecond(callsInFlight);
    if (pace === null || !isShort(await store.countWorthACall(database, marketplace), pace, reviewMs)) return;
    await store.pausePublication(database, marketplace, { pausedUntil: null, shortUntil: isoOf(nowMs + reviewMs) });
  };

  /** Several of these run side by side. Resolves when nothing is due, or `enough` says so. */
  return async (marketplace: string, signal: AbortSignal, enough: () => boolean): Promise<void> => {
    const market = marketOf(marketplace);
    while (!signal.aborted && !enough()) {
      await lookAtBudget(marketplace);
      const { itemsPerCall, smallChange } = policy.publication;
      const nowMs = clock.now();
      const rows = await store.claimPublications(database, {
        marketplace,
        places: itemsPerCall,
        aged: agedPlaces(market.calls, itemsPerCall),
        at: isoOf(nowMs),
        leasedUntil: isoOf(nowMs + LEASE_MS),
        lateBefore: isoOf(nowMs - smallChange.waitMs),
      });
      if (rows.length === 0) return;
      market.calls += 1;
      const correlationId = ids.uuid();
      const outcomes = await outcomesOf(marketplace, rows, correlationId, signal);
      const taken = outcomes.filter(isTaken);
      market.pace.note(taken.length, clock.now() - nowMs);
      await saveTaken(taken);
      await saveThrottled(marketplace, outcomes.filter(isThrottled));
      await saveFailures(
        outcomes.filter((outcome) => !isTaken(outcome) && !isThrottled(outcome)),
        correlationId,
      );
      // Nobody is there: the other rows keep for the next look instead of failing one after another.
      if (outcomes.every(({ result }) => result.outcome === 'FAILED')) return;
    }
  };
};
