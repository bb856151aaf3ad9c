/**
 * Keeps every listing at what its channel may sell. Work is rows, not memory: a row stays dirty until the marketplace
 * has acknowledged, so a crash or a restart forgets nothing, and any number of changes before a call become one.
 */
import type { StockConnection } from '#subgraphs/process/availability/facts.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { publishedChannels, type Readiness, readinessOf } from './policy.ts';
import { createReview, type ReviewingDeps } from './reviewing.ts';
import { createSending, type SendingDeps } from './sending.ts';

export type PublisherOptions = {
  readonly policy: ProcessPolicy;
  readonly stockConnections: readonly StockConnection[];
  /** How often dirty rows are looked for, in milliseconds. */
  readonly lookEveryMs?: number;
};
export type PublisherDeps = ReviewingDeps & SendingDeps;

export type Publisher = AsyncDisposable & {
  /** Whether it publishes, and if not, what it waits for. */
  readiness(): Readiness;
  /**
   * Looks for work now; resolves when what was due then has been sent and its outcome stored, or when it is time for
   * another review: a long queue must not keep quantities from shrinking.
   */
  round(): Promise<void>;
};

const LOOK_EVERY_MS = 500;

export const openPublisher = (options: PublisherOptions, deps: PublisherDeps): Publisher => {
  const { policy, stockConnections } = options;
  const { projection, clock } = deps;
  const log = deps.log.child({ part: 'publication' });
  const review = createReview({ policy }, deps);
  const send = createSending({ policy }, { ...deps, log });
  const startedAtMs = clock.now();
  const stop = new AbortController();
  let reviewedAtMs: number | null = null;
  let lastState: Readiness['state'] | null = null;

  const readiness = (): Readiness =>
    readinessOf(projection.world.contacts, stockConnections, {
      startedAtMs,
      nowMs: clock.now(),
      graceMs: policy.publication.startGraceMs,
    });

  const reviewIsDue = (): boolean => reviewedAtMs === null || clock.now() - reviewedAtMs >= policy.publication.reviewMs;

  const work = async (): Promise<void> => {
    const channels = publishedChannels(policy);
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
      reviewedAtMs = null;
    }
    if (ready.state !== 'ready') return;
    if (reviewIsDue()) {
      await review(stop.signal);
      reviewedAtMs = clock.now();
    }
    const lanes = channels.flatMap(({ marketplace }) =>
      Array.from({ length: policy.publication.callsInFlight }, () => send(marketplace, stop.signal, reviewIsDue)),
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
