/** The whole product as its users meet it: every process started as `npm start` starts it, on free ports and in a home of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGraphClient, type GraphClient } from '#bin/demo/graph-client.ts';
import { identityOptions, PORTS, readEnvironment, SERVICE_NAMES } from '#bin/environment.ts';
import { type Started, start } from '#bin/start.ts';
import { systemClock } from '#runtime/clock.ts';
import { mintToken } from '#runtime/graphql/identity.ts';

export type RunningGraph = AsyncDisposable & {
  readonly started: Started;
  /** A client without a token: what anybody may ask in development. */
  readonly anybody: GraphClient;
  /** A client with these scopes, on all channels unless told otherwise. */
  withScopes(scopes: readonly string[], channel?: string): Promise<GraphClient>;
};

export const startGraph = async (variables: Readonly<Record<string, string>> = {}): Promise<RunningGraph> => {
  const home = await mkdtemp(path.join(tmpdir(), 'throughline-graph-'));
  const own: NodeJS.ProcessEnv = {
    ...process.env,
    THROUGHLINE_HOME: home,
    // Only what a test asks for is real.
    DATABASE_URL: '',
    TRYTON_URL: '',
    NODE_ENV: 'development',
    LOG_LEVEL: 'error',
    ...Object.fromEntries(SERVICE_NAMES.map((service) => [PORTS[service].variable, '0'])),
    ...variables,
  };
  const started = await start(own, new AbortController().signal).catch(async (error: unknown) => {
    await rm(home, { recursive: true, force: true });
    throw error;
  });
  const url = `${started.urls.gateway}/graphql`;
  const clients: GraphClient[] = [];
  const client = (token?: string): GraphClient => {
    const made = createGraphClient(url, token);
    clients.push(made);
    return made;
  };
  return {
    started,
    anybody: client(),
    withScopes: async (scopes, channel = '*') =>
      client(
        await mintToken(
          identityOptions(readEnvironment(own)),
          { channel, scopes, lifetimeSeconds: 3600 },
          { clock: systemClock },
        ),
      ),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((made) => made[Symbol.asyncDispose]()));
      await started[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
};
