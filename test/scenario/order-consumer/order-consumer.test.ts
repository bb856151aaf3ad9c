/** The example consumer is killed again and again while orders move: every effect happens once, in order. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ServedOrders, serveOrders } from '#test/integration/process/order-status/served-orders.ts';
import { ORDERS, openStreamWorld, type StreamWorld } from '#test/integration/process/order-status/stream-world.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { eventually } from '#test/support/eventually.ts';

const CONSUMER = fileURLToPath(new URL('../../../examples/order-consumer/consumer.ts', import.meta.url));
const KILLS = 12;

type Line = { readonly cursor: string; readonly effect?: { readonly eventId: string; readonly sequence: number } };

describe.each(testDatabases)('the example consumer, over $name', ({ open }) => {
  let opened: TestDatabase;
  let world: StreamWorld;
  let served: ServedOrders;
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-consumer-'));
  const ledger = path.join(folder, 'orders.ledger');
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    opened = await open();
    world = await openStreamWorld(opened.database);
    served = await serveOrders(opened.database, world.replicas[0]);
  }, 120_000);
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await served?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await opened?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const written = (): string => (existsSync(ledger) ? readFileSync(ledger, 'utf8') : '');
  const lines = (): readonly Line[] =>
    written()
      .split('\n')
      .slice(0, -1)
      .map((line): Line => JSON.parse(line));
  const effects = (): readonly string[] => lines().flatMap(({ effect }) => effect?.eventId ?? []);
  const start = (): ChildProcess => {
    const child = spawn(process.execPath, [CONSUMER], {
      env: {
        ...process.env,
        GRAPH_URL: served.gatewayUrl.replace('http', 'ws'),
        TOKEN: served.token,
        CHANNELS: 'shop,web',
        LEDGER: ledger,
      },
      stdio: 'ignore',
    });
    running.add(child);
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    running.delete(child);
  };
  const grown = (from: number): Promise<string> =>
    eventually(
      async () => written(),
      (text) => text.length > from,
    );

  test(`killed ${KILLS} times while orders move, and once in the middle of a line: once and in order (R7, R24, R25)`, async () => {
    let child = start();
    // Its first cursor: from there on nothing may be lost.
    await grown(0);
    const steps = Array.from({ length: 35 }, (_, index) => ORDERS[index % ORDERS.length] ?? '1');
    const perKill = Math.ceil(steps.length / KILLS);
    for (let round = 0; round < KILLS; round++) {
      const before = written().length;
      const own = steps.slice(round * perKill, (round + 1) * perKill);
      const moving = (async () => {
        for (const name of own) await world.advance(name, round);
      })();
      // Killed while it writes, or before it has connected again, turn by turn.
      if (round % 3 !== 2 && own.length > 0) await grown(before);
      await kill(child);
      await moving;
      if (round === KILLS / 2) appendFileSync(ledger, '{"cursor":"torn');
      child = start();
    }
    const happened = world.history.length;
    expect(happened).toBe(35);
    await eventually(
      async () => effects().length,
      (count) => count >= happened,
    );
    await kill(child);
    const wanted = (channel: string) =>
      world.history
        .filter((entry) => entry.channel === channel)
        .map(({ subject, version }) => `${subject}.${version}.`);
    const told = effects();
    expect(new Set(told).size).toBe(happened);
    expect(told).toHaveLength(happened);
    for (const channel of ['orders:shop', 'orders:web']) {
      const own = wanted(channel);
      const got = told.filter((id) => own.some((start_) => id.startsWith(start_)));
      expect(got.map((id) => `${id.split('.').slice(0, 2).join('.')}.`)).toEqual(own);
    }
  }, 240_000);
});
