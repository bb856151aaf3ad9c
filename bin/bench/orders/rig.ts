/**
 * The product as npm start runs it, with every process within reach: any may be killed and started again, the process
 * subgraph may have replicas, and webhooks go where the benchmark says.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { systemClock } from '#runtime/clock.ts';
import { mintToken } from '#runtime/graphql/identity.ts';
import { systemIds } from '#runtime/ids.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { SYSTEM_SUBGRAPHS } from '#subgraphs/registry.ts';
import { identityOptions, PORTS, PROJECT_ROOT, readEnvironment, SERVICE_NAMES } from '../../environment.ts';
import { choosePorts } from '../../ports.ts';
import { openBalancer } from './balancer.ts';
import { type Service, type ServiceOptions, startService } from './service.ts';

export type RigOptions = {
  /** Null: PGlite in a folder of its own. */
  readonly databaseUrl: string | null;
  /** Of the process subgraph; more than one needs a server. */
  readonly replicas?: number;
  readonly size: 'full' | 'small';
  /** Time between polls of the tills, in milliseconds; as configured when absent. */
  readonly tillPollMs?: number;
};

export type Rig = AsyncDisposable & {
  readonly home: string;
  readonly variables: NodeJS.ProcessEnv;
  /** Of a process that runs: simulator, process, erp ..., gateway. `process` is what callers are told, in front of all replicas. */
  url(name: string): string;
  readonly simulator: (vendor: string) => SimulatorControl;
  token(claims: { readonly channel: string; readonly scopes: readonly string[] }): Promise<string>;
  /** Replicas of the process subgraph, and the gateway, as they are now. */
  replica(index: number): Service;
  pidOf(name: string): number;
  killReplica(index: number): Promise<void>;
  stopReplica(index: number): Promise<void>;
  /** Resolves once it listens. */
  startReplica(index: number): Promise<void>;
  killGateway(): Promise<void>;
  startGateway(): Promise<void>;
};

const WITHIN_MS = 120_000;
const ASK_EVERY_MS = 50;

/** Asks until `accept` likes what it gets; an error is another no. */
export const until = async (what: string, accept: () => Promise<boolean>, withinMs = WITHIN_MS): Promise<void> => {
  const endMs = systemClock.now() + withinMs;
  for (;;) {
    if (await accept().catch(() => false)) return;
    if (systemClock.now() > endMs) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await systemClock.delay(ASK_EVERY_MS);
  }
};

export const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/readyz`)).ok;

const hasReadAll = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url}/feeds`);
  const { pendingFeeds } = (await response.json()) as { readonly pendingFeeds: readonly string[] };
  return pendingFeeds.length === 0;
};

type Configured = { connections: { system: string; options?: Record<string, unknown> }[] };

/** throughline.yaml with the tills polled as wanted. */
const writeConfig = async (home: string, tillPollMs: number): Promise<string> => {
  const config = parse(await readFile(path.join(PROJECT_ROOT, 'throughline.yaml'), 'utf8')) as Configured;
  for (const connection of config.connections) {
    if (connection.system !== 'pos') continue;
    const pollIntervalsMs = { locations: tillPollMs, stock: tillPollMs, orders: tillPollMs };
    connection.options = { ...connection.options, pollIntervalsMs };
  }
  const file = path.join(home, 'throughline.yaml');
  await writeFile(file, stringify(config));
  return file;
};

