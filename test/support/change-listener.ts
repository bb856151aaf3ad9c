/** Hears what a follower of the change feed is told, and waits for what is expected, without polling. */
import type { ChangeFollower } from '#runtime/inlet/change-feed.ts';

/** 'missed', or the tags of one change. */
export type Heard = 'missed' | readonly string[];

export type ChangeListener = ChangeFollower & {
  readonly heard: readonly Heard[];
  /** Resolves once this much has been heard in all. */
  heardCount(count: number): Promise<void>;
};

export const createChangeListener = (): ChangeListener => {
  const heard: Heard[] = [];
  const waiting = new Map<number, () => void>();
  const hear = (item: Heard): void => {
    heard.push(item);
    waiting.get(heard.length)?.();
  };
  return {
    heard,
    changed: hear,
    missed: () => hear('missed'),
    heardCount: (count) => new Promise((resolve) => (heard.length >= count ? resolve() : waiting.set(count, resolve))),
  };
};
