/** The embedded database: PGlite in a worker thread, one process at a time, one transaction at a time. */
import { Worker } from 'node:worker_threads';
import { Failure } from '#runtime/failure.ts';
import type { Database, Row, Sql, SqlParameter } from './database.ts';
import type { WorkerReply } from './embedded-worker.ts';
import { lockDirectory } from './lock.ts';
import { createWakeUps } from './wake-ups.ts';

/** An error the database itself reported, with its SQLSTATE. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

type Waiting = { readonly resolve: (rows: readonly Row[]) => void; readonly reject: (error: Error) => void };

const startWorker = (directory: string | null): Promise<Worker> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
      workerData: { directory },
      // Rows pass through and die young; a larger nursery is only memory.
      resourceLimits: { maxYoungGenerationSizeMb: 32 },
    });
    worker.once('message', () => {
      worker.off('error', reject);
      resolve(worker);
    });
    worker.once('error', reject);
  });

/** One at a time, in order of asking. */
const createTurns = (): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const mine = last.then(task, task);
    last = mine.catch(() => undefined);
    return mine;
  };
};

/** `directory` null keeps everything in memory: tests and throw-away runs. */
export const openEmbedded = async (options: { readonly directory: string | null }): Promise<Database> => {
  const unlock = options.directory === null ? () => undefined : lockDirectory(options.directory);
  let worker: Worker;
  try {
    worker = await startWorker(options.directory);
  } catch (error) {
    unlock();
    throw error;
  }
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let closed: Error | null = null;

  const failAll = (error: Error): void => {
    closed = error;
    for (const entry of waiting.values()) entry.reject(error);
    waiting.clear();
  };
  worker.on('error', (error) => failAll(new Failure('INTERNAL', 'The embedded database stopped.', { cause: error })));
  worker.on('message', (reply: WorkerReply | 'closed') => {
    if (reply === 'closed') return;
    const entry = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('rows' in reply) entry?.resolve(reply.rows);
    else entry?.reject(new SqlError(reply.error.message, reply.error.code));
  });

  const run = <T extends Row>(text: string, parameters: readonly SqlParameter[] = []): Promise<readonly T[]> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(closed);
      const id = nextId++;
      waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      worker.postMessage({ id, text, parameters });
    });

  const inTurn = createTurns();
  const wakeUps = createWakeUps();

  return {
    kind: 'embedded',
    query: (text, parameters) => inTurn(() => run(text, parameters)),
    transaction: (work) =>
      inTurn(async () => {
        const tx: Sql = { query: (text, parameters) => run(text, parameters) };
        await run('begin');
        try {
          const result = await work(tx);
          await run('commit');
          wakeUps.fire(wakeUps.noted(tx));
          return result;
        } catch (error) {
          await run('rollback').catch(() => undefined);
          throw error;
        }
      }),
    listen: async (topic, onWake) => wakeUps.listen(topic, onWake),
    notify: async (tx, topic) => wakeUps.note(tx, topic),
    [Symbol.asyncDispose]: async () => {
      if (closed) return;
      await inTurn(async () => {
        await new Promise<void>((resolve) => {
          worker.on('message', (message) => message === 'closed' && resolve());
          worker.postMessage('close');
        });
      });
      failAll(new Failure('INTERNAL', 'The database is closed.'));
      await worker.terminate();
      unlock();
    },
  };
};
