/** One process of the product, started once and never again by itself: a benchmark decides when it dies and comes back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type EnvironmentVariables, PROJECT_ROOT } from '../../environment.ts';

export type Service = {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Ends it at once, as a crash or the kernel would. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Lets it end as it should. */
  stop(): Promise<void>;
};

export type ServiceOptions = {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly variables: EnvironmentVariables;
};

const STOP_WITHIN_MS = 20_000;
/** As bin/children.ts starts them. */
const MEMORY_FLAGS = ['--max-semi-space-size=8', '--optimize-for-size'];

/** Resolves once it listens. */
export const startService = async (options: ServiceOptions): Promise<Service> => {
  const { name, script, args = [], variables } = options;
  const child = spawn(
    process.execPath,
    [...process.execArgv, ...MEMORY_FLAGS, path.join(PROJECT_ROOT, script), ...args],
    {
      cwd: PROJECT_ROOT,
      env: { ...variables, THROUGHLINE_SUPERVISED: '1' },
      // Its end of stdin closes when we die: no process of ours outlives us.
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    },
  );
  const ended = once(child, 'exit');
  const listening = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('listening ')) listening.resolve(JSON.parse(line.slice('listening '.length)).url);
  });
  ended.then(() => listening.reject(new Error(`${name} ended before it listened; the reason is above`)));
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const forced = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(forced);
  };
  return {
    name,
    url: await listening.promise,
    pid: child.pid ?? 0,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
};
