/**
 * Runs PGlite in a worker thread: its statements block the thread they run on. The other side serialises transactions,
 * so this side only runs one statement after another.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import type { SqlParameter } from './database.ts';

export type WorkerRequest = {
  readonly id: number;
  readonly text: string;
  readonly parameters: readonly SqlParameter[];
};
export type WorkerReply =
  | { readonly id: number; readonly rows: readonly Record<string, unknown>[] }
  | { readonly id: number; readonly error: { readonly message: string; readonly code?: string } };

const port = parentPort;
if (!port) throw new Error('embedded-worker.ts runs as a worker thread only');

const instantOf = (text: string): string => new Date(text).toISOString();
const { directory } = workerData as { readonly directory: string | null };
const database = await PGlite.create(directory ?? 'memory://', {
  // The default of 128 MB would sit beside the file cache of the same data: one process, one laptop.
  postgresqlconf: ['shared_buffers=32MB'],
  parsers: {
    [types.INT8]: Number,
    [types.NUMERIC]: (text: string) => text,
    [types.TIMESTAMPTZ]: instantOf,
    [types.TIMESTAMP]: (text: string) => instantOf(`${text}Z`),
    [types.DATE]: (text: string) => text,
  },
});

const run = async (request: WorkerRequest): Promise<WorkerReply> => {
  try {
    if (request.parameters.length === 0) {
      const results = await database.exec(request.text);
      return { id: request.id, rows: (results.at(-1)?.rows ?? []) as Record<string, unknown>[] };
    }
    const result = await database.query<Record<string, unknown>>(request.text, [...request.parameters]);
    return { id: request.id, rows: result.rows };
  } catch (error) {
    const { message, code } = error as Error & { readonly code?: string };
    return { id: request.id, error: { message, ...(code === undefined ? {} : { code }) } };
  }
};

port.on('message', async (message: WorkerRequest | 'close') => {
  if (message === 'close') {
    await database.close();
    port.postMessage('closed');
    return;
  }
  port.postMessage(await run(message));
});
port.postMessage('ready');
