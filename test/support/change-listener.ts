/** Hears what a follower of the change feed is told, and waits for what is expected, without polling. */
import type { ChangeFollower } from '#runtime/inlet/change-feed.ts';

/** 'missed', or the tags of one change. */
export type Heard = 'missed' | readonly string[];

export type ChangeListener = ChangeFollower & {
  readonly heard: readonly Heard[];
  /** Resolves once what has been heard fits. */
  until(fits: (heard: readonly Heard[]) => boolean): Promise<void>;
  /** Resolves once this much has been heard in all. */
  heardCount(count: number): Promise<void>;
};

export const createChangeListener = (): ChangeListener => {
  const heard: Heard[] = [];
  const looking = new Set<() => void>();
  const hear = (item: Heard): void => {
    heard.push(item);
    for (const look of [...looking]) look();
  };
  const until: ChangeListener['until'] = (fits) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!fits(heard)) return;
        looking.delete(look);
        resolve();
      };
      looking.add(look);
      look();
    });
  return {
    heard,
    changed: hear,
    missed: () => hear('missed'),
    until,
    heardCount: (count) => until(({ length }) => length >= count),
  };
};
