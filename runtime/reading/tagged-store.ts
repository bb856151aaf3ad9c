/** A bounded store whose entries can be dropped by tag. The least recently used entry goes first, its tags with it. */
import { LRUCache } from 'lru-cache';

export type TaggedStore<Entry extends { readonly tags: readonly string[] }> = {
  get(id: string): Entry | undefined;
  set(id: string, entry: Entry): void;
  delete(id: string): void;
  /** Removes every entry that carries one of the tags; says how many. */
  drop(tags: readonly string[]): number;
  clear(): void;
  readonly size: number;
  /** Of all entries together, as the options weigh them; 0 when they do not. */
  readonly weight: number;
  /** Number of distinct tags that can still drop something. */
  readonly tagCount: number;
};

export const createTaggedStore = <Entry extends { readonly tags: readonly string[] }>(options: {
  readonly maxEntries: number;
  /** Bounds the store by weight too, for entries that differ much. */
  readonly weight?: { readonly most: number; of(entry: Entry, id: string): number };
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
  const entries = new LRUCache<string, Entry>({
    max: options.maxEntries,
    ...(options.weight ? { maxSize: options.weight.most, sizeCalculation: options.weight.of } : {}),
    dispose: unlink,
  });

  return {
    get: (id) => entries.get(id),
    set: (id, entry) => {
      entries.set(id, entry);
      // Too heavy for the whole store: it was not taken.
      if (entries.peek(id) !== entry) return;
      for (const tag of entry.tags) {
        const ids = idsOfTag.get(tag) ?? new Set();
        idsOfTag.set(tag, ids.add(id));
      }
    },
    delete: (id) => {
      entries.delete(id);
    },
    drop: (tags) => {
      let dropped = 0;
      for (const tag of tags) for (const id of [...(idsOfTag.get(tag) ?? [])]) if (entries.delete(id)) dropped += 1;
      return dropped;
    },
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    },
    get weight() {
      return entries.calculatedSize;
    },
    get tagCount() {
      return idsOfTag.size;
    },
  };
};
