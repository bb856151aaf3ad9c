/**
 * systemHealthChanged: every connection first, then each of which there is news, as it is at the moment of reading. One
 * look a second serves all who listen, and nobody looks while nobody listens. A slow reader gets fewer items.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { HealthBoard } from './board.ts';
import { type ConnectionHealth, newsOf } from './health.ts';

export type HealthStreamDeps = { readonly board: Pick<HealthBoard, 'read'>; readonly clock: Clock; readonly log: Log };

export type HealthStreams = {
  follow(signal: AbortSignal): AsyncIterableIterator<ConnectionHealth, void, undefined>;
};

const LOOK_EVERY_MS = 1_000;

type Watcher = {
  /** Connections as last looked at; looks now when nobody has looked lately. */
  latest(): Promise<readonly ConnectionHealth[]>;
  /** Calls `onLook` after each look until the returned function is called. */
  join(onLook: () => void): () => void;
};

const createWatcher = ({ board, clock, log }: HealthStreamDeps): Watcher => {
  const listeners = new Set<() => void>();
  let stopLooking: () => void = () => undefined;
  let seen: readonly ConnectionHealth[] | null = null;
  let blind = false;

  const look = async (): Promise<void> => {
    try {
      seen = await board.read();
      blind = false;
    } catch (error) {
      if (!blind) log.warn({ error: String(error) }, 'system health cannot be read; listeners hear nothing meanwhile');
      blind = true;
      return;
    }
    for (const onLook of listeners) onLook();
  };

  return {
    latest: async () => seen ?? board.read(),
    join: (onLook) => {
      if (listeners.size === 0) stopLooking = clock.every(LOOK_EVERY_MS, () => void look());
      listeners.add(onLook);
      return () => {
        listeners.delete(onLook);
        if (listeners.size > 0) return;
        stopLooking();
        seen = null;
      };
    },
  };
};

/** What one listener has been told, and in which order it is told the rest. */
const createTelling = () => {
  const told = new Map<string, string>();
  const pending = new Set<string>();
  return {
    /** The next connection there is news of, as it is in `now`; whoever has waited longest goes first. */
    next: (now: readonly ConnectionHealth[]): ConnectionHealth | null => {
      const news = new Map(
        now.filter((health) => told.get(health.system) !== newsOf(health)).map((h) => [h.system, h]),
      );
      for (const system of news.keys()) pending.add(system);
      for (const system of pending) {
        pending.delete(system);
        const health = news.get(system);
        if (!health) continue;
        told.set(system, newsOf(health));
        return health;
      }
      return null;
    },
  };
};

export const createHealthStreams = (deps: HealthStreamDeps): HealthStreams => {
  const watcher = createWatcher(deps);

  async function* run(signal: AbortSignal): AsyncGenerator<ConnectionHealth, void, undefined> {
    const telling = createTelling();
    let woken = Promise.withResolvers<void>();
    const wake = (): void => woken.resolve();
    signal.addEventListener('abort', wake, { once: true });
    const leave = watcher.join(wake);
    try {
      while (!signal.aborted) {
        const health = telling.next(await watcher.latest());
        if (health) yield health;
        else {
          await woken.promise;
          woken = Promise.withResolvers();
        }
      }
    } finally {
      leave();
      signal.removeEventListener('abort', wake);
    }
  }

  return {
    follow: (signal) => {
      // A generator that waits does not hear its consumer leave; the signal does.
      const leaving = new AbortController();
      const items = run(AbortSignal.any([signal, leaving.signal]));
      return {
        next: () => items.next(),
        return: async () => {
          leaving.abort();
          return items.return();
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
};
