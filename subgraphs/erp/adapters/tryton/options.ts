/** What an installation of Tryton leaves open, and how this connection settles it. */
import { z } from 'zod';

const expression = z.string().refine(
  (text) => {
    try {
      new RegExp(text);
      return true;
    } catch {
      return false;
    }
  },
  { error: 'is not a regular expression' },
);

const siteKind = z.enum(['STORE', 'WAREHOUSE', 'DISTRIBUTION_CENTER', 'THREE_PL', 'MARKETPLACE_FC', 'VIRTUAL']);

export const trytonErpOptions = z.strictObject({
  /** Name of Tryton's database: part of its URL. */
  database: z.string().min(1),
  /** What kind of place a Tryton warehouse is, by its code: the first pattern that fits. None fits: a warehouse. */
  siteKinds: z.array(z.strictObject({ pattern: expression, kind: siteKind })).default([]),
  /** Which channel an order number belongs to, by the sale's reference: the first pattern that fits. */
  channelOf: z.array(z.strictObject({ pattern: expression, channel: z.string().min(1) })).default([]),
  /** Codes of locations inside a warehouse whose content cannot be sold, as a regular expression. None, unless set. */
  blockedLocations: expression.optional(),
  productsIntervalMs: z.number().int().min(100).default(5_000),
  salesIntervalMs: z.number().int().min(100).default(2_000),
  sitesIntervalMs: z.number().int().min(100).default(30_000),
  /** Longer than any transaction on the Tryton server runs: changes that appear later than this are missed. */
  overlapMs: z.number().int().min(1_000).default(30_000),
});
export type TrytonErpOptions = z.infer<typeof trytonErpOptions>;

/** A table of patterns as a function: the value of the first that fits. */
export const firstMatch = <T>(
  rules: readonly { readonly pattern: string; readonly value: T }[],
): ((text: string) => T | undefined) => {
  const compiled = rules.map(({ pattern, value }) => ({ expression: new RegExp(pattern), value }));
  return (text) => compiled.find((rule) => rule.expression.test(text))?.value;
};
