/**
 * Where a polled stream goes on, as text. A reading that takes several polls keeps its place in here, so a restart
 * neither begins anew nor leaves anything out.
 */
import { type ZodType, z } from 'zod';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';

/**
 * Square may show a change a little after changes with a later time, and its clock is not ours. Every poll therefore
 * looks back this far; what it says again is harmless, for a statement replaces itself.
 */
export const OVERLAP_MS = 30_000;

export const lookBack = (instant: string): string => isoOf(Date.parse(instant) - OVERLAP_MS);

export const earlier = (a: string, b: string): string => (Date.parse(b) < Date.parse(a) ? b : a);

export const newest = (instants: Iterable<string>): string | null => {
  let found: string | null = null;
  for (const instant of instants) if (found === null || Date.parse(instant) > Date.parse(found)) found = instant;
  return found;
};

/**
 * stock: `all` reads item by item (`after` is the last item read) and notes the newest change at its start, from where
 * `since` goes on. `since: null` is an account in which nothing was ever counted. `stores` is the digest of the stores
 * asked: with others, everything is read again.
 */
export const stockPlace = z.discriminatedUnion('read', [
  z.object({ read: z.literal('all'), stores: z.string(), after: z.string(), until: z.string().nullable() }),
  z.object({ read: z.literal('since'), stores: z.string(), since: z.string().nullable() }),
]);
export type StockPlace = z.output<typeof stockPlace>;

/**
 * orders: a round asks all stores in turn for orders changed from `since` on. Within a round `afterStore` is the last
 * store done, `from` how far the stores after it have been read, `newest` the latest change seen so far. A round may
 * take minutes and the stores asked first may have moved on meanwhile, so the next one starts no later than `startedAt`.
 */
export const ordersPlace = z.object({
  stores: z.string(),
  since: z.string().nullable(),
  round: z
    .object({
      startedAt: z.string(),
      afterStore: z.string().nullable(),
      from: z.string().nullable(),
      newest: z.string().nullable(),
    })
    .nullable(),
});
export type OrdersPlace = z.output<typeof ordersPlace>;

export const parsePlace = <T>(schema: ZodType<T>, watermark: string, stream: string): T => {
  try {
    return schema.parse(JSON.parse(watermark));
  } catch (cause) {
    throw new Failure(
      'INTERNAL',
      `The stored watermark of stream "${stream}" is not one of ours. Delete it to read the stream from the beginning.`,
      { field: 'watermark', cause },
    );
  }
};
