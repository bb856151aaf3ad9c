/**
 * Following a channel live. One reader per channel serves all its followers: it reads each new stretch once and keeps the
 * newest entries at hand. Followers pull; nothing is buffered for them, so a stalled one costs its position only. One of
 * a single subject is woken for that subject alone, so that a thousand of them cost no more than what concerns each.
 */
import {
  type Follower,
  type Gap,
  isLost,
  type JournalEntry,
  type Look,
  type Standing,
  type Step,
  standingAt,
} from './journal.ts';

export type ChannelReader = {
  /** The channel's own reading, once for all its followers. */
  look(after: number, limit: number): Promise<Look>;
  /** For a follower that is further behind than what is kept at hand. Bounded over all channels. */
  catchUp(after: number, limit: number, subject: string | undefined): Promise<Look>;
};

export type ChannelTail = {
  /** New entries may be there. */
  wake(): void;
  /** Its history turned out not to be the channel's: every follower is told, and nobody new may follow it. */
  readonly isHistoryLost: boolean;
  follow(from: Standing, subject: string | undefined, signal: AbortSignal): Follower;
};

export type TailSizes = {
  /** Entries per read. */
  readonly stretch: number;
  /** Newest entries kept at hand, for those who are a little behind. */
  readonly kept: number;
};
const SIZES: TailSizes = { stretch: 500, kept: 2_000 };

/** One that waits, told what was there before the entries that end its waiting. */
type Waiting = { wake(before: Standing): void };

export const createChannelTail = (start: Standing, reader: ChannelReader, sizes: TailSizes = SIZES): ChannelTail => {
  /** The newest entries, dense; the last has the position of `reached`. */
  let kept: readonly JournalEntry[] = [];
  let reached = start;
  let isHistoryLost = false;
  let reading: Promise<void> | null = null;
  let wokenWhileReading = false;
  /** Each wait registers itself and is gone after it: a promise as old as the stream would keep every wait for good. */
  const forAll = new Set<Waiting>();
  const bySubject = new Map<string, Set<Waiting>>();
  const forAnyTurn = new Set<() => void>();

  const wakeEverybody = (): void => {
    for (const waiting of [...forAll, ...[...bySubject.values()].flatMap((some) => [...some])]) waiting.wake(reached);
  };

  const take = ({ entries, head }: Look): void => {
    const before = reached;
    const last = entries.at(-1);
    reached = last && entries.length >= sizes.stretch ? standingAt(last) : { position: head.position, mark: head.mark };
    if (reached.position <= before.position) return;
    // Entries that were pruned before they were read leave a hole, and what is kept must have none.
    const isDense = entries[0]?.position === before.position + 1 && last?.position === reached.position;
    kept = isDense ? kept.concat(entries).slice(-sizes.kept) : [];
    for (const waiting of [...forAll]) waiting.wake(before);
    const subjects = isDense ? new Set(entries.map(({ subject }) => subject)) : [...bySubject.keys()];
    for (const subject of subjects) for (const waiting of [...(bySubject.get(subject) ?? [])]) waiting.wake(before);
  };

  const readOn = async (): Promise<void> => {
    while (!isHistoryLost) {
      const look = await reader.look(reached.position, sizes.stretch);
      if (isLost(reached, look)) {
        isHistoryLost = true;
        wakeEverybody();
        return;
      }
      take(look);
      if (look.entries.length < sizes.stretch) return;
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
        for (const goOn of [...forAnyTurn]) goOn();
        if (!wokenWhileReading) return;
        wokenWhileReading = false;
        wake();
      });
  };

  const until = (signal: AbortSignal, register: (goOn: () => void) => () => void): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const goOn = (): void => {
        unregister();
        signal.removeEventListener('abort', goOn);
        resolve();
      };
      const unregister = register(goOn);
      signal.addEventListener('abort', goOn, { once: true });
    });

  const nextTurn = (signal: AbortSignal): Promise<void> =>
    until(signal, (goOn) => {
      forAnyTurn.add(goOn);
      return () => forAnyTurn.delete(goOn);
    });

  const follow: ChannelTail['follow'] = (from, subject, signal) => {
    let at = from;
    /** What has been handed out may not have been told yet: only who asks for more has dealt with it. */
    let dealtWith = from;
    let isWaiting = false;
    // From another replica, which was told of the newest entries earlier.
    if (from.position > reached.position) wake();
    const concerns = (entry: JournalEntry): boolean => subject === undefined || entry.subject === subject;

    const arrival = (): Promise<void> =>
      until(signal, (goOn) => {
        isWaiting = true;
        const waiting: Waiting = {
          wake: (before) => {
            if (before.position > at.position) at = before;
            goOn();
          },
        };
        const others = subject === undefined ? forAll : (bySubject.get(subject) ?? new Set());
        if (subject !== undefined) bySubject.set(subject, others);
        others.add(waiting);
        return () => {
          isWaiting = false;
          others.delete(waiting);
          if (subject !== undefined && others.size === 0) bySubject.delete(subject);
        };
      });

    /** From memory where it reaches back far enough; null where it does not. */
    const fromKept = (): readonly JournalEntry[] | null => {
      const oldest = reached.position - kept.length + 1;
      if (at.position + 1 < oldest) return null;
      const entries = kept.slice(at.position + 1 - oldest);
      at = reached;
      return entries.filter(concerns);
    };

    const fromDatabase = async (): Promise<Step | null> => {
      const look = await reader.catchUp(at.position, sizes.stretch, subject).catch(() => null);
      if (look === null) {
        await nextTurn(signal);
        return null;
      }
      if (isLost(at, look)) return { kind: 'lost' };
      const { entries, head } = look;
      const gap: Gap | null = head.oldest - 1 > at.position ? { from: at, to: head.oldest - 1 } : null;
      const last = entries.at(-1);
      at = entries.length < sizes.stretch || !last ? { position: head.position, mark: head.mark } : standingAt(last);
      return entries.length > 0 || gap ? { kind: 'entries', entries, gap } : null;
    };

    return {
      standing: () => {
        if (!isWaiting) return dealtWith;
        return !isHistoryLost && reached.position > at.position ? reached : at;
      },
      next: async () => {
        dealtWith = at;
        while (!signal.aborted) {
          if (isHistoryLost) return { kind: 'lost' };
          if (at.position >= reached.position) {
            await arrival();
            continue;
          }
          const entries = fromKept();
          if (entries === null) {
            const step = await fromDatabase();
            if (step && !signal.aborted) return step;
          } else if (entries.length > 0) return { kind: 'entries', entries, gap: null };
        }
        return null;
      },
    };
  };

  return {
    wake,
    follow,
    get isHistoryLost() {
      return isHistoryLost;
    },
  };
};
