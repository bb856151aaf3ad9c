/** What keeps the project from starting is told in words that help. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { startChild } from '#bin/children.ts';
import { PORTS, SERVICE_NAMES, type ServiceName } from '#bin/environment.ts';
import { choosePorts } from '#bin/ports.ts';
import { prepareHome } from '#bin/simulated-company.ts';
import { systemIds } from '#runtime/ids.ts';
import { lockDirectory } from '#runtime/storage/lock.ts';
import { ROOT } from '#test/architecture/sources.ts';

const home = mkdtempSync(path.join(tmpdir(), 'throughline-launch-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = (args: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, THROUGHLINE_HOME: home, ...variables },
    timeout: 60_000,
  });

describe('starting', () => {
  test('under a Node.js that is too old says which one is needed', () => {
    const pretend = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.0"})';
    const { status, stderr } = run(['--import', pretend, 'bin/launch.mjs', 'bin/token.ts']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Node\.js 18\.20\.0 is too old.*20 or newer/s);
  });

  test('with a misspelt setting names its path, its line and what was meant', () => {
    const config = path.join(home, 'typo.yaml');
    writeFileSync(config, 'connections: []\nprocess:\n  channels:\n    web:\n      lowStokAt: 3\n');
    const { status, stderr } = run(['bin/start.ts'], { THROUGHLINE_CONFIG: config });
    expect(status).toBe(1);
    expect(stderr).toContain(
      'process.channels.web.lowStokAt (line 5): is not a known setting; did you mean "lowStockAt"?',
    );
  });

  test('without its configuration file says how to name one', () => {
    const { status, stderr } = run(['bin/start.ts'], { THROUGHLINE_CONFIG: path.join(home, 'missing.yaml') });
    expect(status).toBe(1);
    expect(stderr).toContain('THROUGHLINE_CONFIG');
  });

  test("towards a real vendor without its credential names the variable, and never sends the simulator's", () => {
    const { status, stderr } = run(['bin/subgraph.ts', 'pos'], {
      SQUARE_URL: 'https://vendor.example.invalid',
      POS_PORT: '0',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('connections.pos-main.credentials.accessToken: SQUARE_ACCESS_TOKEN is not set');
  });

  test('with a port that is no port names the variable', () => {
    const { status, stderr } = run(['bin/start.ts'], { ERP_PORT: '70000' });
    expect(status).toBe(1);
    expect(stderr).toContain('ERP_PORT=70000');
  });

  test('in production without a key for tokens says which variable holds it', () => {
    const { status, stderr } = run(['bin/token.ts'], { NODE_ENV: 'production', AUTH_SECRET: '' });
    expect(status).toBe(1);
    expect(stderr).toContain('AUTH_SECRET');
  });

  test('a token for a scope that does not exist names the known ones', () => {
    const { status, stderr } = run(['bin/token.ts', '--scopes', 'orders:reed']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/"orders:reed" is not a scope; known are .*orders:read/);
  });
});

describe('the home folder', () => {
  const fresh = (): { readonly folder: string; readonly rows: string } => {
    const folder = mkdtempSync(path.join(home, 'home-'));
    return { folder, rows: path.join(folder, 'database', 'rows') };
  };
  const fill = (rows: string): void => {
    mkdirSync(path.dirname(rows), { recursive: true });
    writeFileSync(rows, 'learnt');
  };

  test('forgets what simulators told, also when a real system comes after them', () => {
    const { folder, rows } = fresh();
    prepareHome(folder, true);
    fill(rows);
    prepareHome(folder, true);
    expect(existsSync(rows)).toBe(false);
    fill(rows);
    prepareHome(folder, false);
    expect(existsSync(rows)).toBe(false);
  });

  test('keeps what a real system told, as long as one is connected', () => {
    const { folder, rows } = fresh();
    prepareHome(folder, false);
    fill(rows);
    prepareHome(folder, false);
    expect(existsSync(rows)).toBe(true);
  });

  test('is left alone while a process has it open', () => {
    const { folder, rows } = fresh();
    fill(rows);
    const unlock = lockDirectory(path.dirname(rows));
    expect(() => prepareHome(folder, true)).toThrow(/in use by process/);
    unlock();
    expect(existsSync(rows)).toBe(true);
  });
});

describe('a process of ours', () => {
  test('ends when its starter is gone, however that went', async () => {
    const child = spawn(process.execPath, ['bin/simulator.ts'], {
      cwd: ROOT,
      env: {
        ...process.env,
        THROUGHLINE_SUPERVISED: '1',
        SIMULATOR_PORT: '0',
        SIMULATOR_SIZE: 'small',
        LOG_LEVEL: 'silent',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    // What the system does to the pipe of a killed starter.
    child.stdin.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('ends when the shell that npm started it through is killed', async () => {
    const script = path.join(home, 'waits.mjs');
    writeFileSync(script, "process.stdout.write('up'); setInterval(() => undefined, 60_000);");
    const shell = spawn('sh', ['-c', `"${process.execPath}" bin/launch.mjs "${script}"; true`], {
      cwd: ROOT,
      env: { ...process.env, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(shell.stdout, 'data');
    shell.kill('SIGKILL');
    // The pipe closes when the last process that holds it is gone.
    await once(shell.stdout, 'close');
    expect(shell.signalCode).toBe('SIGKILL');
  });

  test('is started so that it can tell', async () => {
    const script = path.join(home, 'child.mjs');
    writeFileSync(
      script,
      `process.stdout.write('listening ' + JSON.stringify({ url: process.env.THROUGHLINE_SUPERVISED }) + '\\n');
       process.stdin.resume().on('close', () => process.exit(0));`,
    );
    const child = startChild(
      { name: 'tiny', script: path.relative(ROOT, script), variables: process.env },
      () => undefined,
    );
    expect(await child.listening).toEqual({ url: '1' });
    await child.stop();
  });
});

describe('ports', () => {
  const free = Object.fromEntries(SERVICE_NAMES.map((name) => [name, 0])) as Record<ServiceName, number>;

  test('0 picks free ones, all different', async () => {
    const chosen = await choosePorts('127.0.0.1', free, { ids: systemIds });
    const ports = Object.values(chosen);
    expect(ports.every((port) => port > 0)).toBe(true);
    expect(new Set(ports).size).toBe(SERVICE_NAMES.length);
  });

  test('one that is taken is named with its variable', async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => {
        const address = holder.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    try {
      await expect(choosePorts('127.0.0.1', { ...free, wms: port }, { ids: systemIds })).rejects.toMatchObject({
        code: 'PORT_IN_USE',
        message: expect.stringContaining(`${PORTS.wms.variable}=0`),
      });
    } finally {
      holder.close();
    }
  });
});
