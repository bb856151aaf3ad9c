import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PORT_TAKEN_EXIT } from '#bin/run.ts';
import { within } from '#test/support/event-log.ts';
import { openSocket, postGraphQL } from '#test/support/graphql-client.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
let home: string;
let child: ChildProcess | null = null;

const start = (variables: Record<string, string>): ChildProcess => {
  child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'bin/gateway.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      THROUGHLINE_HOME: home,
      LOG_LEVEL: 'warn',
      ERP_PORT: '1',
      PROCESS_PORT: '1',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return child;
};

const listening = async (running: ChildProcess): Promise<{ readonly url: string; readonly port: number }> => {
  if (!running.stdout) throw new Error('The process has no stdout.');
  for await (const line of createInterface({ input: running.stdout })) {
    if (line.startsWith('listening ')) return JSON.parse(line.slice('listening '.length));
  }
  throw new Error('The process ended without listening.');
};

const exitOf = (running: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => running.once('exit', (code) => resolve(code)));

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'throughline-gateway-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
});
afterAll(() => rmSync(home, { recursive: true }));

describe('the gateway process', () => {
  test('says where it listens, serves the real graph, and stops on a signal with clients connected', async () => {
    const running = start({ PORT: '0' });
    const { url, port } = await within('the listening line', listening(running), undefined, 30_000);
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/`)).text()).toContain('ProductListStock');
    const { body } = await postGraphQL(`${url}/graphql`, '{ availability(skus: ["A"]) { status } }');
    expect(body.errors?.[0]).toMatchObject({
      path: ['availability'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE', serviceName: 'process' },
    });
    const socket = await openSocket(`${url}/graphql`);
    const exit = exitOf(running);
    running.kill('SIGTERM');
    expect((await within('the close', socket.closed)).code).toBe(1001);
    expect(await within('the exit', exit)).toBe(0);
  });

  test('refuses to start on a taken port, naming it and the variable', async () => {
    const squatter = createServer();
    const port = await new Promise<number>((resolve) =>
      squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port)),
    );
    try {
      const running = start({ PORT: String(port) });
      const said = running.stderr ? text(running.stderr) : Promise.resolve('');
      expect(await within('the exit', exitOf(running), undefined, 30_000)).toBe(PORT_TAKEN_EXIT);
      expect(await said).toMatch(new RegExp(`PORT_IN_USE.*${port}.*set PORT`));
    } finally {
      squatter.close();
    }
  });

  test('refuses to start in production without a secret', async () => {
    const running = start({ PORT: '0', NODE_ENV: 'production' });
    const said = running.stderr ? text(running.stderr) : Promise.resolve('');
    expect(await within('the exit', exitOf(running), undefined, 30_000)).toBe(1);
    expect(await said).toContain('AUTH_SECRET');
  });
});
