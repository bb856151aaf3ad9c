/**
 * Products and SKUs of the simulated company. Everything is a function of the item's position, so the small company's
 * items are the first ones of the full company's; the first 50 products are also the ones that a live ERP is seeded
 * with (same codes, GTINs and prices).
 */
import { gtinCheckDigit } from '#model/identifiers.ts';
import type { CompanyItem, CompanyListing, CompanyProduct, CompanySize } from '#simulation/company/company.ts';
import { FLAGSHIP_CODES } from '#simulation/company/sites.ts';
import { createRandom } from '#simulation/random.ts';

export const PRODUCT_COUNT: Readonly<Record<CompanySize, number>> = { full: 500, small: 50 };
export const SIZES = ['S', 'M', 'L', 'XL'] as const;

const KINDS = [
  { kind: 'T-Shirt', category: 'Clothing' },
  { kind: 'Jeans', category: 'Clothing' },
  { kind: 'Sneaker', category: 'Shoes' },
  { kind: 'Jacket', category: 'Clothing' },
  { kind: 'Mug', category: 'Kitchen' },
  { kind: 'Lamp', category: 'Living' },
  { kind: 'Chair', category: 'Living' },
  { kind: 'Towel', category: 'Bath' },
  { kind: 'Backpack', category: 'Bags' },
  { kind: 'Kettle', category: 'Kitchen' },
] as const;

const ALIAS_PREFIXES = ['BER', 'HAM', 'MUC'] as const;
const ASIN_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Every 67th SKU is down to one unit in one store: 3 of the small company's SKUs, 30 of the full one's. */
export const isLastUnit = (itemIndex: number): boolean => itemIndex % 67 === 41;

/** A..Z, AA, AB, ... */
const seriesOf = (index: number): string => {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : seriesOf(Math.floor(index / 26) - 1) + letter;
};

const gtin13Of = (itemIndex: number): string => {
  const digits = String(400_000_000_000 + itemIndex);
  return digits + gtinCheckDigit(digits);
};

const priceMinorOf = (productIndex: number): number =>
  990 + 100 * (productIndex % 50) + 500 * Math.floor(productIndex / 50);

const costMinorOf = (productIndex: number): number =>
  400 + 50 * (productIndex % 50) + 200 * Math.floor(productIndex / 50);

/** About 2 % of the SKUs have a name of their own at the till of one flagship store. */
const posAliasesOf = (itemIndex: number): CompanyItem['posAliases'] => {
  if (itemIndex % 50 !== 7 || isLastUnit(itemIndex)) return [];
  const turn = Math.floor(itemIndex / 50) % FLAGSHIP_CODES.length;
  const storeCode = FLAGSHIP_CODES[turn];
  if (storeCode === undefined) return [];
  return [{ storeCode, alias: `${ALIAS_PREFIXES[turn]}-${String(itemIndex).padStart(4, '0')}` }];
};

/** A listing before stock and orders say how much of it can be sold. Always the same number of draws per item. */
const listingOf = (itemIndex: number, sku: string, random: () => number): CompanyListing | undefined => {
  const listed = random() < 0.4;
  const form = random();
  const ownStock = Math.floor(random() * 80);
  let asin = 'B0';
  for (let place = 0; place < 8; place++) asin += ASIN_ALPHABET[Math.floor(random() * ASIN_ALPHABET.length)];
  const marketplace = 'AMAZON_DE';
  // The last unit in a store is what the stock-sharing demo sells on every channel at once: it must be listed.
  if (isLastUnit(itemIndex)) return { marketplace, sellerSku: sku, asin, quantity: 0, fulfilment: 'MFN' };
  if (!listed) return undefined;
  if (form < 0.85) return { marketplace, sellerSku: sku, asin, quantity: 0, fulfilment: 'MFN' };
  if (form < 0.95) {
    return { marketplace, sellerSku: `LEG-${70_000 + 7 * itemIndex}`, asin, quantity: 0, fulfilment: 'MFN' };
  }
  return { marketplace, sellerSku: `${sku}-FBA`, asin, quantity: ownStock, fulfilment: 'FBA' };
};

export const drawItems = (
  size: CompanySize,
  seed: number,
): { readonly products: readonly CompanyProduct[]; readonly items: readonly CompanyItem[] } => {
  const random = createRandom(seed);
  const products: CompanyProduct[] = [];
  const items: CompanyItem[] = [];
  for (let index = 0; index < PRODUCT_COUNT[size]; index++) {
    const { kind, category } = KINDS[index % KINDS.length] ?? KINDS[0];
    const code = `P${1000 + index}`;
    const name = `${kind} ${seriesOf(Math.floor(index / KINDS.length))}`;
    products.push({ code, name, category });
    for (const [place, variant] of SIZES.entries()) {
      const itemIndex = index * SIZES.length + place;
      const sku = `${code}-${variant}`;
      const listing = listingOf(itemIndex, sku, random);
      items.push({
        sku,
        productCode: code,
        title: `${name}, ${variant}`,
        gtin13: gtin13Of(itemIndex),
        priceMinor: priceMinorOf(index),
        costMinor: costMinorOf(index),
        posAliases: posAliasesOf(itemIndex),
        ...(listing === undefined ? {} : { listing }),
      });
    }
  }
  return { products, items };
};
