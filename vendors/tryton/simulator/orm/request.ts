/** What one RPC call works with: the database, the caller, and the context that came as the last parameter. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Ledger } from '../ledger.ts';
import type { Tables } from './tables.ts';

/** Number ranges of documents, as the company configured them: prefix and next number. */
export type DocumentKind = 'sale' | 'purchase' | 'shipment' | 'return' | 'invoice' | 'inventory' | 'package';

export type World = {
  readonly tables: Tables;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Ids of the records that the simulated company cannot do without. */
  readonly anchors: Anchors;
  nextNumber(kind: DocumentKind): string;
  recordWrite(businessKey: string, detail: Readonly<Record<string, unknown>>): void;
};

export type Anchors = {
  company: number;
  currency: number;
  unit: number;
  country: number;
  customerLocation: number;
  supplierLocation: number;
  lostFoundLocation: number;
};

export type RpcContext = {
  readonly world: World;
  readonly userId: number;
  readonly context: Readonly<Record<string, unknown>>;
  /** Worked out once per call, e.g. the stock of a set of locations. */
  memo<T>(key: string, make: () => T): T;
};

export const requestOf = (world: World, userId = 1, context: Readonly<Record<string, unknown>> = {}): RpcContext => {
  const made = new Map<string, unknown>();
  return {
    world,
    userId,
    context,
    memo: <T>(key: string, make: () => T): T => {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
  };
};

/** The server's calendar day (it runs in UTC). */
export const todayOf = (clock: Clock): string => new Date(clock.now()).toISOString().slice(0, 10);
