/**
 * What the battery needs to know of a vendor to put it through its paces. A new vendor gets its tests by a line in
 * subgraphs/wms/adapters/registry.ts and an entry here; the battery fails for one that has no entry.
 */
import type { Clock } from '#runtime/clock.ts';
import type { FaultInput } from '#simulation/host/faults.ts';
import type { SimulatorFactory } from '#simulation/simulator.ts';
import { createLiveTryton, type LiveSale, SALE_STEPS, type SaleStep } from '#test/support/live-tryton.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

export type Goods = { readonly sku: string; readonly quantity: number };

/** How far the warehouse has come with an order; `entered`: known to the ERP, not yet to the warehouse. */
export const ORDER_STAGES = ['entered', 'released', 'allocated', 'picking', 'packed', 'shipped'] as const;
export type OrderStage = (typeof ORDER_STAGES)[number];
export type ReturnStage = 'expected' | 'received' | 'putAway';

/** Works in the vendor's system as the retailer's own people do, through the vendor's API. */
export type WmsStaff = {
  order(reference: string, siteCode: string, goods: readonly Goods[]): Promise<void>;
  /** Takes the order through every step up to this one. */
  bring(reference: string, to: OrderStage): Promise<void>;
  /** Calls the shipment off; the order stays. */
  callOff(reference: string): Promise<void>;
  /** Puts the goods of a called-off shipment into a new one. Absent where the system under test cannot. */
  replan?(reference: string): Promise<void>;
  /** Announces that goods of a shipped order come back, and takes them in; each call goes on from the one before. */
  takeBack(reference: string, goods: readonly Goods[], to: ReturnStage): Promise<void>;
  /** Counts a shelf: it holds this many afterwards. */
  count(siteCode: string, goods: Goods): Promise<void>;
};

export type WmsVendorUnderTest = {
  readonly vendor: string;
  readonly simulator: SimulatorFactory;
  readonly credentials: Readonly<Record<string, string>>;
  /** Credentials that the vendor refuses. */
  readonly wrongCredentials: Readonly<Record<string, string>>;
  /** Options as they would stand in the configuration. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Most calls that reading 50 SKUs at so many sites may cost. */
  stockCalls(sites: number): number;
  /** Most calls that a poll may cost that finds nothing new. */
  readonly idleCalls: number;
  /** Makes the vendor forget the session, and the ledger's name of the call that opens one; null without sessions. */
  readonly sessions: { readonly forget: { readonly kind: string }; readonly login: string } | null;
  /** A fault that takes a field from the stock answer, and how the failure must name it. */
  readonly stockDrift: { readonly fault: FaultInput; readonly names: RegExp };
  staff(account: { readonly baseUrl: string }, deps: { readonly clock: Clock; readonly canReplan: boolean }): WmsStaff;
};

/** Steps of the sale that lead to a stage. */
const STEPS_TO: Readonly<Record<OrderStage, number>> = {
  entered: 1,
  released: 3,
  allocated: 4,
  picking: 5,
  packed: 6,
  shipped: 7,
};

const RETURN_BUTTONS = { received: 'receive', putAway: 'done' } as const;

const trytonStaff: WmsVendorUnderTest['staff'] = ({ baseUrl }, { clock, canReplan }) => {
  const options = { baseUrl, database: 'retail', user: 'admin', password: 'admin' };
  const tryton = createLiveTryton(options, { clock });
  const sales = new Map<string, { readonly sale: LiveSale; taken: number }>();
  const returns = new Map<string, number>();
  const known = (reference: string): { readonly sale: LiveSale; taken: number } => {
    const entry = sales.get(reference);
    if (entry === undefined) throw new Error(`nobody ordered ${reference}`);
    return entry;
  };
  return {
    order: async (reference, siteCode, lines) => {
      sales.set(reference, { sale: await tryton.createLiveSale({ reference, siteCode, lines }), taken: 0 });
    },
    bring: async (reference, to) => {
      const entry = known(reference);
      for (; entry.taken < STEPS_TO[to]; entry.taken++) {
        const step: SaleStep | undefined = SALE_STEPS[entry.taken];
        if (step !== undefined) await tryton.advance(entry.sale, step);
      }
    },
    callOff: (reference) => tryton.cancelShipment(known(reference).sale),
    ...(canReplan ? { replan: (reference: string) => tryton.recreateShipment(known(reference).sale) } : {}),
    takeBack: async (reference, goods, to) => {
      const { sale } = known(reference);
      const id = returns.get(reference) ?? (await tryton.createLiveReturn(sale, goods, `RMA-${reference}`));
      returns.set(reference, id);
      if (to !== 'expected') await tryton.run('stock.shipment.out.return', RETURN_BUTTONS[to], [id]);
    },
    count: (siteCode, goods) => tryton.count(siteCode, [goods]),
  };
};

const tryton: WmsVendorUnderTest = {
  vendor: 'tryton',
  simulator: trytonSimulator,
  credentials: { user: 'admin', password: 'admin' },
  wrongCredentials: { user: 'admin', password: 'not-the-password' },
  options: {
    database: 'retail',
    damagedLocations: '-DMG$',
    carrierCutoffs: {
      'WH-NORD': [{ service: 'standard', cutoff: '15:00', transitDaysMin: 1, transitDaysMax: 2 }],
    },
  },
  // Building, output zone and damaged zone of each site; products, open moves, places, and the login with its context.
  stockCalls: (sites) => 3 * sites + 5,
  idleCalls: 2,
  sessions: { forget: { kind: 'forgetSessions' }, login: 'common.db.login' },
  stockDrift: {
    fault: {
      kind: 'schema-drift',
      field: 'result.quantity',
      renameTo: 'qty',
      match: { operation: 'product.product.search_read' },
    },
    names: /product\.product\.search_read.*result\.0\.quantity/,
  },
  staff: trytonStaff,
};

export const wmsVendors: readonly WmsVendorUnderTest[] = [tryton];
