/**
 * What the subgraphs know. Every value is a function of an id, so that there is any amount of it, no two questions have
 * the same answer, and what a gateway answers can be checked against the whole.
 */

/** A whole number from 0 to `below` - 1 that looks random and is always the same for the same words. */
const pick = (below: number, ...words: readonly (string | number)[]): number => {
  let hash = 2_166_136_261;
  for (const character of words.join('|')) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) % below;
};

const KINDS = ['T-Shirt', 'Sneaker', 'Chair', 'Lamp', 'Rucksack', 'Kettle', 'Notebook', 'Umbrella'];
const BRANDS = ['Nordlicht', 'Atelier Sud', 'Kontor 9', 'Halden', 'Weiss & Wald'];
const NAMES = ['Clara', 'Jonas', 'Amira', 'Oskar', 'Lene', 'Mateo', 'Ida', 'Ravi'];
const STOCK = ['IN_STOCK', 'LOW_STOCK', 'OUT_OF_STOCK'];
const ORDER = ['PLACED', 'PREPARING', 'SHIPPED', 'DELIVERED'];

type First = { readonly first: number };
type Page = First & { readonly offset: number };

const numberOf = (id: string): number => Number(id.slice(1));
const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
const oneOf = (list: readonly string[], ...words: readonly (string | number)[]): string =>
  list[pick(list.length, ...words)] ?? '';

/** What shipping costs by weight: the one field that needs a value of another subgraph. */
export const shippingCentsOf = (weightGrams: number): number => 290 + Math.ceil(weightGrams / 100) * 35;

// Everything below is resolved by graphql-js's default resolver: values as they are, functions called with arguments.

export const productOf = (id: string) => {
  const n = numberOf(id);
  const weightGrams = 100 + pick(4_000, 'weight', id);
  return {
    id,
    sku: `SKU-${String(n).padStart(6, '0')}`,
    title: `${oneOf(KINDS, 'kind', id)} ${n}, size ${'SML'[pick(3, 'size', id)]}`,
    brand: () => ({ id: `b${pick(BRANDS.length, 'brand', id)}`, name: oneOf(BRANDS, 'brand', id) }),
    image: pick(9, 'image', id) === 0 ? null : `https://img.example.invalid/p/${n}/front.webp`,
    weightGrams,
    price: () => ({ amount: (5 + pick(20_000, 'price', id) / 100).toFixed(2), currency: 'EUR' }),
    promotion: pick(4, 'promotion', id) === 0 ? `Week ${pick(52, 'week', id)}: two for one` : null,
    stock: () => ({ status: oneOf(STOCK, 'stock', id), quantity: pick(200, 'quantity', id) }),
    shippingCents: shippingCentsOf(weightGrams),
    rating: pick(20, 'rating', id) === 0 ? null : 1 + pick(41, 'rating', id) / 10,
    soldLastWeek: pick(500, 'sold', id),
    reviews: ({ first }: First) => range(first).map((index) => reviewOf(`rp-${id}-${index}`)),
  };
};

export const userOf = (id: string) => ({
  id,
  name: `${oneOf(NAMES, 'name', id)} ${id.toUpperCase()}`,
  username: `${oneOf(NAMES, 'name', id).toLowerCase()}-${id}`,
  reviews: ({ first }: First) => range(first).map((index) => reviewOf(`ru-${id}-${index}`)),
});

/** Ids tell where a review stands: "rp-<product>-<n>" under a product, "ru-<user>-<n>" with its author. */
export const reviewOf = (id: string) => {
  const [kind, owner = '', index = ''] = id.split('-');
  const others = 40_000;
  return {
    id,
    body: `${oneOf(['Good', 'Sturdy', 'Too small', 'As shown', 'Would buy again'], 'body', id)}; bought ${pick(30, 'day', id)} days ago, "as a gift".`,
    stars: 1 + pick(5, 'stars', id),
    author: () => userOf(kind === 'ru' ? owner : `u${pick(others, 'author', owner, index)}`),
    product: () => productOf(kind === 'rp' ? owner : `p${pick(others, 'product', owner, index)}`),
  };
};

/** Three lines of two products: a gateway that asks for each entity once asks for two. */
export const orderOf = (id: string) => {
  const n = numberOf(id);
  const product = (index: number) => productOf(`p${n * 2 + index}`);
  return {
    id,
    number: `WEB-${20_000 + n}`,
    status: oneOf(ORDER, 'order', id),
    placedAt: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
    customer: () => userOf(`u${n}`),
    lines: [0, 1, 0].map((index, line) => ({ quantity: 1 + pick(4, 'line', id, line), product: () => product(index) })),
  };
};

/** The entry points, as graphql-js calls functions of a root value. */
export const ROOT = {
  products: ({ first, offset }: Page) => range(first).map((index) => productOf(`p${offset + index}`)),
  product: ({ id }: { readonly id: string }) => productOf(id),
  users: ({ first, offset }: Page) => range(first).map((index) => userOf(`u${offset + index}`)),
  order: ({ id }: { readonly id: string }) => orderOf(id),
};
