/** Where gateways meet: one world of subgraphs and callers, every contender started on the same core, one asked at a time. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { toApiSchema } from '#gateway/supergraph/api-schema.ts';
import { systemClock } from '#runtime/clock.ts';
import { mintToken } from '#runtime/graphql/identity.ts';
import { expectedAnswers, faultOf } from './answers.ts';
import { type ContenderName, contenderOf } from './contenders.ts';
import type { FloorFile } from './floor.ts';
import { composeGraph } from './graph.ts';
import { IDENTITY } from './identity.ts';
import { type Cores, findCores, goAhead, pin } from './pin.ts';
import { type RunningServer, startServer } from './running.ts';
import { startWorld, type World } from './start-world.ts';
import type { Stage } from './subgraphs.ts';
import type { Workload } from './workloads.ts';
import type { Call, LoadReport } from './world.ts';

/** A load's report, with what the gateway itself used meanwhile, of one core. */
export type Measured = LoadReport & {
  readonly perSecond: number;
  readonly gatewayBusy: number;
  /** Answers for each second of processor time that the gateway used: hardly depends on what else the machine does. */
  readonly perBusySecond: number;
};

export type Fighter = {
  readonly name: ContenderName;
  readonly version: string;
  /** Whether every answer to this workload is right; what is wrong is told once and then counts as left out. */
  isRight(workload: Workload): Promise<boolean>;
  closed(workload: Workload, load: { readonly seconds: number; readonly warmSeconds: number }): Promise<Measured>;
  open(workload: Workload, load: { readonly seconds: number; readonly perSecond: number }): Promise<Measured>;
  rssMib(): number;
};

export type Arena = AsyncDisposable & {
  readonly cores: Cores | null;
  readonly fighters: readonly Fighter[];
  /** Who could not take part in what, and why: told under the table. */
  readonly notes: readonly string[];
};

const CALLERS = 32;
/** At a fixed rate nobody waits for a caller. */
const OPEN_CALLERS = 128;
/** Floors answer so many different questions: they share nothing, so more would tell nothing more. */
const FLOOR_QUESTIONS = 8;

const bodiesOf = ({ query, variables }: Workload): readonly string[] =>
  variables.map((values) => JSON.stringify({ query, variables: values }));

