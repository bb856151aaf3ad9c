/** npm start: the simulators, five subgraphs and the gateway, seeded; the last line on stdout begins with "ready". */
import { type Clock, systemClock } from '#runtime/clock.ts';
import { Failure, isFailure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import { SYSTEM_SUBGRAPHS } from '#subgraphs/registry.ts';
import { type Child, startChild } from './children.ts';
import { type Config, readConfig } from './config.ts';
import { type Environment, identityOptions, PORTS, readEnvironment, SERVICE_NAMES } from './environment.ts';
import { choosePorts } from './ports.ts';
import { prepareHome } from './simulated-company.ts';

const READY_WITHIN_MS = 120_000;
const FEEDS_WITHIN_MS = 90_000;
const MOST_TRIES = 3;
const ASK_EVERY_MS = 200;

export type Started = AsyncDisposable & {
  readonly urls: Readonly<Record<string, string>>;
  /** Resolves with the reason when a process keeps dying. */
  readonly givenUp: Promise<string>;
  readonly pids: () => Readonly<Record<string, number | undefined>>;
};

/** Answers once `url` answers 2xx and `accept` likes the body. */
const waitFor = async (url: string, what: string, clock: Clock, signal: AbortSignal): Promise<void> => {
  const deadline = clock.now() + READY_WITHIN_MS;
  let last = 'no answer yet';
  while (clock.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      last = await response.text();
      if (response.ok) return;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await clock.delay(ASK_EVERY_MS, signal);
  }
  throw new Failure('INTERNAL', `${what} was not ready within ${READY_WITHIN_MS / 1000} s (${last.slice(0, 300)}).`);
};

/** Connections that talk to the simulator (their own variable is unset) and take pushed deliveries. */
const simulatedConnections = (config: Config, environment: Environment): Config['connections'] =>
  config.connections.filter(({ baseUrl }) => baseUrl.simulated !== undefined && !environment.variables[baseUrl.env]);

const subscribeWebhooks = async (
  config: Config,
  environment: Environment,
  urls: Readonly<Record<string, string>>,
): Promise<void> => {
  for (const { id, system, vendor } of simulatedConnections(config, environment)) {
    const response = await fetch(`${urls.simulator}/${vendor}/_control/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'subscribe', url: `${urls[system]}/webhooks/${id}` }),
    });
    // A vendor that pushes nothing says so with 400; it is polled.
    if (!response.ok && response.status !== 400) {
      throw new Failure(
        'INTERNAL',
        `The ${vendor} simulator did not take the webhook address of ${id}: HTTP ${response.status} ${await response.text()}`,
      );
    }
  }
};

const pendingFeeds = async (url: string): Promise<readonly string[]> => {
  const response = await fetch(`${url}/feeds`, { signal: AbortSignal.timeout(5_000) });
  return ((await response.json()) as { readonly pendingFeeds: readonly string[] }).pendingFeeds;
};

/** Waits until every stream of every system has been read through once. A silent vendor delays the start, not for ever. */
const waitForFeeds = async (urls: readonly string[], signal: AbortSignal): Promise<void> => {
  const deadline = systemClock.now() + FEEDS_WITHIN_MS;
  for (;;) {
    const pending = (await Promise.all(urls.map(pendingFeeds))).flat();
    if (pending.length === 0) return;
    if (systemClock.now() > deadline) {
      process.stderr.write(
        `Starting without a complete first load of ${pending.join(', ')}: answers say what is missing.\n`,
      );
      return;
    }
    await systemClock.delay(ASK_EVERY_MS, signal);
  }
};

const startOnce = async (variables: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Started> => {
  const given = readEnvironment(variables);
  const config = readConfig(given);
  identityOptions(given); // makes the development secret before several processes want it at once
  const ports = await choosePorts(given.host, given.ports, { ids: systemIds });
  const isAllSimulated = simulatedConnections(config, given).length === config.connections.length;
  if (!given.databaseUrl) prepareHome(given.home, isAllSimulated);
  const childVariables: NodeJS.ProcessEnv = {
    ...variables,
    LOG_LEVEL: variables.LOG_LEVEL ?? 'warn',
    // A live ERP holds the small company: the simulators beside it then show the same sites and items.
    SIMULATOR_SIZE: variables.SIMULATOR_SIZE ?? (variables.TRYTON_URL ? 'small' : 'full'),
    ...Object.fromEntries(SERVICE_NAMES.map((service) => [PORTS[service].variable, String(ports[service])])),
  };
  const environment = readEnvironment(childVariables);
  const givenUp = Promise.withResolvers<string>();
  const children: Child[] = [];
  const launch = (name: string, script: string, args: readonly string[] = []): Child => {
    const isBusy = name === 'gateway';
    const options = { name, script, args, variables: childVariables, isBusy };
    const child = startChild(options, (reason) => givenUp.resolve(reason));
    children.push(child);
    return child;
  };
  const stopAll = async (): Promise<void> => {
    // From the door inwards: no new callers first, the simulators that the others depend on last.
    for (const stage of [0, 1, 2]) {
      await Promise.all(children.filter((child) => stageOf(child) === stage).map((child) => child.stop()));
    }
  };

  try {
    const simulator = launch('simulator', 'bin/simulator.ts');
    const intake = launch('process', 'bin/subgraph.ts', ['process']);
    // Systems hand what they find to the process layer at once: it comes first, or their first try fails.
    await Promise.race([Promise.all([simulator.listening, intake.listening]), rejectOnAbort(signal)]);
    const erp = launch('erp', 'bin/subgraph.ts', ['erp']);
    const gateway = launch('gateway', 'bin/gateway.ts');
    // The ERP's items and places give all other words their meaning. Told later they would still be applied, from the
    // parking place and with an exception each.
    const { url: erpUrl } = await Promise.race([erp.listening, rejectOnAbort(signal)]);
    await waitForFeeds([erpUrl], signal);
    const others = SYSTEM_SUBGRAPHS.filter((name) => name !== 'erp').map((name) =>
      launch(name, 'bin/subgraph.ts', [name]),
    );
    const all = [simulator, intake, erp, ...others, gateway];
    const listening = Promise.all(all.map(async (child) => [child.name, (await child.listening).url] as const));
    const urls = Object.fromEntries(await Promise.race([listening, rejectOnAbort(signal)]));
    await subscribeWebhooks(config, environment, urls);
    await waitForFeeds(
      SYSTEM_SUBGRAPHS.map((system) => urls[system] ?? ''),
      signal,
    );
    await waitFor(`${urls.gateway}/readyz`, 'The gateway', systemClock, signal);
    return {
      urls,
      givenUp: givenUp.promise,
      pids: () => Object.fromEntries(children.map((child) => [child.name, child.pid()])),
      [Symbol.asyncDispose]: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
};

/** Starts everything; aborting the signal while it starts stops what already runs. */
export const start = async (variables: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Started> => {
  const mayChoose = SERVICE_NAMES.some((service) => variables[PORTS[service].variable] === '0');
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce(variables, signal);
    } catch (error) {
      // Somebody was faster on a port that was ours to choose: choose others.
      if (!isFailure(error, 'PORT_IN_USE') || !mayChoose || tries === MOST_TRIES) throw error;
    }
  }
};

const rejectOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const stageOf = (child: Child): number => (child.name === 'gateway' ? 0 : child.name === 'simulator' ? 2 : 1);

if (import.meta.main) {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop.abort(new Failure('INTERNAL', 'Stopped.')));
  try {
    await using started = await start(process.env, stop.signal);
    const { gateway, simulator, ...subgraphs } = started.urls;
    const rest = Object.entries(subgraphs).map(([name, url]) => `${name} ${url}/graphql`);
    process.stdout.write(
      `ready  gateway ${gateway}/graphql  playground ${gateway}/  ${rest.join('  ')}  simulators ${simulator}\n`,
    );
    const reason = await Promise.race([started.givenUp, rejectOnAbort(stop.signal).catch(() => null)]);
    if (reason !== null) {
      process.stderr.write(`${reason}; stopping everything\n`);
      process.exitCode = 1;
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
