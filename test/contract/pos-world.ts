/** One vendor's simulator on a real socket, its adapter behind a governor, and somebody who listens for its webhooks. */

import type { CallOptions } from '#model/call.ts';
import type { Change, RejectedInput } from '#model/change.ts';
import type { PushedDelivery } from '#model/inlet.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost } from '#simulation/host/host.ts';
import { posAdapters } from '#subgraphs/pos/adapters/registry.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { changeBatchSchema } from '#subgraphs/process/intake/batch-schema.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { openWebhookTarget, type ReceivedWebhook } from '#test/support/webhook-target.ts';
import type { Command, PosVendorUnderTest } from './pos-vendors.ts';

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
  readonly polls: number;
};

export type Pushed = {
  readonly deliveries: readonly PushedDelivery[];
  readonly changes: readonly Change[];
  readonly rejected: readonly RejectedInput[];
};

export type PosWorld = AsyncDisposable & {
  readonly clock: TestClock;
  readonly company: Company;
  readonly control: SimulatorControl;
  readonly port: PosPort;
  /** Another instance of the adapter, with other credentials if given. */
  open(credentials?: Readonly<Record<string, string>>): PosPort;
  /**
   * Does it, takes the deliveries it sets off as they come in, and reads each, until what they say is what is waited
   * for. The test's own time limit ends a wait in vain.
   */
  pushed(command: Command, holds: (changes: readonly Change[]) => boolean): Promise<Pushed>;
  /** The same with something else than an act of the simulator. */
  pushedBy(work: () => Promise<unknown>, holds: (changes: readonly Change[]) => boolean): Promise<Pushed>;
  /** Polls a stream until it has nothing more. */
  drain(stream: string, watermark: string | null, port?: PosPort): Promise<Drained>;
};

/** Throws when the intake would not take what was told. */
const checkTold = (told: {
  readonly changes: readonly Change[];
  readonly rejected: readonly RejectedInput[];
}): void => {
  const problems = changeBatchSchema.safeParse({
    system: 'pos',
    connection: 'pos-under-test',
    correlationId: 'battery',
    observedAt: '2026-03-02T09:00:00.000Z',
    changes: told.changes,
    rejected: told.rejected,
  }).error?.issues;
  if (problems) throw new Error(`the intake would refuse this: ${JSON.stringify(problems.slice(0, 3))}`);
};

export const streamOf = (port: PosPort, name: string) => {
  const stream = port.streams.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`the port has no stream "${name}"`);
  return stream;
};

export const openPosWorld = async (
  vendor: PosVendorUnderTest,
  clock: TestClock = createTestClock(),
): Promise<PosWorld> => {
  const target = await openWebhookTarget();
  const host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [vendor.simulator] },
  );
  const control = createSimulatorControl({ url: host.url, vendor: vendor.vendor }, { fetch });

  const open = (credentials = vendor.credentials): PosPort => {
    const account = {
      id: 'pos-under-test',
      system: 'pos',
      vendor: vendor.vendor,
      baseUrl: `${host.url}/${vendor.vendor}`,
      credentials,
      options: vendor.options,
    } as const;
    const [connection] = openConnections<PosPort>([account], posAdapters, { clock, ids: hurriedIds, log: silentLog });
    if (!connection) throw new Error('no connection was opened');
    return connection.port;
  };

  const deliveryOf = (received: ReceivedWebhook): PushedDelivery => ({
    headers: Object.fromEntries(Object.entries(received.headers).map(([name, value]) => [name, String(value)])),
    rawBody: Buffer.from(received.body),
    url: `${target.url}${received.path}`,
  });

  const port = open();
  let taken = 0;

  const pushedBy: PosWorld['pushedBy'] = async (work, holds) => {
    const { push } = port;
    if (!push) throw new Error('the port takes no deliveries');
    const deliveries: PushedDelivery[] = [];
    const changes: Change[] = [];
    const rejected: RejectedInput[] = [];
    await clock.advance(1_000);
    await work();
    while (!holds(changes)) {
      await target.arrived(taken + 1);
      const received = target.received[taken];
      taken += 1;
      if (!received) continue;
      const delivery = deliveryOf(received);
      const verdict = push.verify(delivery);
      if (verdict.verdict === 'refused') throw new Error(`a genuine delivery was refused: ${verdict.reason}`);
      const read = await push.read(delivery, CALL);
      checkTold(read);
      deliveries.push(delivery);
      changes.push(...read.changes);
      rejected.push(...read.rejected);
    }
    return { deliveries, changes, rejected };
  };

  await control.act(vendor.acts.subscribe(`${target.url}/webhooks/pos-under-test`));

  return {
    clock,
    company: drawCompany({ size: 'small', nowMs: clock.now() }),
    control,
    port,
    open,
    pushedBy,
    pushed: (command, holds) => pushedBy(() => control.act(command), holds),
    drain: async (name, watermark, from = port) => {
      const stream = streamOf(from, name);
      const changes: Change[] = [];
      const rejected: RejectedInput[] = [];
      let place = watermark;
      for (let polls = 1; ; polls++) {
        const polled = await stream.poll(place, { ...CALL, callClass: 'BACKGROUND' });
        checkTold(polled);
        changes.push(...polled.changes);
        rejected.push(...polled.rejected);
        place = polled.watermark;
        if (!polled.more) return { changes, rejected, watermark: place, polls };
        if (polls > 1_000) throw new Error(`stream "${name}" never ends`);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    },
  };
};
