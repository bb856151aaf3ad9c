/** 10,000 webhooks as the vendors sign them, each five times, shuffled, some late: what is on record, and what it makes. */
import { isoOf, systemClock } from '#runtime/clock.ts';
import { createLog } from '#runtime/log.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { createRandom } from '#simulation/random.ts';
import { openOwnDatabase } from '../availability/assortment.ts';
import { type Line, percentile } from '../figures.ts';
import { createAsking } from '../product.ts';
import { auditJournal, faultsOf } from './audit.ts';
import { openCapture, type Webhook } from './capture.ts';
import { createCarrier } from './carrier.ts';
import { readClaims } from './claims.ts';
import { differences, mergeClaims, readToldOrders } from './comparing.ts';
import { createMixer } from './mixing.ts';
import { openRig, type Rig, until } from './rig.ts';
import { openShop, perform, type ShopOptions } from './shop.ts';

export type WebhookCase = {
  readonly webhooks: number;
  readonly copies: number;
  readonly window: number;
  readonly lateShare: number;
  readonly overtakenBy: number;
  readonly lanes: number;
  readonly shop: Omit<ShopOptions, 'size'>;
  readonly size: ShopOptions['size'];
};

export type WebhookResult = {
  /** Webhooks that were delivered, each `copies` times. */
  readonly sent: number;
  readonly late: number;
  /** Deliveries on record after everything. */
  readonly recorded: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly acknowledgedMs: readonly number[];
  readonly repeated: number;
  readonly seconds: number;
  readonly orders: number;
  readonly differences: readonly string[];
  /** See faultsOf. */
  readonly faults: number;
  /** Calls to the vendors' APIs while the webhooks were delivered, polls included. */
  readonly calls: number;
};

/** Ten minutes, at one webhook a second. */
export const TEN_MINUTES = 600;

export const WHOLE: WebhookCase = {
  webhooks: 10_000,
  copies: 5,
  window: 50,
  lateShare: 0.05,
  overtakenBy: TEN_MINUTES,
  lanes: 16,
  // The marketplace lets an order be read every other second: its orders are as many as can be read meanwhile.
  shop: { pickups: 2_000, marketplaceOrders: 24, atOnce: 80, prefix: 'WEB-L' },
  size: 'small',
};

/** The polled streams must not repair what webhooks have missed. */
const NEVER_MS = 3_600_000;
const PATHS = { square: '/webhooks/pos-main', amazon: '/webhooks/marketplace-amazon' } as const;

const callsOf = async (rig: Rig): Promise<number> => {
  const ledgers = await Promise.all(['square', 'amazon'].map((vendor) => rig.simulator(vendor).ledger()));
  return ledgers.reduce((sum, { calls }) => sum + calls, 0);
};

/** Webhooks that are not made by the shop's day but told one by one at its end. */
const CLOSING = 30;

const QUIET_MS = 200;

/** Everything that has happened at the vendor has been sent: nothing is under way, and nothing new comes for a moment. */
const quiet = async (rig: Rig, vendor: string): Promise<void> => {
  let before = -1;
  await until(`${vendor} has sent its webhooks`, async () => {
    const { deliveries } = await rig.simulator(vendor).ledger();
    const isQuiet =
      deliveries.acknowledged === before && deliveries.events.every(({ outcome }) => outcome !== 'waiting');
    before = deliveries.acknowledged;
    if (!isQuiet) await systemClock.delay(QUIET_MS);
    return isQuiet;
  });
};

/** What the systems claim is what the graph tells, once the ERP has been polled to the end. */
const compare = async (rig: Rig, numbers: readonly string[], marketplace: readonly Webhook[]) => {
  const environment = { ...rig.variables, SIMULATOR_URL: rig.url('simulator') };
  const expected = mergeClaims(await readClaims(environment, marketplace), isoOf(systemClock.now()));
  const token = await rig.token({ channel: '*', scopes: ['orders:read', 'orders:systems', 'finance:read'] });
  await using asking = createAsking(rig.url('gateway'), token);
  let found: readonly string[] = [];
  await until(
    'every order as the model makes it',
    async () => {
      found = differences(expected, await readToldOrders(asking), numbers);
      return found.length === 0;
    },
    30_000,
  ).catch(() => undefined);
  return { found, orders: numbers.filter((number) => expected.has(number)).length };
};

