/**
 * What was dropped while a request was out: its answer may tell of the time before the change, and which tags it carries
 * may only be known when it arrives.
 */
export type DropMarks = {
  /** `drop` is the number of the drop; drops are counted upwards. */
  add(tags: readonly string[], drop: number): void;
  /** Number of the first drop that meant something with one of these tags; null when none did. */
  firstOf(tags: readonly string[]): number | null;
};

export const createDropMarks = (options: { readonly maxTags: number }): DropMarks => {
  const firstByTag = new Map<string, number>();
  /** Beyond the most tags, every drop is taken to mean everything: a read too many instead of memory without end. */
  let firstOfAll: number | null = null;
  return {
    add: (tags, drop) => {
      for (const tag of tags) {
        if (firstByTag.has(tag)) continue;
        if (firstByTag.size < options.maxTags) firstByTag.set(tag, drop);
        else firstOfAll ??= drop;
      }
    },
    firstOf: (tags) => {
      const drops = [...tags.map((tag) => firstByTag.get(tag)), firstOfAll].filter((drop) => typeof drop === 'number');
      return drops.length === 0 ? null : Math.min(...drops);
    },
  };
};
