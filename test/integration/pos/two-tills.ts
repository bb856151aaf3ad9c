/** The point-of-sale subgraph over two simulated tills, asked as the gateway asks it. */
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
import { posAdapters } from '#subgraphs/pos/adapters/registry.ts';
import { createSquareSimulator } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { createPosSubgraph } from '#subgraphs/pos/subgraph.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { withShortWaits } from '#test/support/short-waits.ts';

const hurriedIds: Ids = { ...systemIds, random: () => 0 };
const simulator = createSquareSimulator({ accessToken: 'token', signatureKey: 'key' });
/** A second account at the same vendor, under a name of its own. */
const secondSimulator = { ...simulator, vendor: 'second' };

export type Answer = {
  readonly data: never;
  readonly errors?: readonly { readonly message: string }[];
};

export type TwoTills = AsyncDisposable & {
  readonly clock: TestClock;
  readonly company: Company;
  /** The simulator of "pos-main". */
  readonly first: SimulatorControl;
  /** The simulator of "pos-outlet". */
  readonly second: SimulatorControl;
  readonly schema: GraphQLSchema;
  ask(source: string, variables?: Record<string, unknown>, scopes?: readonly string[]): Promise<Answer>;
};

export const openTwoTills = async (): Promise<TwoTills> => {
  const clock = withShortWaits(createTestClock());
  const host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [simulator, secondSimulator] },
  );
  const account = (id: string, below: string) =>
    ({
      id,
      system: 'pos',
      vendor: 'square',
      baseUrl: `${host.url}/${below}`,
      credentials: { accessToken: 'token', signatureKey: 'key' },
      options: { pickupsPaidInShop: true },
    }) as const;
  const connections = openConnections<PosPort>(
    [account('pos-main', 'square'), account('pos-outlet', 'second')],
    posAdapters,
    { clock, ids: hurriedIds, log: silentLog },
  );
  const { typeDefs, resolvers } = createPosSubgraph({ connections, clock, log: silentLog });
  const schema = enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers } }]));
  return {
    clock,
    company: drawCompany({ size: 'small', nowMs: clock.now() }),
    first: createSimulatorControl({ url: host.url, vendor: 'square' }, { fetch }),
    second: createSimulatorControl({ url: host.url, vendor: 'second' }, { fetch }),
    schema,
    ask: async (source, variableValues = {}, scopes = ['ops:read', 'stock:raw']) => {
      const result = await graphql({
        schema,
        source,
        variableValues,
        contextValue: createRequestContext({
          identity: { channel: '*', scopes: expandScopes(scopes) },
          correlationId: 'test',
          signal: new AbortController().signal,
        }),
      });
      return JSON.parse(JSON.stringify(result)) as Answer;
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
};
