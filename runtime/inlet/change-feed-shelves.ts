/** What the change feed means for everything that is kept of a system: what changed is dropped, what may have is distrusted. */
import type { Shelf } from '#runtime/reading/reading.ts';
import type { ChangeFollower } from './change-feed.ts';

type WithShelf = { readonly shelf: Pick<Shelf, 'drop' | 'distrust'> };

/** Follows with `follow` for as long as what it returns lives. */
export const connectShelves = <Feed>(
  connections: readonly WithShelf[],
  follow: (follower: ChangeFollower) => Feed,
): Feed =>
  follow({
    changed: (tags) => {
      for (const { shelf } of connections) shelf.drop(tags);
    },
    missed: () => {
      for (const { shelf } of connections) shelf.distrust();
    },
  });
