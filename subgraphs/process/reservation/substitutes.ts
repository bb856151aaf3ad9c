/** What could be offered in an item's place: other variants of the same product that the channel can sell now. */
import type { Sql } from '#runtime/storage/database.ts';
import type { AvailabilityService } from '#subgraphs/process/availability/service.ts';

export type Substitutes = (sku: string, channel: string) => Promise<readonly string[]>;

const MOST = 3;
const MOST_VARIANTS = 250;

/** SKUs with the most stock first, at most three. From memory: an offer, not a promise. */
export const createSubstitutes = (deps: {
  readonly database: Sql;
  readonly availability: Pick<AvailabilityService, 'answer' | 'settle'>;
}): Substitutes => {
  const { database, availability } = deps;
  return async (sku, channel) => {
    const siblings = await database.query<{ sku: string }>(
      `select other.sku from process.variant v
       join process.variant other on other.product_code = v.product_code and other.sku <> v.sku
       where v.sku = $1 order by other.sku limit ${MOST_VARIANTS}`,
      [sku],
    );
    const question = availability.settle({ channel });
    return siblings
      .map((sibling) => ({ sku: sibling.sku, sellable: availability.answer(sibling.sku, question)?.sellable ?? 0 }))
      .filter(({ sellable }) => sellable > 0)
      .sort((a, b) => b.sellable - a.sellable || (a.sku < b.sku ? -1 : 1))
      .slice(0, MOST)
      .map((sibling) => sibling.sku);
  };
};
