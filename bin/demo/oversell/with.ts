/**
 * The shop with the product: tills and warehouse tell what changed every few seconds, listings are kept at what may be sold,
 * and the web shop holds a unit before it takes an order.
 */
import { parse } from 'graphql';
import type { Change } from '#model/change.ts';
import { codeOfLocationId } from '#model/identifiers.ts';
import { isoOf } from '#runtime/clock.ts';
import type { ProcessPolicyInput } from '#subgraphs/process/policy/schema.ts';
import { createMarketplace, type Marketplace } from './marketplace.ts';
import { createPicture } from './picture.ts';
import type { Places, Recount } from './places.ts';
import type { Accepted, Sample, Shop } from './play.ts';
import { openProduct } from './product.ts';
import { isWithin, type Span, type Weekend } from './weekend.ts';
import { HELD_BACK_IN_WAREHOUSE } from './without.ts';

const MARKETPLACE = 'AMAZON_DE';
/** How often tills and warehouse are heard: while the promotion is on air, and otherwise. */
const PEAK_MS = 10_000;
const USUAL_MS = 30_000;
/** How often the product looks for work by itself while all stores are closed; else whenever it has heard something. */
const NIGHT_LOOK_MS = 60_000;
const LEAD_MS = 10 * 60_000;

const POLICY: ProcessPolicyInput = {
  channels: {
    web: { locations: { kinds: ['WAREHOUSE', 'STORE'] }, channelBuffer: { WAREHOUSE: HELD_BACK_IN_WAREHOUSE.web } },
    amazon: {
      marketplace: MARKETPLACE,
      publish: true,
      locations: { kinds: ['WAREHOUSE', 'STORE'] },
      channelBuffer: { WAREHOUSE: HELD_BACK_IN_WAREHOUSE.amazon },
      unseenSales: { quantile: 0.995 },
    },
  },
  publication: { itemsPerCall: 25 },
};

const RESERVE = parse(`mutation Reserve($sku: String!, $key: String!) {
  reserveStock(input: { idempotencyKey: $key, items: [{ sku: $sku, quantity: 1 }], context: { channel: "web" } }) {
    reservation { id lines { location { id } held } }
    userErrors { code message }
  }
}`);
type Reserved = {
  readonly reserveStock: {
    readonly reservation: {
      readonly id: string;
      readonly lines: readonly { readonly location: { readonly id: string } | null; readonly held: number }[];
    } | null;
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  };
};
const RELEASE = parse(`mutation Release($id: ID!, $key: String!) {
  releaseReservation(input: { idempotencyKey: $key, reservationId: $id }) { userErrors { code } }
}`);
const LEDGER = parse(`query Ledger($sku: String!) {
  explainAvailability(sku: $sku, context: { channel: "amazon" }) {
    positions { position { sellable withheld safetyStock channelBuffer } }
  }
}`);
type Ledger = {
  readonly explainAvailability: {
    readonly positions: readonly {
      readonly position: {
        readonly sellable: number;
        readonly withheld: number;
        readonly safetyStock: number;
        readonly channelBuffer: number;
      } | null;
    }[];
  };
};

const master = ({ items, stores, warehouse }: Weekend, asOf: string): readonly Change[] => [
  ...items.map(
    ({ sku }): Change => ({
      kind: 'variant',
      asOf,
      variant: {
        sku,
        productCode: sku,
        productTitle: sku,
        title: sku,
        lifecycle: 'ACTIVE',
        unitOfMeasure: 'EA',
        aliases: [],
      },
    }),
  ),
  { kind: 'location', code: warehouse, facts: { name: warehouse, kind: 'WAREHOUSE' }, asOf },
  ...stores.map((code): Change => ({ kind: 'location', code, facts: { name: code, kind: 'STORE' }, asOf })),
];

const stockOf = ({ place, sku, counted }: Recount, asOf: string): Change => ({
  kind: 'stock',
  items: [{ scheme: 'sku', value: sku }],
  locationCode: place,
  reading: {
    onHand: counted,
    damaged: 0,
    qualityHold: 0,
    returnsPending: 0,
    reservedHard: 0,
    reservations: 'NOT_KEPT',
    inTransit: 0,
    basis: 'PHYSICAL',
    asOf,
  },
});

const listingOf = (sku: string, asOf: string): Change => ({
  kind: 'listing',
  marketplace: MARKETPLACE,
  listingId: sku,
  items: [{ scheme: 'sku', value: sku }],
  publishedQuantity: 0,
  state: 'ACTIVE',
  asOf,
});

