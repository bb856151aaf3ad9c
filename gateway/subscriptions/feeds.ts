/**
 * Sharing. Subscribers of the same thing with the same credentials follow one feed, provided that they stand at the same
 * position: whoever comes later starts a feed of their own, catches up, and the two become one the moment they reach
 * the same cursor. So nobody misses a snapshot or an event, and a crowd that resumes after a cut ends on one stream.
 */
import { createHash } from 'node:crypto';
import type { Feed, FeedEvent, FeedListener, FeedSource } from './feed.ts';

export type Feeds = {
  /** Follows a stream from `source.start` on; the returned function leaves it. */
  follow(source: FeedSource, listener: FeedListener): () => void;
  /** Streams open to subgraphs. */
  count(): number;
  /** Ends every stream with the given error. */
  close(error: unknown): void;
};

export type OpenFeed = (source: FeedSource, listener: FeedListener) => Feed;

type Follower = { readonly listener: FeedListener; shared: SharedFeed | null };
type SharedFeed = { readonly followers: Set<Follower>; feed: Feed | null; readonly hasPositions: boolean };

/** All that makes two streams the same but for where they stand. Credentials belong to it: they decide what is seen. */
const keyOf = (source: FeedSource): string => {
  const parts = [
    source.service,
    source.target.url,
    source.target.authorization ?? null,
    source.operation.query,
    source.operation.operationName ?? null,
    Object.entries(source.variables).sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
};

const mayJoin = (shared: SharedFeed, start: string | null): boolean => {
  if (!shared.hasPositions) return true;
  const position = shared.feed?.position() ?? null;
  return position === null ? start === null && !shared.feed?.hasDelivered() : position === start;
};

export const createFeeds = (open: OpenFeed): Feeds => {
  const groups = new Map<string, Set<SharedFeed>>();

  const drop = (key: string, shared: SharedFeed): void => {
    const group = groups.get(key);
    group?.delete(shared);
    if (group?.size === 0) groups.delete(key);
    shared.feed?.close();
  };

  /** Joins feeds that have come to the same cursor; the one with more followers goes on. */
  const level = (key: string, shared: SharedFeed): void => {
    const position = shared.feed?.position() ?? null;
    if (position === null) return;
    for (const other of [...(groups.get(key) ?? [])]) {
      if (other === shared || other.feed?.position() !== position) continue;
      const [stays, goes] = other.followers.size >= shared.followers.size ? [other, shared] : [shared, other];
      for (const follower of goes.followers) {
        follower.shared = stays;
        stays.followers.add(follower);
      }
      goes.followers.clear();
      drop(key, goes);
      if (goes === shared) return;
    }
  };

  const start = (key: string, source: FeedSource): SharedFeed => {
    const shared: SharedFeed = { followers: new Set(), feed: null, hasPositions: source.positionAlias !== null };
    const group = groups.get(key) ?? new Set();
    groups.set(key, group.add(shared));
    shared.feed = open(source, {
      next: (event: FeedEvent) => {
        for (const follower of [...shared.followers]) follower.listener.next(event);
        level(key, shared);
      },
      end: (errors) => {
        const followers = [...shared.followers];
        shared.followers.clear();
        drop(key, shared);
        for (const follower of followers) {
          follower.shared = null;
          follower.listener.end(errors);
        }
      },
    });
    return shared;
  };

  return {
    follow: (source, listener) => {
      const key = keyOf(source);
      const shared =
        [...(groups.get(key) ?? [])].find((candidate) => mayJoin(candidate, source.start)) ?? start(key, source);
      const follower: Follower = { listener, shared };
      shared.followers.add(follower);
      return () => {
        const current = follower.shared;
        if (!current) return;
        follower.shared = null;
        current.followers.delete(follower);
        if (current.followers.size === 0) drop(key, current);
      };
    },
    count: () => [...groups.values()].reduce((sum, group) => sum + group.size, 0),
    close: (error) => {
      for (const [key, group] of [...groups]) {
        for (const shared of [...group]) {
          const followers = [...shared.followers];
          shared.followers.clear();
          drop(key, shared);
          for (const follower of followers) {
            follower.shared = null;
            follower.listener.end([error]);
          }
        }
      }
    },
  };
};
