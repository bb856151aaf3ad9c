/** One vendor's ERP on a real socket, simulated or live, its adapter behind a governor, and staff who work in it. */
import type { CallOptions } from '#model/call.ts';
import type { Change, LocationChange, OrderClaim, RejectedInput, VariantChange } from '#model/change.ts';
import { type Clock, systemClock } from '#runtime/clock.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost } from '#simulation/host/host.ts';
import { erpAdapters } from '#subgraphs/erp/adapters/registry.ts';
import type { ErpPort } from '#subgraphs/erp/port.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import type { ErpStaff, ErpVendorUnderTest } from './erp-vendors.ts';

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

export type ErpWorld = AsyncDisposable & {
  readonly clock: TestClock;
  readonly company: Company;
  readonly control: SimulatorControl;
  readonly port: ErpPort;
  /** Staff whose every deed takes a second, so that what they did has an order in time. */
  readonly staff: ErpStaff;
  /** Another instance of the adapter, with other credentials if given. */
  open(credentials?: Readonly<Record<string, string>>): ErpPort;
};

export const streamOf = (port: ErpPort, name: string) => {
  const stream = port.streams.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`the port has no stream "${name}"`);
  return stream;
};

/** Polls a stream until it has nothing more. */
export const drain = async (port: ErpPort, name: string, watermark: string | null): Promise<Drained> => {
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

export const claimsIn = (changes: readonly Change[]): readonly OrderClaim[] =>
  changes.filter((change) => change.kind === 'order-claim');
export const variantsIn = (changes: readonly Change[]): readonly VariantChange[] =>
  changes.filter((change) => change.kind === 'variant');
export const locationsIn = (changes: readonly Change[]): readonly LocationChange[] =>
  changes.filter((change) => change.kind === 'location');

/** Claims that name this channel order, oldest first. */
export const claimsOf = (changes: readonly Change[], reference: string): readonly OrderClaim[] =>
  claimsIn(changes).filter(({ references }) => references.some(({ value }) => value === reference));

const portOf = (
  vendor: ErpVendorUnderTest,
  baseUrl: string,
  credentials: Readonly<Record<string, string>>,
  clock: Clock,
): ErpPort => {
  const { vendor: name, options } = vendor;
  const account = { id: 'erp-under-test', system: 'erp', vendor: name, baseUrl, credentials, options } as const;
  const deps = { clock, ids: hurriedIds, log: silentLog };
  const [connection] = openConnections<ErpPort>([account], erpAdapters, deps);
  if (!connection) throw new Error('no connection was opened');
  return connection.port;
};

const unhurried = (staff: ErpStaff, clock: TestClock): ErpStaff => {
  const afterASecond =
    <Args extends readonly unknown[]>(deed: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      await clock.advance(1_000);
      await deed(...args);
    };
  return {
    sell: afterASecond(staff.sell),
    bring: afterASecond(staff.bring),
    takeBack: afterASecond(staff.takeBack),
    receive: afterASecond(staff.receive),
    reprice: afterASecond(staff.reprice),
    name: afterASecond(staff.name),
    discontinue: afterASecond(staff.discontinue),
  };
};

export const openErpWorld = async (vendor: ErpVendorUnderTest): Promise<ErpWorld> => {
  const clock = createTestClock();
  const host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [vendor.simulator] },
  );
  const control = createSimulatorControl({ url: host.url, vendor: vendor.vendor }, { fetch });
  const baseUrl = `${host.url}/${vendor.vendor}`;
  const open = (credentials = vendor.credentials): ErpPort => portOf(vendor, baseUrl, credentials, clock);
  return {
    clock,
    company: drawCompany({ size: 'small', nowMs: clock.now() }),
    control,
    port: open(),
    staff: unhurried(vendor.staff(control), clock),
    open,
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
};

/** A real server that somebody else started and seeded. */
export const openLivePort = (vendor: ErpVendorUnderTest, baseUrl: string): ErpPort =>
  portOf(vendor, baseUrl, vendor.credentials, systemClock);
