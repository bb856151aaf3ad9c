/** Our own processes, started and watched: each tells where it listens; one that dies is started again, within reason. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { type EnvironmentVariables, PROJECT_ROOT } from './environment.ts';
import { PORT_TAKEN_EXIT } from './run.ts';

export type ChildOptions = {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly variables: EnvironmentVariables;
  /** It answers everybody: it is given memory for speed. */
  readonly isBusy?: boolean;
};

export type Child = {
  readonly name: string;
  /** Resolves with what the process said of itself once it listens; rejects when it ends before that. */
  readonly listening: Promise<{ readonly url: string }>;
  pid(): number | undefined;
  stop(): Promise<void>;
};

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;
const RESTART_DELAY_MS = 500;
/** Seven processes share a laptop: a small young generation costs little speed and saves some 100 MB in each that works hard. */
const MEMORY_FLAGS = ['--max-semi-space-size=8', '--optimize-for-size'];
/** Code that is optimized for size answers a product list three times slower. */
const SPEED_FLAGS = ['--max-semi-space-size=16'];

/** `onGivenUp` is called when the process keeps dying. */
export const startChild = (options: ChildOptions, onGivenUp: (reason: string) => void): Child => {
  let child: ChildProcess | null = null;
  let stopping = false;
  let restarts: number[] = [];
  const firstListening = Promise.withResolvers<{ readonly url: string }>();
  firstListening.promise.catch(() => undefined);
  const slow = setTimeout(
    () =>
      firstListening.reject(
        new Failure('INTERNAL', `${options.name} did not start within ${START_WITHIN_MS / 1000} s; its log is above.`),
      ),
    START_WITHIN_MS,
  );

  const flags = options.isBusy ? SPEED_FLAGS : MEMORY_FLAGS;
  const launch = (): void => {
    const started = spawn(
      process.execPath,
      [...process.execArgv, ...flags, path.join(PROJECT_ROOT, options.script), ...(options.args ?? [])],
      {
        cwd: PROJECT_ROOT,
        env: { ...options.variables, THROUGHLINE_SUPERVISED: '1' },
        // Its end of stdin closes when we die, however we die: no process of ours outlives us.
        stdio: ['pipe', 'pipe', 'inherit'],
        // A group of its own, so that Ctrl-C in the terminal reaches only us and children are stopped in order.
        detached: true,
      },
    );
    child = started;
    let listened = false;
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (!line.startsWith('listening ')) return;
      listened = true;
      clearTimeout(slow);
      firstListening.resolve(JSON.parse(line.slice('listening '.length)));
    });
    started.on('exit', (code, signal) => {
      if (stopping) return;
      const how = `${options.name} ended (${signal ?? `exit ${code}`})`;
      const nowMs = systemClock.now();
      restarts = [...restarts.filter((at) => nowMs - at < RESTART_WINDOW_MS), nowMs];
      if (!listened || restarts.length > MAX_RESTARTS) {
        clearTimeout(slow);
        firstListening.reject(
          new Failure(code === PORT_TAKEN_EXIT ? 'PORT_IN_USE' : 'INTERNAL', `${how}; the reason is above.`),
        );
        onGivenUp(how);
        return;
      }
      process.stderr.write(`${how}; starting it again\n`);
      setTimeout(() => !stopping && launch(), RESTART_DELAY_MS);
    });
  };
  launch();

  return {
    name: options.name,
    listening: firstListening.promise,
    pid: () => child?.pid,
    stop: async () => {
      stopping = true;
      clearTimeout(slow);
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const exited = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const forced = setTimeout(() => running.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(forced);
    },
  };
};
