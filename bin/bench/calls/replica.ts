/** One of two replicas in the benchmark: asks as fast as the shared quota lets it. Run by replicas.ts. */
import { systemClock } from '#runtime/clock.ts';
import { createLog } from '#runtime/log.ts';
import { openQuotaStore } from '#runtime/resilience/quota/open.ts';
import { REPLICA_LIMIT, STORE_ASKED } from './replica-case.ts';
import { openPos } from './vendor.ts';

const [simulator = '', seconds = '0', replica = ''] = process.argv.slice(2);
const { DATABASE_URL: databaseUrl } = process.env;
if (!databaseUrl) throw new Error('DATABASE_URL is not set');

await using quotas = await openQuotaStore(
  { databaseUrl, replica },
  { clock: systemClock, log: createLog({ name: replica, level: 'error' }) },
);
const { port } = openPos(process.env, {
  simulator,
  quotas,
  published: { name: 'account', operations: 'all', shape: { kind: 'bucket', ...REPLICA_LIMIT } },
});
const endMs = systemClock.now() + Number(seconds) * 1000;
let answered = 0;
const ask = async (): Promise<void> => {
  while (systemClock.now() < endMs) {
    await port
      .storePickupTasks(STORE_ASKED, null, {
        callClass: 'BACKGROUND',
        correlationId: replica,
        signal: new AbortController().signal,
      })
      .then(() => {
        answered += 1;
      })
      .catch(() => systemClock.delay(20));
  }
};
await Promise.all(Array.from({ length: 6 }, ask));
process.stdout.write(`${answered}\n`);
