/** One vendor's system on a real socket, simulated or live, its adapter behind a governor, and staff who work in it. */
import type { CallOptions } from '#model/call.ts';
import type { Change, OrderClaim, RejectedInput, StockChange } from '#model/change.ts';
import { type Clock, systemClock } from '#runtime/clock.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost } from '#simulation/host/host.ts';
import { wmsAdapters } from '#subgraphs/wms/adapters/registry.ts';
import type { WmsPort } from '#subgraphs/wms/port.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import type { WmsStaff, WmsVendorUnderTest } from './wms-vendors.ts';

/** Retries wait for a random part of their pause: none here, for no time passes by itself in these tests. */
const hurriedIds: Ids = { ...systemIds, random: () => 0 };

export const CALL: CallOptions = {
  signal: new AbortController().signal,
  callClass: 'DETAIL',
  correlationId: 'battery',
};

export type Drained = {
  readonly changes: readonly Change[];
  readonly rejected: readonly RejectedInput[];
  readonly watermark: string;
};

/** What can be tested of any system, live ones included. */
export type WmsSystem = AsyncDisposable & {
  readonly port: WmsPort;
  readonly staff: WmsStaff;
};

export type WmsWorld = WmsSystem & {
  readonly clock: TestClock;
  readonly company: Company;
  readonly control: SimulatorControl;
  /** Where the simulated system is. */
  readonly baseUrl: string;
  /** Another instance of the adapter, with other credentials if given. */
  open(credentials?: Readonly<Record<string, string>>): WmsPort;
};

export const streamOf = (port: WmsPort, name: string) => {
  const stream = port.streams.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`the port has no stream "${name}"`);
  return stream;
};

/** Polls a stream until it has nothing more. */
export const drain = async (port: WmsPort, name: string, watermark: string | null): Promise<Drained> => {
  const stream = streamOf(port, name);
  const changes: Change[] = [];
  const rejected: RejectedInput[] = [];
  let place = watermark;
  for (let polls = 0; polls < 1_000; polls++) {
    const polled = await stream.poll(place, { ...CALL, callClass: 'BACKGROUND' });
    changes.push(...polled.changes);
    rejected.push(...polled.rejected);
    place = polled.watermark;
    if (!polled.more) return { changes, rejected, watermark: place };
  }
  throw new Error(`stream "${name}" never ends`);
};

export const stockChanges = (changes: readonly Change[]): readonly StockChange[] =>
  changes.filter((change) => change.kind === 'stock');
export const claimsOf = (changes: readonly Change[], reference: string): readonly OrderClaim[] =>
  changes
    .filter((change) => change.kind === 'order-claim')
    .filter((claim) => claim.references.some(({ value }) => value === reference));
export const readingAt = (changes: readonly Change[], sku: string, siteCode: string) =>
  stockChanges(changes).findLast(
    (change) => change.locationCode === siteCode && change.items.some(({ value }) => value === sku),
  )?.reading;

const portOf = (
  vendor: WmsVendorUnderTest,
  baseUrl: string,
  credentials: Readonly<Record<string, string>>,
  clock: Clock,
): WmsPort => {
  const account = {
    id: 'wms-under-test',
    system: 'wms',
    vendor: vendor.vendor,
    baseUrl,
    credentials,
    options: vendor.options,
  } as const;
  const deps = { clock, ids: hurriedIds, log: silentLog };
  const [connection] = openConnections<WmsPort>([account], wmsAdapters, deps);
  if (!connection) throw new Error('no connection was opened');
  return connection.port;
};

/** Staff whose every deed takes a second, so that what they did has an order in time. */
const unhurried = (staff: WmsStaff, clock: TestClock): WmsStaff => {
  const afterASecond =
    <Args extends readonly unknown[]>(deed: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      await clock.advance(1_000);
      await deed(...args);
    };
  return {
    order: afterASecond(staff.order),
    bring: afterASecond(staff.bring),
    callOff: afterASecond(staff.callOff),
    ...(staff.replan === undefined ? {} : { replan: afterASecond(staff.replan) }),
    takeBack: afterASecond(staff.takeBack),
    count: afterASecond(staff.count),
  };
};

export const openWmsWorld = async (vendor: WmsVendorUnderTest): Promise<WmsWorld> => {
  const clock = createTestClock();
  const host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [vendor.simulator] },
  );
  const baseUrl = `${host.url}/${vendor.vendor}`;
  const open = (credentials = vendor.credentials): WmsPort => portOf(vendor, baseUrl, credentials, clock);
  return {
    clock,
    company: drawCompany({ size: 'small', nowMs: clock.now() }),
    control: createSimulatorControl({ url: host.url, vendor: vendor.vendor }, { fetch }),
    baseUrl,
    port: open(),
    staff: unhurried(vendor.staff({ baseUrl }, { clock, canReplan: false }), clock),
    open,
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
};

/** A real server that somebody else started and seeded. */
export const openLiveSystem = (vendor: WmsVendorUnderTest, baseUrl: string): WmsSystem => ({
  port: portOf(vendor, baseUrl, vendor.credentials, systemClock),
  staff: vendor.staff({ baseUrl }, { clock: systemClock, canReplan: true }),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
