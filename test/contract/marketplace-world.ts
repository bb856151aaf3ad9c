/** One vendor's simulator on a real socket, its adapter behind a governor, and somebody who listens for its webhooks. */
import type { CallOptions } from '#model/call.ts';
import type { Change, RejectedInput } from '#model/change.ts';
import type { PolledStream, PushedDelivery } from '#model/inlet.ts';
import type { Clock } from '#runtime/clock.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { type Connection, openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost } from '#simulation/host/host.ts';
import { marketplaceAdapters } from '#subgraphs/marketplace/adapters/registry.ts';
import type { MarketplacePort } from '#subgraphs/marketplace/port.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { openWebhookTarget, type ReceivedWebhook } from '#test/support/webhook-target.ts';
import type { Command, MarketplaceVendorUnderTest } from './marketplace-vendors.ts';

/** Retries wait for a random part of their pause: none here. */
const hurriedIds: Ids = { ...systemIds, random: () => 0 };

export const CALL: CallOptions = {
  signal: new AbortController().signal,
  callClass: 'DETAIL',
  correlationId: 'battery',
};
export const BACKGROUND: CallOptions = { ...CALL, callClass: 'BACKGROUND' };

export type Drained = {
  readonly changes: readonly Change[];
  readonly rejected: readonly RejectedInput[];
  readonly watermark: string;
  readonly polls: number;
};

export type Pushed = {
  readonly deliveries: readonly PushedDelivery[];
  readonly changes: readonly Change[];
  readonly rejected: readonly RejectedInput[];
};

export type MarketplaceWorld = AsyncDisposable & {
  readonly clock: TestClock;
  readonly company: Company;
  /** Where the simulated vendor answers. */
  readonly url: string;
  readonly control: SimulatorControl;
  readonly connection: Connection<MarketplacePort>;
  readonly port: MarketplacePort;
  /** Another instance of the adapter, with other credentials if given. */
  open(credentials?: Readonly<Record<string, string>>): MarketplacePort;
  /** Does it, and reads the deliveries that it sets off until what they say is what is waited for. */
  pushed(command: Command, holds: (changes: readonly Change[]) => boolean): Promise<Pushed>;
  /** Polls a stream until it has nothing more. */
  drain(stream: string, watermark: string | null, port?: MarketplacePort): Promise<Drained>;
  /** Calls of an operation so far, as the simulator counted them. */
  callsOf(operation: string): Promise<number>;
};

export const streamOf = (port: MarketplacePort, name: string): PolledStream => {
  const stream = port.streams.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`the port has no stream "${name}"`);
  return stream;
};

/** Whoever waits moves time on by what they wait for: quotas refill on both sides, and no test sleeps. */
const hurried = (clock: TestClock): Clock => ({
  ...clock,
  delay: async (ms, signal) => {
    signal?.throwIfAborted();
    await clock.advance(ms);
  },
});

export const openMarketplaceWorld = async (vendor: MarketplaceVendorUnderTest): Promise<MarketplaceWorld> => {
  const clock = createTestClock();
  const target = await openWebhookTarget();
  const host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [vendor.simulator] },
  );
  const control = createSimulatorControl({ url: host.url, vendor: vendor.vendor }, { fetch });

  const openConnection = (credentials = vendor.credentials): Connection<MarketplacePort> => {
    const account = {
      id: 'marketplace-under-test',
      system: 'marketplace',
      vendor: vendor.vendor,
      baseUrl: `${host.url}/${vendor.vendor}`,
      credentials,
      options: vendor.options,
    } as const;
    const deps = { clock: hurried(clock), ids: hurriedIds, log: silentLog };
    const [connection] = openConnections<MarketplacePort>([account], marketplaceAdapters, deps);
    if (!connection) throw new Error('no connection was opened');
    return connection;
  };

  const deliveryOf = (received: ReceivedWebhook): PushedDelivery => ({
    headers: Object.fromEntries(Object.entries(received.headers).map(([name, value]) => [name, String(value)])),
    rawBody: Buffer.from(received.body),
    url: `${target.url}${received.path}`,
  });

  const connection = openConnection();
  const { port } = connection;
  let taken = 0;
  await control.act(vendor.acts.subscribe(`${target.url}/webhooks/marketplace-under-test`));

  return {
    clock,
    company: drawCompany({ size: 'small', nowMs: clock.now() }),
    url: `${host.url}/${vendor.vendor}`,
    control,
    connection,
    port,
    open: (credentials) => openConnection(credentials).port,
    pushed: async (command, holds) => {
      const { push } = port;
      if (!push) throw new Error('the port takes no deliveries');
      const deliveries: PushedDelivery[] = [];
      const changes: Change[] = [];
      const rejected: RejectedInput[] = [];
      await clock.advance(1_000);
      await control.act(command);
      while (!holds(changes)) {
        await target.arrived(taken + 1);
        const received = target.received[taken];
        taken += 1;
        if (!received) continue;
        const delivery = deliveryOf(received);
        const verdict = push.verify(delivery);
        if (verdict.verdict === 'refused') throw new Error(`a genuine delivery was refused: ${verdict.reason}`);
        const read = await push.read(delivery, CALL);
        deliveries.push(delivery);
        changes.push(...read.changes);
        rejected.push(...read.rejected);
      }
      return { deliveries, changes, rejected };
    },
    drain: async (name, watermark, from = port) => {
      const stream = streamOf(from, name);
      const changes: Change[] = [];
      const rejected: RejectedInput[] = [];
      let place = watermark;
      for (let polls = 1; ; polls++) {
        const polled = await stream.poll(place, BACKGROUND);
        changes.push(...polled.changes);
        rejected.push(...polled.rejected);
        place = polled.watermark;
        if (!polled.more) return { changes, rejected, watermark: place, polls };
        if (polls > 1_000) throw new Error(`stream "${name}" never ends`);
      }
    },
    callsOf: async (operation) => (await control.ledger()).operations[operation]?.calls ?? 0,
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    },
  };
};