const requestOf = (port: number, token: string, body: string): string =>
  [
    'POST /graphql HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json',
    `authorization: Bearer ${token}`,
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const openArena = async (
  options: { readonly home: string; readonly names: readonly ContenderName[]; readonly workloads: readonly Workload[] },
  say: (text: string) => void,
): Promise<Arena> => {
  const { home, names } = options;
  const folder = path.join(home, 'bench/gateway');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const cores = findCores();
  if (cores) pin(process.pid, cores.world);
  const notes: string[] = [];
  const note = (text: string): void => {
    notes.push(text);
    say(text);
  };
  if (!cores) note('gateways could not be given a core of their own (one processor, or no taskset): figures are rough');

  const stepBack = goAhead();
  const world: World = await startWorld(cores?.world ?? null);
  const servers: RunningServer[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    await world[Symbol.asyncDispose]();
    stepBack();
  };
  try {
    const urls = await world.wish({ kind: 'urls' });
    const supergraphSdl = composeGraph(urls);
    const supergraphFile = path.join(folder, 'supergraph.graphql');
    writeFileSync(supergraphFile, supergraphSdl);
    const keptSupergraphFile = path.join(folder, 'supergraph-kept.graphql');
    writeFileSync(keptSupergraphFile, composeGraph(urls, { isKept: true }));
    const schema: GraphQLSchema = toApiSchema(supergraphSdl);
    const token = await mintToken(
      IDENTITY,
      { channel: 'web', scopes: ['storefront'], lifetimeSeconds: 86_400 },
      { clock: systemClock },
    );
    const expected = new Map<string, Promise<readonly unknown[]>>();
    const expectedOf = (workload: Workload): Promise<readonly unknown[]> => {
      const coming = expected.get(workload.name) ?? expectedAnswers(schema, workload);
      expected.set(workload.name, coming);
      return coming;
    };

    const ask = async (port: number, body: string): Promise<{ readonly status: number; readonly body: string }> => {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
        body,
      });
      return { status: response.status, body: await response.text() };
    };

    /** What the gateway that runs on `port` asks subgraphs for each question, and what it answers. */
    const recordFloor = async (port: number): Promise<FloorFile> => {
      const answers: Record<string, { readonly stages: readonly Stage[]; readonly answer: string }> = {};
      for (const workload of options.workloads)
        for (const body of bodiesOf(workload).slice(0, FLOOR_QUESTIONS)) {
          await world.wish({ kind: 'record' });
          const { body: answer } = await ask(port, body);
          answers[body] = { stages: await world.wish({ kind: 'recorded' }), answer };
        }
      return { urls, answers };
    };

    const toFighter = (name: ContenderName, server: RunningServer): Fighter => {
      const lengths = new Map<string, Promise<readonly number[] | null>>();
      const asked = (workload: Workload): Workload =>
        contenderOf(name).isFloor ? { ...workload, variables: workload.variables.slice(0, FLOOR_QUESTIONS) } : workload;
      /** The length of each right answer; null when one is wrong. */
      const check = async (workload: Workload): Promise<readonly number[] | null> => {
        const right = await expectedOf(workload);
        const found: number[] = [];
        for (const [index, body] of bodiesOf(asked(workload)).entries()) {
          const answer = await ask(server.port, body);
          const fault = faultOf(answer.status, answer.body, right[index]);
          if (fault !== null) {
            note(`${name} is left out of ${workload.name}: ${fault}`);
            return null;
          }
          found.push(Buffer.byteLength(answer.body));
        }
        return found;
      };
      const lengthsOf = (workload: Workload): Promise<readonly number[] | null> => {
        const coming = lengths.get(workload.name) ?? check(workload);
        lengths.set(workload.name, coming);
        return coming;
      };
      const callOf = async (workload: Workload): Promise<Call> => ({
        port: server.port,
        requests: bodiesOf(asked(workload)).map((body) => requestOf(server.port, token, body)),
        lengths: (await lengthsOf(workload)) ?? [],
      });
      const measured = async (load: () => Promise<LoadReport>): Promise<Measured> => {
        const before = server.usage().cpuMs;
        const fromMs = performance.now();
        const report = await load();
        const cpuMs = server.usage().cpuMs - before;
        return {
          ...report,
          perSecond: (report.answered - report.failed) / report.seconds,
          gatewayBusy: cpuMs / (performance.now() - fromMs),
          perBusySecond: (report.total * 1_000) / cpuMs,
        };
      };
      return {
        name,
        version: server.version,
        isRight: async (workload) => (await lengthsOf(workload)) !== null,
        closed: async (workload, load) => {
          const call = await callOf(workload);
          return measured(() => world.wish({ kind: 'closed', call, callers: CALLERS, ...load }));
        },
        open: async (workload, load) => {
          const call = await callOf(workload);
          return measured(() => world.wish({ kind: 'open', call, callers: OPEN_CALLERS, ...load }));
        },
        rssMib: () => server.usage().rssMib,
      };
    };

    const fighters: Fighter[] = [];
    const site = { folder, home, supergraphFile, keptSupergraphFile, urls };
    for (const name of names) {
      const contender = contenderOf(name);
      try {
        if (contender.isFloor && fighters[0] === undefined) throw new Error('a floor needs a gateway to learn from');
        const server = await startServer(name, folder, (port) => contender.command(site, port), cores?.gateway ?? null);
        servers.push(server);
        if (servers.length === 1)
          writeFileSync(path.join(folder, 'floor.json'), JSON.stringify(await recordFloor(server.port)));
        fighters.push(toFighter(name, server));
        say(`${contender.label}: ${server.version}`);
      } catch (error) {
        note(`${name} is left out: ${reasonOf(error)}`);
      }
    }
    return { cores, fighters, notes, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
};
