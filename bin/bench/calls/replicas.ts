/** Two processes with one account and one Postgres: the vendor's bucket is never exceeded, in any window. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../environment.ts';
import type { Line } from '../figures.ts';
import { REPLICA_LIMIT } from './replica-case.ts';
import { openSimulator } from './vendor.ts';

const SECONDS = 60;

/**
 * Windows in which more calls came than rate x time + burst. Every pair of arrivals bounds a window; those in between
 * need no look of their own, since the law is tightest when a window begins and ends with a call.
 */
const brokenWindows = (atMs: readonly number[]): number => {
  const times = atMs.toSorted((a, b) => a - b);
  let broken = 0;
  for (let from = 0; from < times.length; from += 1) {
    for (let to = from; to < times.length; to += 1) {
      const seconds = ((times[to] ?? 0) - (times[from] ?? 0)) / 1000;
      if (to - from + 1 > REPLICA_LIMIT.ratePerSecond * seconds + REPLICA_LIMIT.burst + 1e-6) broken += 1;
    }
  }
  return broken;
};

export const replicas = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  if (!variables.DATABASE_URL) {
    process.stdout.write('  left out: replicas share quotas through Postgres, and DATABASE_URL is not set\n');
    return [];
  }
  await using simulator = await openSimulator(variables);
  const control = simulator.control('square');
  // The referee's bucket is wide open, so that it counts what comes instead of turning it away.
  await control.addFault({ kind: 'quota', ratePerSecond: 100_000, burst: 100_000 });
  await control.resetLedger();
  const run = async (replica: string): Promise<number> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        ...process.execArgv,
        path.join(PROJECT_ROOT, 'bin/bench/calls/replica.ts'),
        simulator.url,
        String(SECONDS),
        replica,
      ],
      { env: variables },
    );
    return Number(stdout.trim());
  };
  const answered = await Promise.all([run('bench-replica-1'), run('bench-replica-2')]);
  const { limits } = await control.ledger();
  const times = Object.values(limits).flatMap(({ admittedAtMs, refusedAtMs }) => [...admittedAtMs, ...refusedAtMs]);
  return [
    {
      key: 'replica_bucket_violations',
      value: brokenWindows(times),
      meaning: `windows with more than rate x time + burst calls, of ${times.length} calls (0)`,
    },
    {
      key: 'replica_quota_used',
      value: times.length / (REPLICA_LIMIT.ratePerSecond * SECONDS + REPLICA_LIMIT.burst),
      meaning: `of the quota, by both together (${answered.join(' + ')} answered)`,
    },
  ];
};
