/** kill -9 of the process subgraph in the middle of everything, again and again: nothing lost, nothing twice, order kept. */
import { isoOf, systemClock } from '#runtime/clock.ts';
import { createLog } from '#runtime/log.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { createRandom } from '#simulation/random.ts';
import { openOwnDatabase } from '../availability/assortment.ts';
import { type Line, percentile } from '../figures.ts';
import { createAsking } from '../product.ts';
import { auditJournal, faultsOf } from './audit.ts';
import { readClaims } from './claims.ts';
import { differences, mergeClaims, readToldOrders } from './comparing.ts';
import { openRig, type Rig, until } from './rig.ts';
import { openShop, perform, type Shop } from './shop.ts';
import { followChannel } from './subscriber.ts';

export type KillCase = {
  readonly kills: number;
  readonly replicas: number;
  /** Webhooks per second, about: each of a store's words makes two. */
  readonly webhooksPerSecond: number;
  /** Time between a replica's return and the next kill, in milliseconds: random between these. */
  readonly calmMs: readonly [number, number];
  readonly size: 'full' | 'small';
};

export type KillResult = {
  /** Acknowledged to the vendor and not on record. */
  readonly lost: number;
  /** Events that the subscriber was sent twice. */
  readonly twice: number;
  /** See faultsOf; and places where the subscriber's order is not the journal's. */
  readonly broken: number;
  readonly differences: readonly string[];
  readonly lagged: number;
  readonly events: number;
  readonly webhooks: number;
  readonly orders: number;
  /** From each kill to the first answer: of the replica itself, and at the door of all replicas. */
  readonly backMs: readonly number[];
  readonly doorMs: readonly number[];
};

const FIFTY: Omit<KillCase, 'replicas'> = { kills: 50, webhooksPerSecond: 20, calmMs: [500, 2_500], size: 'small' };
const WORDS_PER_WEBHOOK = 0.5;
const NEVER_MS = 3_600_000;
/** As bin/children.ts waits before it starts a process again. */
const RESTART_DELAY_MS = 500;

const say = (what: string): void => {
  process.stdout.write(`  ${what}\n`);
};

