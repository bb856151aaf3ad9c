/** Orders of the last ten days, in every meaningful stage, promised only from stock that is there. */
import { isoOf } from '#runtime/clock.ts';
import type { CompanyItem, CompanyOrder, CompanySite, CompanySize, CompanyStock } from '#simulation/company/company.ts';
import { drawPeople, type Person } from '#simulation/company/people.ts';
import { FLAGSHIP_CODES } from '#simulation/company/sites.ts';
import {
  COMMITTED_STAGES,
  GONE_STAGES,
  type OrderKind,
  STAGE_PLANS,
  type StagePlan,
} from '#simulation/company/stages.ts';
import { createRandom } from '#simulation/random.ts';

export const ORDER_COUNT: Readonly<Record<CompanySize, number>> = { full: 360, small: 40 };

const HOUR_MS = 3_600_000;
const CARRIERS = ['DHL', 'DPD', 'Hermes'] as const;

type Slot = { readonly kind: OrderKind; readonly plan: StagePlan; readonly placedMs: number };
type Line = CompanyOrder['lines'][number];

/** Sellable units by site and SKU that no order has been promised yet. */
export type Unpromised = {
  of(siteCode: string, sku: string): number;
  skusAt(siteCode: string): readonly string[];
  promise(siteCode: string, sku: string, quantity: number): void;
};

export const createUnpromised = (stock: readonly CompanyStock[]): Unpromised => {
  const bySite = new Map<string, Map<string, number>>();
  for (const row of stock) {
    const atSite = bySite.get(row.siteCode) ?? new Map<string, number>();
    atSite.set(row.sku, row.onHand - row.damaged);
    bySite.set(row.siteCode, atSite);
  }
  const of = (siteCode: string, sku: string): number => bySite.get(siteCode)?.get(sku) ?? 0;
  return {
    of,
    skusAt: (siteCode) => [...(bySite.get(siteCode)?.keys() ?? [])],
    promise: (siteCode, sku, quantity) => {
      bySite.get(siteCode)?.set(sku, of(siteCode, sku) - quantity);
    },
  };
};

const slotsOf = (kind: OrderKind, count: number, nowMs: number, random: () => number): Slot[] => {
  const plans = STAGE_PLANS[kind];
  return Array.from({ length: count }, (_, index) => {
    const plan = plans[index % plans.length];
    if (plan === undefined) throw new Error(`no stages planned for ${kind}`);
    const [youngest, oldest] = plan.ageHours;
    const ageMs = (youngest + random() * (oldest - youngest)) * HOUR_MS;
    return { kind, plan, placedMs: nowMs - Math.round(ageMs) };
  });
};

const pick = <T>(from: readonly T[], random: () => number): T => {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
};

const digits = (count: number, random: () => number): string =>
  Array.from({ length: count }, () => Math.floor(random() * 10)).join('');

const trackingNumberOf = (carrier: string, random: () => number): string => {
  if (carrier === 'DHL') return `00340434${digits(12, random)}`;
  return carrier === 'DPD' ? `0134${digits(10, random)}` : `H1000${digits(15, random)}`;
};

/** Flagship stores get a third of the pickups. */
const siteFor = (kind: OrderKind, sites: readonly CompanySite[], random: () => number): CompanySite => {
  if (kind !== 'WEB_PICKUP') {
    return pick(
      sites.filter((site) => site.kind === 'WAREHOUSE'),
      random,
    );
  }
  const stores = sites.filter((site) => site.kind === 'STORE');
  return pick(random() < 0.33 ? stores.slice(0, FLAGSHIP_CODES.length) : stores, random);
};

const shippedQuantityOf = (stage: StagePlan['stage'], quantity: number, lineIndex: number): number => {
  if (GONE_STAGES.has(stage)) return quantity;
  return stage === 'PARTIALLY_SHIPPED' && lineIndex === 0 ? quantity - 1 : 0;
};

