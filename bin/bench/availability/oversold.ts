/** The random run of reservations, in a process of its own: is a unit ever given away twice? */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../environment.ts';
import type { Line } from '../figures.ts';

const ATTEMPTS = 10_000;
const MILLION = 1_000_000;

/** The run prints lines of key, figure and meaning. */
const figureIn = (printed: string, key: string): number => {
  const line = printed.split('\n').find((text) => text.startsWith(`${key} `));
  if (line === undefined) throw new Error(`the run told nothing of ${key}:\n${printed}`);
  return Number(line.split(/\s+/)[1]);
};

const run =
  (attempts: number) =>
  async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
    if (!variables.DATABASE_URL) {
      process.stdout.write('  left out: races count on a server only, and DATABASE_URL is not set\n');
      return [];
    }
    const script = path.join(PROJECT_ROOT, 'bin/bench/availability/reservations.ts');
    // It ends with 1 when a unit was held twice, which is a figure here and no failure.
    const printed = await promisify(execFile)(process.execPath, [...process.execArgv, script, String(attempts)], {
      env: variables,
    }).catch((error: { readonly stdout?: string }) => {
      if (error.stdout) return { stdout: error.stdout };
      throw error;
    });
    const told = (key: string): number => figureIn(printed.stdout, key);
    return [
      {
        key: 'oversold',
        value: told('overdrawn'),
        meaning: `instants at which a unit was held twice (0): ${told('attempts')} random baskets from several replicas, ${told('granted')} held, ${told('cut')} calls cut off and repeated`,
      },
      { key: 'oversold_attempts', value: told('attempts'), meaning: 'baskets tried' },
      { key: 'oversold_attempts_per_s', value: told('attempts_per_s'), meaning: 'of them per second' },
    ];
  };

export const oversold = run(ATTEMPTS);
export const million = run(MILLION);