/** From now until somebody answers there, in milliseconds. */
const untilAnswered = async (url: () => string): Promise<number> => {
  const from = performance.now();
  await until('an answer', async () => (await fetch(`${url()}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok);
  return performance.now() - from;
};

const killOnce = async (rig: Rig, index: number): Promise<{ readonly backMs: number; readonly doorMs: number }> => {
  const { url } = rig.replica(index);
  await rig.killReplica(index);
  const door = untilAnswered(() => rig.url('process'));
  const back = untilAnswered(() => url);
  await systemClock.delay(RESTART_DELAY_MS);
  await rig.startReplica(index);
  return { backMs: await back, doorMs: await door };
};

/** Something happens so often, until it is told to stop. */
const keepHappening = (rig: Rig, shop: Shop, perSecond: number) => {
  const startMs = systemClock.now();
  let isOver = false;
  const run = async (): Promise<void> => {
    for (let count = 0; !isOver; count += 1) {
      const dueMs = startMs + (count / perSecond) * 1_000;
      if (dueMs > systemClock.now()) await systemClock.delay(dueMs - systemClock.now());
      const step = shop.next();
      if (step) await perform(rig.simulator, step);
    }
  };
  const running = run();
  running.catch(() => undefined);
  return async (): Promise<void> => {
    isOver = true;
    await running;
  };
};

/** The simulator repeats each webhook until it is acknowledged, one after the other. */
const allAcknowledged = async (rig: Rig): Promise<number> => {
  let before = -1;
  let acknowledged = 0;
  await until(
    'every webhook acknowledged',
    async () => {
      const { deliveries } = await rig.simulator('square').ledger();
      ({ acknowledged } = deliveries);
      const isQuiet = acknowledged === before && deliveries.events.every(({ outcome }) => outcome !== 'waiting');
      before = acknowledged;
      if (!isQuiet) await systemClock.delay(300);
      return isQuiet;
    },
    240_000,
  );
  return acknowledged;
};

export const runKills = async (
  variables: NodeJS.ProcessEnv,
  databaseUrl: string | null,
  wanted: KillCase,
): Promise<KillResult> => {
  const random = createRandom(4_711);
  const { replicas, size } = wanted;
  await using rig = await openRig(variables, { databaseUrl, replicas, size, tillPollMs: NEVER_MS });
  await using subscriber = followChannel(
    `${rig.url('gateway')}/graphql`,
    await rig.token({ channel: 'web', scopes: ['storefront', 'orders:read'] }),
    'web',
  );
  await subscriber.attached;
  say('running, a subscriber attached');
  await rig.simulator('square').resetLedger();
  await rig.simulator('square').act({ kind: 'subscribe', url: `${rig.url('pos')}/webhooks/pos-main` });
  const shop = openShop({ size, pickups: 100_000, marketplaceOrders: 0, atOnce: 40, prefix: 'WEB-K' }, random);
  const stop = keepHappening(rig, shop, wanted.webhooksPerSecond * WORDS_PER_WEBHOOK);
  const times: { readonly backMs: number; readonly doorMs: number }[] = [];
  for (let kill = 0; kill < wanted.kills; kill += 1) {
    const [least, most] = wanted.calmMs;
    await systemClock.delay(least + random() * (most - least));
    times.push(await killOnce(rig, kill % replicas));
  }
  await stop();
  say(`${wanted.kills} kills, ${shop.begun.length} orders begun`);
  const acknowledged = await allAcknowledged(rig);
  say(`${acknowledged} webhooks acknowledged`);
  const expected = mergeClaims(
    await readClaims({ ...rig.variables, SIMULATOR_URL: rig.url('simulator') }, []),
    isoOf(systemClock.now()),
  );
  const token = await rig.token({ channel: '*', scopes: ['orders:read', 'orders:systems', 'finance:read'] });
  let found: readonly string[] = ['not compared'];
  {
    await using asking = createAsking(rig.url('gateway'), token);
    const compare = async (): Promise<boolean> => {
      const told = await readToldOrders(asking);
      const received = new Set(subscriber.events);
      const unheard = shop.begun.flatMap((number) => {
        const order = told.get(number);
        return !order || received.has(`${order.id}.${order.sequence}`)
          ? []
          : [`${number}: its last event not received (${subscriber.reason() ?? 'the stream stands'})`];
      });
      found = [...differences(expected, told, shop.begun), ...unheard];
      return found.length === 0;
    };
    await until('every order as the model makes it', compare, 60_000).catch(() => undefined);
  }
  for (let index = 0; index < replicas; index += 1) await rig.stopReplica(index);
  await using database = await openDatabase(
    { home: rig.home, ...(databaseUrl === null ? {} : { databaseUrl }) },
    { log: createLog({ name: 'bench', level: 'silent' }) },
  );
  const audit = await auditJournal(database);
  const journalled = (
    await database.query<{ id: string }>(
      `select subject || '.' || version as id from journal.entry where channel = 'orders:web' order by position`,
    )
  ).map(({ id }) => id);
  const begins = journalled.indexOf(subscriber.events[0] ?? '');
  const due = begins < 0 ? [] : journalled.slice(begins);
  const misplaced = due.filter((id, place) => subscriber.events[place] !== id).length;
  return {
    lost: Math.max(0, acknowledged - audit.deliveries),
    twice: subscriber.events.length - new Set(subscriber.events).size,
    broken: faultsOf(audit) + misplaced,
    differences: found,
    lagged: subscriber.lagged(),
    events: due.length,
    webhooks: acknowledged,
    orders: shop.begun.length,
    backMs: times.map(({ backMs }) => backMs),
    doorMs: times.map(({ doorMs }) => doorMs),
  };
};

const linesOf = (key: string, where: string, result: KillResult): readonly Line[] => {
  for (const difference of result.differences.slice(0, 5)) process.stdout.write(`  ${difference}\n`);
  const { backMs, doorMs, events, orders, webhooks } = result;
  return [
    {
      key: `kill_lost${key}`,
      value: result.lost + result.differences.length + result.lagged,
      meaning: `webhooks acknowledged and not on record, orders not as their systems say, gaps named to the subscriber (0): ${backMs.length} kills, ${webhooks} webhooks, ${orders} orders, ${where}`,
    },
    { key: `kill_twice${key}`, value: result.twice, meaning: `events told twice (0), of ${events}` },
    {
      key: `kill_order_broken${key}`,
      value: result.broken,
      meaning: "positions missing, sequences broken, or told in another order than the journal's (0)",
    },
    {
      key: `kill_back_p50_ms${key}`,
      value: percentile(backMs, 0.5),
      meaning: `from the kill to the first answer of the same process, ${RESTART_DELAY_MS} ms before its start included`,
    },
    { key: `kill_back_max_ms${key}`, value: Math.max(...backMs), meaning: 'the longest of them (<= 5000)' },
    { key: `kill_door_max_ms${key}`, value: Math.max(...doorMs), meaning: 'the longest until some replica answers' },
  ];
};

export const kill = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> =>
  linesOf('', 'PGlite', await runKills(variables, null, { ...FIFTY, replicas: 1 }));

export const killOnPostgres = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  if (!variables.DATABASE_URL) {
    process.stdout.write('  left out: DATABASE_URL is not set\n');
    return [];
  }
  await using own = await openOwnDatabase(variables.DATABASE_URL);
  return linesOf(
    '_postgres',
    'Postgres, two replicas killed in turn',
    await runKills(variables, own.url, { ...FIFTY, replicas: 2 }),
  );
};
