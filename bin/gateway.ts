/** The gateway process: the committed supergraph, the configured subgraphs, one door. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_CACHE_OPTIONS } from '#gateway/caching/cache.ts';
import { subgraphFiles, supergraphFile } from '#gateway/generations/sources.ts';
import { DEFAULT_WATCH_OPTIONS, watchSupergraph } from '#gateway/generations/watch.ts';
import { readSavedOperations } from '#gateway/http/saved-operations.ts';
import { readSamples } from '#gateway/playground/samples.ts';
import { openGateway } from '#gateway/server.ts';
import { readSupergraphConfig } from '#gateway/supergraph/config.ts';
import { namesOfTag } from '#model/tags.ts';
import { systemClock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { createIdentityVerifier, createServiceAuthorization } from '#runtime/graphql/identity.ts';
import { systemIds } from '#runtime/ids.ts';
import { CHANGE_FEED_PATH, CHANGE_FEED_SCOPE, type ChangeFollower } from '#runtime/inlet/change-feed.ts';
import { followChanges } from '#runtime/inlet/change-feed-follower.ts';
import { createLog } from '#runtime/log.ts';
import {
  type Environment,
  identityOptions,
  PORTS,
  PROJECT_ROOT,
  readEnvironment,
  SERVICE_NAMES,
  urlOf,
} from './environment.ts';
import { type Running, runMain } from './run.ts';

const SUPERGRAPH_FILE = 'schema/supergraph.graphql';
const SAVED_OPERATIONS = 'schema/operations';

const readSupergraph = (): string => {
  try {
    return readFileSync(path.join(PROJECT_ROOT, SUPERGRAPH_FILE), 'utf8');
  } catch (cause) {
    throw new Failure(
      'CONFIG_INVALID',
      `${SUPERGRAPH_FILE} cannot be read: run "npx throughline compose --write" first.`,
      { cause },
    );
  }
};

/** Where our own subgraphs answer on this machine or by their *_URL variable; others keep their routing URL. */
const subgraphUrls = (environment: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readSupergraphConfig(path.join(PROJECT_ROOT, 'supergraph.yaml')).subgraphs.flatMap(({ name }) => {
      const service = SERVICE_NAMES.find((known) => known === name);
      return service ? [[name, `${urlOf(environment, service)}/graphql`]] : [];
    }),
  );

const listOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

const safelistOf = (text = 'false'): boolean => {
  if (text === 'true' || text === 'false' || text === '') return text === 'true';
  throw new Failure('CONFIG_INVALID', `SAFELIST=${text}: true or false.`, { field: 'SAFELIST' });
};

const proxiesOf = (text = '0'): number => {
  if (/^\d?$/.test(text)) return Number(text);
  throw new Failure('CONFIG_INVALID', `TRUSTED_PROXIES=${text}: a number from 0 to 9.`, { field: 'TRUSTED_PROXIES' });
};

const MIB = 1024 * 1024;

/** What is kept of subgraphs' answers, as whole MiB of memory. */
const cacheBytesOf = (text: string | undefined): number => {
  if (text === undefined || text === '') return DEFAULT_CACHE_OPTIONS.maxBytes;
  if (/^\d{1,6}$/.test(text)) return Number(text) * MIB;
  throw new Failure('CONFIG_INVALID', `CACHE_MIB=${text}: a whole number of MiB; 0 keeps nothing.`, {
    field: 'CACHE_MIB',
  });
};

const start = async (): Promise<Running> => {
  // The gateway library sends facts about this host to its vendor unless told not to.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const environment = readEnvironment(process.env);
  const log = createLog({ name: 'gateway', level: environment.logLevel });
  const identity = identityOptions(environment);
  const maxBytes = cacheBytesOf(environment.variables.CACHE_MIB);
  const follow = (follower: ChangeFollower): AsyncDisposable =>
    followChanges(
      { url: `${urlOf(environment, 'process')}${CHANGE_FEED_PATH}` },
      {
        authorization: createServiceAuthorization({ ...identity, scopes: [CHANGE_FEED_SCOPE] }, { clock: systemClock }),
        clock: systemClock,
        ids: systemIds,
        log,
      },
      follower,
    );
  const gateway = await openGateway(
    {
      host: environment.host,
      port: environment.ports.gateway,
      portVariable: PORTS.gateway.variable,
      supergraphSdl: readSupergraph(),
      subgraphUrls: subgraphUrls(environment),
      development: environment.development,
      allowedOrigins: listOf(environment.variables.ALLOWED_ORIGINS),
      savedOperations: readSavedOperations(path.join(PROJECT_ROOT, SAVED_OPERATIONS)),
      ...(maxBytes > 0 ? { caching: { maxBytes, follow, namesOf: namesOfTag } } : {}),
      safelist: safelistOf(environment.variables.SAFELIST),
      trustedProxies: proxiesOf(environment.variables.TRUSTED_PROXIES),
      samples: environment.development ? readSamples(path.join(PROJECT_ROOT, SAVED_OPERATIONS)) : [],
    },
    {
      identity: createIdentityVerifier(identity, { clock: systemClock }),
      clock: systemClock,
      ids: systemIds,
      log,
    },
  );
  const watcher = watchSupergraph(
    environment.development
      ? subgraphFiles(path.join(PROJECT_ROOT, 'supergraph.yaml'))
      : supergraphFile(path.join(PROJECT_ROOT, SUPERGRAPH_FILE)),
    DEFAULT_WATCH_OPTIONS,
    {
      clock: systemClock,
      log,
      // In development the graph is the author's to break.
      offer: (source) => void gateway.offer(source, environment.development),
    },
  );
  process.on('SIGHUP', watcher.look);
  process.on('SIGUSR2', gateway.rollBack);
  return {
    listening: { url: gateway.url, port: gateway.port },
    [Symbol.asyncDispose]: async () => {
      process.off('SIGHUP', watcher.look);
      process.off('SIGUSR2', gateway.rollBack);
      watcher[Symbol.dispose]();
      await gateway.stop();
    },
  };
};

await runMain(start);
