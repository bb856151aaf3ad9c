/**
 * Fresh on demand from end to end: the question in GraphQL, the till's subgraph behind its own socket, the intake over
 * HTTP into a real database, and the answer. Only the till itself is the test's own.
 */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { describe, expect, test } from '@jest/globals';
import { graphql, parse } from 'graphql';
import type { CallOptions } from '#model/call.ts';
import type { Change, StockChange } from '#model/change.ts';
import type { RestateStock } from '#model/inlet.ts';
import type { StockReading } from '#model/stock.ts';
import { isoOf, systemClock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { createIdentityVerifier, createServiceAuthorization, expandScopes } from '#runtime/graphql/identity.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import type { Route } from '#runtime/http/routes.ts';
import { openHttpServer } from '#runtime/http/server.ts';
import { systemIds } from '#runtime/ids.ts';
import type { InletPort } from '#runtime/inlet/connections.ts';
import { createRestateRoute } from '#runtime/inlet/restate-route.ts';
import { createHttpSink } from '#runtime/inlet/sink.ts';
import { silentLog } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { createCurrentAnswers } from '#subgraphs/process/availability/current.ts';
import { openProjection } from '#subgraphs/process/availability/projection.ts';
import { createAvailabilityResolvers } from '#subgraphs/process/availability/resolvers.ts';
import { createRestating } from '#subgraphs/process/availability/restating.ts';
import { createAvailabilityService } from '#subgraphs/process/availability/service.ts';
import { createAvailabilityStreams } from '#subgraphs/process/availability/streams.ts';
import { createIntakeRoutes } from '#subgraphs/process/intake/http.ts';
import { createLivePolicy } from '#subgraphs/process/policy/live.ts';
import { type AskRestatement, createAskRestatement } from '#subgraphs/process/systems/restate.ts';
import {
  loadBasics,
  openProcess,
  STOCK_CONNECTIONS,
  stock,
  type TestProcess,
} from '#test/integration/process/intake/process.ts';
import { type TestDatabaseKind, testDatabases } from '#test/support/databases.ts';

const SDL = readFileSync(new URL('../../../../schema/process.graphql', import.meta.url), 'utf8');
const IDENTITY = {
  secret: 'a secret of at least thirty-two characters',
  issuer: 'throughline',
  audience: 'throughline',
  anonymousScopes: [],
  anonymousChannel: 'web',
};
const GATHER_MS = 5;
const STORE = 'ST-BERLIN';

/** A till that says what the test has it say; null: it never answers. */
type Till = {
  says: ((skus: readonly string[]) => readonly StockChange[]) | null;
  readonly asked: { readonly skus: readonly string[]; readonly codes: readonly string[] | null; call: CallOptions }[];
  /** Resolves when it has been asked so often. */
  calls(count: number): Promise<void>;
};

const createTill = (): { readonly till: Till; readonly port: InletPort } => {
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const till: Till = {
    says: () => [],
    asked: [],
    calls: (count) =>
      new Promise((resolve) => (till.asked.length >= count ? resolve() : waiting.push({ count, resolve }))),
  };
  const restate: RestateStock = async (skus, codes, call) => {
    till.asked.push({ skus, codes, call });
    for (const { count, resolve } of waiting) if (till.asked.length >= count) resolve();
    if (till.says) return { changes: till.says(skus), rejected: [] };
    return new Promise<never>((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)));
  };
  return { till, port: { streams: [], restate } };
};

const serve = (name: string, routes: readonly Route[]) =>
  openHttpServer(
    { host: '127.0.0.1', port: 0, name, portVariable: 'PORT' },
    { clock: systemClock, ids: systemIds, log: silentLog },
    routes,
  );

const stockOf = (sku: string, onHand: number, more: Partial<StockReading> = {}): StockChange => {
  const change: Change = stock(sku, STORE, onHand, { reservations: 'NOT_KEPT', ...more });
  if (change.kind !== 'stock') throw new Error('not stock');
  return change;
};

const QUERY = `query ($context: AvailabilityContext) { availability(skus: ["P1000-S"], context: $context) {
  sellableQuantity freshness asOf canFulfil notices { code } } }`;

type World = AsyncDisposable & {
  readonly process: TestProcess;
  readonly till: Till;
  /** Calls to the till's subgraph that have not come back: whoever has left them behind did so by its own time. */
  underWay(): number;
  ask(context: Readonly<Record<string, unknown>>, more?: { readonly deadlineMs?: number }): Promise<unknown>;
};