/** The order of the web shop as the ERP has it when the place has taken the unit off its shelf. */
const orderOf = (number: string, sku: string, place: string, reservationId: string, asOf: string): Change => ({
  kind: 'order-claim',
  documentType: 'sales-order',
  documentId: number,
  references: [{ scheme: 'channel', value: number }],
  sequence: '1',
  effectiveAt: asOf,
  rawStatus: 'shipped',
  confirmed: true,
  channel: 'web',
  reservationIds: [reservationId],
  lines: [
    {
      lineRef: '1',
      items: [{ scheme: 'sku', value: sku }],
      ordered: 1,
      method: 'SHIP_FROM_STORE',
      locationCode: place,
    },
  ],
  progress: [{ items: [{ scheme: 'sku', value: sku }], quantities: { shipped: 1 } }],
});

export const openWith =
  (weekend: Weekend, seed: number) =>
  async (places: Places): Promise<Shop> => {
    const { startMs, warehouse, silence, items, open, peaks } = weekend;
    let marketplace: Marketplace | undefined;
    const product = await openProduct({
      policy: POLICY,
      startMs: startMs - LEAD_MS,
      seed,
      market: (clock) => {
        marketplace = createMarketplace(weekend.throttling, { clock });
        return marketplace.publish;
      },
    });
    const { clock, ids } = product;
    const picture = createPicture(weekend);
    const orders: Change[] = [];
    let orderCount = 0;

    const now = (): string => isoOf(clock.now());
    const told = (changed: readonly Recount[]): readonly Change[] => {
      for (const recount of changed) picture.note(recount);
      return changed.map((recount) => stockOf(recount, now()));
    };
    const tellStock = async (atMs: number): Promise<void> => {
      await product.tell('wms', told(places.changed('warehouse')));
      if (isWithin(silence, atMs)) return;
      await product.tell('pos', told(places.changed('stores')));
      if (orders.length > 0) await product.tell('erp', orders.splice(0));
    };

    await product.tell('erp', master(weekend, now()));
    const all = [...places.counts()];
    await product.tell('wms', told(all.filter(({ place }) => place === warehouse)));
    await product.tell('pos', told(all.filter(({ place }) => place !== warehouse)));
    await product.tell(
      'marketplace',
      items.map(({ sku }) => listingOf(sku, now())),
    );

    const isDuring = (spans: readonly Span[], atMs: number): boolean => spans.some((span) => isWithin(span, atMs));
    let nextMs = startMs - LEAD_MS;
    let latestMs = nextMs;
    const until = async (atMs: number): Promise<void> => {
      for (; nextMs <= atMs; nextMs += isDuring(peaks, nextMs) ? PEAK_MS : USUAL_MS) {
        await clock.advance(nextMs);
        await tellStock(nextMs);
        if (isDuring(open, nextMs) || nextMs % NIGHT_LOOK_MS === 0) await clock.beat();
      }
      latestMs = atMs;
    };
    await until(startMs);

    const hold = async (sku: string): Promise<Accepted | null> => {
      const { reservation, userErrors } = (await product.ask<Reserved>(RESERVE, { sku, key: ids.uuid() })).reserveStock;
      const refused = userErrors.find(({ code }) => code !== 'OUT_OF_STOCK');
      if (refused) throw new Error(`${refused.code}: ${refused.message}`);
      const location = reservation?.lines.find(({ held }) => held > 0)?.location;
      if (!reservation || !location) return null;
      return {
        from: codeOfLocationId(location.id),
        settle: async (place) => {
          if (place === null) {
            await product.ask(RELEASE, { id: reservation.id, key: ids.uuid() });
            return;
          }
          orderCount += 1;
          orders.push(orderOf(`WEB-${orderCount}`, sku, place, reservation.id, now()));
        },
      };
    };

    return {
      picture,
      until,
      order: async (channel, sku) => {
        await clock.advance(latestMs);
        if (channel === 'web') return hold(sku);
        return marketplace?.order(sku) ? { from: null, settle: async () => undefined } : null;
      },
      sample: async (): Promise<Sample> => {
        await clock.advance(latestMs);
        await clock.beat();
        let withheld = 0;
        let unseen = 0;
        let offered = 0;
        for (const { sku } of items) {
          const { explainAvailability } = await product.ask<Ledger>(LEDGER, { sku });
          for (const { position } of explainAvailability.positions) {
            if (position === null) continue;
            withheld += position.withheld;
            unseen += Math.max(0, position.withheld - position.safetyStock - position.channelBuffer);
            offered += position.sellable;
          }
        }
        return { offered, withheld, unseen };
      },
      [Symbol.asyncDispose]: () => product[Symbol.asyncDispose](),
    };
  };
