/**
 * Following a channel live. One reader per channel serves all its tails: it reads each new stretch once and keeps the
 * newest entries at hand. Tails pull; nothing is buffered per listener, so a stalled one costs its position only.
 */
import type { JournalEntry } from './journal.ts';

export type ChannelReader = {
  read(after: number, limit: number): Promise<readonly JournalEntry[]>;
};

const STRETCH = 500;
const KEPT = 2_000;

export type ChannelTail = {
  /** New entries may be there. */
  wake(): void;
  follow(after: number, signal: AbortSignal): AsyncIterable<readonly JournalEntry[]>;
  readonly listeners: number;
};

export const createChannelTail = (startAt: number, reader: ChannelReader): ChannelTail => {
  /** The newest entries, dense; the first has position `position - kept.length + 1`. */
  let kept: JournalEntry[] = [];
  let position = startAt;
  let reading: Promise<void> | null = null;
  let wokenWhileReading = false;
  let listeners = 0;
  /** Each wait registers itself and is gone after it: a promise as old as the stream would keep every wait for good. */
  const waiting = new Set<() => void>();

  const readOn = async (): Promise<void> => {
    for (;;) {
      const entries = await reader.read(position, STRETCH);
      if (entries.length === 0) return;
      kept = kept.concat(entries).slice(-KEPT);
      position = entries.at(-1)?.position ?? position;
      for (const goOn of [...waiting]) goOn();
    }
  };

  const wake = (): void => {
    if (reading) {
      wokenWhileReading = true;
      return;
    }
    reading = readOn()
      .catch(() => undefined) // the poller's floor wakes us again
      .finally(() => {
        reading = null;
        if (wokenWhileReading) {
          wokenWhileReading = false;
          wake();
        }
      });
  };

  const arrivalOrEnd = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const goOn = (): void => {
        waiting.delete(goOn);
        signal.removeEventListener('abort', goOn);
        resolve();
      };
      waiting.add(goOn);
      signal.addEventListener('abort', goOn, { once: true });
    });

  return {
    wake,
    get listeners() {
      return listeners;
    },
    follow: async function* (after, signal) {
      listeners += 1;
      let at = after;
      try {
        while (!signal.aborted) {
          if (at >= position) {
            await arrivalOrEnd(signal);
            continue;
          }
          const oldestKept = position - kept.length + 1;
          const entries = at + 1 >= oldestKept ? kept.slice(at + 1 - oldestKept) : await reader.read(at, STRETCH);
          if (entries.length === 0) {
            // Pruned below us: nothing of what is missing will come any more; go on with what is held.
            at = oldestKept - 1;
            continue;
          }
          at = entries.at(-1)?.position ?? at;
          yield entries;
        }
      } finally {
        listeners -= 1;
      }
    },
  };
};
