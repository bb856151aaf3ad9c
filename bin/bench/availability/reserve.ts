/** Holding units for shoppers through the gateway, on both databases. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#runtime/clock.ts';
import { mintToken } from '#runtime/graphql/identity.ts';
import { systemIds } from '#runtime/ids.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { identityOptions, PORTS, readEnvironment, SERVICE_NAMES } from '../../environment.ts';
import { start } from '../../start.ts';
import { type Line, percentileLines } from '../figures.ts';
import { runCallers } from '../load.ts';
import { type Asking, createAsking, type Product } from '../product.ts';
import { openOwnDatabase } from './assortment.ts';
import { durationsOf } from './questions.ts';

const CALLS = 500;
const CALLERS = { callers: 8, seconds: 10 } as const;
/** So many of an item that no call is refused. */
const PLENTY = 100;

const RESERVE = `mutation Reserve($input: ReserveStockInput!) {
  reserveStock(input: $input) {
    reservation { id state expiresAt lines { sku held location { id } } }
    shortages { sku } userErrors { code message }
  }
}`;

type Payload = {
  readonly reservation: { readonly state: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
};

const plentifulSkus = (): readonly string[] => {
  const { stock } = drawCompany({ size: 'full', nowMs: systemClock.now() });
  const plenty = stock.filter(({ siteCode, onHand }) => siteCode === 'WH-NORD' && onHand >= PLENTY);
  return plenty.map(({ sku }) => sku);
};

/** `timeBudget` null: as an app calls by default, which waits for systems up to 0.3 s when their word is too old. */
const reserveOne = async ({ ask }: Asking, sku: string, timeBudget: string | null): Promise<void> => {
  const context = { channel: 'web', ...(timeBudget === null ? {} : { timeBudget }) };
  const input = { idempotencyKey: systemIds.uuid(), items: [{ sku, quantity: 1 }], context, ttl: 'PT1M' };
  const { data, errors } = await ask(RESERVE, { input });
  const payload = data?.reserveStock as Payload | undefined;
  if (payload?.reservation?.state !== 'HELD')
    throw new Error(`${sku} was not held: ${JSON.stringify(payload?.userErrors ?? errors)}`);
};

const measure = async (asking: Asking, key: string, where: string): Promise<readonly Line[]> => {
  const skus = plentifulSkus();
  const skuAt = (index: number): string => skus[index % skus.length] ?? '';
  const oneByOne = async (timeBudget: string | null): Promise<readonly number[]> => {
    const durationsMs: number[] = [];
    for (let index = 0; index < CALLS; index += 1) {
      const from = performance.now();
      await reserveOne(asking, skuAt(index * 7), timeBudget);
      durationsMs.push(performance.now() - from);
    }
    return durationsMs;
  };
  for (let index = 0; index < 20; index += 1) await reserveOne(asking, skuAt(index), 'PT0S');
  const own = await oneByOne('PT0S');
  const fresh = await oneByOne(null);
  const busy = await runCallers(CALLERS, (index) => reserveOne(asking, skuAt(index * 3), 'PT0S'));
  return [
    ...percentileLines(
      key,
      own,
      `reserveStock at the gateway, one unit, without waiting for systems, ${CALLS} one after the other, ${where}`,
    ),
    ...percentileLines(
      `${key}_fresh`,
      fresh,
      `the same by default: systems whose word is too old are asked first, 0.3 s at most, ${where}`,
    ),
    ...percentileLines(
      `${key}_busy`,
      durationsOf(busy),
      `without waiting, ${CALLERS.callers} callers at once, ${where}`,
    ),
    {
      key: `${key}_rps`,
      value: busy.length / CALLERS.seconds,
      meaning: `units held per second by these ${CALLERS.callers} callers, ${where}`,
    },
  ];
};

export const reserve = (product: Product): Promise<readonly Line[]> =>
  measure(product, 'reserve', 'PGlite, as npm start runs it');

/** The whole product over a Postgres database of its own. */
const openOnPostgres = async (variables: NodeJS.ProcessEnv, databaseUrl: string): Promise<Asking> => {
  await using opening = new AsyncDisposableStack();
  const own = opening.use(await openOwnDatabase(databaseUrl));
  const home = await mkdtemp(path.join(tmpdir(), 'throughline-bench-'));
  opening.defer(() => rm(home, { recursive: true, force: true }));
  const settings = {
    ...variables,
    LOG_LEVEL: variables.LOG_LEVEL ?? 'error',
    THROUGHLINE_HOME: home,
    DATABASE_URL: own.url,
    ...Object.fromEntries(SERVICE_NAMES.map((service) => [PORTS[service].variable, '0'])),
  };
  const started = opening.use(await start(settings, new AbortController().signal));
  const token = await mintToken(
    identityOptions(readEnvironment(settings)),
    { channel: '*', scopes: ['storefront'], lifetimeSeconds: 3_600 },
    { clock: systemClock },
  );
  const asking = opening.use(createAsking(started.urls.gateway ?? '', token));
  const opened = opening.move();
  return { ask: asking.ask, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};

export const reserveOnPostgres = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  if (!variables.DATABASE_URL) {
    process.stdout.write('  left out: DATABASE_URL is not set\n');
    return [];
  }
  await using asking = await openOnPostgres(variables, variables.DATABASE_URL);
  // Awaited here, or the product would be gone before the first question.
  return await measure(asking, 'reserve_postgres', 'Postgres');
};
