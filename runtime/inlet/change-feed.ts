/**
 * The change feed: which things changed, as tags, from the process layer's journal to everyone who keeps copies. A
 * follower that may have missed something is told so; it then must not trust what it keeps.
 */

/** One line of the feed: newline-delimited JSON. */
export type ChangeFeedLine =
  | { readonly kind: 'changed'; readonly position: number; readonly tags: readonly string[] }
  /** Nothing happened up to here; sent at the beginning, and every few seconds when it is quiet. */
  | { readonly kind: 'position'; readonly epoch: string; readonly position: number };

export const CHANGE_FEED_PATH = '/changes';
/** The scope that service tokens of the feed's followers carry. */
export const CHANGE_FEED_SCOPE = 'changes:read';

/** How far somebody has followed the feed. Positions count within an epoch only. */
export type FeedPosition = { readonly epoch: string; readonly position: number };

/** Stands for every tag of a kind, where one change touched too many things to name: "stock:*". */
export const coarseTag = (kind: string): string => `${kind}:*`;
export const isCoarseTag = (tag: string): boolean => /^[a-z]+:\*$/.test(tag);

export type ChangeFollower = {
  changed(tags: readonly string[]): void;
  /** The feed was away, or begins anew: changes may have been missed. */
  missed(): void;
  /** The feed can be followed: everything up to now has been told, and `missed` will come before that ends. */
  followed?(): void;
};
