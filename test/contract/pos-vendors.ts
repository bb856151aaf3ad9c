/**
 * What the battery needs to know of a vendor to put it through its paces. A new vendor gets its tests by a line in
 * subgraphs/pos/adapters/registry.ts and an entry here; the battery fails for one that has no entry.
 */
import type { StockBasis } from '#model/stock.ts';
import type { CompanyStock } from '#simulation/company/company.ts';
import type { FaultInput, RetryAfterForm } from '#simulation/host/faults.ts';
import type { SimulatorFactory } from '#simulation/simulator.ts';
import { squareSimulator } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';

export type Command = { readonly kind: string } & Readonly<Record<string, unknown>>;
/** Begin, get ready, hand over, call off, not found (only asked for where short picks are kept). */
export type PickupStep = 'begin' | 'ready' | 'handOver' | 'callOff' | 'short';
type AtStore = { readonly locationCode: string; readonly sku: string; readonly quantity: number };

type WriteCall = { readonly match: CallMatch /** Its name in the ledger. */; readonly operation: string };
type CallMatch = { readonly method: string; readonly pathPattern: string };

/** How the operations of stores show at the vendor. */
export type OperationsUnderTest = {
  /** The ledger's business keys of what each writes, in this order, for a pickup of the order "WEB-77". */
  readonly writes: Readonly<Record<'READY' | 'COLLECTED' | 'SHORT', readonly RegExp[]>>;
  /** The call that moves a pickup. */
  readonly orderWrite: WriteCall;
  /** All calls that write. */
  readonly writeCalls: readonly WriteCall[];
};

export type PosVendorUnderTest = {
  readonly vendor: string;
  readonly simulator: SimulatorFactory;
  readonly credentials: Readonly<Record<string, string>>;
  /** Options as they would stand in the configuration; small pages, so that the small company fills several. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What this vendor's on-hand number says of the company's shelf. */
  readonly onHandOf: (row: CompanyStock) => number;
  /** What that number already contains, as its statements must say. */
  readonly basis: StockBasis;
  /** What some tills do not keep. The battery then asks that nothing is said of it, instead of something made up. */
  readonly keeps: { readonly openingHours: boolean; readonly shortPicks: boolean; readonly counts: boolean };
  /** The form in which this vendor says when to come back. */
  readonly retryAfter: RetryAfterForm;
  /** The ledger's names of the calls that the battery counts. */
  readonly operations: { readonly stock: string; readonly orders: string };
  /** Most orders that one call may ask for. */
  readonly ordersPerCall: number;
  readonly acts: {
    sale(sold: AtStore): Command;
    /** Somebody counts the item by hand. */
    count(counted: AtStore): Command;
    newItem(item: { readonly locationCode: string; readonly sku: string }): Command;
    pickupOrder(order: AtStore & { readonly reference: string }): Command;
    pickup(reference: string, step: PickupStep): Command;
    subscribe(url: string): Command;
  };
  /** Null for a till that is only read. */
  readonly storeOperations: OperationsUnderTest | null;
  /** A fault that takes a field from the stock answer, and how the failure must name it. */
  readonly stockDrift: { readonly fault: FaultInput; readonly names: RegExp };
};

const squareWrite = (method: string, pathPattern: string): WriteCall => ({
  match: { method, pathPattern },
  operation: `${method} ${pathPattern}`,
});
const SQUARE_ORDER_WRITE = squareWrite('PUT', '/v2/orders/*');

const square: PosVendorUnderTest = {
  vendor: 'square',
  simulator: squareSimulator,
  credentials: { accessToken: 'sim-square-token', signatureKey: 'sim-square-signature-key' },
  options: { itemsPerPoll: 60, pickupsPaidInShop: true },
  onHandOf: (row) => row.onHand - row.damaged,
  basis: 'PHYSICAL',
  keeps: { openingHours: true, shortPicks: true, counts: true },
  retryAfter: 'seconds',
  operations: { stock: 'POST /v2/inventory/counts/batch-retrieve', orders: 'POST /v2/orders/batch-retrieve' },
  ordersPerCall: 100,
  acts: {
    sale: (sold) => ({ kind: 'sale', ...sold }),
    count: (counted) => ({ kind: 'count', ...counted }),
    newItem: (item) => ({ kind: 'addItem', ...item }),
    pickupOrder: (order) => ({ kind: 'pickupOrder', ...order }),
    pickup: (reference, step) => {
      const kinds = { begin: 'accept', ready: 'prepare', handOver: 'collect', callOff: 'cancel', short: 'short' };
      return { kind: kinds[step], reference };
    },
    subscribe: (url) => ({ kind: 'subscribe', url }),
  },
  storeOperations: {
    writes: {
      READY: [/^order:WEB-77$/],
      COLLECTED: [/^payment:WEB-77$/, /^order:WEB-77$/],
      SHORT: [/^inventory:/, /^order:WEB-77$/],
    },
    orderWrite: SQUARE_ORDER_WRITE,
    writeCalls: [
      SQUARE_ORDER_WRITE,
      squareWrite('POST', '/v2/payments'),
      squareWrite('POST', '/v2/inventory/changes/batch-create'),
    ],
  },
  stockDrift: {
    fault: { kind: 'schema-drift', field: 'counts.quantity', renameTo: 'qty' },
    names: /counts\[\d+\]\.quantity/,
  },
};

export const posVendors: readonly PosVendorUnderTest[] = [square];
