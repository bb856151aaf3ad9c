/** What the simulated company says, in the words of the battery. */
import type { Change, OrderClaim, StockChange } from '#model/change.ts';
import type { CompanyOrder, CompanySite } from '#simulation/company/company.ts';
import type { PosStock } from '#subgraphs/pos/port.ts';
import type { PosVendorUnderTest } from './pos-vendors.ts';
import type { PosWorld } from './pos-world.ts';

export const STORE = 'ST-BERLIN';

export const keyOf = (sku: string, code: string): string => `${sku}@${code}`;
export const skuOf = ({ items }: Pick<StockChange, 'items'>): string | undefined =>
  items.find(({ scheme }) => scheme === 'sku')?.value;
export const stockChanges = (changes: readonly Change[]): readonly StockChange[] =>
  changes.filter((change) => change.kind === 'stock');
export const claims = (changes: readonly Change[]): readonly OrderClaim[] =>
  changes.filter((change) => change.kind === 'order-claim');
export const claimOf = (changes: readonly Change[], reference: string): OrderClaim | undefined =>
  claims(changes).findLast((claim) => claim.references.some(({ value }) => value === reference));

export const PICKUP_STATES: Readonly<Partial<Record<CompanyOrder['stage'], string>>> = {
  CONFIRMED: 'REQUESTED',
  RELEASED: 'REQUESTED',
  ALLOCATED: 'PREPARING',
  PICKING: 'PREPARING',
  PACKED: 'PREPARING',
  READY_FOR_PICKUP: 'READY',
  COLLECTED: 'COLLECTED',
  RETURNED: 'COLLECTED',
  CANCELLED: 'CANCELLED',
};

export const onHandOf = (stock: readonly PosStock[], sku: string, code: string): number | undefined =>
  stock.find((entry) => entry.sku === sku && entry.locationCode === code)?.onHand;

export type PosFacts = {
  stores(): readonly CompanySite[];
  /** On hand by SKU and store, as the vendor's number has it. */
  shelf(): ReadonlyMap<string, number>;
  pickups(): readonly CompanyOrder[];
  /** A SKU with something on the shelf and no name of a store's own. */
  plainSku(): string;
};

export const factsOf = (vendor: PosVendorUnderTest, world: () => PosWorld): PosFacts => {
  const stores = (): readonly CompanySite[] => world().company.sites.filter((site) => site.kind === 'STORE');
  return {
    stores,
    shelf: () => {
      const codes = new Set(stores().map(({ code }) => code));
      return new Map(
        world()
          .company.stock.filter((row) => codes.has(row.siteCode))
          .map((row) => [keyOf(row.sku, row.siteCode), vendor.onHandOf(row)]),
      );
    },
    pickups: () =>
      world().company.orders.filter((order) => order.method === 'PICKUP_IN_STORE' && PICKUP_STATES[order.stage]),
    plainSku: () => {
      const { items, stock } = world().company;
      const aliased = new Set(items.filter((item) => item.posAliases.length > 0).map(({ sku }) => sku));
      const row = stock.find(
        (entry) => entry.siteCode === STORE && entry.onHand - entry.damaged >= 5 && !aliased.has(entry.sku),
      );
      if (!row) throw new Error('the small company has no such SKU');
      return row.sku;
    },
  };
};
