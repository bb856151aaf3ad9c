/** How every process of ours starts, says where it listens, stops on a signal, and reports what keeps it from starting. */
import { isFailure } from '#runtime/failure.ts';

export type Running = AsyncDisposable & {
  /** Told on stdout as one line `listening {...}` for whoever started this process. */
  readonly listening?: Readonly<Record<string, unknown>>;
};

/** Told to whoever started us: the port was free when it was chosen, and is not any more. */
export const PORT_TAKEN_EXIT = 98;
const STOP_WITHIN_MS = 20_000;

const explain = (error: unknown): string =>
  isFailure(error) ? `${error.code}: ${error.message}` : String(error instanceof Error ? error.stack : error);

export const runMain = async (start: () => Promise<Running>): Promise<void> => {
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(isFailure(error, 'PORT_IN_USE') ? PORT_TAKEN_EXIT : 1);
  }
  if (running.listening) process.stdout.write(`listening ${JSON.stringify(running.listening)}\n`);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    try {
      await running[Symbol.asyncDispose]();
      process.exit(0);
    } catch (error) {
      process.stderr.write(`while stopping: ${explain(error)}\n`);
      process.exit(1);
    }
  };
  if (process.env.THROUGHLINE_SUPERVISED === '1') process.stdin.resume().on('close', stop);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};
