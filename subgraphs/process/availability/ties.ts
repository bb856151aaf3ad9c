/** Which answers hang together: bundles with their parts, and SKUs that share a quota. Pure. */
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { bundleOf, bundlesWith } from './bundles.ts';

type Rules = Pick<ProcessPolicy, 'bundles' | 'channels'>;

const underOneQuota = ({ channels }: Rules, sku: string): readonly string[] =>
  Object.values(channels).flatMap(({ quotas }) => quotas.flatMap(({ skus }) => (skus.includes(sku) ? skus : [])));

const partsOf = ({ bundles }: Rules, sku: string): readonly string[] =>
  (bundleOf(bundles, sku)?.components ?? []).map((part) => part.sku);

const withBundles = ({ bundles }: Rules, skus: Iterable<string>): Set<string> => {
  const all = new Set(skus);
  for (const sku of [...all]) for (const bundle of bundlesWith(bundles, sku)) all.add(bundle.sku);
  return all;
};

/** SKUs whose answers may change when the stock of these does. */
export const touchedByStock = (rules: Rules, skus: Iterable<string>): ReadonlySet<string> => withBundles(rules, skus);

/** SKUs whose answers may change when orders or holds for these do: the units wanted of their parts, and quotas they share. */
export const touchedByDemand = (rules: Rules, skus: Iterable<string>): ReadonlySet<string> => {
  const wanted = new Set([...skus].flatMap((sku) => [sku, ...partsOf(rules, sku)]));
  const quotas = new Set([...wanted].flatMap((sku) => [sku, ...underOneQuota(rules, sku)]));
  return withBundles(rules, quotas);
};

/** SKUs that must be known to answer for these. */
export const relatedTo = (rules: Rules, skus: Iterable<string>): ReadonlySet<string> => {
  const parts = new Set([...skus].flatMap((sku) => [sku, ...partsOf(rules, sku)]));
  const quotas = new Set([...parts].flatMap((sku) => [sku, ...underOneQuota(rules, sku)]));
  return withBundles(rules, quotas);
};
