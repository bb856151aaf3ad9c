/**
 * The last unit of an item, in one store, is sold at the till. The shop's badge must flip and the marketplace listing
 * must go to 0 before somebody buys it again. Prints when each happened and the path the change took.
 */
import { drawCompany } from '#simulation/company/generate.ts';
import { say, until } from './say.ts';
import { openStage, type Stage } from './stage.ts';

type LastUnit = { readonly sku: string; readonly storeCode: string; readonly sellerSku: string };

const findLastUnit = (): LastUnit => {
  const company = drawCompany({ size: 'full', nowMs: Date.now() });
  const stocked = Map.groupBy(
    company.stock.filter(({ onHand }) => onHand > 0),
    ({ sku }) => sku,
  );
  for (const item of company.items) {
    const positions = stocked.get(item.sku) ?? [];
    const [only] = positions;
    if (
      positions.length === 1 &&
      only?.onHand === 1 &&
      only.siteCode.startsWith('ST-') &&
      item.listing?.fulfilment === 'MFN'
    ) {
      return { sku: item.sku, storeCode: only.siteCode, sellerSku: item.listing.sellerSku };
    }
  }
  throw new Error('The simulated company has no item whose last unit lies in one store and is listed.');
};

const BADGE = `query Badge($sku: String!) {
  availability(skus: [$sku], context: { channel: "web" }) {
    status display { code quantity } freshness asOf
    variant { title listings { listingId publishedQuantity } }
  }
}`;
type Badge = {
  readonly availability: readonly {
    readonly status: string;
    readonly display: { readonly code: string; readonly quantity: number | null };
    readonly freshness: string;
    readonly variant: {
      readonly title: string;
      readonly listings: readonly { readonly publishedQuantity: number | null }[];
    };
  }[];
};

const FOLLOW = `subscription Follow($sku: String!) {
  availabilityChanged(skus: [$sku], context: { channel: "web" }, only: QUANTITY) {
    __typename
    ... on AvailabilityChanged { previousStatus availability { status sellableQuantity } }
  }
}`;
type Followed = {
  readonly availabilityChanged: {
    readonly __typename: string;
    readonly previousStatus?: string;
    readonly availability?: { readonly status: string; readonly sellableQuantity: number | null };
  };
};

type Ledger = {
  readonly deliveries: {
    readonly events: readonly {
      readonly eventId: string;
      readonly attempts: readonly { readonly atMs: number; readonly status: number | 'failed' }[];
    }[];
  };
  readonly writes: Readonly<
    Record<
      string,
      { readonly latest: readonly { readonly atMs: number; readonly detail: Readonly<Record<string, unknown>> }[] }
    >
  >;
};

const publishedZero = (stage: Stage, sellerSku: string, sinceMs: number): Promise<number> =>
  until('The listing going to 0', async () => {
    const { writes } = await stage.ledger<Ledger>('amazon');
    return writes[`listing:${sellerSku}`]?.latest.find(({ atMs, detail }) => atMs >= sinceMs && detail.quantity === 0)
      ?.atMs;
  });

export const lastUnit = async (variables: NodeJS.ProcessEnv): Promise<void> => {
  const { sku, storeCode, sellerSku } = findLastUnit();
  say('Starting a company: 300 stores, 2 warehouses, 2,000 items ...');
  await using stage = await openStage(variables);
  const badge = async (): Promise<Badge['availability'][number]> => {
    const { availability } = await stage.graph.ask<Badge>(BADGE, { sku });
    const [first] = availability;
    if (!first) throw new Error('no answer for the item');
    return first;
  };

  const before = await badge();
  say(`\n${sku} "${before.variant.title}": one unit left, in ${storeCode}`);
  say(`  shop badge            ${before.status} ${before.display.code} (${before.freshness})`);
  say(`  marketplace listing   ${sellerSku}: ${before.variant.listings[0]?.publishedQuantity ?? 'unknown'}`);

  const stream = stage.graph.follow<Followed>(FOLLOW, { sku });
  // The stream begins with the state as it is: from then on nothing can be missed.
  await stream.next();
  const soldOut = (async () => {
    for await (const { availabilityChanged: item } of stream) {
      if (item.availability?.status === 'OUT_OF_STOCK') return { atMs: Date.now(), item };
    }
    throw new Error('the subscription ended before it told');
  })();

  const rungUpMs = Date.now();
  await stage.act('square', { kind: 'sale', locationCode: storeCode, sku, quantity: 1 });
  const [pushed, zeroAtMs] = await Promise.all([soldOut, publishedZero(stage, sellerSku, rungUpMs)]);
  const { deliveries } = await stage.ledger<Ledger>('square');
  const webhookMs = deliveries.events
    .flatMap(({ attempts }) => attempts)
    .filter(({ atMs, status }) => atMs >= rungUpMs && status === 200)
    .map(({ atMs }) => atMs)
    .toSorted((a, b) => a - b)[0];

  const line = (what: string, atMs: number | undefined, path: string): void =>
    say(`  ${atMs === undefined ? '     ?' : `${String(atMs - rungUpMs).padStart(5)} ms`}  ${what.padEnd(34)} ${path}`);
  say(`\nThe last unit is sold at the till of ${storeCode}:`);
  line('sale rung up', rungUpMs, 'POS');
  line('signed webhook', webhookMs, 'POS -> pos subgraph (signature checked)');
  line(
    `badge pushed: ${pushed.item.previousStatus} -> ${pushed.item.availability?.status}`,
    pushed.atMs,
    'intake -> journal -> process subscription -> gateway -> app',
  );
  line('listing quantity published: 0', zeroAtMs, 'process -> marketplace subgraph -> marketplace');

  const after = await badge();
  say(`\nNow: shop badge ${after.status}; listing ${after.variant.listings[0]?.publishedQuantity ?? 'unknown'}.`);
};
