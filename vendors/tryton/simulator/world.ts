/** One simulated database: the models, their records, the ledger and the company's number ranges. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import { createLedger } from './ledger.ts';
import * as base from './models/base.ts';
import { invoice, invoiceLine } from './models/invoice.ts';
import { location } from './models/location.ts';
import { stockMove } from './models/move.ts';
import * as product from './models/product.ts';
import { sale, saleLine } from './models/sale.ts';
import { packageType, shipmentOut, shipmentOutReturn, stockPackage } from './models/shipment.ts';
import { inventory, inventoryLine, purchase, purchaseLine } from './models/supply.ts';
import type { Model } from './orm/model.ts';
import type { DocumentKind, World } from './orm/request.ts';
import { createTables } from './orm/tables.ts';

export const MODELS: readonly Model[] = [
  base.resUser,
  base.resUserWarning,
  base.currency,
  base.country,
  base.companyCompany,
  base.party,
  base.address,
  base.contactMechanism,
  base.carrier,
  ...base.withoutRecords,
  product.productCategory,
  product.productUom,
  product.productTemplate,
  product.productProduct,
  product.productIdentifier,
  location,
  stockMove,
  sale,
  saleLine,
  shipmentOut,
  shipmentOutReturn,
  packageType,
  stockPackage,
  invoice,
  invoiceLine,
  purchase,
  purchaseLine,
  inventory,
  inventoryLine,
];

const PREFIXES: Readonly<Record<DocumentKind, string>> = {
  sale: 'SO',
  purchase: 'PO',
  shipment: 'SH',
  return: 'RS',
  invoice: 'INV',
  inventory: 'CNT',
  package: 'PK',
};

/** Shows another time while history is being written, and the real one afterwards. */
export type SeedTime = { setMs(epochMs: number | null): void };

export type WorldOptions = {
  /** The first sale number that is still free. */
  readonly firstSaleNumber: number;
};

export type WorldDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  recordWrite(businessKey: string, detail: Readonly<Record<string, unknown>>): void;
};

export const createWorld = (
  options: WorldOptions,
  deps: WorldDeps,
): { readonly world: World; readonly time: SeedTime } => {
  let shownMs: number | null = null;
  const clock: Clock = { ...deps.clock, now: () => shownMs ?? deps.clock.now() };
  const tables = createTables(MODELS, clock);
  const next = new Map<DocumentKind, number>([['sale', options.firstSaleNumber]]);
  const nextNumber = (kind: DocumentKind): string => {
    const number = next.get(kind) ?? 10_001;
    next.set(kind, number + 1);
    return `${PREFIXES[kind]}${number}`;
  };
  const world: World = {
    tables,
    ledger: createLedger(tables),
    clock,
    ids: deps.ids,
    anchors: {
      company: 0,
      currency: 0,
      unit: 0,
      country: 0,
      customerLocation: 0,
      supplierLocation: 0,
      lostFoundLocation: 0,
    },
    nextNumber,
    recordWrite: deps.recordWrite,
  };
  const time: SeedTime = {
    setMs: (epochMs) => {
      shownMs = epochMs;
    },
  };
  return { world, time };
};
