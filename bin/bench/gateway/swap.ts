/** Twenty supergraphs of 200 types, four of them broken, offered to a gateway under load. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { systemClock } from '#runtime/clock.ts';
import { mintToken } from '#runtime/graphql/identity.ts';
import { PROJECT_ROOT } from '../../environment.ts';
import type { Line } from '../figures.ts';
import { composeGraph } from './graph.ts';
import { IDENTITY } from './identity.ts';
import { startWorld } from './start-world.ts';
import type { SwappingReply } from './swapping.ts';
import { WORKLOADS } from './workloads.ts';

const SWAPS = 20;
const CALLERS = 8;
const FURTHER_TYPES = 180;

/** The benchmark's graph with types that nobody asks for, up to the size of a real one. */
const grown = (sdl: string, version: number): string => {
  const names = Array.from({ length: FURTHER_TYPES }, (_, index) => `Further${index}`);
  const types = names.map(
    (name, index) =>
      `type ${name} @join__type(graph: PRODUCTS) { id: ID! title(language: String = "en"): String! next: ${names[(index + 1) % names.length]} amounts: [Float!] }`,
  );
  const field = '  further: Further0 @join__field(graph: PRODUCTS)\n';
  return `${sdl.replace(/(^type Query\b[^{]*\{\n)/m, `"""Version ${version}."""\n$1${field}`)}\n${types.join('\n')}\n`;
};

export const swap = async (say: (text: string) => void): Promise<readonly Line[]> => {
  await using world = await startWorld(null);
  const sdl = composeGraph(await world.wish({ kind: 'urls' }));
  const child = fork(path.join(PROJECT_ROOT, 'bin/bench/gateway/swapping.ts'), { cwd: PROJECT_ROOT });
  const ended = once(child, 'exit');
  const ask = async (text: string): Promise<SwappingReply> => {
    child.send(text);
    const [reply] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error('the gateway ended; the reason is above'))),
    ])) as [SwappingReply];
    return reply;
  };
  try {
    const started = await ask(grown(sdl, 0));
    if (!('port' in started)) throw new Error('the gateway did not start');
    const { port } = started;
    const lifetime = { channel: 'web', scopes: ['storefront'], lifetimeSeconds: 86_400 };
    const token = await mintToken(IDENTITY, lifetime, { clock: systemClock });
    const { query, variables } = WORKLOADS.list;
    const bodies = variables.map((values) => JSON.stringify({ query, variables: values }));
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answers = await Promise.all(
      bodies.map(async (body) => {
        const text = await (
          await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body })
        ).arrayBuffer();
        return text.byteLength;
      }),
    );
    const requests = bodies.map((body) =>
      [
        'POST /graphql HTTP/1.1',
        `host: 127.0.0.1:${port}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        `content-length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
    let isOver = false;
    let [answered, failed] = [0, 0];
    const load = async (): Promise<void> => {
      const call = { port, requests, lengths: answers };
      while (!isOver) {
        const report = await world.wish({ kind: 'closed', call, callers: CALLERS, seconds: 2, warmSeconds: 0 });
        answered += report.answered;
        failed += report.failed;
      }
    };
    const loading = load();
    const outcomes: string[] = [];
    let [pauseMs, pauseCpuMs] = [0, 0];
    for (let number = 1; number <= SWAPS; number += 1) {
      const next = grown(sdl, number);
      const reply = await ask(number % 5 === 0 ? next.slice(0, -number * 100) : next);
      if (!('kind' in reply)) throw new Error('the gateway lost its place');
      outcomes.push(reply.kind);
      pauseMs = Math.max(pauseMs, reply.longestTurnMs);
      pauseCpuMs = Math.max(pauseCpuMs, reply.longestTurnCpuMs);
    }
    isOver = true;
    await loading;
    const count = (kind: string): number => outcomes.filter((outcome) => outcome === kind).length;
    say(`${count('taken')} supergraphs taken, ${count('refused')} refused, ${answered} requests answered meanwhile`);
    return [
      { key: 'swap_failed_requests', value: failed, meaning: `of ${answered}, over ${SWAPS} swaps, 4 broken (0)` },
      { key: 'swap_pause_ms', value: pauseMs, meaning: 'longest turn of the event loop by the clock (under 10)' },
      { key: 'swap_pause_cpu_ms', value: pauseCpuMs, meaning: 'the longest by its own processor time (under 10)' },
    ];
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
};
