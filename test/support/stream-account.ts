/**
 * Whether a reader of order events was told everything once and in order, however often it was cut and resumed. Works on
 * what was told alone, so that it serves every transport.
 */

/** An event as it is on record, of those that the reader wants; all of them in the order they were journalled. */
export type Happened = {
  readonly id: string;
  readonly order: string;
  readonly sequence: number;
  readonly channel: string;
  readonly position: number;
};

export type Told =
  | { readonly kind: 'event'; readonly id: string; readonly order: string; readonly sequence: number }
  | { readonly kind: 'snapshot'; readonly order: string; readonly sequence: number }
  /** A named gap. */
  | { readonly kind: 'gap'; covers(event: Happened): boolean }
  /** Cut and resumed behind an earlier item: what came after that may come once more. */
  | { readonly kind: 'cut'; readonly repeats: readonly string[] };

/** Everything that is wrong; empty when the union of what was told equals what happened. */
export const complaintsOf = (
  happened: readonly Happened[],
  told: readonly Told[],
  options: {
    /** Sequences that the reader knew, or had no claim to, when it began. */
    readonly knownBefore?: ReadonlyMap<string, number>;
    /** Whether an event may be told after a snapshot that contains it: a feed that was cut in its first snapshot. */
    readonly mayBeContained?: boolean;
  } = {},
): readonly string[] => {
  const complaints: string[] = [];
  const byId = new Map(happened.map((event) => [event.id, event]));
  const byOrder = Map.groupBy(happened, ({ order }) => order);
  const known = new Map(options.knownBefore);
  const inSnapshots = new Map<string, number>();
  const gaps: Extract<Told, { readonly kind: 'gap' }>[] = [];
  const seen = new Set<string>();
  const mayRepeat = new Set<string>();
  const knownOf = (order: string): number => known.get(order) ?? 0;
  const missing = (order: string, below: number): void => {
    for (const event of byOrder.get(order) ?? [])
      if (event.sequence > knownOf(order) && event.sequence < below && !gaps.some((gap) => gap.covers(event)))
        complaints.push(`lost: ${event.order} ${event.sequence}`);
  };

  for (const item of told) {
    if (item.kind === 'gap') gaps.push(item);
    else if (item.kind === 'cut') for (const id of item.repeats) mayRepeat.add(id);
    else if (item.kind === 'snapshot') {
      if (item.sequence < knownOf(item.order)) complaints.push(`went back: ${item.order} to ${item.sequence}`);
      known.set(item.order, item.sequence);
      inSnapshots.set(item.order, item.sequence);
    } else {
      const { id, order, sequence } = item;
      if (!byId.has(id)) complaints.push(`never happened: ${id}`);
      if (seen.has(id)) {
        if (!mayRepeat.delete(id)) complaints.push(`twice: ${order} ${sequence}`);
      } else if (sequence <= knownOf(order)) {
        const isContained = options.mayBeContained === true && sequence <= (inSnapshots.get(order) ?? 0);
        if (!isContained) complaints.push(`out of order or contained already: ${order} ${sequence}`);
      } else {
        missing(order, sequence);
        known.set(order, sequence);
      }
      seen.add(id);
    }
  }
  for (const order of byOrder.keys()) missing(order, Number.POSITIVE_INFINITY);
  return complaints;
};
