/**
 * Which documents belong together. Documents that share a reference, directly or through others, are one order. Pure.
 */
import type { OrderReference } from '#model/change.ts';
import { documentKeyOf, type StoredClaim } from '#model/order/claims.ts';

export const referenceText = ({ scheme, value }: OrderReference): string => `${scheme}:${value}`;

/** What is known before the batch: where documents and references are already tied to an order. */
export type KnownTies = {
  readonly orderOfReference: ReadonlyMap<string, string>;
  readonly orderOfDocument: ReadonlyMap<string, string>;
};

export type Cluster = {
  /** Documents of the batch and waiting ones. */
  readonly claims: readonly StoredClaim[];
  /** Orders they are tied to: none yet, one, or several that turn out to be one. */
  readonly orderIds: readonly string[];
};

/** Union-find over nodes named by text. */
const createGroups = () => {
  const parents = new Map<string, string>();
  const rootOf = (node: string): string => {
    let root = node;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root)) root = next;
    return root;
  };
  return {
    rootOf,
    join: (a: string, b: string): void => {
      const [left, right] = [rootOf(a), rootOf(b)];
      if (left !== right) parents.set(right, left);
    },
  };
};

export const clusterClaims = (claims: readonly StoredClaim[], ties: KnownTies): readonly Cluster[] => {
  const groups = createGroups();
  const documentNode = (claim: StoredClaim): string => `document ${documentKeyOf(claim)}`;
  const orderNodes = new Set<string>();
  const tie = (node: string, orderId: string | undefined): void => {
    if (orderId === undefined) return;
    orderNodes.add(orderId);
    groups.join(node, `order ${orderId}`);
  };
  for (const claim of claims) {
    const node = documentNode(claim);
    tie(node, ties.orderOfDocument.get(documentKeyOf(claim)));
    for (const reference of claim.references) {
      const text = referenceText(reference);
      groups.join(node, `reference ${text}`);
      tie(`reference ${text}`, ties.orderOfReference.get(text));
    }
  }
  const ordersOf = Map.groupBy([...orderNodes].sort(), (id) => groups.rootOf(`order ${id}`));
  return [...Map.groupBy(claims, (claim) => groups.rootOf(documentNode(claim)))].map(([root, own]) => ({
    claims: own,
    orderIds: ordersOf.get(root) ?? [],
  }));
};

/** The reference an order's id is made of: the channel's number where there is one, else the ERP's. */
export const canonicalReference = (claims: readonly StoredClaim[]): OrderReference | null => {
  const references = claims.flatMap((claim) => claim.references);
  const sorted = references.toSorted((a, b) => (referenceText(a) < referenceText(b) ? -1 : 1));
  return sorted.find(({ scheme }) => scheme === 'channel') ?? sorted[0] ?? null;
};

/**
 * An order is sold once: two marketplace orders under one number are two shoppers' orders, whatever their numbers say.
 * Returns the ones beside the first, in the order of their keys.
 */
export const contradicting = (
  known: readonly StoredClaim[],
  arriving: readonly StoredClaim[],
): readonly StoredClaim[] => {
  const sold = (claim: StoredClaim): boolean => claim.documentType === 'marketplace-order';
  const first = [...known, ...arriving].find(sold);
  if (!first) return [];
  const key = documentKeyOf(first);
  return arriving.filter((claim) => sold(claim) && documentKeyOf(claim) !== key);
};

export type LinkedOrder = { readonly id: string; readonly hasChannelNumber: boolean; readonly placedAt: string };

/** Of several orders that turn out to be one, the one that stays: the channel's, the older, the smaller id. */
export const survivorOf = (orders: readonly LinkedOrder[]): string | undefined =>
  orders.toSorted(
    (a, b) =>
      Number(b.hasChannelNumber) - Number(a.hasChannelNumber) ||
      Date.parse(a.placedAt) - Date.parse(b.placedAt) ||
      (a.id < b.id ? -1 : 1),
  )[0]?.id;
