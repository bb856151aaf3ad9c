/**
 * What the gateway keeps: entities as objects and whole answers as text, each with the end of its life and the tags that
 * take it away. Nothing is answered beyond its end nor after a change of it was told; while changes cannot be followed,
 * nothing is kept and nothing answered.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { ChangeFollower } from '#runtime/inlet/change-feed.ts';
import { createTaggedStore } from '#runtime/reading/tagged-store.ts';
import { createRecentDrops } from './recent-drops.ts';

export type Level = 'answer' | 'entity';

export type Kept<Value = unknown> = {
  readonly value: Value;
  /** When its subgraphs were asked, in milliseconds since the epoch: the oldest of them. */
  readonly askedAtMs: number;
  readonly endsAtMs: number;
  readonly tags: readonly string[];
  readonly bytes: number;
};

export type CacheOptions = {
  /** 0 turns keeping off. */
  readonly maxBytes: number;
  readonly settleMs: number;
};

export type CacheDeps = {
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'random'>;
  /** All names under which the graph knows what a tag of the feed names, the tag itself among them. */
  namesOf(tag: string): readonly string[];
};

export type CacheFigures = {
  readonly hits: Readonly<Record<Level, number>>;
  readonly misses: Readonly<Record<Level, number>>;
  /** Sum of the ages of what was answered, in milliseconds. */
  readonly ageMs: Readonly<Record<Level, number>>;
  /** Taken away by a change. */
  readonly dropped: number;
  /** Times that everything was taken away, because changes may have been missed. */
  readonly emptied: number;
  /** Answers that a change overtook on their way. */
  readonly overtaken: number;
  readonly entries: number;
  readonly bytes: number;
  readonly isFollowing: boolean;
};

export type Cache = {
  /** Connect it to the change feed; before the first word of it, nothing is kept. */
  readonly follower: Required<ChangeFollower>;
  /** Whether anything may be kept or answered now. */
  readonly isOpen: boolean;
  /** Counts what was told: two equal numbers, and nothing was dropped in between. */
  readonly drops: number;
  get(level: Level, key: string): Kept | undefined;
  /** Without counting it. */
  peek(key: string): Kept | undefined;
  /** Not kept when a change overtook what was sent for it since `sentAtMs`, or when it has ended already. */
  keep(key: string, kept: Kept, sentAtMs: number): void;
  /** The end of a life that began with the question; spread, so that what was read together does not end together. */
  endOf(askedAtMs: number, maxAgeMs: number): number;
  figures(): CacheFigures;
};

export const DEFAULT_CACHE_OPTIONS: CacheOptions = { maxBytes: 64 * 1024 * 1024, settleMs: 1_000 };

/** The part of a life by which it may be shortened. */
const SPREAD = 0.1;
const MOST_ENTRIES = 1_000_000;
const MOST_RECENT_TAGS = 50_000;
/** No operation takes longer. */
const LONGEST_FLIGHT_MS = 60_000;
/** What an entry costs beside its value, its key and its tags. */
const ENTRY_BYTES = 400;
const TAG_BYTES = 120;

export const createCache = (options: CacheOptions, deps: CacheDeps): Cache => {
  const { clock, ids, namesOf } = deps;
  const store = createTaggedStore<Kept>({
    maxEntries: MOST_ENTRIES,
    weight: {
      most: Math.max(1, options.maxBytes),
      of: ({ bytes, tags }, key) => bytes + key.length + ENTRY_BYTES + tags.length * TAG_BYTES,
    },
  });
  const recent = createRecentDrops({
    settleMs: options.settleMs,
    flightMs: LONGEST_FLIGHT_MS,
    maxTags: MOST_RECENT_TAGS,
  });
  const hits: Record<Level, number> = { answer: 0, entity: 0 };
  const misses: Record<Level, number> = { answer: 0, entity: 0 };
  const ageMs: Record<Level, number> = { answer: 0, entity: 0 };
  let isFollowing = false;
  let drops = 0;
  let dropped = 0;
  let emptied = 0;
  let overtaken = 0;

  const found = (key: string): Kept | undefined => {
    const kept = store.get(key);
    if (!kept) return undefined;
    const nowMs = clock.now();
    if (nowMs < kept.endsAtMs && nowMs >= kept.askedAtMs) return kept;
    store.delete(key);
    return undefined;
  };

  return {
    follower: {
      changed: (tags) => {
        const names = tags.flatMap(namesOf);
        drops += 1;
        recent.add(names, clock.now());
        dropped += store.drop(names);
      },
      missed: () => {
        drops += 1;
        emptied += 1;
        isFollowing = false;
        recent.addAll(clock.now());
        store.clear();
      },
      followed: () => {
        isFollowing = true;
      },
    },
    get isOpen() {
      return isFollowing && options.maxBytes > 0;
    },
    get drops() {
      return drops;
    },
    peek: found,
    get: (level, key) => {
      const kept = found(key);
      if (!kept) {
        misses[level] += 1;
        return undefined;
      }
      hits[level] += 1;
      ageMs[level] += clock.now() - kept.askedAtMs;
      return kept;
    },
    keep: (key, kept, sentAtMs) => {
      if (!isFollowing || clock.now() >= kept.endsAtMs) return;
      if (recent.concern(kept.tags, sentAtMs)) {
        overtaken += 1;
        return;
      }
      store.set(key, kept);
    },
    endOf: (askedAtMs, lifeMs) => askedAtMs + lifeMs * (1 - SPREAD * ids.random()),
    figures: () => ({
      hits: { ...hits },
      misses: { ...misses },
      ageMs: { ...ageMs },
      dropped,
      emptied,
      overtaken,
      entries: store.size,
      bytes: store.weight,
      isFollowing,
    }),
  };
};
