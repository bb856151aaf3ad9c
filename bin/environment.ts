/** The environment, read once and checked: everything else gets values. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '#runtime/failure.ts';
import type { IdentityOptions } from '#runtime/graphql/identity.ts';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

export const PROJECT_ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Default ports, each with the variable that changes it. 0 picks a free one. */
export const PORTS = {
  gateway: { variable: 'PORT', port: 4000 },
  erp: { variable: 'ERP_PORT', port: 4001 },
  pos: { variable: 'POS_PORT', port: 4002 },
  wms: { variable: 'WMS_PORT', port: 4003 },
  marketplace: { variable: 'MARKETPLACE_PORT', port: 4004 },
  process: { variable: 'PROCESS_PORT', port: 4005 },
  simulator: { variable: 'SIMULATOR_PORT', port: 4100 },
} as const;
export type ServiceName = keyof typeof PORTS;
export const SERVICE_NAMES = Object.keys(PORTS) as readonly ServiceName[];

export type Environment = {
  readonly variables: EnvironmentVariables;
  readonly host: string;
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly home: string;
  readonly databaseUrl?: string;
  readonly configFile: string;
  readonly logLevel: string;
  readonly development: boolean;
};

const portOf = (variables: EnvironmentVariables, service: ServiceName): number => {
  const { variable, port } = PORTS[service];
  const text = variables[variable];
  if (text === undefined || text === '') return port;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new Failure(
    'CONFIG_INVALID',
    `${variable}=${text}: a port is a whole number from 0 to 65535 (0 picks a free one).`,
    { field: variable },
  );
};

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

const logLevelOf = ({ LOG_LEVEL: level = 'info' }: EnvironmentVariables): string => {
  if (LOG_LEVELS.includes(level)) return level;
  throw new Failure('CONFIG_INVALID', `LOG_LEVEL=${level}: must be one of ${LOG_LEVELS.join(', ')}.`, {
    field: 'LOG_LEVEL',
  });
};

export const readEnvironment = (variables: EnvironmentVariables): Environment => {
  const home = path.resolve(PROJECT_ROOT, variables.THROUGHLINE_HOME ?? '.throughline');
  return {
    variables,
    host: variables.HOST ?? '127.0.0.1',
    ports: Object.fromEntries(SERVICE_NAMES.map((name) => [name, portOf(variables, name)])) as Record<
      ServiceName,
      number
    >,
    home,
    ...(variables.DATABASE_URL ? { databaseUrl: variables.DATABASE_URL } : {}),
    configFile: path.resolve(PROJECT_ROOT, variables.THROUGHLINE_CONFIG ?? 'throughline.yaml'),
    logLevel: logLevelOf(variables),
    development: variables.NODE_ENV !== 'production',
  };
};

/** The base URL of one of our own services: its *_URL variable, or its port on this machine. */
export const urlOf = (environment: Environment, service: ServiceName): string =>
  environment.variables[`${service === 'gateway' ? 'GATEWAY' : service.toUpperCase()}_URL`] ??
  `http://${environment.host}:${environment.ports[service]}`;

/** A secret made at the first start and kept in the home folder, readable by its owner only. Development only. */
const developmentSecret = (home: string): string => {
  const file = path.join(home, 'auth-secret');
  mkdirSync(home, { recursive: true });
  if (!existsSync(file)) {
    try {
      writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was first: use its secret
    }
  }
  return readFileSync(file, 'utf8').trim();
};

/** How tokens are signed and checked. Outside development AUTH_SECRET must be set and nobody is let in without a token. */
export const identityOptions = (environment: Environment): IdentityOptions => {
  const { variables, development } = environment;
  if (!development && !variables.AUTH_SECRET) {
    throw new Failure(
      'CONFIG_INVALID',
      'AUTH_SECRET is not set: in production it must hold the key (32 characters or more) that tokens are signed with.',
      {
        field: 'AUTH_SECRET',
      },
    );
  }
  return {
    secret: variables.AUTH_SECRET ?? developmentSecret(environment.home),
    issuer: variables.AUTH_ISSUER ?? 'throughline',
    audience: variables.AUTH_AUDIENCE ?? 'throughline',
    anonymousScopes: development ? ['storefront'] : [],
    anonymousChannel: 'web',
  };
};
