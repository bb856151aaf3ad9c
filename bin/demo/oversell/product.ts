/** The process subgraph over a database in memory, with a clock of the demo's: asked in GraphQL, told through its intake. */
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { type DocumentNode, execute } from 'graphql';
import type { Change, ChangeBatch } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import { isoOf } from '#runtime/clock.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import type { Ids } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { createRandom } from '#simulation/random.ts';
import { INTAKE_SCOPE } from '#subgraphs/process/intake/http.ts';
import { type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { openProcess } from '#subgraphs/process/subgraph.ts';
import type { PublishQuantities } from '#subgraphs/process/systems/marketplace.ts';
import { createVirtualClock, type VirtualClock } from './clock.ts';
import { watchDatabase } from './rest.ts';

export type Product = AsyncDisposable & {
  readonly clock: VirtualClock;
  readonly ids: Ids;
  /** What a system says, as its subgraph would pass it on; a poll that has told all it had. */
  tell(system: SystemKind, changes: readonly Change[]): Promise<void>;
  /** The data of an operation; throws when there is an error. */
  ask<T>(document: DocumentNode, variables: Readonly<Record<string, unknown>>): Promise<T>;
};

export type ProductOptions = {
  readonly policy: ProcessPolicyInput;
  readonly startMs: number;
  readonly seed: number;
  /** Where quantities are published. */
  readonly market: (clock: VirtualClock) => PublishQuantities;
};

const SCOPES = ['stock:raw', 'ops:read'];

/** The same names in every run. */
const createSeededIds = (seed: number): Ids => {
  const random = createRandom(seed);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return {
    random,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
    token: (bytes) => hex(bytes * 2),
  };
};

export const openProduct = async ({ policy, startMs, seed, market }: ProductOptions): Promise<Product> => {
  await using opening = new AsyncDisposableStack();
  const watched = watchDatabase(opening.use(await openDatabase({ home: null }, { log: silentLog })));
  const { database } = watched;
  const clock = createVirtualClock(startMs, watched.atRest);
  const ids = createSeededIds(seed);
  const process = opening.use(
    await openProcess(
      {
        policy: parseProcessPolicy(policy),
        stockConnections: [
          { connection: 'pos-main', system: 'pos' },
          { connection: 'wms-main', system: 'wms' },
        ],
        connections: ['erp-main', 'pos-main', 'wms-main', 'marketplace-main'],
      },
      {
        database,
        publish: market(clock),
        verifyServiceToken: async () => ({ scopes: new Set([INTAKE_SCOPE]) }),
        clock,
        ids,
        log: silentLog,
      },
    ),
  );
  const schema = enforceAccess(
    buildSubgraphSchema([{ typeDefs: process.typeDefs, resolvers: process.resolvers as GraphQLResolverMap<unknown> }]),
  );
  const intake = process.routes.find(({ method, path }) => method === 'POST' && path === '/intake');
  if (!intake) throw new Error('the process subgraph has no intake');
  const identity = { channel: '*', scopes: expandScopes(SCOPES) };

  const tell = async (system: SystemKind, changes: readonly Change[]): Promise<void> => {
    const at = isoOf(clock.now());
    const batch: ChangeBatch = {
      system,
      connection: `${system}-main`,
      correlationId: ids.uuid(),
      observedAt: at,
      watermark: { stream: 'all', value: at, complete: true },
      changes,
      rejected: [],
    };
    await intake.handle({
      method: 'POST',
      path: '/intake',
      url: '/intake',
      query: new URLSearchParams(),
      headers: {},
      rawBody: Buffer.from(JSON.stringify(batch)),
      isGone: false,
      signal: new AbortController().signal,
    });
  };
  const opened = opening.move();
  return {
    clock,
    ids,
    tell: (system, changes) => clock.through(tell(system, changes)),
    ask: async <T>(document: DocumentNode, variables: Readonly<Record<string, unknown>>) => {
      const contextValue = createRequestContext({
        identity,
        correlationId: ids.uuid(),
        signal: new AbortController().signal,
      });
      const { data, errors } = await clock.through(
        Promise.resolve(execute({ schema, document, variableValues: { ...variables }, contextValue })),
      );
      if (errors?.length) throw new Error(errors.map(({ message }) => message).join('; '));
      return data as T;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
