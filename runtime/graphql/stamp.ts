/** Where a fact was read: what every answer of a system subgraph carries beside its numbers. */
import { isoOf } from '#runtime/clock.ts';
import type { CacheState, Reading } from '#runtime/reading/reading.ts';

/** Added to everything a connection answered. */
export type Provenance = {
  readonly connection: string;
  /** ISO instant at which the system was asked. */
  readonly fetchedAt: string;
  readonly cache: CacheState;
};

export const provenanceOf = (
  connection: string,
  { cache, readAtMs }: Pick<Reading<unknown>, 'cache' | 'readAtMs'>,
): Provenance => ({ connection, fetchedAt: isoOf(readAtMs), cache });

export type Stamp = {
  readonly system: string;
  readonly asOf: string;
  readonly fetchedAt: string;
  readonly cache: CacheState;
  readonly version: string | null;
};

/** The contract's SourceStamp of a fact that one connection stated. */
export const stampOf = (
  fact: Provenance & { readonly asOf: string; readonly version?: string; readonly sequence?: string },
): Stamp => ({
  system: fact.connection,
  asOf: fact.asOf,
  fetchedAt: fact.fetchedAt,
  cache: fact.cache,
  version: fact.version ?? fact.sequence ?? null,
});
