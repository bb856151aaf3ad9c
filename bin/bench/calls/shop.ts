/** What the shop asks, and the items it asks for. */
import type { Product } from '../product.ts';

/** A list page: badge, number and age from the process layer, title and price from the ERP. */
export const LIST = `query List($skus: [String!]!) {
  availability(skus: $skus, context: { channel: "web", purpose: BROWSE }) {
    status display { code quantity } freshness asOf confidence { level }
    variant { sku title listPrice { amount currency } }
  }
}`;

export type ListEntry = {
  readonly status: string;
  readonly freshness: string;
  readonly asOf: string | null;
  readonly variant: { readonly sku: string; readonly title: string } | null;
};

/** The first `count` SKUs that are sold, by their code. */
export const readSkus = async (product: Product, count: number): Promise<readonly string[]> => {
  const skus: string[] = [];
  let after: string | null = null;
  while (skus.length < count) {
    const { data, errors } = await product.ask(
      `query Skus($after: String) { catalog(filter: { lifecycle: [ACTIVE] }, first: 100, after: $after) {
        edges { node { sku } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    const page = data?.catalog as
      | { edges: { node: { sku: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
      | undefined;
    if (!page) throw new Error(`The catalogue could not be read: ${JSON.stringify(errors)}`);
    skus.push(...page.edges.map(({ node }) => node.sku));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  return skus.slice(0, count);
};

/** A different part of the items for each page, as shoppers look at different pages. */
export const pageOf = (skus: readonly string[], index: number, size: number): readonly string[] =>
  Array.from({ length: size }, (_, place) => skus[(index * 7 + place) % skus.length] ?? '');

/** Whether every entry of a list was answered and tells its age. */
export const isWhole = (data: Readonly<Record<string, unknown>> | null, size: number): boolean => {
  const list = data?.availability as readonly ListEntry[] | undefined;
  return (
    list?.length === size && list.every(({ asOf, variant }) => asOf !== null && typeof variant?.title === 'string')
  );
};
