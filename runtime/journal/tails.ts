/** The tails of all channels: one per channel, there while somebody follows it and gone with the last one. */
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Gate } from './gate.ts';
import type { Follower, FollowOptions, Journal, JournalEntry, Look } from './journal.ts';
import { type ChannelTail, createChannelTail } from './tail.ts';

export type TailsOptions = {
  /** Pause before a channel whose head could not be read is tried again, in milliseconds. */
  readonly retryMs: number;
};
export type TailsDeps = {
  readonly look: Journal['look'];
  readonly gate: Gate;
  readonly clock: Clock;
};

export type Tails = Pick<Journal, 'follow' | 'tail'> & {
  /** New entries may be in any channel. */
  wakeAll(): void;
};

type Followed = { readonly tail: Promise<ChannelTail>; ready: ChannelTail | null; followers: number };

export const createTails = (options: TailsOptions, { look, gate, clock }: TailsDeps): Tails => {
  const followed = new Map<string, Followed>();
  /** Readers that stand at the same place read once. */
  const catchingUp = new Map<string, Promise<Look>>();

  const catchUp = (channel: string, after: number, limit: number, subject: string | undefined): Promise<Look> => {
    if (subject !== undefined) return gate(() => look(channel, { after, limit, subject }));
    const key = JSON.stringify([channel, after]);
    const underWay =
      catchingUp.get(key) ?? gate(() => look(channel, { after, limit })).finally(() => catchingUp.delete(key));
    catchingUp.set(key, underWay);
    return underWay;
  };

  const open = async (channel: string): Promise<ChannelTail> => {
    const { head } = await look(channel, { after: 0, limit: 0 });
    return createChannelTail(head, {
      look: (after, limit) => look(channel, { after, limit }),
      catchUp: (after, limit, subject) => catchUp(channel, after, limit, subject),
    });
  };

  const join = (channel: string): Followed => {
    const known = followed.get(channel);
    if (known && !known.ready?.isHistoryLost) {
      known.followers += 1;
      return known;
    }
    const made: Followed = { tail: open(channel), ready: null, followers: 1 };
    made.tail.then(
      (tail) => {
        made.ready = tail;
      },
      () => {
        if (followed.get(channel) === made) followed.delete(channel);
      },
    );
    followed.set(channel, made);
    return made;
  };

  const leave = (channel: string, one: Followed): void => {
    one.followers -= 1;
    if (one.followers === 0 && followed.get(channel) === one) followed.delete(channel);
  };

  const follow = (channel: string, { from, subject }: FollowOptions, signal: AbortSignal): Follower => {
    let joined: Followed | null = null;
    let follower: Follower | null = null;
    const part = (): void => {
      if (joined) leave(channel, joined);
      joined = null;
    };
    signal.addEventListener('abort', part, { once: true });

    const start = async (): Promise<Follower | null> => {
      while (!signal.aborted) {
        joined = join(channel);
        const tail = await joined.tail.catch(() => null);
        if (tail) return signal.aborted ? null : tail.follow(from, subject, signal);
        part();
        await clock.delay(options.retryMs, signal).catch(() => undefined);
      }
      return null;
    };
    return {
      standing: () => follower?.standing() ?? from,
      next: async () => {
        follower ??= await start();
        return follower ? follower.next() : null;
      },
    };
  };

  return {
    follow,
    tail: async function* (channel, after, signal): AsyncGenerator<readonly JournalEntry[], void, undefined> {
      const leaving = new AbortController();
      const from = { position: after, mark: null };
      const over = AbortSignal.any([signal, leaving.signal]);
      try {
        const { head } = await look(channel, { after, limit: 0 });
        const follower = after > head.position ? null : follow(channel, { from }, over);
        for (;;) {
          const step = follower ? await follower.next() : { kind: 'lost' as const };
          if (step === null) return;
          if (step.kind === 'lost')
            throw new Failure(
              'CURSOR_EXPIRED',
              `The channel ${channel} no longer has the history that was followed up to ${after}: was the database restored?`,
            );
          if (step.entries.length > 0) yield step.entries;
        }
      } finally {
        leaving.abort();
      }
    },
    wakeAll: () => {
      for (const { ready } of followed.values()) ready?.wake();
    },
  };
};
