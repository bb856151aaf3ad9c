/** The process subgraph alone, over a database of the benchmark's own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PROJECT_ROOT } from '../../environment.ts';

export type ProcessFigures = {
  /** Bytes, after a garbage collection. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
  /** Processor time used since its start, this collection included. */
  readonly cpuMs: number;
};

export type ProcessServer = AsyncDisposable & {
  readonly url: string;
  /** From its start until it answers, in milliseconds: its code, its database, all stock into memory. */
  readonly startMs: number;
  figures(): Promise<ProcessFigures>;
};

/** As bin/children.ts starts it, and with the garbage collection within reach. */
const FLAGS = ['--max-semi-space-size=8', '--optimize-for-size', '--expose-gc'];
const STOP_WITHIN_MS = 20_000;

export const startProcessServer = async (variables: NodeJS.ProcessEnv, databaseUrl: string): Promise<ProcessServer> => {
  const startedMs = performance.now();
  const child = fork(path.join(PROJECT_ROOT, 'bin/bench/availability/process.ts'), {
    cwd: PROJECT_ROOT,
    execArgv: [...process.execArgv, ...FLAGS],
    env: { ...variables, DATABASE_URL: databaseUrl, PROCESS_PORT: '0', LOG_LEVEL: variables.LOG_LEVEL ?? 'error' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const listening = Promise.withResolvers<string>();
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('listening ')) listening.resolve(JSON.parse(line.slice('listening '.length)).url);
    });
  void ended.then(() => listening.reject(new Error('the process subgraph ended; the reason is above')));
  const url = await listening.promise;
  return {
    url,
    startMs: performance.now() - startedMs,
    figures: async () => {
      child.send('collect');
      const [figures] = await once(child, 'message');
      return figures as ProcessFigures;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(forced);
    },
  };
};
