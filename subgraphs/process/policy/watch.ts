/**
 * Rules reloaded while running. The file is looked at on a beat, not watched: editors, mounted volumes and configuration
 * maps replace it in ways that watchers miss. What cannot be read or is not valid is refused as a whole, with every wrong
 * path in the log, and the rules in force stay.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { ProcessPolicy } from './schema.ts';

export type WatchedFile = {
  /** Changes whenever the file may have changed, e.g. its modification time and size; null when there is no file. */
  stamp(): Promise<string | null>;
  /** Reads and checks the file; throws CONFIG_INVALID with what is wrong where. `connections` as comparable text. */
  read(): { readonly process: ProcessPolicy; readonly connections: string };
};

export type WatchOptions = {
  /** As read at start. */
  readonly connections: string;
  /** How often the file is looked at, in milliseconds. */
  readonly everyMs?: number;
};
export type WatchDeps = {
  readonly file: WatchedFile;
  /** Puts the rules in force; false when they are those already in force. */
  readonly replace: (next: ProcessPolicy) => boolean;
  readonly clock: Clock;
  readonly log: Log;
};

const EVERY_MS = 2_000;

export const watchPolicy = (options: WatchOptions, deps: WatchDeps): AsyncDisposable => {
  const { file, clock } = deps;
  const log = deps.log.child({ part: 'policy' });
  let seen: string | null | undefined;
  let connections = options.connections;

  const take = (): void => {
    const read = file.read();
    if (read.connections !== connections) {
      connections = read.connections;
      log.warn({}, 'connections differ from those in use; they take effect at the next start');
    }
    if (deps.replace(read.process)) log.info({}, 'new rules are in force');
  };

  const look = async (): Promise<void> => {
    const stamp = await file.stamp();
    if (stamp === seen) return;
    // The first look reads as well: the file may have changed since the start read it.
    seen = stamp;
    if (stamp === null) return log.warn({}, 'the configuration file is gone; the rules in force stay');
    try {
      take();
    } catch (error) {
      log.error(
        { error: error instanceof Error ? error.message : String(error) },
        'new rules are refused; the rules in force stay',
      );
    }
  };

  let looking: Promise<void> | null = null;
  const stop = clock.every(options.everyMs ?? EVERY_MS, () => {
    looking ??= look()
      .catch((error: Error) => log.warn({ error: error.message }, 'the configuration file could not be looked at'))
      .finally(() => {
        looking = null;
      });
  });
  return {
    [Symbol.asyncDispose]: async () => {
      stop();
      await looking;
    },
  };
};