export const openRig = async (given: NodeJS.ProcessEnv, options: RigOptions): Promise<Rig> => {
  const { replicas = 1 } = options;
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(path.join(tmpdir(), 'throughline-orders-'));
  opening.defer(() => rm(home, { recursive: true, force: true }));
  const ports = await choosePorts(
    '127.0.0.1',
    Object.fromEntries(SERVICE_NAMES.map((name) => [name, 0])) as Parameters<typeof choosePorts>[1],
    { ids: systemIds },
  );
  const services = new Map<string, Service>();
  const processNames = Array.from({ length: replicas }, (_, index) => `process-${index + 1}`);
  const balancer =
    replicas > 1
      ? opening.use(await openBalancer(() => processNames.flatMap((name) => services.get(name)?.url ?? [])))
      : null;
  const processUrl = balancer?.url ?? `http://127.0.0.1:${ports.process}`;
  const variables: NodeJS.ProcessEnv = {
    ...given,
    THROUGHLINE_HOME: home,
    DATABASE_URL: options.databaseUrl ?? '',
    TRYTON_URL: '',
    LOG_LEVEL: given.LOG_LEVEL ?? 'error',
    SIMULATOR_SIZE: options.size,
    PROCESS_URL: processUrl,
    ...Object.fromEntries(SERVICE_NAMES.map((name) => [PORTS[name].variable, String(ports[name])])),
    ...(options.tillPollMs === undefined ? {} : { THROUGHLINE_CONFIG: await writeConfig(home, options.tillPollMs) }),
  };
  const identity = identityOptions(readEnvironment(variables));

  const launch = async (service: Omit<ServiceOptions, 'variables'>, extra: NodeJS.ProcessEnv = {}): Promise<void> => {
    services.set(service.name, await startService({ ...service, variables: { ...variables, ...extra } }));
  };
  const serviceOf = (name: string): Service => {
    const service = services.get(name);
    if (!service) throw new Error(`${name} does not run`);
    return service;
  };
  const replicaName = (index: number): string => processNames[index] ?? '';
  /** A replica keeps the port that it was given first. */
  const portOfReplica = (index: number): string => {
    if (index === 0) return String(ports.process);
    const known = services.get(replicaName(index));
    return known ? new URL(known.url).port : '0';
  };
  const startReplica = (index: number): Promise<void> =>
    launch(
      { name: replicaName(index), script: 'bin/subgraph.ts', args: ['process'] },
      { PROCESS_PORT: portOfReplica(index) },
    );
  const startGateway = (): Promise<void> => launch({ name: 'gateway', script: 'bin/gateway.ts' });
  const startSystem = (name: string): Promise<void> => launch({ name, script: 'bin/subgraph.ts', args: [name] });
  opening.defer(async () => {
    const last = services.get('simulator');
    await Promise.all([...services.values()].filter((service) => service !== last).map((service) => service.stop()));
    await last?.stop();
  });

  await Promise.all([launch({ name: 'simulator', script: 'bin/simulator.ts' }), startReplica(0)]);
  // One after the other: the first makes the tables and the secrets.
  for (let index = 1; index < replicas; index += 1) await startReplica(index);
  await Promise.all([startSystem('erp'), startGateway()]);
  await until('the ERP', () => hasReadAll(serviceOf('erp').url));
  const others = SYSTEM_SUBGRAPHS.filter((name) => name !== 'erp');
  await Promise.all(others.map(startSystem));
  await until('the first reading', async () =>
    (await Promise.all(SYSTEM_SUBGRAPHS.map((name) => hasReadAll(serviceOf(name).url)))).every(Boolean),
  );
  await until('the gateway', () => isReady(serviceOf('gateway').url));

  const opened = opening.move();
  return {
    home,
    variables,
    url: (name) => (name === 'process' ? processUrl : serviceOf(name).url),
    simulator: (vendor) => createSimulatorControl({ url: serviceOf('simulator').url, vendor }, { fetch }),
    token: (claims) => mintToken(identity, { ...claims, lifetimeSeconds: 7_200 }, { clock: systemClock }),
    replica: (index) => serviceOf(replicaName(index)),
    pidOf: (name) => serviceOf(name).pid,
    killReplica: (index) => serviceOf(replicaName(index)).kill(),
    stopReplica: (index) => serviceOf(replicaName(index)).stop(),
    startReplica,
    killGateway: () => serviceOf('gateway').kill(),
    startGateway: async () => {
      await startGateway();
      await until('the gateway', () => isReady(serviceOf('gateway').url));
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
