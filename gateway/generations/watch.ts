/** Where new supergraphs come from: a composed file, or supergraph.yaml with its subgraphs. */
import { watch as watchFolder } from 'node:fs';
import path from 'node:path';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { CandidateSource } from './judge.ts';

export type SupergraphSource = {
  /** What there is now; throws when it cannot be read. */
  read(): CandidateSource;
  /** Files that it depends on, as they are now. */
  files(): readonly string[];
};

export type WatchOptions = {
  /** How long the files must have been left alone before they are read: an editor, or a copy, takes several steps. */
  readonly quietMs: number;
  /** How often they are looked at even if nobody has told of a change: some file systems do not tell. */
  readonly lookEveryMs: number;
};

export const DEFAULT_WATCH_OPTIONS: WatchOptions = { quietMs: 200, lookEveryMs: 10_000 };

export type WatchDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes what has changed; the next is given only when this one is settled, or replaces it. */
  offer(source: CandidateSource): void;
};

/** supergraph.yaml itself may be in the middle of being written: then every name counts. */
const isOurs = (source: SupergraphSource, name: string): boolean => {
  try {
    return source.files().some((file) => path.basename(file) === name);
  } catch {
    return true;
  }
};

const textOf = (source: CandidateSource): string => JSON.stringify(source);

/**
 * Folders are watched, not files: a file that is replaced by a rename is another file, and its folder tells of it.
 * Nothing is offered twice in a row.
 */
export const watchSupergraph = (
  source: SupergraphSource,
  options: WatchOptions,
  deps: WatchDeps,
): Disposable & { readonly look: () => void } => {
  const { clock, log, offer } = deps;
  const stopped = new AbortController();
  let last = '';
  let settling = new AbortController();
  const folders = new Map<string, Disposable>();

  const read = (): CandidateSource | null => {
    try {
      return source.read();
    } catch (error) {
      log.warn({ err: error }, 'supergraph cannot be read: the one in service goes on');
      return null;
    }
  };

  const look = (): void => {
    if (stopped.signal.aborted) return;
    follow();
    const found = read();
    if (!found || textOf(found) === last) return;
    last = textOf(found);
    offer(found);
  };

  const changed = (): void => {
    settling.abort();
    settling = new AbortController();
    clock.delay(options.quietMs, settling.signal).then(look, () => undefined);
  };

  /** Subgraphs may have come from other folders since. */
  const follow = (): void => {
    let files: readonly string[] = [];
    try {
      files = source.files();
    } catch {
      return; // Told by read.
    }
    for (const folder of new Set(files.map((file) => path.dirname(file)))) {
      if (folders.has(folder)) continue;
      try {
        const watcher = watchFolder(folder, { persistent: false }, (_, name) => {
          if (name === null || isOurs(source, name)) changed();
        });
        watcher.on('error', (error) => log.warn({ err: error, folder }, 'folder is not watched any more'));
        folders.set(folder, { [Symbol.dispose]: () => watcher.close() });
      } catch (error) {
        log.warn({ err: error, folder }, 'folder cannot be watched: it is looked at from time to time');
      }
    }
  };

  const start = read();
  last = start ? textOf(start) : '';
  follow();
  const stopLooking = clock.every(options.lookEveryMs, look);

  return {
    look,
    [Symbol.dispose]: () => {
      stopped.abort();
      settling.abort();
      stopLooking();
      for (const folder of folders.values()) folder[Symbol.dispose]();
    },
  };
};
