/** The ERP subgraph over one or two simulated ERPs on a real socket, asked as the gateway would ask. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, graphql } from 'graphql';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost } from '#simulation/host/host.ts';
import { erpAdapters } from '#subgraphs/erp/adapters/registry.ts';
import type { ErpPort } from '#subgraphs/erp/port.ts';
import { createErpSubgraph } from '#subgraphs/erp/subgraph.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { withShortWaits } from '#test/support/short-waits.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

const hurriedIds: Ids = { ...systemIds, random: () => 0 };
/** A second ERP, of an acquired brand, under a name of its own. */
const secondSimulator = { ...trytonSimulator, vendor: 'second' };

export type Answer = {
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape it asked for.
  readonly data: any;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly unknown[] }[];
};

export type ServedErp = AsyncDisposable & {
  readonly clock: TestClock;
  readonly company: Company;
  readonly schema: GraphQLSchema;
  readonly first: SimulatorControl;
  readonly second: SimulatorControl;
  ask(source: string, variables?: Readonly<Record<string, unknown>>, scopes?: readonly string[]): Promise<Answer>;
  /** How often the first ERP was asked for this operation. */
  callsOf(operation: string): Promise<number>;
};

export const OPERATOR = ['storefront', 'stock:raw', 'ops:read', 'orders:systems'];
export const ENTITIES = 'query ($of: [_Any!]!) { _entities(representations: $of) {';

const schemaOver = (hostUrl: string, below: Readonly<Record<string, string>>, clock: TestClock): GraphQLSchema => {
  const accounts = Object.entries(below).map(
    ([id, path]) =>
      ({
        id,
        system: 'erp',
        vendor: 'tryton',
        baseUrl: `${hostUrl}/${path}`,
        credentials: { user: 'admin', password: 'admin' },
        options: {
          database: 'retail',
          siteKinds: [{ pattern: '^ST-', kind: 'STORE' }],
          channelOf: [{ pattern: '^WEB-', channel: 'web' }],
          blockedLocations: '-DMG$',
        },
      }) as const,
  );
  const connections = openConnections<ErpPort>(accounts, erpAdapters, { clock, ids: hurriedIds, log: silentLog });
  const { typeDefs, resolvers } = createErpSubgraph({ connections, log: silentLog });
  return enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers } }]));
};

export const serveErps = async (count: 1 | 2): Promise<ServedErp> => {
  const clock = withShortWaits(createTestClock());
  const host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [trytonSimulator, secondSimulator] },
  );
  const first = createSimulatorControl({ url: host.url, vendor: 'tryton' }, { fetch });
  const schema = schemaOver(
    host.url,
    { 'erp-main': 'tryton', ...(count === 2 ? { 'erp-brand': 'second' } : {}) },
    clock,
  );
  return {
    clock,
    company: drawCompany({ size: 'small', nowMs: clock.now() }),
    schema,
    first,
    second: createSimulatorControl({ url: host.url, vendor: 'second' }, { fetch }),
    ask: async (source, variableValues = {}, scopes = ['storefront']) => {
      const result = await graphql({
        schema,
        source,
        variableValues,
        contextValue: createRequestContext({
          identity: { channel: '*', scopes: expandScopes([...scopes]) },
          correlationId: 'test',
          signal: new AbortController().signal,
        }),
      });
      return JSON.parse(JSON.stringify(result)) as Answer;
    },
    callsOf: async (operation) => (await first.ledger()).operations[operation]?.calls ?? 0,
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
};
