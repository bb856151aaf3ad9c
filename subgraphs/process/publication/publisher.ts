/**
 * Keeps every listing at what its channel may sell. Work is rows, not memory: a row stays dirty until the marketplace
 * has acknowledged, so a crash or a restart forgets nothing, and any number of changes before a call become one.
 */
import { type Clock, isoOf } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { AVAILABILITY_CHANNEL } from '#subgraphs/process/availability/announce.ts';
import type { StockConnection } from '#subgraphs/process/availability/facts.ts';
import type { Projection } from '#subgraphs/process/availability/projection.ts';
import type { AvailabilityService } from '#subgraphs/process/availability/service.ts';
import { raiseExceptions, resolveExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { ListingQuantityResult, PublishQuantities } from '#subgraphs/process/systems/marketplace.ts';
import {
  believesMarketplace,
  desiredQuantity,
  type PublishedChannel,
  publishedChannels,
  type Readiness,
  readinessOf,
  retryDelayMs,
} from './policy.ts';
import * as store from './store.ts';

export type PublisherOptions = {
  readonly policy: ProcessPolicy;
  readonly stockConnections: readonly StockConnection[];
  /** How often dirty rows are looked for, in milliseconds. */
  readonly lookEveryMs?: number;
};
export type PublisherDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly projection: Projection;
  readonly service: AvailabilityService;
  readonly publish: PublishQuantities;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type Publisher = AsyncDisposable & {
  /** Whether it publishes, and if not, what it waits for. */
  readiness(): Readiness;
  /** Looks for work now; resolves when what was due then has been sent and its outcome stored. */
  round(): Promise<void>;
};

const LOOK_EVERY_MS = 500;
/** Longer than a call may take, so that a row is not sent twice at once; short enough that a crash delays little. */
const LEASE_MS = 60_000;

const exceptionSubject = ({ marketplace, listingId }: store.ListingKey): string =>
  `listing ${listingId} on ${marketplace}`;

export const openPublisher = (options: PublisherOptions, deps: PublisherDeps): Publisher => {
  const { policy, stockConnections } = options;
  const { database, journal, projection, service, clock, ids } = deps;
  const rules = policy.publication;
  const log = deps.log.child({ part: 'publication' });
  const channels = publishedChannels(policy);
  const startedAtMs = clock.now();
  const stop = new AbortController();
  let lastReviewMs: number | null = null;
  let lastState: Readiness['state'] | null = null;

  const readiness = (): Readiness =>
    readinessOf(projection.world.contacts, stockConnections, {
      startedAtMs,
      nowMs: clock.now(),
      graceMs: rules.startGraceMs,
    });

  const reviewed = (
    row: store.PublicationRow,
    { channel, rules: channelRules }: PublishedChannel,
  ): store.Reviewed | null => {
    const answer = service.answer(row.sku, service.settle({ channel }));
    const desired = answer ? desiredQuantity(answer.sellable, channelRules) : null;
    const driftSinceMs = row.driftSince === null ? null : Date.parse(row.driftSince);
    const believed = believesMarketplace({ ...row, driftSinceMs }, clock.now(), rules.settleMs);
    const published = believed ? row.shown : row.published;
    const wanted = desired ?? row.desired;
    if (wanted === null) return null;
    const settled = row.desired === wanted && !believed && row.dirty === (wanted !== published);
    return settled
      ? null
      : {
          marketplace: row.marketplace,
          listingId: row.listingId,
          wasDesired: row.desired,
          desired: wanted,
          published: row.shown,
          believed,
        };
  };

  /**
   * Compares every listing with what its channel may sell now: time alone changes answers, and marketplaces change
   * quantities. The rows are read before the projection catches up, so a newer mark than ours is never overwritten.
   */
  const review = async (): Promise<void> => {
    for (const published of channels) {
      const rows = await store.readPublications(database, published.marketplace);
      await projection.reached((await journal.head(AVAILABILITY_CHANNEL)).position, stop.signal);
      const verdicts = rows.flatMap((row) => reviewed(row, published) ?? []);
      if (verdicts.length > 0) await store.saveReview(database, verdicts, isoOf(clock.now()));
    }
    lastReviewMs = clock.now();
  };

  const saveFailures = async (
    failed: readonly (store.ClaimedPublication & ListingQuantityResult)[],
    correlationId: string,
  ): Promise<void> => {
    const nowMs = clock.now();
    const rows = failed.map((row) => {
      const delayMs = Math.max(row.retryAfterMs ?? 0, retryDelayMs(row.attempts + 1, rules, ids.random()));
      return { ...row, nextAttempt: isoOf(nowMs + delayMs), error: row.message ?? 'no reason given' };
    });
    const hopeless = rows.filter(({ attempts }) => attempts + 1 >= rules.exceptionAfter);
    await database.transaction(async (tx) => {
      await store.saveFailed(tx, rows);
      await raiseExceptions(
        tx,
        hopeless.map((row) => ({
          kind: 'INVENTORY_EVENT',
          nature: row.outcome === 'REFUSED' ? 'BUSINESS' : 'TRANSIENT',
          system: 'marketplace',
          subject: exceptionSubject(row),
          message: `Quantity ${row.quantity} could not be published ${row.attempts + 1} times in a row: ${row.error}`,
          correlationId,
          sku: row.sku,
          state: 'RETRYING',
          nextAttempt: row.nextAttempt,
        })),
        isoOf(nowMs),
        ids,
      );
    });
  };

  const saveAcknowledged = (rows: readonly store.ClaimedPublication[]): Promise<void> =>
    database.transaction(async (tx) => {
      const at = isoOf(clock.now());
      await store.saveAcknowledged(tx, rows, at);
      const recovered = rows.filter(({ attempts }) => attempts >= rules.exceptionAfter);
      await resolveExceptions(
        tx,
        recovered.map((row) => ({ kind: 'INVENTORY_EVENT', system: 'marketplace', subject: exceptionSubject(row) })),
        at,
      );
    });

  /** The outcome of every row of one call; a call that fails as a whole fails each of its rows. */
  const outcomesOf = async (
    marketplace: string,
    rows: readonly store.ClaimedPublication[],
    correlationId: string,
  ): Promise<readonly ListingQuantityResult[]> => {
    try {
      return await deps.publish(marketplace, rows, ids.uuid(), { signal: stop.signal, correlationId });
    } catch (error) {
      // Stopping is no failure of the listings: their lease runs out, and whoever is next takes them.
      if (stop.signal.aborted) throw error;
      const message = error instanceof Error ? error.message : String(error);
      log.warn(
        { error: message, marketplace, listings: rows.length, correlationId },
        'publication failed; it is tried again',
      );
      const retryAfterMs = isFailure(error) ? (error.details.retryAfterMs ?? null) : null;
      const code = isFailure(error) ? error.code : null;
      return rows.map(() => ({ outcome: 'FAILED', code, message, retryAfterMs }));
    }
  };

  /** One call after another until nothing is due; several of these run side by side. */
  const drain = async (marketplace: string): Promise<void> => {
    while (!stop.signal.aborted) {
      const nowMs = clock.now();
      const rows = await store.claimDirty(
        database,
        marketplace,
        rules.itemsPerCall,
        isoOf(nowMs),
        isoOf(nowMs + LEASE_MS),
      );
      if (rows.length === 0) return;
      const correlationId = ids.uuid();
      const outcomes = await outcomesOf(marketplace, rows, correlationId);
      const results = rows.map((row, index) => ({
        ...row,
        ...(outcomes[index] ?? { outcome: 'FAILED' as const, code: null, message: 'no result', retryAfterMs: null }),
      }));
      const done = results.filter(({ outcome }) => outcome === 'ACCEPTED' || outcome === 'SKIPPED');
      await saveAcknowledged(done);
      await saveFailures(
        results.filter(({ outcome }) => outcome === 'REFUSED' || outcome === 'FAILED'),
        correlationId,
      );
      // Nobody is there: the other rows keep for the next look instead of failing one after another.
      if (results.every(({ outcome }) => outcome === 'FAILED')) return;
    }
  };

  const work = async (): Promise<void> => {
    if (channels.length === 0) return;
    const ready = readiness();
    if (ready.state !== lastState) {
      const waitsFor = ready.state === 'ready' ? [] : ready.connections;
      log.info(
        { state: ready.state, waitsFor },
        ready.state === 'ready' ? 'publishing quantities' : 'publishing nothing yet',
      );
      lastState = ready.state;
      // What was marked dirty while stock was still loading was worked out from a part of it: look again first.
      lastReviewMs = null;
    }
    if (ready.state !== 'ready') return;
    if (lastReviewMs === null || clock.now() - lastReviewMs >= rules.reviewMs) await review();
    const lanes = channels.flatMap(({ marketplace }) =>
      Array.from({ length: rules.callsInFlight }, () => drain(marketplace)),
    );
    await Promise.all(lanes);
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
        log.warn({ error: error.message }, 'a round of publication broke off; dirty rows are kept for the next');
    });
  });

  return {
    readiness,
    round,
    [Symbol.asyncDispose]: async () => {
      stopLooking();
      stop.abort(new Error('publication stops'));
      await running?.catch(() => undefined);
    },
  };
};
