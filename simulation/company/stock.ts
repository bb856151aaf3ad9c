/** Assortments and stock levels of the simulated company. */
import type { CompanyItem, CompanySite, CompanySize, CompanyStock } from '#simulation/company/company.ts';
import { isLastUnit, SIZES } from '#simulation/company/items.ts';
import { FLAGSHIP_CODES } from '#simulation/company/sites.ts';
import { createRandom } from '#simulation/random.ts';

const VARIANT_SHARE = 0.9;
/** The first products are in every flagship store, so that examples in the documentation hold in both sizes. */
const SHOWN_EVERYWHERE = 10;

/** Average number of SKUs that a store carries. */
const assortmentTarget = (size: CompanySize, itemCount: number, flagship: boolean): number => {
  if (size === 'small') return 0.7 * itemCount;
  return flagship ? 370 : 120;
};

/** Shelves run low: about a third of the store positions stand at 0, 1 or 2. */
const storeLevel = (random: () => number): number => {
  const draw = random();
  if (draw < 0.1) return 0;
  if (draw < 0.21) return 1;
  if (draw < 0.32) return 2;
  return 3 + Math.floor(random() * 28);
};

const damagedOf = (onHand: number, random: () => number): number =>
  random() < 0.03 ? Math.min(onHand, 1 + Math.floor(random() * 2)) : 0;

const isCarried = (item: CompanyItem, site: CompanySite, drawn: boolean): boolean =>
  drawn || item.posAliases.some((alias) => alias.storeCode === site.code);

export const drawStock = (
  size: CompanySize,
  sites: readonly CompanySite[],
  items: readonly CompanyItem[],
  seed: number,
): readonly CompanyStock[] => {
  const random = createRandom(seed);
  const stock: CompanyStock[] = [];
  const put = (item: CompanyItem, site: CompanySite, onHand: number): void => {
    stock.push({ sku: item.sku, siteCode: site.code, onHand, damaged: damagedOf(onHand, random) });
  };
  for (const site of sites) {
    const flagship = FLAGSHIP_CODES.some((code) => code === site.code);
    const productChance = assortmentTarget(size, items.length, flagship) / (items.length * VARIANT_SHARE);
    let productDrawn = false;
    for (const [index, item] of items.entries()) {
      if (isLastUnit(index)) continue;
      if (site.kind === 'WAREHOUSE') {
        put(item, site, Math.floor(random() * 401));
        continue;
      }
      const productIndex = Math.floor(index / SIZES.length);
      // Whole products are listed in a store; a single size may be missing.
      if (index % SIZES.length === 0) productDrawn = random() < productChance;
      const shown = flagship && productIndex < SHOWN_EVERYWHERE;
      const drawn = shown || (random() < VARIANT_SHARE && productDrawn);
      if (isCarried(item, site, drawn)) put(item, site, storeLevel(random));
    }
  }
  const stores = sites.filter((site) => site.kind === 'STORE');
  let turn = 0;
  for (const [index, item] of items.entries()) {
    const site = stores[turn % stores.length];
    if (!isLastUnit(index) || site === undefined) continue;
    turn += 1;
    stock.push({ sku: item.sku, siteCode: site.code, onHand: 1, damaged: 0 });
  }
  return stock;
};
