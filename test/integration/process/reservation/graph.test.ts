/** Reservations as a shop's developer sees them: the SDL, the resolvers and the access rules over a real database. */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { describe, expect, test } from '@jest/globals';
import { graphql, parse } from 'graphql';
import { isFailure } from '#runtime/failure.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import type { AskRestatement } from '#subgraphs/process/systems/restate.ts';
import { createTestClock } from '#test/support/clock.ts';
import { type TestDatabaseKind, testDatabases } from '#test/support/databases.ts';
import { borrowShop } from './borrow.ts';
import { fill, type Shop, type ShopOptions } from './shop.ts';

const SDL = readFileSync(new URL('../../../../schema/process.graphql', import.meta.url), 'utf8');
const KEY = 'a-key-of-enough-characters';
const RESERVE = `mutation ($input: ReserveStockInput!) { reserveStock(input: $input) {
  reservation { id state expiresAt orderId lines { sku requested held location { id } } }
  shortages { sku requested fulfillable shortage substitutes { id } } userErrors { code path } } }`;

type Who = { readonly channel?: string; readonly scopes?: readonly string[]; readonly customer?: string };

const askerOf = (shop: Shop) => {
  const { DateTime, Duration } = scalars;
  const resolvers = { DateTime, Duration, ...shop.resolvers } as GraphQLResolverMap<unknown>;
  const schema = enforceAccess(buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers }]));
  return async (source: string, input: Readonly<Record<string, unknown>>, who: Who = {}) => {
    const { channel = 'web', scopes = ['storefront'], customer } = who;
    const contextValue = createRequestContext({
      identity: { channel, scopes: expandScopes(scopes), ...(customer === undefined ? {} : { customer }) },
      correlationId: 'test',
      signal: AbortSignal.timeout(20_000),
    });
    const { data, errors } = await graphql({ schema, source, contextValue, variableValues: { input } });
    const codes = (errors ?? []).map(({ originalError }) =>
      isFailure(originalError) ? originalError.code : originalError,
    );
    return { data: JSON.parse(JSON.stringify(data ?? null)), codes };
  };
};

const openAsked = async (kind: TestDatabaseKind, options: ShopOptions = {}) => {
  const shop = await borrowShop(kind, options);
  await fill(shop, { 'P1-S': { X: 3 }, 'P1-M': { X: 9 }, 'P1-L': { X: 0 }, 'P2-S': { X: 9 } });
  return { shop, ask: askerOf(shop), [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose]() };
};

const context = { channel: 'web' };

