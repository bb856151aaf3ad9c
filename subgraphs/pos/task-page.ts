/** Pages of a store's pickups, the longest waiting first. */
import { type Page, pageOf } from '#runtime/graphql/pages.ts';
import type { PickupTaskParent } from './parents.ts';

export const pageOfTasks = (
  tasks: readonly PickupTaskParent[],
  first: number,
  after: string | null,
): Page<PickupTaskParent> =>
  pageOf(tasks, ({ requestedAt, id }) => [Date.parse(requestedAt), id], { first, after, shape: [0, ''] });
