/** Which items are looked at most often: where a wrong number is sold from first. */
export type Heat = {
  readonly sku: string;
  /** Expected sales per minute, over all places. */
  readonly salesPerMinute: number;
  /** When a system last changed its number, epoch milliseconds. */
  readonly changedMs: number;
  /** Usable units over all places. */
  readonly left: number;
};

const ORDERS: readonly ((a: Heat, b: Heat) => number)[] = [
  (a, b) => b.salesPerMinute - a.salesPerMinute,
  (a, b) => b.changedMs - a.changedMs,
  (a, b) => a.left - b.left,
];

const bySku = (a: Heat, b: Heat): number => (a.sku < b.sku ? -1 : 1);

/** The fastest sellers, the latest changed and the lowest stocks in turn, until there are `count` of them. Nothing left is not low. */
export const hottest = (items: readonly Heat[], count: number): readonly string[] => {
  const inStock = items.filter(({ left }) => left > 0);
  const lists = ORDERS.map((order, index) =>
    (index === ORDERS.length - 1 ? inStock : items).toSorted((a, b) => order(a, b) || bySku(a, b)),
  );
  const chosen = new Set<string>();
  for (let place = 0; place < items.length && chosen.size < count; place += 1) {
    for (const list of lists) {
      const item = list[place];
      if (item && chosen.size < count) chosen.add(item.sku);
    }
  }
  return [...chosen];
};
