/** What can be told afterwards of one business transaction: through the whole process layer, by GraphQL. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import type { ChangeBatch, OrderClaim } from '#model/change.ts';
import { isoOf } from '#runtime/clock.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes, type Identity } from '#runtime/graphql/identity.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { openProcess, type ProcessSubgraph } from '#subgraphs/process/subgraph.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { location, stock, variant } from '../intake/process.ts';

type Hop = {
  readonly at: string;
  readonly system: string;
  readonly operation: string;
  readonly outcome: string;
  readonly latencyMs: number | null;
  readonly attempt: number;
  readonly detail: string | null;
};
const TRACE = `query Trace($id: ID!) { trace(correlationId: $id) {
  correlationId order { number } hops { at system operation outcome latencyMs attempt detail } } }`;

const ops = (channel = '*'): Identity => ({ channel, scopes: expandScopes(['ops:read', 'orders:read']) });

describe.each(testDatabases)('traces on $name', ({ open }) => {
  let opened: TestDatabase;
  let process: ProcessSubgraph;
  let schema: GraphQLSchema;
  let clock: TestClock;
  let events = 0;

  beforeAll(async () => {
    opened = await open();
    clock = createTestClock();
    process = await openProcess(
      {
        policy: parseProcessPolicy({ channels: { web: {}, shop: {} } }),
        stockConnections: [{ connection: 'wms-main', system: 'wms' }],
        connections: [],
      },
      {
        database: opened.database,
        publish: async () => [],
        verifyServiceToken: async () => ({ scopes: new Set(['intake:write']) }),
        clock,
        ids: systemIds,
        log: silentLog,
      },
    );
    schema = enforceAccess(
      buildSubgraphSchema([{ typeDefs: process.typeDefs, resolvers: process.resolvers as never }]),
    );
    await accept({ system: 'erp', correlationId: 'master-data', changes: [variant('TEE-1'), location('WH-1')] });
    await accept({ system: 'wms', correlationId: 'first-stock', changes: [stock('TEE-1', 'WH-1', 9)] });
  });
  afterAll(async () => {
    await process[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  });

  /** Through the route that system subgraphs use. */
  const accept = async (batch: Pick<ChangeBatch, 'system' | 'correlationId' | 'changes'> & Partial<ChangeBatch>) => {
    const route = process.routes.find(({ path }) => path === '/intake');
    if (!route) throw new Error('no intake');
    const body: ChangeBatch = {
      connection: `${batch.system}-main`,
      observedAt: isoOf(clock.now()),
      rejected: [],
      ...batch,
    };
    const answer = await route.handle({
      method: 'POST',
      path: '/intake',
      url: '/intake',
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json' },
      rawBody: Buffer.from(JSON.stringify(body)),
      signal: new AbortController().signal,
      isGone: false,
    });
    if (answer.status !== 200) throw new Error(String(answer.body));
    await clock.advance(1_000);
  };
  const delivery = (eventId: string, body = 'a'): ChangeBatch['delivery'] => ({
    eventId,
    bodySha256: body.repeat(64),
  });
  const ask = async (id: string, identity = ops()) => {
    const document = parse(TRACE);
    expect(validate(schema, document)).toEqual([]);
    const contextValue = createRequestContext({
      identity,
      correlationId: 'c-test',
      signal: AbortSignal.timeout(30_000),
    });
    const { data, errors } = await execute({ schema, document, variableValues: { id }, contextValue });
    if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
    return JSON.parse(JSON.stringify(data?.trace)) as {
      readonly correlationId: string;
      readonly order: { readonly number: string } | null;
      readonly hops: readonly Hop[];
    } | null;
  };

  const claim = (told: Partial<OrderClaim> & Pick<OrderClaim, 'documentType' | 'documentId'>): OrderClaim => ({
    kind: 'order-claim',
    references: [{ scheme: 'channel', value: '1001' }],
    sequence: String(++events),
    effectiveAt: isoOf(clock.now() - 2_000),
    rawStatus: 'as it is',
    ...told,
  });
  const sale = (number: string, sku = 'TEE-1'): OrderClaim =>
    claim({
      documentType: 'marketplace-order',
      documentId: `M-${number}`,
      references: [{ scheme: 'channel', value: number }],
      channel: 'shop',
      rawStatus: 'UNSHIPPED',
      confirmed: true,
      lines: [{ lineRef: '1', items: [{ scheme: 'sku', value: sku }], ordered: 1, method: 'SHIP_TO_HOME' }],
    });
  const shipped = (): OrderClaim =>
    claim({
      documentType: 'shipment',
      documentId: 'S-1',
      rawStatus: 'done',
      progress: [{ items: [{ scheme: 'sku', value: 'TEE-1' }], quantities: { shipped: 1 } }],
      shipment: { state: 'IN_TRANSIT', events: [] },
    });

  test('any message of an order leads to what every system said of it, and to what came of it', async () => {
    await accept({ system: 'wms', correlationId: 'early-shipment', changes: [shipped()] });
    expect(await ask('early-shipment')).toMatchObject({
      order: null,
      hops: [
        {
          system: 'wms-main',
          operation: 'shipment S-1',
          outcome: 'WAITING',
          latencyMs: 2_000,
          attempt: 1,
          detail: 'done',
        },
      ],
    });
    await accept({
      system: 'marketplace',
      correlationId: 'the-order',
      delivery: delivery('E1'),
      changes: [sale('1001')],
    });
    await accept({
      system: 'marketplace',
      correlationId: 'the-correction',
      delivery: delivery('E1', 'b'),
      changes: [{ ...sale('1001'), payment: 'PAID' }],
    });
    const told = await ask('the-order');
    expect(told).toMatchObject({ correlationId: 'the-order', order: { number: '1001' } });
    const words = (told?.hops ?? []).map(({ system, operation, outcome, attempt }) =>
      [system, operation, outcome, attempt].join(' '),
    );
    expect(words).toEqual([
      'wms-main shipment S-1 APPLIED 1',
      'marketplace-main delivery ACCEPTED 1',
      'marketplace-main marketplace-order M-1001 APPLIED 1',
      'wms-main shipment S-1 APPLIED 2',
      'throughline event PLACED RECEIVED 1',
      'throughline event CONFIRMED CONFIRMED 1',
      'throughline event SHIPPED SHIPPED 1',
      'marketplace-main delivery CORRECTED 2',
      'marketplace-main marketplace-order M-1001 APPLIED 2',
      'throughline event PAYMENT_CHANGED SHIPPED 1',
    ]);
    expect(told?.hops.find(({ operation }) => operation === 'event SHIPPED')?.detail).toMatch(
      /^sequence 3, said by wms-main, orders:shop at \d+$/,
    );
    for (const id of ['early-shipment', 'the-correction']) {
      expect((await ask(id))?.hops.map(({ operation }) => operation)).toEqual(told?.hops.map((hop) => hop.operation));
    }
  });

  test('what could not be used is part of the story, and a change of stock that came of it', async () => {
    await accept({
      system: 'erp',
      correlationId: 'unknown-item',
      changes: [{ ...sale('2002', 'NEW-9'), documentType: 'sales-order', documentId: 'SO-2' }],
    });
    expect(await ask('unknown-item')).toMatchObject({
      order: null,
      hops: [
        { operation: 'sales-order SO-2', outcome: 'PARKED', detail: 'waits until the ERP maps sku:NEW-9' },
        { operation: 'exception IDENTIFIER_UNMAPPED', outcome: 'OPEN' },
      ],
    });
    await accept({ system: 'marketplace', correlationId: 'second-order', changes: [sale('2003')] });
    const told = await ask('second-order');
    expect(told?.order).toEqual({ number: '2003' });
    expect(told?.hops.map(({ operation, outcome }) => `${operation} ${outcome}`)).toContain('availability TEE-1 TOLD');
  });

  test('a message about several orders is shown by itself, to those who may see them all', async () => {
    await accept({ system: 'marketplace', correlationId: 'one-poll', changes: [sale('3001'), sale('3002')] });
    const told = await ask('one-poll');
    expect(told?.order).toBeNull();
    expect(told?.hops.filter(({ operation }) => operation.startsWith('marketplace-order'))).toHaveLength(2);
    expect(await ask('one-poll', ops('shop'))).toBeNull();
  });

  test('a token of one channel sees the traces of its own orders only, and nothing on record looks like it', async () => {
    await accept({ system: 'marketplace', correlationId: 'third-order', changes: [sale('4001')] });
    expect((await ask('third-order', ops('shop')))?.order).toEqual({ number: '4001' });
    expect(await ask('third-order', ops('web'))).toBeNull();
    expect(await ask('never-heard-of')).toBeNull();
    await expect(ask('third-order', { channel: '*', scopes: expandScopes(['orders:read']) })).rejects.toThrow(
      'Query.trace asks for the scope "ops:read"',
    );
  });
});
