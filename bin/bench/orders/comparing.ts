/** Orders as the graph tells them beside the orders that the model makes of the systems' claims. */
import { locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { isDefining, type StoredClaim } from '#model/order/claims.ts';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY } from '#model/order/policy.ts';
import type { OrderState } from '#model/order/state.ts';
import { clusterClaims } from '#subgraphs/process/order-status/matching.ts';
import type { Asking } from '../product.ts';

const PAGE = 250;
const ORDERS = `query Orders($after: String) {
  orders(first: ${PAGE}, after: $after) {
    edges { node {
      id number sequence status payment fulfilment returns
      progress { least most percent }
      lines { id variant { id } ordered state quantities { open backordered allocated picking packed readyForPickup shipped delivered collected cancelled returned } }
      shipments { state lines { orderLineId quantity } }
      pickups { location { id } state lines { orderLineId quantity } }
      timeline(audience: OPERATIONS, first: 250) { edges { node { sequence } } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`;

export type ToldOrder = {
  readonly id: string;
  readonly number: string;
  readonly sequence: number;
  readonly timeline: { readonly edges: readonly { readonly node: { readonly sequence: number } }[] };
} & Readonly<Record<string, unknown>>;

type Page = {
  readonly edges: readonly { readonly node: ToldOrder }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** Every order that the graph has, by its number. */
export const readToldOrders = async (asking: Asking): Promise<ReadonlyMap<string, ToldOrder>> => {
  const told = new Map<string, ToldOrder>();
  for (let after: string | null = null; ; ) {
    const { data, errors } = await asking.ask(ORDERS, { after });
    if (!data || errors.length > 0) throw new Error(`orders were not told: ${JSON.stringify(errors).slice(0, 500)}`);
    const page = data.orders as Page;
    for (const { node } of page.edges) told.set(node.number, node);
    if (!page.pageInfo.hasNextPage) return told;
    after = page.pageInfo.endCursor;
  }
};

/** The orders that these claims make, by number. What no defining document speaks of is no order yet. */
export const mergeClaims = (claims: readonly StoredClaim[], now: string): ReadonlyMap<string, OrderState> => {
  const clusters = clusterClaims(claims, { orderOfReference: new Map(), orderOfDocument: new Map() });
  return new Map(
    clusters.flatMap((cluster) => {
      if (!cluster.claims.some(isDefining)) return [];
      const order = mergeOrder(cluster.claims, DEFAULT_ORDER_POLICY, now);
      return [[order.number, order] as const];
    }),
  );
};

const parts = (lines: OrderState['pickups'][number]['lines']) =>
  lines.map(({ lineId, quantity }) => ({ orderLineId: lineId, quantity }));

/** What both sides must agree on, in one form. */
const expectedView = (order: OrderState) => ({
  number: order.number,
  status: order.status,
  payment: order.payment.value,
  fulfilment: order.fulfilment,
  returns: order.returns,
  progress: order.progress,
  lines: order.lines.map(({ id, sku, ordered, state, quantities }) => ({
    id,
    variant: { id: variantIdOf(sku) },
    ordered,
    state,
    quantities,
  })),
  shipments: order.shipments.map(({ state, lines }) => ({ state, lines: parts(lines) })),
  pickups: order.pickups.map(({ locationCode, state, lines }) => ({
    location: { id: locationIdOf(locationCode) },
    state,
    lines: parts(lines),
  })),
});

/** JSON with sorted names: the same content is the same text. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** The numbers of orders that are told otherwise than the model makes them, each with both forms. */
export const differences = (
  expected: ReadonlyMap<string, OrderState>,
  told: ReadonlyMap<string, ToldOrder>,
  numbers: readonly string[],
): readonly string[] =>
  numbers.flatMap((number) => {
    const order = expected.get(number);
    const found = told.get(number);
    if (!order || !found) return order || found ? [`${number}: ${order ? 'not told' : 'told, and not claimed'}`] : [];
    const { id: _id, sequence: _sequence, timeline: _timeline, ...rest } = found;
    const wanted = textOf(expectedView(order));
    const given = textOf(rest);
    return wanted === given ? [] : [`${number}: expected ${wanted}, told ${given}`];
  });
