/**
 * Webhooks as they arrive on a bad day: each several times, shuffled within windows, some of them late. Lateness is of
 * order, not of waiting: a late webhook is overtaken by as many later ones as its delay is long at the given rate.
 */
export type Mixing = {
  readonly copies: number;
  /** So many webhooks, with all their copies, are shuffled together. */
  readonly window: number;
  /** Share of webhooks that come late, with all their copies, from 0 to 1. */
  readonly lateShare: number;
  /** By how many later webhooks a late one is overtaken. */
  readonly overtakenBy: number;
};

export type Mixer<T> = {
  /** Takes the next webhook as it happened; gives the deliveries that are due now. */
  push(webhook: T): readonly T[];
  /** Nothing more happens: everything that is still held back. */
  flush(): readonly T[];
  late(): number;
};

/** Every order is equally likely. */
export const shuffle = <T>(items: readonly T[], random: () => number): readonly T[] => {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
};

export const createMixer = <T>(mixing: Mixing, random: () => number): Mixer<T> => {
  const { copies, window, lateShare, overtakenBy } = mixing;
  let happened = 0;
  let lateOnes = 0;
  let gathered: T[] = [];
  let late: { readonly webhook: T; readonly dueAt: number }[] = [];

  const release = (): readonly T[] => {
    const deliveries = gathered.flatMap((webhook) => Array.from({ length: copies }, () => webhook));
    gathered = [];
    return shuffle(deliveries, random);
  };
  const gather = (webhook: T): readonly T[] => {
    gathered.push(webhook);
    return gathered.length >= window ? release() : [];
  };

  return {
    push: (webhook) => {
      happened += 1;
      const due = late.filter(({ dueAt }) => dueAt <= happened);
      late = late.filter(({ dueAt }) => dueAt > happened);
      const ready = due.flatMap((held) => gather(held.webhook));
      if (random() >= lateShare) return [...ready, ...gather(webhook)];
      lateOnes += 1;
      late.push({ webhook, dueAt: happened + overtakenBy });
      return ready;
    },
    flush: () => {
      const ready = late.flatMap(({ webhook }) => gather(webhook));
      late = [];
      return [...ready, ...release()];
    },
    late: () => lateOnes,
  };
};
