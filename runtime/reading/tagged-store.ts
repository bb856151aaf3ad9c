/** A bounded store whose entries can be dropped by tag. The least recently used entry goes first, its tags with it. */
import { LRUCache } from 'lru-cache';

export type TaggedStore<Entry extends { readonly tags: readonly string[] }> = {
  get(id: string): Entry | undefined;
  set(id: string, entry: Entry): void;
  delete(id: string): void;
  /** Removes every entry that carries one of the tags. */
  drop(tags: readonly string[]): void;
  readonly size: number;
  /** Number of distinct tags that can still drop something. */
  readonly tagCount: number;
};

export const createTaggedStore = <Entry extends { readonly tags: readonly string[] }>(options: {
  readonly maxEntries: number;
}): TaggedStore<Entry> => {
  const idsOfTag = new Map<string, Set<string>>();

  const unlink = (entry: Entry, id: string): void => {
    for (const tag of entry.tags) {
      const ids = idsOfTag.get(tag);
      ids?.delete(id);
      if (ids?.size === 0) idsOfTag.delete(tag);
    }
  };

  // `dispose` runs for whatever leaves: evicted, deleted, or replaced by another entry of the same id.
  const entries = new LRUCache<string, Entry>({ max: options.maxEntries, dispose: unlink });

  return {
    get: (id) => entries.get(id),
    set: (id, entry) => {
      entries.set(id, entry);
      for (const tag of entry.tags) {
        const ids = idsOfTag.get(tag) ?? new Set();
        idsOfTag.set(tag, ids.add(id));
      }
    },
    delete: (id) => {
      entries.delete(id);
    },
    drop: (tags) => {
      for (const tag of tags) for (const id of [...(idsOfTag.get(tag) ?? [])]) entries.delete(id);
    },
    get size() {
      return entries.size;
    },
    get tagCount() {
      return idsOfTag.size;
    },
  };
};
