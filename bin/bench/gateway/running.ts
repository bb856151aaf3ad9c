/** A contender's process: started on its core, asked until it answers, measured, ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { systemClock } from '#runtime/clock.ts';
import type { Command } from './contenders.ts';
import { pinnedCommand, usageOf } from './pin.ts';

export type RunningServer = AsyncDisposable & {
  readonly port: number;
  readonly version: string;
  usage(): ReturnType<typeof usageOf>;
};

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 5_000;
const ASK_EVERY_MS = 100;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** Answering at all will do: what it answers is looked at closely afterwards. */
const isAnswering = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{"query":"{__typename}"}',
    });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

export const startServer = async (
  name: string,
  folder: string,
  commandAt: (port: number) => Command,
  core: number | null,
): Promise<RunningServer> => {
  const port = await freePort();
  const { file, args, cwd, variables, version } = commandAt(port);
  const logFile = path.join(folder, `${name}.log`);
  const log = openSync(logFile, 'w');
  const [program = file, ...rest] = pinnedCommand([file, ...args], core);
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: '1', NO_COLOR: '1', ...variables },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let hasEnded = false;
  const ended = new Promise<void>((done) => {
    const end = () => {
      hasEnded = true;
      done();
    };
    child.once('exit', end).once('error', end);
  });
  const { pid } = child;
  const stop = async (): Promise<void> => {
    if (hasEnded) return;
    child.kill('SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(forced);
  };
  const untilMs = systemClock.now() + START_WITHIN_MS;
  while (!(await isAnswering(port))) {
    if (!hasEnded && systemClock.now() < untilMs) {
      await systemClock.delay(ASK_EVERY_MS);
      continue;
    }
    await stop();
    throw new Error(
      `${hasEnded ? 'it ended' : `no answer within ${START_WITHIN_MS / 1_000} s`}: ${readFileSync(logFile, 'utf8').trim().slice(-400)}`,
    );
  }
  return { port, version, usage: () => usageOf(pid ?? -1), [Symbol.asyncDispose]: stop };
};
