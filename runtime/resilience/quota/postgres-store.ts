/**
 * Quotas shared by replicas: one row per quota, reckoned with by one replica at a time, by the database's clock. What
 * waits in one process for the same quota is reckoned in one transaction.
 *
 * Without the database each replica goes on apart with its share, so that together they keep to the rate.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { type Apart, comeBack, goneApart } from './apart.ts';
import { runAll, type Waiting, waitingStep } from './combined-steps.ts';
import { QUOTA_MIGRATION, type Seen, updateRow } from './quota-row.ts';
import type { QuotaStore } from './store.ts';

export type PostgresQuotaOptions = {
  readonly database: Database;
  /** Names this process among all that use the quotas. */
  readonly replica: string;
};

/** A step that gets no answer for so long is reckoned apart. */
const ANSWER_MS = 500;
const FIRST_ANSWER_MS = 5_000;
const RETRY_MS = 1_000;
/** The share of a replica that never saw another one: there may be one that it did not see. */
const FEWEST_HOLDERS = 2;

type Line = { waiting: Waiting[]; running: boolean; seen: Seen | null; apart: Apart | null };

export const openPostgresQuotaStore = async (
  options: PostgresQuotaOptions,
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<QuotaStore & AsyncDisposable> => {
  const { database, replica } = options;
  const { clock, log } = deps;
  const closing = new AbortController();
  const lines = new Map<string, Line>();
  let reachable = true;
  /** The database's time minus ours, as last seen. */
  let aheadMs = 0;

  const answered = async <T>(work: Promise<T>, withinMs: number): Promise<T> => {
    const answer = new AbortController();
    const late = clock.delay(withinMs, answer.signal).then(() => {
      throw new Error(`the database did not answer within ${withinMs} ms`);
    });
    late.catch(() => undefined);
    try {
      return await Promise.race([work, late]);
    } finally {
      answer.abort();
    }
  };

  const prepare = (withinMs: number): Promise<void> => answered(migrate(database, [QUOTA_MIGRATION]), withinMs);

  const lost = async (error: unknown): Promise<void> => {
    if (!reachable) return;
    reachable = false;
    log.warn({ replica, error: String(error) }, 'quotas cannot be shared: going on with a share of each');
    while (!closing.signal.aborted) {
      try {
        await clock.delay(RETRY_MS, closing.signal);
        await prepare(ANSWER_MS);
        reachable = true;
        log.info({ replica }, 'quotas are shared again');
        return;
      } catch {
        // Tried again after the next delay.
      }
    }
  };

  const together = async (key: string, line: Line, steps: readonly Waiting[]): Promise<void> => {
    let settle = (): void => undefined;
    const { apart } = line;
    const work = updateRow(database, key, replica, (state, nowMs) => {
      const done = runAll(steps, apart ? comeBack(state, apart) : state, nowMs);
      settle = done.settle;
      return done.state;
    });
    work.catch(() => undefined);
    line.seen = await answered(work, ANSWER_MS);
    line.apart = null;
    aheadMs = line.seen.nowMs - clock.now();
    settle();
  };

  const apart = (line: Line, steps: readonly Waiting[]): void => {
    const from = line.apart?.from ?? line.seen?.state ?? null;
    const share = 1 / Math.max(FEWEST_HOLDERS, line.seen?.holders ?? 0);
    const done = runAll(steps, line.apart?.own ?? goneApart(from, share), clock.now() + aheadMs);
    if (done.state !== null) line.apart = { own: done.state, from };
    done.settle();
  };

  const work = async (key: string, line: Line): Promise<void> => {
    line.running = true;
    while (line.waiting.length > 0) {
      const steps = line.waiting;
      line.waiting = [];
      if (reachable) {
        try {
          await together(key, line, steps);
          continue;
        } catch (error) {
          void lost(error);
        }
      }
      apart(line, steps);
    }
    line.running = false;
  };

  await prepare(FIRST_ANSWER_MS).catch((error: unknown) => {
    void lost(error);
  });

  return {
    update: (key, step) => {
      const line = lines.get(key) ?? { waiting: [], running: false, seen: null, apart: null };
      lines.set(key, line);
      const { waiting, result } = waitingStep(step);
      line.waiting.push(waiting);
      if (!line.running) void work(key, line);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
    },
  };
};
