/** From a store's word at the vendor to a subscriber at the gateway: webhook, re-read, intake, journal, stream. */
import { systemClock } from '#runtime/clock.ts';
import { createRandom } from '#simulation/random.ts';
import { createGraphClient } from '../../demo/graph-client.ts';
import { type Line, percentileLines } from '../figures.ts';
import { openRig, type Rig, until } from './rig.ts';
import { openShop, perform } from './shop.ts';

const ORDERS = 100;
const PER_SECOND = 10;
const WITHIN_MS = 30_000;

const FOLLOW = `subscription Follow($filter: ChannelStreamFilter!) {
  channelOrders(filter: $filter) {
    ... on OrderStatusChanged { type order { number } }
  }
}`;

type Told = {
  readonly channelOrders: {
    readonly type?: string;
    readonly order?: { readonly number: string };
  };
};

/** What a subscriber is told of after each of the store's words. */
const TELLS: Readonly<Record<string, string>> = {
  accept: 'PREPARING',
  prepare: 'READY_FOR_PICKUP',
  collect: 'COMPLETED',
};

/** Orders that the graph knows and whose stores have not begun yet. */
const begin = async (rig: Rig): Promise<readonly string[]> => {
  const shop = openShop(
    { size: 'small', pickups: ORDERS, marketplaceOrders: 0, atOnce: 1, prefix: 'WEB-P' },
    createRandom(11),
  );
  for (let count = 0; count < ORDERS; count += 1) for (const step of shop.last()) await perform(rig.simulator, step);
  return shop.begun;
};

export const push = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  await using rig = await openRig(variables, { databaseUrl: null, size: 'small' });
  for (const [vendor, system, connection] of [['square', 'pos', 'pos-main']] as const)
    await rig.simulator(vendor).act({ kind: 'subscribe', url: `${rig.url(system)}/webhooks/${connection}` });
  await using client = createGraphClient(
    `${rig.url('gateway')}/graphql`,
    await rig.token({ channel: 'web', scopes: ['storefront', 'orders:read'] }),
  );
  const seen = new Map<string, { readonly type: string; readonly atMs: number }[]>();
  const stream = client.follow<Told>(FOLLOW, { filter: { channels: ['web'] } });
  const following = (async () => {
    for await (const { channelOrders } of stream) {
      const { order, type = '' } = channelOrders;
      if (!order) continue;
      seen.set(order.number, [...(seen.get(order.number) ?? []), { type, atMs: performance.now() }]);
    }
  })();
  following.catch((error: unknown) => process.stderr.write(`the stream ended: ${String(error)}\n`));
  process.stdout.write('  running, a subscriber attached\n');
  const references = await begin(rig);
  const told = (reference: string, type: string) => seen.get(reference)?.find((item) => item.type === type);
  await until('the orders', async () => references.every((reference) => told(reference, 'PLACED') !== undefined));
  process.stdout.write(`  ${references.length} orders placed\n`);
  // The last of them are still on their way through the ERP's polls.
  await systemClock.delay(3_000);

  const delaysMs: number[] = [];
  for (const [kind, type] of Object.entries(TELLS)) {
    const sentMs = new Map<string, number>();
    const startMs = systemClock.now();
    for (const [index, reference] of references.entries()) {
      const dueMs = startMs + (index / PER_SECOND) * 1_000;
      if (dueMs > systemClock.now()) await systemClock.delay(dueMs - systemClock.now());
      sentMs.set(reference, performance.now());
      await perform(rig.simulator, { vendor: 'square', command: { kind, reference } });
    }
    await until(
      `${kind} of every order`,
      async () => references.every((reference) => told(reference, type) !== undefined),
      WITHIN_MS,
    );
    for (const reference of references)
      delaysMs.push((told(reference, type)?.atMs ?? Number.NaN) - (sentMs.get(reference) ?? Number.NaN));
  }
  await stream.return?.();
  return percentileLines(
    'event_to_subscriber',
    delaysMs,
    `from a store's word at the vendor to a subscriber of the channel at the gateway (p95 <= 250): ${delaysMs.length} words, ${PER_SECOND} a second`,
  );
};
