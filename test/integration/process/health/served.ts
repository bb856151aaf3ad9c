/** A process subgraph as it runs, served on a socket of its own, with a clock in the test's hands. */
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import type { ChangeBatch } from '#model/change.ts';
import { isoOf } from '#runtime/clock.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createIdentityVerifier, mintToken } from '#runtime/graphql/identity.ts';
import { openGraphQLServer } from '#runtime/graphql/serve.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { UpstreamReport } from '#runtime/resilience/report.ts';
import type { Database } from '#runtime/storage/database.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { watchSystems } from '#runtime/telemetry/system-metrics.ts';
import { type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { openProcess } from '#subgraphs/process/subgraph.ts';
import type { TestClock } from '#test/support/clock.ts';
import { type GraphQLBody, postGraphQL } from '#test/support/graphql-client.ts';

const IDENTITY = { secret: 'a-secret-for-tests-that-is-long-enough', issuer: 'tests', audience: 'tests' };
export const CONNECTIONS = ['erp-main', 'wms-main', 'marketplace-main'] as const;

export type ServedProcess = AsyncDisposable & {
  readonly url: string;
  token(...scopes: readonly string[]): Promise<string>;
  ask(query: string, ...scopes: readonly string[]): Promise<GraphQLBody>;
  /** The status of the answer, and its body. */
  report(
    reports: readonly UpstreamReport[] | string,
    scope?: string,
  ): Promise<{ readonly status: number; readonly text: string }>;
  accept(batch: Omit<ChangeBatch, 'correlationId' | 'observedAt' | 'rejected'>): Promise<void>;
  metrics(): Promise<string>;
};

export const serveProcess = async (
  database: Database,
  clock: TestClock,
  policy: ProcessPolicyInput = {},
): Promise<ServedProcess> => {
  const deps = { clock, ids: systemIds, log: silentLog };
  const verifier = createIdentityVerifier({ ...IDENTITY, anonymousScopes: [], anonymousChannel: 'web' }, { clock });
  await using opening = new AsyncDisposableStack();
  const subgraph = opening.use(
    await openProcess(
      {
        policy: parseProcessPolicy(policy),
        // Its stock is never told whole, so publication waits.
        stockConnections: [{ connection: 'wms-main', system: 'wms' }],
        connections: CONNECTIONS,
      },
      {
        ...deps,
        database,
        publish: () => Promise.reject(new Error('nothing is published here')),
        verifyServiceToken: (authorization) => verifier.verify(authorization),
      },
    ),
  );
  const metrics = createServerMetrics({ server: 'process' });
  watchSystems(metrics, subgraph.systemHealth);
  const schema = buildSubgraphSchema([
    { typeDefs: subgraph.typeDefs, resolvers: subgraph.resolvers as GraphQLResolverMap<unknown> },
  ]);
  const server = opening.use(
    await openGraphQLServer(
      {
        name: 'process',
        host: '127.0.0.1',
        port: 0,
        portVariable: 'PROCESS_PORT',
        engine: { kind: 'schema', schema: enforceAccess(schema) },
        introspection: false,
        routes: subgraph.routes,
        checks: subgraph.checks,
      },
      { ...deps, identity: verifier, metrics },
    ),
  );

  const token: ServedProcess['token'] = (...scopes) =>
    mintToken(IDENTITY, { channel: '*', scopes, lifetimeSeconds: 86_400 }, { clock });
  const post = async (path: string, body: string, scope: string) => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token(scope)}` },
      body,
    });
    return { status: response.status, text: await response.text() };
  };
  const opened = opening.move();
  return {
    url: server.url,
    token,
    ask: async (query, ...scopes) =>
      (await postGraphQL(server.graphqlUrl, query, { token: await token(...scopes) })).body,
    report: (reports, scope = 'health:write') =>
      post('/health/upstreams', typeof reports === 'string' ? reports : JSON.stringify(reports), scope),
    accept: async (batch) => {
      const observedAt = isoOf(clock.now());
      const whole: ChangeBatch = { ...batch, correlationId: systemIds.uuid(), observedAt, rejected: [] };
      const { status, text } = await post('/intake', JSON.stringify(whole), 'intake:write');
      if (status !== 200) throw new Error(`the intake answered ${status}: ${text}`);
    },
    metrics: async () => (await fetch(`${server.url}/metrics`)).text(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
