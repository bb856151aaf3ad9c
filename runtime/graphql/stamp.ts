/** Where a fact was read: what every answer of a system subgraph carries beside its numbers. */

/** Added to everything a connection answered. */
export type Provenance = {
  readonly connection: string;
  /** ISO instant of our reading. */
  readonly fetchedAt: string;
  /** HIT: kept in memory and kept up to date, not read for this answer. MISS when absent. */
  readonly cache?: 'MISS' | 'HIT';
};

export type Stamp = {
  readonly system: string;
  readonly asOf: string;
  readonly fetchedAt: string;
  readonly cache: 'MISS' | 'HIT';
  readonly version: string | null;
};

/** The contract's SourceStamp of a fact that one connection stated. */
export const stampOf = (
  fact: Provenance & { readonly asOf: string; readonly version?: string; readonly sequence?: string },
): Stamp => ({
  system: fact.connection,
  asOf: fact.asOf,
  fetchedAt: fact.fetchedAt,
  cache: fact.cache ?? 'MISS',
  version: fact.version ?? fact.sequence ?? null,
});
