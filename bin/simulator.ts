/** Composition root of the simulator process: every vendor's simulator on one port, over one company. */
import { z } from 'zod';
import { SIMULATORS } from '#bin/simulators.ts';
import { systemClock } from '#runtime/clock.ts';
import { Failure, isFailure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import { createLog } from '#runtime/log.ts';
import { openSimulatorHost } from '#simulation/host/host.ts';

const PORT_RULE = 'must be a port between 0 (any free one) and 65535';
const SIZE_RULE = 'must be "full" (300 stores, 2,000 SKUs) or "small" (3 stores, 200 SKUs)';
const LEVEL_RULE = 'must be one of trace, debug, info, warn, error, silent';

const environmentSchema = z.object({
  HOST: z.string().min(1, 'must not be empty').default('127.0.0.1'),
  SIMULATOR_PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT_RULE)
    .transform(Number)
    .refine((port) => port <= 65_535, PORT_RULE)
    .default(4100),
  SIMULATOR_SIZE: z.enum(['full', 'small'], { error: SIZE_RULE }).default('full'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], { error: LEVEL_RULE }).default('info'),
});

const readEnvironment = (env: NodeJS.ProcessEnv): z.output<typeof environmentSchema> => {
  const parsed = environmentSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new Failure('CONFIG_INVALID', problems.join('; '));
};

/** Resolves with the first signal that asks the process to end. */
const untilToldToStop = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });

const run = async (): Promise<void> => {
  const environment = readEnvironment(process.env);
  const log = createLog({ name: 'simulator', level: environment.LOG_LEVEL });
  const toldToStop = untilToldToStop();
  await using host = await openSimulatorHost(
    { host: environment.HOST, port: environment.SIMULATOR_PORT, size: environment.SIMULATOR_SIZE },
    { clock: systemClock, ids: systemIds, log, factories: SIMULATORS },
  );
  process.stdout.write(`listening ${JSON.stringify({ url: host.url, port: host.port })}\n`);
  log.info({ signal: await toldToStop }, 'simulators stop');
};

try {
  await run();
} catch (error) {
  if (!isFailure(error)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
