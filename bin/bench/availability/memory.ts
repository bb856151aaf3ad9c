/** What the process subgraph needs to hold all stock of a large retailer in memory, and how fast it answers then. */
import { systemClock } from '#runtime/clock.ts';
import { mintToken } from '#runtime/graphql/identity.ts';
import { policyVersion } from '#subgraphs/process/policy/live.ts';
import { readConfig } from '../../config.ts';
import { identityOptions, readEnvironment } from '../../environment.ts';
import { type Line, percentileLines } from '../figures.ts';
import { confirmFeeds, fillAssortment, openBenchDatabase, openOwnDatabase, skuAt } from './assortment.ts';
import { type ProcessFigures, startProcessServer } from './server.ts';

const ITEMS = 50_000;
const FEW_ITEMS = 2_000;
const PAGE = 50;
const QUESTIONS = 200;
const MIB = 1024 * 1024;

const STOCK = `query Stock($skus: [String!]!) {
  availability(skus: $skus, context: { channel: "web" }) { status sellableQuantity freshness asOf confidence { level } }
}`;

type Measured = {
  readonly readings: number;
  readonly loadS: number;
  readonly memory: ProcessFigures;
  readonly later: ProcessFigures;
  readonly durationsMs: readonly number[];
};

const measure = async (variables: NodeJS.ProcessEnv, databaseUrl: string, items: number): Promise<Measured> => {
  await using own = await openOwnDatabase(databaseUrl);
  await using database = await openBenchDatabase(own.url);
  const environment = readEnvironment(variables);
  const readings = await fillAssortment(database, items, policyVersion(readConfig(environment).process));
  await using server = await startProcessServer(variables, own.url);
  const memory = await server.figures();
  const token = await mintToken(
    identityOptions(environment),
    { channel: 'web', scopes: ['storefront'], lifetimeSeconds: 3_600 },
    { clock: systemClock },
  );
  await confirmFeeds(database);
  const ask = async (index: number): Promise<number> => {
    // A stride without a common factor walks through the whole assortment, so that nothing is asked for twice.
    const skus = Array.from({ length: PAGE }, (_, place) => skuAt(((index * PAGE + place) * 7_919) % items));
    const from = performance.now();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: STOCK, variables: { skus } }),
    });
    const { data } = (await response.json()) as {
      readonly data?: { readonly availability: readonly { status: string }[] };
    };
    const took = performance.now() - from;
    const known = data?.availability.filter(({ status }) => status !== 'UNKNOWN').length;
    if (known !== PAGE) throw new Error(`${known ?? 'none'} of ${PAGE} answers say anything`);
    return took;
  };
  const durationsMs: number[] = [];
  for (let index = 0; index < QUESTIONS; index += 1) durationsMs.push(await ask(index));
  return { readings, loadS: server.startMs / 1000, memory, later: await server.figures(), durationsMs };
};

export const memory = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  const { DATABASE_URL: databaseUrl } = variables;
  if (!databaseUrl) {
    process.stdout.write('  left out: so much stock is generated in Postgres, and DATABASE_URL is not set\n');
    return [];
  }
  const few = await measure(variables, databaseUrl, FEW_ITEMS);
  const many = await measure(variables, databaseUrl, ITEMS);
  const heldBytes = ({ heapUsed, arrayBuffers }: ProcessFigures): number => heapUsed + arrayBuffers;
  const perReading = (heldBytes(many.memory) - heldBytes(few.memory)) / (many.readings - few.readings);
  const of = `${ITEMS} items, ${many.readings} readings`;
  return [
    {
      key: 'rss_mib_50k',
      value: many.memory.rss / MIB,
      meaning: `process subgraph on Postgres, ${of}, after collection`,
    },
    {
      key: 'rss_mib_50k_asked',
      value: many.later.rss / MIB,
      meaning: `the same after ${QUESTIONS * PAGE} different items were asked for`,
    },
    {
      key: 'rss_mib_2k_postgres',
      value: few.memory.rss / MIB,
      meaning: `the same with ${FEW_ITEMS} items, ${few.readings} readings`,
    },
    {
      key: 'bytes_per_reading',
      value: perReading,
      meaning: 'held more per reading and what was learnt beside it, between the two (<= 600)',
    },
    { key: 'load_50k_s', value: many.loadS, meaning: 'from the start of the process until it answers' },
    {
      key: 'list50_50k_cpu_ms',
      value: (many.later.cpuMs - many.memory.cpuMs) / QUESTIONS,
      meaning: 'processor time of the process subgraph per list of the following, its background work included',
    },
    ...percentileLines(
      'list50_50k',
      many.durationsMs,
      `${PAGE} items at the process subgraph, one caller, each item for the first time`,
    ),
  ];
};
