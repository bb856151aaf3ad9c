/**
 * What a vendor allows, as data.
 *
 * - `bucket`: tokens (calls or cost points) that refill continuously up to `burst`;
 * - `window`: at most `calls` in ANY stretch of time of length `perMs`;
 * - `unpublished`: there is a limit that nobody tells; it is learnt from refusals.
 */
export type QuotaShape =
  | { readonly kind: 'bucket'; readonly ratePerSecond: number; readonly burst: number }
  | { readonly kind: 'window'; readonly calls: number; readonly perMs: number }
  | { readonly kind: 'unpublished' };

export type Quota = {
  /** Unique within a vendor's limits. */
  readonly name: string;
  /** Which operations draw on it: their names, "all" for one limit over the whole account. */
  readonly operations: 'all' | readonly string[];
  readonly shape: QuotaShape;
};

/** One bucket per operation, under the operation's name: how most vendors publish their limits. */
export const perOperation = (
  limits: Readonly<Record<string, { readonly ratePerSecond: number; readonly burst: number }>>,
): readonly Quota[] =>
  Object.entries(limits).map(([operation, limit]) => ({
    name: operation,
    operations: [operation],
    shape: { kind: 'bucket', ...limit },
  }));
