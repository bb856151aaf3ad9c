/**
 * Writes down what time alone has ended, so that followers hear of the units that are free again. Nothing waits for it:
 * a hold counts for nothing from its own instant on. One replica does it at a time; what is kept for repeated calls and
 * for late orders is dropped here as well, when its time is over.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { forgetKeys } from '#subgraphs/process/idempotency/once.ts';
import type { Ledger } from './ledger.ts';
import { expire, forgetReservations, readDue } from './store.ts';

export type SweeperOptions = { readonly everyMs?: number; readonly forgetEveryMs?: number };
export type SweeperDeps = {
  readonly database: Database;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type Sweeper = AsyncDisposable & {
  /** Ends all that is due now; resolves with how many reservations that were. */
  sweep(): Promise<number>;
  /** Drops what need not be remembered any longer. */
  forget(): Promise<void>;
};

const EVERY_MS = 1_000;
const FORGET_EVERY_MS = 600_000;
const AT_ONCE = 100;
/** An order may cite a reservation for so long after it ended, and finds it. */
const RETENTION_MS = 7 * 24 * 3_600_000;
/** Any constant will do, as long as all replicas use the same. */
const SWEEPER_LOCK = 7_261_010;

export const openSweeper = (options: SweeperOptions, deps: SweeperDeps): Sweeper => {
  const { database, journal, ledger, clock, ids, log } = deps;
  let running: Promise<number> | null = null;
  let ended = false;

  const endSome = (): Promise<number> =>
    database.transaction(async (tx) => {
      const [turn] = await tx.query<{ mine: boolean }>(`select pg_try_advisory_xact_lock(${SWEEPER_LOCK}) as mine`);
      if (!turn?.mine) return 0;
      const due = await readDue(tx, clock.now(), AT_ONCE);
      if (due.length === 0) return 0;
      const locked = await ledger.lock(tx, [...new Set(due.flatMap(({ skus }) => skus))]);
      // Some may have been extended while the locks were waited for.
      const gone = await expire(
        tx,
        due.map(({ id }) => id),
        clock.now(),
      );
      if (gone.length > 0) {
        const facts = await ledger.read(tx, locked);
        await journal.append(tx, await ledger.tell(tx, locked, facts, `expiry-${ids.uuid()}`));
      }
      return gone.length;
    });

  const look = async (): Promise<number> => {
    let count = 0;
    while (!ended && (await readDue(database, clock.now(), 1)).length > 0) {
      const gone = await endSome();
      count += gone;
      if (gone < AT_ONCE) break;
    }
    return count;
  };

  const start = (): Promise<number> => {
    running ??= look().finally(() => {
      running = null;
    });
    return running;
  };

  const forget = async (): Promise<void> => {
    await forgetKeys(database, clock.now());
    await forgetReservations(database, clock.now() - RETENTION_MS);
  };

  let forgetting: Promise<void> = Promise.resolve();
  const stopSweeping = clock.every(options.everyMs ?? EVERY_MS, () => {
    start().catch((error: Error) =>
      log.warn({ error: error.message }, 'ending expired reservations failed; it is tried again in a moment'),
    );
  });
  const stopForgetting = clock.every(options.forgetEveryMs ?? FORGET_EVERY_MS, () => {
    forgetting = forget().catch((error: Error) =>
      log.warn({ error: error.message }, 'dropping old reservations and keys failed; it is tried again later'),
    );
  });

  return {
    // A look that is under way may have asked the clock before the caller did.
    sweep: async () => {
      await running?.catch(() => undefined);
      return start();
    },
    forget,
    [Symbol.asyncDispose]: async () => {
      ended = true;
      stopSweeping();
      stopForgetting();
      await running?.catch(() => undefined);
      await forgetting;
    },
  };
};