export const runWebhooks = async (
  variables: NodeJS.ProcessEnv,
  databaseUrl: string | null,
  wanted: WebhookCase,
): Promise<WebhookResult> => {
  const random = createRandom(7_261);
  await using rig = await openRig(variables, { databaseUrl, size: wanted.size, tillPollMs: NEVER_MS });
  await using carrier = createCarrier({
    lanes: wanted.lanes,
    originOf: (path) => rig.url(path === PATHS.square ? 'pos' : 'marketplace'),
  });
  const mixer = createMixer<Webhook>(wanted, random);
  const sent = new Map<string, Webhook>();
  /** The last notification of each marketplace order: each leads to the same document. */
  const marketplace = new Map<string, Webhook>();
  let isClosing = false;
  await using capture = await openCapture((webhook) => {
    if (sent.has(webhook.id) || (isClosing && webhook.path !== PATHS.square)) return;
    sent.set(webhook.id, webhook);
    const order = /"AmazonOrderId":"([^"]+)"/.exec(webhook.body.toString('utf8'))?.[1];
    if (order !== undefined) marketplace.set(order, webhook);
    carrier.add(mixer.push(webhook));
  });
  for (const vendor of ['square', 'amazon'] as const)
    await rig.simulator(vendor).act({ kind: 'subscribe', url: `${capture.url}${PATHS[vendor]}` });

  const shop = openShop({ ...wanted.shop, size: wanted.size }, random);
  const startMs = systemClock.now();
  await Promise.all(['square', 'amazon'].map((vendor) => rig.simulator(vendor).resetLedger()));
  const most = 2 * wanted.window * wanted.copies;
  while (sent.size < wanted.webhooks - CLOSING) {
    await carrier.below(most);
    const step = shop.next();
    if (!step) throw new Error(`the shop's orders made only ${sent.size} webhooks`);
    await perform(rig.simulator, step);
  }
  await quiet(rig, 'square');
  isClosing = true;
  // The last ones are told one by one, each with one webhook, so that none is left of which nobody was told.
  while (sent.size < wanted.webhooks) {
    const before = sent.size;
    for (const step of shop.last()) await perform(rig.simulator, step);
    await until('the last webhook', async () => sent.size > before);
  }
  carrier.add(mixer.flush());
  await carrier.below(1);
  const seconds = (systemClock.now() - startMs) / 1_000;
  const calls = await callsOf(rig);
  const compared = await compare(rig, shop.begun, [...marketplace.values()]);

  await rig.stopReplica(0);
  await using database = await openDatabase(
    { home: rig.home, ...(databaseUrl === null ? {} : { databaseUrl }) },
    { log: createLog({ name: 'bench', level: 'silent' }) },
  );
  const audit = await auditJournal(database);
  return {
    sent: sent.size,
    late: mixer.late(),
    recorded: audit.deliveries,
    ...carrier.carried(),
    seconds,
    orders: compared.orders,
    differences: compared.found,
    faults: faultsOf(audit),
    calls,
  };
};

const linesOf = (key: string, where: string, result: WebhookResult, wanted: WebhookCase): readonly Line[] => {
  const { acknowledgedMs, outcomes, sent } = result;
  for (const difference of result.differences.slice(0, 5)) process.stdout.write(`  ${difference}\n`);
  return [
    {
      key: `webhook_ack_p99_ms${key}`,
      value: percentile(acknowledgedMs, 0.99),
      meaning: `from a delivery to its acknowledgement (<= 300), ${acknowledgedMs.length} deliveries of ${sent} webhooks, ${wanted.lanes} at once, ${where}`,
    },
    { key: `webhook_ack_p50_ms${key}`, value: percentile(acknowledgedMs, 0.5), meaning: 'the same, 50 of 100' },
    {
      key: `webhooks_per_s${key}`,
      value: acknowledgedMs.length / result.seconds,
      meaning: `deliveries acknowledged per second; ${result.repeated} had to be repeated`,
    },
    {
      key: `webhooks_recorded${key}`,
      value: result.recorded,
      meaning: `on record, of ${sent} sent ${wanted.copies} times, ${result.late} of them late`,
    },
    {
      key: `webhook_duplicates${key}`,
      value: outcomes.get('DUPLICATE') ?? 0,
      meaning: `deliveries acknowledged as duplicates (${(wanted.copies - 1) * sent})`,
    },
    {
      key: `webhook_orders_wrong${key}`,
      value: result.differences.length,
      meaning: `orders told otherwise than the model makes them of the systems' claims (0), of ${result.orders}`,
    },
    {
      key: `webhook_journal_faults${key}`,
      value: result.faults,
      meaning: 'positions missing, sequences broken, events on one side only (0)',
    },
    {
      key: `webhook_calls_per_webhook${key}`,
      value: result.calls / sent,
      meaning: 'calls to the vendors per webhook, repeats and polls of the other streams included',
    },
  ];
};

export const webhooks = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> =>
  linesOf('', 'PGlite', await runWebhooks(variables, null, WHOLE), WHOLE);

export const webhooksOnPostgres = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  if (!variables.DATABASE_URL) {
    process.stdout.write('  left out: DATABASE_URL is not set\n');
    return [];
  }
  await using own = await openOwnDatabase(variables.DATABASE_URL);
  return linesOf('_postgres', 'Postgres', await runWebhooks(variables, own.url, WHOLE), WHOLE);
};
