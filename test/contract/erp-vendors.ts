/**
 * What the battery needs to know of a vendor to put it through its paces. A new vendor gets its tests by a line in
 * subgraphs/erp/adapters/registry.ts and an entry here; the battery fails for one that has no entry.
 */
import { type ItemReference, referenceKey } from '#model/identifiers.ts';
import type { SimulatorControl } from '#simulation/control.ts';
import type { FaultInput } from '#simulation/host/faults.ts';
import type { SimulatorFactory } from '#simulation/simulator.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

export type Goods = { readonly sku: string; readonly quantity: number };

/** How far the ERP's people have come with a sale. `allocated` to `shipped` happen only where the ERP ships. */
export type SaleStage =
  | 'entered'
  | 'quoted'
  | 'confirmed'
  | 'processed'
  | 'allocated'
  | 'shipped'
  | 'invoiced'
  | 'paid';

export type NewSale = {
  readonly reference: string;
  readonly siteCode: string;
  readonly goods: readonly Goods[];
  readonly method: 'SHIP_TO_HOME' | 'PICKUP_IN_STORE';
};

/** What the retailer's own people do in the ERP. */
export type ErpStaff = {
  sell(sale: NewSale, upto: SaleStage): Promise<void>;
  bring(reference: string, to: SaleStage | 'cancelled'): Promise<void>;
  /** Takes all goods of a shipped sale back. */
  takeBack(reference: string): Promise<void>;
  receive(siteCode: string, goods: Goods): Promise<void>;
  reprice(sku: string, listPriceMinor: number): Promise<void>;
  /** Enters a further name of an item. */
  name(sku: string, reference: ItemReference): Promise<void>;
  discontinue(sku: string): Promise<void>;
};

export type ErpVendorUnderTest = {
  readonly vendor: string;
  readonly simulator: SimulatorFactory;
  readonly credentials: Readonly<Record<string, string>>;
  /** Credentials that the vendor refuses. */
  readonly wrongCredentials: Readonly<Record<string, string>>;
  /** Options as they would stand in the configuration. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Most calls that the stock of so many SKUs at so many sites may cost, with a session already open. */
  stockCalls(skus: number, sites: number): number;
  /** Most calls that finding any number of items by any of their names may cost. */
  readonly variantCalls: number;
  /** Most calls that a poll may cost that finds nothing new. */
  readonly idleCalls: number;
  /** Makes the vendor forget the session, and the ledger's name of the call that opens one; null without sessions. */
  readonly sessions: { readonly forget: { readonly kind: string }; readonly login: string } | null;
  /** Faults that take a field from an answer, and how the failure must name it. */
  readonly drifts: {
    readonly items: { readonly fault: FaultInput; readonly names: RegExp };
    readonly sales: { readonly fault: FaultInput; readonly names: RegExp };
  };
  staff(control: SimulatorControl): ErpStaff;
};

const TRYTON_STAGES: Readonly<Record<SaleStage, string>> = {
  entered: 'draft',
  quoted: 'quotation',
  confirmed: 'confirmed',
  processed: 'processing',
  allocated: 'assigned',
  shipped: 'shipped',
  invoiced: 'invoiced',
  paid: 'paid',
};

const trytonStaff: ErpVendorUnderTest['staff'] = (control) => {
  const act = async (kind: string, details: Readonly<Record<string, unknown>>): Promise<void> => {
    await control.act({ kind, ...details });
  };
  return {
    sell: ({ reference, siteCode, goods, method }, upto) =>
      act('newSale', { reference, siteCode, lines: goods, method, upto: TRYTON_STAGES[upto] }),
    bring: (reference, to) => act('advance', { reference, to: to === 'cancelled' ? 'cancelled' : TRYTON_STAGES[to] }),
    takeBack: (reference) => act('return', { reference, upto: 'refunded' }),
    receive: (siteCode, goods) => act('receive', { siteCode, ...goods }),
    reprice: (sku, listPriceMinor) => act('changeItem', { sku, listPriceMinor }),
    name: (sku, reference) =>
      reference.scheme === 'gtin'
        ? act('addIdentifier', { sku, type: 'ean', code: reference.value })
        : act('addIdentifier', { sku, code: referenceKey(reference).replace(/^pos-alias:/, 'pos:') }),
    discontinue: (sku) => act('changeItem', { sku, active: false }),
  };
};

const tryton: ErpVendorUnderTest = {
  vendor: 'tryton',
  simulator: trytonSimulator,
  credentials: { user: 'admin', password: 'admin' },
  wrongCredentials: { user: 'admin', password: 'not-the-password' },
  options: {
    database: 'retail',
    siteKinds: [
      { pattern: '^ST-', kind: 'STORE' },
      { pattern: '^WH-', kind: 'WAREHOUSE' },
    ],
    channelOf: [
      { pattern: '^WEB-', channel: 'web' },
      { pattern: '^\\d{3}-\\d{7}-\\d{7}$', channel: 'amazon' },
    ],
    blockedLocations: '-DMG$',
  },
  // Products, open moves, places; then one call per SKU, or two per site (building and damaged zone).
  stockCalls: (skus, sites) => 3 + Math.min(skus, 2 * sites),
  variantCalls: 2,
  idleCalls: 1,
  sessions: { forget: { kind: 'forgetSessions' }, login: 'common.db.login' },
  drifts: {
    items: {
      fault: {
        kind: 'schema-drift',
        field: 'result.list_price',
        renameTo: 'price',
        match: { operation: 'product.product.search_read' },
      },
      names: /product\.product\.search_read.*result\.0\.list_price/,
    },
    sales: {
      fault: { kind: 'schema-drift', field: 'result.invoice_state', match: { operation: 'sale.sale.search_read' } },
      names: /sale\.sale\.search_read.*result\.0\.invoice_state/,
    },
  },
  staff: trytonStaff,
};

export const erpVendors: readonly ErpVendorUnderTest[] = [tryton];