/** The basics with 3 units at the store, told by the till when the world began. */
const openWorld = async (kind: TestDatabaseKind): Promise<World> => {
  await using opening = new AsyncDisposableStack();
  const process = opening.use(await openProcess(kind));
  const { clock, journal, policy, projection, service } = process;
  await loadBasics(process);

  const identity = createIdentityVerifier(IDENTITY, { clock });
  const authorization = (scope: string) => createServiceAuthorization({ ...IDENTITY, scopes: [scope] }, { clock });
  const intake = opening.use(await serve('process', createIntakeRoutes(process.intake, identity.verify)));
  const sink = createHttpSink({ intakeUrl: intake.url }, { authorization: authorization('intake:write') });
  const { till, port } = createTill();
  const route = createRestateRoute(
    { system: 'pos', connections: [{ connection: 'pos-main', port }] },
    { sink, identity, clock, log: silentLog },
  );
  const pos = opening.use(await serve('pos', [route]));
  const askPos = createAskRestatement(
    { system: 'pos', url: `${pos.url}/restate` },
    { authorization: authorization('restate:write') },
  );
  let underWay = 0;
  const watched: AskRestatement = (request, call) => {
    underWay += 1;
    return askPos(request, call).finally(() => {
      underWay -= 1;
    });
  };
  const systems = new Map([['pos', watched]] as const);
  const restating = opening.use(createRestating({ systems, renew: projection.renew, clock, log: silentLog }));
  const current = createCurrentAnswers({ service, restating, clock });
  const streams = opening.use(createAvailabilityStreams({}, { projection, service, journal, clock }));
  const { DateTime, Duration, EventCursor } = scalars;
  const availability = createAvailabilityResolvers({ live: createLivePolicy(policy), service, current, streams });
  const resolvers = { DateTime, Duration, EventCursor, ...availability };
  const schema = enforceAccess(
    buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers: resolvers as GraphQLResolverMap<unknown> }]),
  );

  const opened = opening.move();
  return {
    process,
    till,
    underWay: () => underWay,
    ask: async (context, more = {}) => {
      const result = await graphql({
        schema,
        source: QUERY,
        variableValues: { context: { locationIds: [`loc_${STORE}`], ...context } },
        contextValue: {
          ...createRequestContext({
            identity: { channel: 'web', scopes: expandScopes(['storefront']) },
            correlationId: 'a-question-of-the-test',
            signal: AbortSignal.timeout(60_000),
          }),
          ...more,
        },
      });
      if (result.errors) throw result.errors[0]?.originalError ?? result.errors[0];
      return JSON.parse(JSON.stringify(result.data)).availability[0];
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};

const unchanged: Till['says'] = (skus) => skus.map((sku) => stockOf(sku, 3));

describe.each(testDatabases)('fresh on demand on $name', (kind) => {
  test('numbers that did not change are fresh by being said again, for every replica and without an event', async () => {
    await using world = await openWorld(kind);
    const { clock, database, journal, policy } = world.process;
    const before = await journal.head('availability');
    await clock.advance(60_000);
    expect(await world.ask({ purpose: 'BROWSE', maxAge: 'PT15S' })).toMatchObject({ freshness: 'STALE' });
    world.till.says = unchanged;
    const answer = world.ask({ purpose: 'CHECKOUT' });
    await clock.advance(GATHER_MS);
    const readAt = isoOf(clock.now());
    expect(await answer).toEqual({
      sellableQuantity: 3,
      freshness: 'LIVE',
      asOf: readAt,
      canFulfil: true,
      notices: [],
    });
    expect((await journal.head('availability')).position).toBe(before.position);
    await using elsewhere = await openProjection(
      { stockConnections: STOCK_CONNECTIONS },
      { database, journal, clock, log: silentLog },
    );
    const replica = createAvailabilityService({ policy }, { stock: elsewhere, clock });
    const context = { purpose: 'CHECKOUT', locationIds: [`loc_${STORE}`] } as const;
    expect(replica.availability(['P1000-S'], context)).toMatchObject([{ freshness: 'LIVE' }]);
  });

  test('the till is asked for this item at this place, as urgently as the caller is', async () => {
    await using world = await openWorld(kind);
    await world.process.clock.advance(60_000);
    world.till.says = unchanged;
    const answer = world.ask({ purpose: 'STORE_ASSOCIATE' });
    await world.process.clock.advance(GATHER_MS);
    await answer;
    expect(world.till.asked).toMatchObject([
      {
        skus: ['P1000-S'],
        codes: [STORE],
        call: { callClass: 'CHECKOUT', correlationId: 'a-question-of-the-test', deadlineMs: expect.any(Number) },
      },
    ]);
  });

  test('what a sale has changed is in the answer, and is told to whoever follows', async () => {
    await using world = await openWorld(kind);
    const { clock, projection } = world.process;
    const followed = new Promise((resolve) => projection.onApplied(({ entries }) => resolve(entries[0]?.subject)));
    await clock.advance(60_000);
    world.till.says = (skus) => skus.map((sku) => stockOf(sku, 1, { asOf: isoOf(clock.now() - 1_000) }));
    const answer = world.ask({ purpose: 'CHECKOUT', quantity: 2 });
    await clock.advance(GATHER_MS);
    expect(await answer).toMatchObject({ sellableQuantity: 1, freshness: 'LIVE', canFulfil: false });
    expect(await followed).toBe('P1000-S');
  });

  test('a source that counts its statements confirms one by saying it again', async () => {
    await using world = await openWorld(kind);
    const { clock } = world.process;
    await world.process.poll('pos', [stockOf('P1000-S', 3, { sequence: '41' })]);
    await world.process.caughtUp();
    await clock.advance(60_000);
    world.till.says = (skus) => skus.map((sku) => stockOf(sku, 3, { sequence: '41' }));
    const answer = world.ask({ purpose: 'CART' });
    await clock.advance(GATHER_MS);
    expect(await answer).toMatchObject({ freshness: 'LIVE', asOf: isoOf(clock.now()) });
  });

  test('twenty carts with the same item ask the till once', async () => {
    await using world = await openWorld(kind);
    await world.process.clock.advance(60_000);
    world.till.says = unchanged;
    const answers = Array.from({ length: 20 }, () => world.ask({ purpose: 'CART' }));
    await world.process.clock.advance(GATHER_MS);
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ freshness: 'LIVE' });
    expect(world.till.asked).toHaveLength(1);
  });

  test('browsing never asks; a product page has the till asked behind its back', async () => {
    await using world = await openWorld(kind);
    const { clock } = world.process;
    await clock.advance(600_000);
    world.till.says = unchanged;
    expect(await world.ask({ purpose: 'BROWSE' })).toMatchObject({ freshness: 'STALE' });
    await clock.advance(1_000);
    expect(world.till.asked).toEqual([]);
    expect(await world.ask({ purpose: 'DETAIL' })).toMatchObject({ freshness: 'STALE' });
    await clock.advance(GATHER_MS);
    await world.till.calls(1);
    expect(world.till.asked[0]?.call.callClass).toBe('BACKGROUND');
  });

  test.each([
    ['CART', 60_000, 800, { freshness: 'STALE', canFulfil: true }],
    ['CHECKOUT', 60_000, 2_000, { freshness: 'STALE', canFulfil: null }],
  ] as const)('%s: a till that hangs is left behind in time, with the best known answer', async (...row) => {
    const [purpose, ageMs, waitMs, expected] = row;
    await using world = await openWorld(kind);
    const { clock } = world.process;
    const toldAt = isoOf(clock.now());
    await clock.advance(ageMs);
    world.till.says = null;
    const answer = world.ask({ purpose });
    await clock.advance(GATHER_MS);
    await world.till.calls(1);
    await clock.advance(waitMs - GATHER_MS);
    expect(await answer).toMatchObject({ ...expected, asOf: toldAt });
    expect(world.underWay()).toBe(1);
  });

  test('a till that hangs and has been silent for long leaves a partial answer from the others', async () => {
    await using world = await openWorld(kind);
    const { clock } = world.process;
    await clock.advance(20 * 60_000);
    await world.process.poll('wms', []);
    await world.process.poll('erp', []);
    await world.process.caughtUp();
    world.till.says = null;
    const answer = world.ask({ purpose: 'CART', locationIds: null });
    await clock.advance(GATHER_MS);
    await world.till.calls(1);
    await clock.advance(800);
    expect(await answer).toMatchObject({ freshness: 'PARTIAL', notices: [{ code: 'SYSTEM_MISSING' }] });
  });

  test('a till that fails ends the wait at once, and the answer keeps its age', async () => {
    await using world = await openWorld(kind);
    const { clock } = world.process;
    const toldAt = isoOf(clock.now());
    await clock.advance(60_000);
    world.till.says = () => {
      throw new Failure('CIRCUIT_OPEN', 'pos-main: calls are paused.');
    };
    const answer = world.ask({ purpose: 'CHECKOUT' });
    await clock.advance(GATHER_MS);
    expect(await answer).toMatchObject({
      freshness: 'STALE',
      asOf: toldAt,
      canFulfil: null,
      notices: [{ code: 'FRESHNESS_NOT_MET' }, { code: 'CONFIRM_BEFORE_ORDER' }],
    });
  });

  test("the request's own time ends the wait", async () => {
    await using world = await openWorld(kind);
    const { clock } = world.process;
    await clock.advance(60_000);
    world.till.says = null;
    const answer = world.ask({ purpose: 'CHECKOUT' }, { deadlineMs: clock.now() + 300 });
    await clock.advance(GATHER_MS);
    await world.till.calls(1);
    await clock.advance(250 - GATHER_MS);
    expect(await answer).toMatchObject({ freshness: 'STALE' });
    expect(world.underWay()).toBe(1);
  });

  test('items are read one after the other, so that an older reading never replaces a newer one', async () => {
    await using world = await openWorld(kind);
    const { clock, database, journal } = world.process;
    let reading = 0;
    let mostAtOnce = 0;
    const watched: Database = {
      ...database,
      query: async (text, values) => {
        const ofItems = text.includes('process.stock_reading');
        if (ofItems) mostAtOnce = Math.max(mostAtOnce, ++reading);
        return database.query<never>(text, values).finally(() => {
          if (ofItems) reading -= 1;
        });
      },
    };
    await using projection = await openProjection(
      { stockConnections: STOCK_CONNECTIONS },
      { database: watched, journal, clock, log: silentLog },
    );
    await Promise.all([1, 2, 3].map(() => projection.renew(['P1000-S'])));
    expect(mostAtOnce).toBe(1);
  });
});
