/** throughline.yaml as a whole: who is connected, and the rules of the process layer. */
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { SystemKind } from '#model/identifiers.ts';
import { loadConfig } from '#runtime/config.ts';
import { Failure } from '#runtime/failure.ts';
import type { ConfiguredAccount } from '#runtime/inlet/connections.ts';
import { processPolicySchema } from '#subgraphs/process/policy/schema.ts';
import type { WatchedFile } from '#subgraphs/process/policy/watch.ts';
import { type Environment, urlOf } from './environment.ts';

const environmentName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of an environment variable, such as SQUARE_ACCESS_TOKEN');

const connectionSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'expected a short name of lower-case letters, digits and dashes, such as pos-main'),
  system: z.enum(['erp', 'pos', 'wms', 'marketplace']),
  vendor: z.string().min(1),
  /** Where the vendor's API is: the variable that holds its base URL, and what is used while that is unset. */
  baseUrl: z.strictObject({
    env: environmentName,
    /** Path on the simulator, used while the variable is unset. Leave it out to make the variable required. */
    simulated: z.string().startsWith('/').optional(),
  }),
  /** Never a secret itself: the variable that holds it, and what the simulator expects while that is unset. */
  credentials: z
    .record(z.string(), z.strictObject({ env: environmentName, simulated: z.string().optional() }))
    .default({}),
  /** The vendor's own settings; see the vendor's README. */
  options: z.record(z.string(), z.unknown()).default({}),
});

export const configSchema = z.strictObject({
  connections: z.array(connectionSchema).superRefine((connections, context) => {
    for (const [index, { id }] of connections.entries()) {
      if (connections.findIndex((other) => other.id === id) !== index) {
        context.addIssue({
          code: 'custom',
          path: [index, 'id'],
          message: `"${id}" is used twice; every connection needs an id of its own.`,
        });
      }
    }
  }),
  process: processPolicySchema.prefault({}),
});
export type Config = z.infer<typeof configSchema>;
type ConfiguredConnection = Config['connections'][number];

/** What a change of connections is told by: they take effect at a start only. */
export const connectionsText = ({ connections }: Config): string => JSON.stringify(connections);

/** The configuration file as it is now, for rules that are reloaded while running. */
export const watchedConfig = (environment: Environment): WatchedFile => ({
  stamp: async () => {
    const found = await stat(environment.configFile).catch(() => null);
    return found && `${found.mtimeMs}/${found.size}/${found.ino}`;
  },
  read: () => {
    const config = readConfig(environment);
    return { process: config.process, connections: connectionsText(config) };
  },
});

export const readConfig = (environment: Environment): Config => loadConfig(environment.configFile, configSchema);

/** A server on this machine is somebody's test server: what the simulator expects is tried there too. */
const isOnThisMachine = (url: string): boolean => /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);

/** Secrets from the environment. The simulator's are never sent to a vendor: there, each variable must be set. */
const credentialsOf = (
  connection: ConfiguredConnection,
  baseUrl: string,
  environment: Environment,
): Readonly<Record<string, string>> => {
  const isTest = !environment.variables[connection.baseUrl.env] || isOnThisMachine(baseUrl);
  return Object.fromEntries(
    Object.entries(connection.credentials).map(([name, { env, simulated }]) => {
      const value = environment.variables[env] ?? (isTest ? simulated : undefined);
      if (value !== undefined) return [name, value];
      const at = `connections.${connection.id}.credentials.${name}`;
      throw new Failure(
        'CONFIG_INVALID',
        `${at}: ${env} is not set: it must hold this credential of ${connection.vendor}.`,
        {
          field: env,
        },
      );
    }),
  );
};

const baseUrlOf = (connection: ConfiguredConnection, environment: Environment): string => {
  const { env, simulated } = connection.baseUrl;
  const real = environment.variables[env];
  if (real) return real;
  if (simulated !== undefined && environment.development) return `${urlOf(environment, 'simulator')}${simulated}`;
  throw new Failure(
    'CONFIG_INVALID',
    `connections.${connection.id}.baseUrl: ${env} is not set: it must hold the vendor's base URL.`,
    { field: env },
  );
};

export const accountsOf = (
  config: Config,
  system: SystemKind,
  environment: Environment,
): readonly ConfiguredAccount[] =>
  config.connections
    .filter((connection) => connection.system === system)
    .map((connection) => {
      const baseUrl = baseUrlOf(connection, environment);
      return {
        id: connection.id,
        system,
        vendor: connection.vendor,
        baseUrl,
        credentials: credentialsOf(connection, baseUrl, environment),
        options: connection.options,
      };
    });
