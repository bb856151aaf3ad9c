/** The journal alone, on one hot channel: how many transactions a second get a position, and that none is missing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { createLog } from '#runtime/log.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { openOwnDatabase } from '../availability/assortment.ts';
import type { Line } from '../figures.ts';

const WRITERS = 12;
const SECONDS = 15;
/** One transaction in so many is rolled back after it has taken its position. */
const ROLLED_BACK_EVERY = 20;
const CHANNEL = 'orders:bench';

class RolledBack extends Error {}

type Outcome = {
  readonly committed: number;
  readonly missing: number;
  readonly outOfOrder: number;
  readonly seen: number;
};

const run = async (databaseUrl: string | null, home: string): Promise<Outcome> => {
  const deps = { clock: systemClock, ids: systemIds, log: createLog({ name: 'bench', level: 'silent' }) };
  await using database = await openDatabase({ home, ...(databaseUrl === null ? {} : { databaseUrl }) }, deps);
  await using journal = await openJournal(database, DEFAULT_JOURNAL_OPTIONS, deps);
  const endMs = systemClock.now() + SECONDS * 1_000;
  let committed = 0;
  let missing = 0;
  let outOfOrder = 0;
  let seen = 0;
  const over = new AbortController();
  const versions = new Map<string, number>();
  const following = (async () => {
    for await (const entries of journal.tail(CHANNEL, 0, over.signal)) {
      for (const { position, subject, version } of entries) {
        missing += position - seen - 1;
        seen = position;
        if (version !== (versions.get(subject) ?? 0) + 1) outOfOrder += 1;
        versions.set(subject, version);
      }
    }
  })();
  const write = async (writer: number): Promise<void> => {
    for (let version = 1, tries = 1; systemClock.now() < endMs; tries += 1) {
      const entry = {
        channel: CHANNEL,
        subject: `ord_${writer}`,
        version,
        type: 'PACKED',
        payload: {
          previousStatus: 'CONFIRMED',
          status: 'PREPARING',
          changedAxes: ['FULFILMENT'],
          locations: ['ST-BERLIN'],
        },
        correlationId: 'bench',
      };
      try {
        await database.transaction(async (tx) => {
          await journal.append(tx, [entry]);
          if (tries % ROLLED_BACK_EVERY === 0) throw new RolledBack();
        });
        version += 1;
        committed += 1;
      } catch (error) {
        if (!(error instanceof RolledBack)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  const { position } = await journal.head(CHANNEL);
  while (seen < position) await systemClock.delay(20);
  over.abort();
  await following;
  return { committed, missing: missing + Math.abs(position - committed), outOfOrder, seen };
};

const measure = async (key: string, where: string, databaseUrl: string | null): Promise<readonly Line[]> => {
  const home = await mkdtemp(path.join(tmpdir(), 'throughline-bench-'));
  try {
    const { committed, missing, outOfOrder } = await run(databaseUrl, home);
    return [
      {
        key: `journal_tx_per_s_${key}`,
        value: committed / SECONDS,
        meaning: `transactions with one entry each on one channel, ${WRITERS} writers, one tail, ${where}`,
      },
      {
        key: `journal_faults_${key}`,
        value: missing + outOfOrder,
        meaning: `positions the tail missed and versions out of order (0), one transaction in ${ROLLED_BACK_EVERY} rolled back`,
      },
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

export const journal = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  const embedded = await measure('pglite', 'PGlite', null);
  if (!variables.DATABASE_URL) {
    process.stdout.write('  Postgres is left out: DATABASE_URL is not set\n');
    return embedded;
  }
  await using own = await openOwnDatabase(variables.DATABASE_URL);
  return [...embedded, ...(await measure('postgres', 'Postgres', own.url))];
};
