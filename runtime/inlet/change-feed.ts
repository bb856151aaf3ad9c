/**
 * The change feed: which things changed, as tags, from the process layer's journal to everyone who keeps copies. A
 * follower that may have missed something is told so; it then must not trust what it keeps.
 */

/** One line of the feed: newline-delimited JSON on GET /changes, scope changes:read. */
export type ChangeFeedLine =
  | { readonly kind: 'changed'; readonly position: number; readonly tags: readonly string[] }
  /** Nothing happened up to here; sent at the beginning, and every few seconds when it is quiet. */
  | { readonly kind: 'position'; readonly epoch: string; readonly position: number };

export type ChangeFollower = {
  changed(tags: readonly string[]): void;
  /** The feed was away, or begins anew: changes may have been missed. */
  missed(): void;
};