const linesFor = (
  slot: Slot,
  siteCode: string,
  items: ReadonlyMap<string, CompanyItem>,
  unpromised: Unpromised,
  random: () => number,
): readonly Line[] => {
  const { stage } = slot.plan;
  const orderable = unpromised.skusAt(siteCode).filter((sku) => {
    if (slot.kind === 'MARKETPLACE' && items.get(sku)?.listing?.fulfilment !== 'MFN') return false;
    // Two units: the first line of a partial shipment needs one that went and one that did not.
    return unpromised.of(siteCode, sku) >= 2;
  });
  const wanted = Math.min(1 + Math.floor(random() * 4), orderable.length);
  const chosen = new Set<string>();
  while (chosen.size < wanted) chosen.add(pick(orderable, random));
  return [...chosen].map((sku, lineIndex) => {
    const partial = stage === 'PARTIALLY_SHIPPED' && lineIndex === 0;
    const quantity = partial ? 2 : 1 + Math.floor(random() * 2);
    const shippedQuantity = shippedQuantityOf(stage, quantity, lineIndex);
    if (COMMITTED_STAGES.has(stage)) unpromised.promise(siteCode, sku, quantity - shippedQuantity);
    return { sku, quantity, unitPriceMinor: items.get(sku)?.priceMinor ?? 0, shippedQuantity };
  });
};

const parcelOf = (slot: Slot, random: () => number): Pick<CompanyOrder, 'carrier' | 'trackingNumber'> => {
  const { stage } = slot.plan;
  const left = GONE_STAGES.has(stage) || stage === 'PARTIALLY_SHIPPED';
  if (slot.kind === 'WEB_PICKUP' || !left) return {};
  const carrier = pick(CARRIERS, random);
  return { carrier, trackingNumber: trackingNumberOf(carrier, random) };
};

/** The last step is never later than now, and an order that has just come in stands where it was placed. */
const stageAtMs = (slot: Slot, nowMs: number, random: () => number): number =>
  slot.plan.stage === 'QUOTED' || slot.plan.stage === 'CONFIRMED'
    ? slot.placedMs + Math.round((nowMs - slot.placedMs) * 0.05)
    : slot.placedMs + Math.round((nowMs - slot.placedMs) * (0.3 + 0.6 * random()));

export const drawOrders = (
  size: CompanySize,
  nowMs: number,
  sites: readonly CompanySite[],
  items: readonly CompanyItem[],
  unpromised: Unpromised,
  seed: number,
): readonly CompanyOrder[] => {
  const random = createRandom(seed);
  const people: readonly Person[] = drawPeople(seed + 1);
  const bySku = new Map(items.map((item) => [item.sku, item]));
  const total = ORDER_COUNT[size];
  const shipped = Math.round(total * 0.45);
  const pickups = Math.round(total * 0.28);
  const slots = [
    ...slotsOf('WEB_SHIP', shipped, nowMs, random),
    ...slotsOf('WEB_PICKUP', pickups, nowMs, random),
    ...slotsOf('MARKETPLACE', total - shipped - pickups, nowMs, random),
  ].sort((a, b) => a.placedMs - b.placedMs);

  let webNumber = 20_001;
  let erpNumber = 30_001;
  return slots.map((slot) => {
    const siteCode = siteFor(slot.kind, sites, random).code;
    const number =
      slot.kind === 'MARKETPLACE' ? `302-${digits(7, random)}-${digits(7, random)}` : `WEB-${String(webNumber++)}`;
    return {
      number,
      ...(slot.plan.notPosted ? {} : { erpNumber: `SO${String(erpNumber++)}` }),
      channel: slot.kind === 'MARKETPLACE' ? 'amazon' : 'web',
      method: slot.kind === 'WEB_PICKUP' ? 'PICKUP_IN_STORE' : 'SHIP_TO_HOME',
      siteCode,
      stage: slot.plan.stage,
      placedAt: isoOf(slot.placedMs),
      stageAt: isoOf(stageAtMs(slot, nowMs, random)),
      customer: pick(people, random),
      lines: linesFor(slot, siteCode, bySku, unpromised, random),
      ...parcelOf(slot, random),
    };
  });
};