describe.each(testDatabases)('reservations in the graph on $name', (kind) => {
  test('a basket is held, extended and given back', async () => {
    await using world = await openAsked(kind);
    const { data, codes } = await world.ask(RESERVE, {
      idempotencyKey: KEY,
      items: [{ sku: 'P1-S', quantity: 2 }],
      context,
    });
    expect(codes).toEqual([]);
    expect(data.reserveStock).toEqual({
      reservation: {
        id: expect.stringMatching(/^res_/),
        state: 'HELD',
        expiresAt: '2026-03-02T09:15:00.000Z',
        orderId: null,
        lines: [{ sku: 'P1-S', requested: 2, held: 2, location: { id: 'loc_X' } }],
      },
      shortages: [],
      userErrors: [],
    });
    const input = { idempotencyKey: `${KEY}-2`, reservationId: data.reserveStock.reservation.id, ttl: 'PT1H' };
    const act = (name: string) =>
      `mutation ($input: ReservationActionInput!) { ${name}(input: $input) { reservation { state expiresAt } userErrors { code path } } }`;
    const longer = await world.ask(act('extendReservation'), input);
    expect(longer.data.extendReservation.reservation.expiresAt).toBe('2026-03-02T10:00:00.000Z');
    const same = await world.ask(act('releaseReservation'), input);
    expect(same.data.releaseReservation.userErrors).toEqual([
      { code: 'IDEMPOTENCY_CONFLICT', path: ['input', 'idempotencyKey'] },
    ]);
    const freed = await world.ask(act('releaseReservation'), { ...input, idempotencyKey: `${KEY}-3` });
    expect(freed.data.releaseReservation.reservation.state).toBe('RELEASED');
  });

  test('what is short is told with variants of the same product that are there', async () => {
    await using world = await openAsked(kind);
    const { data } = await world.ask(RESERVE, {
      idempotencyKey: KEY,
      items: [{ sku: 'P1-S', quantity: 4 }],
      context,
    });
    expect(data.reserveStock).toEqual({
      reservation: null,
      shortages: [{ sku: 'P1-S', requested: 4, fulfillable: 3, shortage: 1, substitutes: [{ id: 'var_P1-M' }] }],
      userErrors: [{ code: 'OUT_OF_STOCK', path: ['input', 'items'] }],
    });
  });

  test('everything that is wrong is told at once, each with its path', async () => {
    await using world = await openAsked(kind);
    const { data, codes } = await world.ask(RESERVE, {
      idempotencyKey: 'short',
      items: [
        { sku: 'P1-S', quantity: 0 },
        { sku: 'NOBODY', quantity: 1 },
      ],
      context: { channel: 'web', maxAge: 'PT5S' },
      locationId: 'loc_NOWHERE',
      ttl: 'PT9H',
    });
    expect(codes).toEqual([]);
    expect(data.reserveStock.userErrors).toEqual([
      { code: 'BAD_INPUT', path: ['input', 'idempotencyKey'] },
      { code: 'BAD_INPUT', path: ['input', 'items', '0', 'quantity'] },
      { code: 'NOT_FOUND', path: ['input', 'items', '1', 'sku'] },
      { code: 'NOT_FOUND', path: ['input', 'locationId'] },
      { code: 'BAD_INPUT', path: ['input', 'ttl'] },
    ]);
  });

  test('another channel, or a caller without the scope, is refused', async () => {
    await using world = await openAsked(kind);
    const input = { idempotencyKey: KEY, items: [{ sku: 'P1-S', quantity: 1 }], context: { channel: 'app' } };
    expect((await world.ask(RESERVE, input)).codes).toEqual(['FORBIDDEN']);
    expect((await world.ask(RESERVE, input, { channel: 'app', scopes: [] })).codes).toEqual(['FORBIDDEN']);
    expect((await world.ask(RESERVE, input, { channel: '*' })).codes).toEqual([]);
  });

  test("one customer's hold is unknown to another", async () => {
    await using world = await openAsked(kind);
    const input = { idempotencyKey: KEY, items: [{ sku: 'P1-S', quantity: 1 }], context };
    const { data } = await world.ask(RESERVE, input, { customer: 'kim' });
    const release =
      'mutation ($input: ReservationActionInput!) { releaseReservation(input: $input) { userErrors { code } } }';
    const wish = { idempotencyKey: `${KEY}-2`, reservationId: data.reserveStock.reservation.id };
    expect((await world.ask(release, wish, { customer: 'alex' })).data.releaseReservation.userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ]);
    expect((await world.ask(release, wish, { customer: 'kim' })).data.releaseReservation.userErrors).toEqual([]);
    const [row] = await world.shop.database.query<{ customer: string }>('select customer from process.reservation');
    expect(row?.customer).not.toContain('kim');
  });

  test('a system that does not answer is waited for 0.3 s, then what is known is held', async () => {
    const clock = createTestClock();
    let asked = 0;
    const silent: AskRestatement = (_wish, { signal }) => {
      asked += 1;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    };
    await using world = await openAsked(kind, { restating: new Map([['wms', silent]]) });
    await using shop = await world.shop.replica(clock);
    await clock.advance(60_000);
    let done = false;
    const input = { idempotencyKey: KEY, items: [{ sku: 'P1-S', quantity: 1 }], context };
    const reserving = askerOf(shop)(RESERVE, input).finally(() => {
      done = true;
    });
    await clock.sleeping(1);
    await clock.advance(299);
    expect([asked, done]).toEqual([1, false]);
    await clock.advance(1);
    expect((await reserving).data.reserveStock.reservation.state).toBe('HELD');
  });
});
