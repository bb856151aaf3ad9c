/** A shop's day: web orders that stores make ready, and marketplace orders, moved on step by step in no particular order. */
import { systemClock } from '#runtime/clock.ts';
import type { CompanySize } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import type { SimulatorControl } from '#simulation/control.ts';

export type Step = {
  readonly vendor: 'tryton' | 'square' | 'amazon';
  readonly command: { readonly kind: string } & Readonly<Record<string, unknown>>;
};

export type Shop = {
  /** The next step of some order, or null when every order has come to its end. */
  next(): Step | null;
  /** One more order, which its store is asked for and nothing else: one webhook. */
  last(): readonly Step[];
  /** Numbers of the orders begun so far. */
  readonly begun: readonly string[];
};

export type ShopOptions = {
  readonly size: CompanySize;
  /** Orders to collect in a store. */
  readonly pickups: number;
  /** Orders of the marketplace. */
  readonly marketplaceOrders: number;
  /** Orders under way at once. */
  readonly atOnce: number;
  readonly prefix: string;
};

/** How a pickup may go, by what its store does. */
const WAYS: readonly (readonly string[])[] = [
  ['accept', 'prepare', 'collect'],
  ['accept', 'prepare', 'collect'],
  ['accept', 'prepare', 'collect'],
  ['accept', 'prepare', 'collect'],
  ['accept', 'cancel'],
  ['accept', 'short'],
  ['accept', 'prepare', 'cancel'],
];

const CUSTOMER = { name: 'Kim Beispiel', email: 'kim.beispiel@example.invalid', phone: '+49 30 23125999' };

const pickupSteps = (
  reference: string,
  way: readonly string[],
  shelf: { readonly sku: string; readonly siteCode: string },
  quantity: number,
): readonly Step[] => [
  {
    vendor: 'tryton',
    command: {
      kind: 'newSale',
      reference,
      siteCode: shelf.siteCode,
      method: 'PICKUP_IN_STORE',
      lines: [{ sku: shelf.sku, quantity }],
    },
  },
  {
    vendor: 'square',
    command: {
      kind: 'pickupOrder',
      reference,
      locationCode: shelf.siteCode,
      lines: [{ sku: shelf.sku, quantity }],
      customer: CUSTOMER,
    },
  },
  ...way.map((kind): Step => ({ vendor: 'square', command: { kind, reference } })),
];

const marketplaceSteps = (number: string, sellerSku: string, ships: boolean): readonly Step[] => [
  { vendor: 'amazon', command: { kind: 'newOrder', number, sellerSku, quantity: 1 } },
  ...(ships ? [{ vendor: 'amazon', command: { kind: 'ship', number } } as const] : []),
];

export const openShop = (options: ShopOptions, random: () => number): Shop => {
  const company = drawCompany({ size: options.size, nowMs: systemClock.now() });
  const stores = new Set(company.sites.filter(({ kind }) => kind === 'STORE').map(({ code }) => code));
  const shelves = company.stock.filter(
    ({ siteCode, onHand, damaged }) => stores.has(siteCode) && onHand - damaged >= 2,
  );
  const listings = company.items.flatMap(({ listing }) =>
    listing?.fulfilment === 'MFN' && listing.quantity >= 20 ? [listing.sellerSku] : [],
  );
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const total = options.pickups + options.marketplaceOrders;
  const begun: string[] = [];
  let pickups = 0;
  let marketplaceOrders = 0;

  const beginPickup = (way: readonly string[]): readonly Step[] => {
    pickups += 1;
    const reference = `${options.prefix}${String(pickups).padStart(5, '0')}`;
    begun.push(reference);
    return pickupSteps(reference, way, pick(shelves), 1 + Math.floor(random() * 2));
  };

  const begin = (): readonly Step[] => {
    // Marketplace orders are spread over the day.
    if (
      marketplaceOrders * total < options.marketplaceOrders * begun.length &&
      marketplaceOrders < options.marketplaceOrders
    ) {
      marketplaceOrders += 1;
      const number = `305-${String(1_000_000 + (marketplaceOrders % 1_000))}-${String(marketplaceOrders).padStart(7, '0')}`;
      begun.push(number);
      return marketplaceSteps(number, pick(listings), marketplaceOrders % 3 === 0);
    }
    return beginPickup(pick(WAYS));
  };

  const underWay: Step[][] = [];
  return {
    begun,
    last: () => beginPickup([]),
    next: () => {
      while (underWay.length < options.atOnce && begun.length < total) underWay.push([...begin()]);
      const place = Math.floor(random() * underWay.length);
      const steps = underWay[place];
      const step = steps?.shift();
      if (!steps || !step) return null;
      if (steps.length === 0) underWay.splice(place, 1);
      return step;
    },
  };
};

export const perform = (simulator: (vendor: string) => SimulatorControl, { vendor, command }: Step): Promise<unknown> =>
  simulator(vendor).act(command);
