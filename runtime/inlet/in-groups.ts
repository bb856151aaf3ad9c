/** Reads keys in one call per group of those that can be asked for together. Answers in the order of the keys. */
export const inGroups = async <Key, Value>(
  keys: readonly Key[],
  groupOf: (key: Key) => string,
  read: (group: readonly [Key, ...Key[]]) => Promise<readonly Value[]>,
): Promise<readonly Value[]> => {
  const places = Map.groupBy(keys.entries(), ([, key]) => groupOf(key));
  const answers = await Promise.all(
    [...places.values()].map(async (entries) => {
      const [first, ...others] = entries.map(([, key]) => key);
      if (first === undefined) return [];
      const values = await read([first, ...others]);
      return entries.flatMap(([place], index) => values.slice(index, index + 1).map((value) => ({ place, value })));
    }),
  );
  return answers
    .flat()
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
};
