/** The simulator process: every vendor's simulator on one port, over one company. */
import { systemClock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import { createLog } from '#runtime/log.ts';
import type { CompanySize } from '#simulation/company/company.ts';
import { openSimulatorHost } from '#simulation/host/host.ts';
import { type EnvironmentVariables, readEnvironment } from './environment.ts';
import { runMain } from './run.ts';
import { SIMULATORS } from './simulators.ts';

const sizeOf = ({ SIMULATOR_SIZE: size = 'full' }: EnvironmentVariables): CompanySize => {
  if (size === 'full' || size === 'small') return size;
  throw new Failure(
    'CONFIG_INVALID',
    `SIMULATOR_SIZE=${size}: must be "full" (300 stores, 2,000 SKUs) or "small" (3 stores, 200 SKUs).`,
    { field: 'SIMULATOR_SIZE' },
  );
};

await runMain(async () => {
  const { host, ports, logLevel, variables } = readEnvironment(process.env);
  const simulators = await openSimulatorHost(
    { host, port: ports.simulator, size: sizeOf(variables) },
    {
      clock: systemClock,
      ids: systemIds,
      log: createLog({ name: 'simulator', level: logLevel }),
      factories: SIMULATORS,
    },
  );
  return {
    listening: { url: simulators.url, port: simulators.port },
    [Symbol.asyncDispose]: () => simulators[Symbol.asyncDispose](),
  };
});
