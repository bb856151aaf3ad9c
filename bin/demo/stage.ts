/** A whole system of its own for a demo: free ports, a throw-away home, gone when the demo ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#runtime/clock.ts';
import { mintToken } from '#runtime/graphql/identity.ts';
import { identityOptions, PORTS, readEnvironment, SERVICE_NAMES } from '../environment.ts';
import { start } from '../start.ts';
import { createGraphClient, type GraphClient } from './graph-client.ts';

export type Caller = { readonly channel: string; readonly scopes: readonly string[]; readonly customer?: string };

export type Stage = AsyncDisposable & {
  readonly urls: Readonly<Record<string, string>>;
  readonly graph: GraphClient;
  /** A client of somebody else. */
  as(claims: Caller): Promise<GraphClient>;
  /** A bearer token with every scope that a demo needs. */
  readonly token: string;
  /** Makes something happen at a vendor. */
  act<T>(vendor: string, command: Readonly<Record<string, unknown>>): Promise<T>;
  /** What the vendor's side counted. */
  ledger<T>(vendor: string): Promise<T>;
};

const ALL_SCOPES = ['orders:read', 'orders:systems', 'stock:raw', 'ops:read', 'finance:read'];

const answerOf = async <T>(response: Response, what: string): Promise<T> => {
  const text = await response.text();
  if (!response.ok) throw new Error(`${what}: HTTP ${response.status} ${text}`);
  return JSON.parse(text) as T;
};

export const openStage = async (variables: NodeJS.ProcessEnv): Promise<Stage> => {
  const home = await mkdtemp(path.join(tmpdir(), 'throughline-demo-'));
  const own = {
    ...variables,
    THROUGHLINE_HOME: home,
    DATABASE_URL: '',
    ...Object.fromEntries(SERVICE_NAMES.map((service) => [PORTS[service].variable, '0'])),
  };
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(new Error('Stopped.'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const started = await start(own, stop.signal).catch(async (error: unknown) => {
    await rm(home, { recursive: true, force: true });
    throw error;
  });
  const identity = identityOptions(readEnvironment(own));
  const mint = (claims: Caller): Promise<string> =>
    mintToken(identity, { ...claims, lifetimeSeconds: 3600 }, { clock: systemClock });
  const url = `${started.urls.gateway}/graphql`;
  const token = await mint({ channel: '*', scopes: ALL_SCOPES });
  const graph = createGraphClient(url, token);
  const others: GraphClient[] = [];
  const control = (vendor: string, part: string): string => `${started.urls.simulator}/${vendor}/_control/${part}`;
  return {
    urls: started.urls,
    graph,
    token,
    as: async (claims) => {
      const client = createGraphClient(url, await mint(claims));
      others.push(client);
      return client;
    },
    act: async <T>(vendor: string, command: Readonly<Record<string, unknown>>) =>
      answerOf<T>(
        await fetch(control(vendor, 'act'), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(command),
        }),
        `${vendor}: ${String(command.kind)}`,
      ),
    ledger: async <T>(vendor: string) => answerOf<T>(await fetch(control(vendor, 'ledger')), `${vendor}: ledger`),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([graph, ...others].map((client) => client[Symbol.asyncDispose]()));
      await started[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
};
