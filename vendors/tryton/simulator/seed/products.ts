/** The assortment, with every name by which other systems know an item. */
import { decimalOf, money } from '#model/money.ts';
import type { Company, CompanyItem } from '#simulation/company/company.ts';
import type { World } from '../orm/request.ts';

const seedIdentifiers = (world: World, product: number, item: CompanyItem): void => {
  const { tables } = world;
  tables.insert('product.identifier', { product, type: 'ean', code: item.gtin13 });
  for (const { storeCode, alias } of item.posAliases) {
    tables.insert('product.identifier', { product, type: null, code: `pos:${storeCode}:${alias}` });
  }
  if (item.listing === undefined) return;
  const { marketplace, sellerSku } = item.listing;
  tables.insert('product.identifier', { product, type: null, code: `listing:${marketplace}:${sellerSku}` });
};

/** Product ids by SKU. The list price belongs to the template: all sizes of a product cost the same. */
export const seedProducts = (world: World, company: Company): ReadonlyMap<string, number> => {
  const { tables, anchors } = world;
  const accounting = tables.insert('product.category', { name: 'Goods', parent: null, accounting: true }).id;
  const categories = new Map(
    [...new Set(company.products.map((product) => product.category))].map((name) => [
      name,
      tables.insert('product.category', { name, parent: null, accounting: false }).id,
    ]),
  );
  const itemsByProduct = Map.groupBy(company.items, (item) => item.productCode);
  const ids = new Map<string, number>();
  for (const product of company.products) {
    const items = itemsByProduct.get(product.code) ?? [];
    const category = categories.get(product.category);
    const template = tables.insert('product.template', {
      name: product.name,
      code: product.code,
      type: 'goods',
      default_uom: anchors.unit,
      sale_uom: anchors.unit,
      purchase_uom: anchors.unit,
      salable: true,
      purchasable: true,
      active: true,
      list_price: decimalOf(money(items[0]?.priceMinor ?? 0, company.currency)),
      cost_price_method: 'fixed',
      account_category: accounting,
      categories: category === undefined ? [] : [category],
    });
    for (const item of items) {
      const variant = tables.insert('product.product', {
        template: template.id,
        suffix_code: item.sku.startsWith(product.code) ? item.sku.slice(product.code.length) : item.sku,
        cost_price: decimalOf(money(item.costMinor, company.currency)),
        active: true,
      });
      ids.set(item.sku, variant.id);
      seedIdentifiers(world, variant.id, item);
    }
  }
  return ids;
};
