/**
 * Tags: how a change names the things it changed, so that whoever keeps a copy of one can drop it. The change feed
 * carries them from the process layer to every system subgraph and to the gateway.
 */
import type { OrderDocumentType } from './change.ts';
import { locationIdOf, productIdOf, variantIdOf } from './identifiers.ts';

export const tags = {
  /** Master data of an item. */
  variant: (sku: string): string => `variant:${sku}`,
  product: (code: string): string => `product:${code}`,
  /** Master data of a place. */
  location: (code: string): string => `location:${code}`,
  /** Stock of an item, in any system and at any place. */
  stock: (sku: string): string => `stock:${sku}`,
  /** What channels may be told of an item: its stock, holds and demand, and whatever else its answer is made of. */
  availability: (sku: string): string => `availability:${sku}`,
  listing: (marketplace: string, listingId: string): string => `listing:${marketplace}/${listingId}`,
  /** An order of ours, by its id in the graph. */
  order: (orderId: string): string => `order:${orderId}`,
  /** One document of one system: a sales order, a shipment, a pickup ... */
  document: (connection: string, type: OrderDocumentType, id: string): string => `document:${connection}/${type}/${id}`,
} as const;

const ID_OF: Readonly<Record<string, (key: string) => string>> = {
  variant: variantIdOf,
  availability: variantIdOf,
  stock: variantIdOf,
  product: productIdOf,
  location: locationIdOf,
};

/** The tag itself, and the same with the thing's id in the graph: who sees entities only knows those. */
export const namesOfTag = (tag: string): readonly string[] => {
  const colon = tag.indexOf(':');
  const kind = tag.slice(0, colon);
  const idOf = ID_OF[kind];
  return idOf ? [tag, `${kind}:${idOf(tag.slice(colon + 1))}`] : [tag];
};
