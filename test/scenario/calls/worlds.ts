/** One connection to one vendor: the real adapter and governor over the real simulator, all on one virtual clock. */
import type { CallOptions } from '#model/call.ts';
import type { Ids } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor, type Governor } from '#runtime/resilience/governor.ts';
import type { QuotaStore } from '#runtime/resilience/quota/store.ts';
import type { Upstream, UpstreamLimits } from '#runtime/resilience/upstream.ts';
import { createRandom } from '#simulation/random.ts';
import type { SimulatorFactory } from '#simulation/simulator.ts';
import { trytonErpAdapter } from '#subgraphs/erp/adapters/tryton/adapter.ts';
import { amazonAdapter } from '#subgraphs/marketplace/adapters/amazon/adapter.ts';
import { SIM_AMAZON } from '#subgraphs/marketplace/adapters/amazon/simulator/constants.ts';
import { amazonSimulator } from '#subgraphs/marketplace/adapters/amazon/simulator/simulator.ts';
import { squareAdapter } from '#subgraphs/pos/adapters/square/adapter.ts';
import {
  SIM_SQUARE_ACCESS_TOKEN,
  SIM_SQUARE_SIGNATURE_KEY,
  squareSimulator,
} from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { createVirtualVendor, type VirtualVendor } from '#test/support/virtual-vendor.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

/** Asks for one thing of its own, which costs exactly one call once the connection is warm. */
type Ask = (index: number, call: CallOptions) => Promise<unknown>;

type AccountDeps = {
  readonly upstream: Upstream;
  readonly clock: TestClock;
  readonly ids: Ids;
  readonly log: typeof silentLog;
};

export type VendorCase = {
  readonly vendor: string;
  readonly simulator: SimulatorFactory;
  readonly limits: UpstreamLimits;
  open(baseUrl: string, deps: AccountDeps): Ask;
};

export const square: VendorCase = {
  vendor: 'square',
  simulator: squareSimulator,
  limits: squareAdapter.limits,
  open: (baseUrl, deps) => {
    const credentials = { accessToken: SIM_SQUARE_ACCESS_TOKEN, signatureKey: SIM_SQUARE_SIGNATURE_KEY };
    const options = squareAdapter.options.parse({});
    const port = squareAdapter.open({ connection: 'pos', baseUrl, credentials, options }, deps);
    return (index, call) => port.transactions([`order-${index}`], call);
  },
};

export const amazon: VendorCase = {
  vendor: 'amazon',
  simulator: amazonSimulator,
  limits: amazonAdapter.limits,
  open: (baseUrl, deps) => {
    const { clientId, clientSecret, destinationKey, marketplace, refreshToken, sellerId } = SIM_AMAZON;
    const { marketplaceId, name } = marketplace;
    const options = amazonAdapter.options.parse({ sellerId, marketplaces: [{ name, marketplaceId }] });
    const credentials = { clientId, clientSecret, refreshToken, destinationKey };
    const port = amazonAdapter.open({ connection: 'marketplace', baseUrl, credentials, options }, deps);
    return (index, call) => port.listings([{ marketplace: name, listingId: `SKU-${index}` }], call);
  },
};

export const tryton: VendorCase = {
  vendor: 'tryton',
  simulator: trytonSimulator,
  limits: trytonErpAdapter.limits,
  open: (baseUrl, deps) => {
    const options = trytonErpAdapter.options.parse({ database: 'retail' });
    const credentials = { user: 'admin', password: 'admin' };
    const port = trytonErpAdapter.open({ connection: 'erp', baseUrl, credentials, options }, deps);
    return (index, call) => port.salesOrders([`S-${index}`], call);
  },
};

/** The same numbers in every run. */
const createSeededIds = (seed: number): Ids => {
  const random = createRandom(seed);
  let drawn = 0;
  const next = (): string => `seeded-${seed}-${++drawn}`;
  return { uuid: next, random, token: next };
};

export type Replica = { readonly governor: Governor; readonly ask: Ask };

export type World = AsyncDisposable & {
  readonly clock: TestClock;
  readonly vendor: VirtualVendor;
  /** When calls were sent, warming not included. */
  readonly sentAtMs: readonly number[];
  /** Another process with the same account, already warm. */
  openReplica(quotas?: QuotaStore): Promise<Replica>;
};

/** Each way; a call that is sent when a refusal sets out arrives within the ledger's allowance for calls on their way. */
const LONGEST_WAY_MS = 15;

/** Runs the clock until the promise has settled. */
const settled = async <T>(clock: TestClock, work: Promise<T>): Promise<T> => {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  work.then(settle, settle);
  while (!isSettled) await clock.advance(10);
  return work;
};

/** `seed` draws the journeys of calls and all that is random. */
export const openWorld = ({ limits, open, simulator }: VendorCase, seed = 1): World => {
  const clock = createTestClock();
  const ids = createSeededIds(seed);
  const way = createRandom(seed + 1);
  const vendor = createVirtualVendor(simulator, { clock, ids, travelMs: () => 1 + way() * (LONGEST_WAY_MS - 1) });
  const sentAtMs: number[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    sentAtMs.push(clock.now());
    return vendor.fetch(input, init);
  };
  let replicas = 0;

  return {
    clock,
    vendor,
    sentAtMs,
    openReplica: async (quotas) => {
      replicas += 1;
      const deps = { clock, ids: createSeededIds(seed + 10 * replicas), log: silentLog };
      const governor = createGovernor(
        { connection: `replica-${replicas}`, limits, quotaKey: 'account' },
        { ...deps, fetch, ...(quotas ? { quotas } : {}) },
      );
      const ask = open(vendor.url, { ...deps, upstream: governor });
      const { signal } = new AbortController();
      await settled(clock, ask(-1, { signal, callClass: 'CHECKOUT', correlationId: 'warm' }));
      sentAtMs.length = 0;
      return { governor, ask };
    },
    [Symbol.asyncDispose]: () => vendor[Symbol.asyncDispose](),
  };
};
