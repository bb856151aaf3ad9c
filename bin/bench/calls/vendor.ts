/** A simulator process of its own, and one connection to it through the real adapter and governor. */
import { systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { type Connection, type ConnectionDeps, openConnections } from '#runtime/inlet/connections.ts';
import { createLog } from '#runtime/log.ts';
import type { Quota } from '#runtime/resilience/quota/quota.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { posAdapters } from '#subgraphs/pos/adapters/registry.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { startChild } from '../../children.ts';
import { accountsOf, readConfig } from '../../config.ts';
import { readEnvironment } from '../../environment.ts';

export type SimulatorProcess = AsyncDisposable & { readonly url: string; control(vendor: string): SimulatorControl };

export const openSimulator = async (variables: NodeJS.ProcessEnv): Promise<SimulatorProcess> => {
  const own = { ...variables, SIMULATOR_PORT: '0', SIMULATOR_SIZE: 'small', LOG_LEVEL: 'error' };
  const child = startChild({ name: 'simulator', script: 'bin/simulator.ts', variables: own }, (reason) => {
    process.stderr.write(`${reason}\n`);
  });
  const { url } = await child.listening;
  return {
    url,
    control: (vendor) => createSimulatorControl({ url, vendor }, { fetch }),
    [Symbol.asyncDispose]: () => child.stop(),
  };
};

export type PosOptions = {
  readonly simulator: string;
  /** Told to the governor as published; what the adapter knows when absent. */
  readonly published?: Quota;
  readonly quotas?: ConnectionDeps['quotas'];
};

/** The tills of throughline.yaml, at this simulator. */
export const openPos = (variables: NodeJS.ProcessEnv, options: PosOptions): Connection<PosPort> => {
  const { published, quotas } = options;
  const environment = readEnvironment({ ...variables, SIMULATOR_URL: options.simulator });
  const adapters = posAdapters.map((adapter) =>
    published ? { ...adapter, limits: { ...adapter.limits, quotas: [published] } } : adapter,
  );
  const [connection] = openConnections(accountsOf(readConfig(environment), 'pos', environment), adapters, {
    clock: systemClock,
    ids: systemIds,
    log: createLog({ name: 'bench', level: 'silent' }),
    ...(quotas ? { quotas } : {}),
  });
  if (!connection) throw new Error('throughline.yaml connects no point of sale');
  return connection;
};
