/** How much a channel may sell in total of some SKUs together, and what is left of that. */
import type { ChannelPolicy, ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { demandWithBundles } from './bundles.ts';
import type { ItemFacts } from './facts.ts';

type Related = (sku: string) => ItemFacts | undefined;

/** Units that the channel's open orders and live holds have taken of an item. */
const takenBy = (
  channel: string,
  item: ItemFacts,
  bundles: ProcessPolicy['bundles'],
  related: Related,
  nowMs: number,
) => {
  let taken = 0;
  for (const demand of demandWithBundles(item, bundles, related))
    if (demand.channel === channel) taken += demand.unreleased + demand.released;
  for (const hold of item.holds) if (hold.channel === channel && hold.expiresAtMs > nowMs) taken += hold.quantity;
  return taken;
};

/** The least that any quota of the channel leaves of this item; null where none names it. */
export const quotaLeftOf = (
  item: ItemFacts,
  channel: string,
  { quotas }: Pick<ChannelPolicy, 'quotas'>,
  bundles: ProcessPolicy['bundles'],
  related: Related,
  nowMs: number,
): number | null => {
  let left: number | null = null;
  for (const { skus, units } of quotas) {
    if (!skus.includes(item.sku)) continue;
    let taken = 0;
    for (const sku of skus) {
      const other = sku === item.sku ? item : related(sku);
      if (other) taken += takenBy(channel, other, bundles, related, nowMs);
    }
    left = Math.min(left ?? Number.POSITIVE_INFINITY, Math.max(0, units - taken));
  }
  return left;
};
