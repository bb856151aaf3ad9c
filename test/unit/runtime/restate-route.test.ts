import { describe, expect, test } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import type { ChangeBatch, ChangeSink, StockChange } from '#model/change.ts';
import type { RestateStock } from '#model/inlet.ts';
import { isoOf } from '#runtime/clock.ts';
import { Failure, isFailure } from '#runtime/failure.ts';
import { createRestateRoute, type RestateOptions } from '#runtime/inlet/restate-route.ts';
import { silentLog } from '#runtime/log.ts';
import { createTestClock } from '#test/support/clock.ts';

const stockOf = (sku: string, locationCode = 'ST-1'): StockChange => ({
  kind: 'stock',
  items: [{ scheme: 'sku', value: sku }],
  locationCode,
  reading: {
    onHand: 1,
    damaged: 0,
    qualityHold: 0,
    returnsPending: 0,
    reservedHard: 0,
    reservations: 'REPORTED',
    inTransit: 0,
    basis: 'PHYSICAL',
    asOf: '2026-03-02T08:00:00.000Z',
  },
});
const saysAll: RestateStock = async (skus) => ({ changes: skus.map((sku) => stockOf(sku)), rejected: [] });
const identity = {
  verify: async (authorization: string | undefined) => ({
    channel: '*',
    scopes: new Set(authorization === 'Bearer service' ? ['restate:write'] : ['storefront', 'intake:write']),
  }),
};

const open = (connections: Readonly<Record<string, RestateStock | null>>, refuses: readonly string[] = []) => {
  const clock = createTestClock();
  const batches: ChangeBatch[] = [];
  const committed: { release(): void }[] = [];
  const sink: ChangeSink = {
    accept: async (batch) => {
      if (refuses.includes(batch.connection)) throw new Failure('UPSTREAM_UNAVAILABLE', 'no intake');
      batches.push(batch);
      return new Promise((resolve) =>
        committed.push({ release: () => resolve({ outcome: 'ACCEPTED', applied: 1, exceptions: 0 }) }),
      );
    },
    hasTaken: async () => false,
    watermark: async () => null,
  };
  const options: RestateOptions = {
    system: 'pos',
    connections: Object.entries(connections).map(([connection, restate]) => ({
      connection,
      port: { streams: [], ...(restate ? { restate } : {}) },
    })),
  };
  const route = createRestateRoute(options, { sink, identity, clock, log: silentLog });
  const post = async (
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, unknown>> => {
    try {
      const answer = await route.handle({
        method: 'POST',
        path: '/restate',
        url: '/restate',
        query: new URLSearchParams(),
        headers: { authorization: 'Bearer service', 'x-correlation-id': 'corr-0001', ...headers },
        rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
        isGone: false,
        signal: new AbortController().signal,
      });
      return { status: answer.status, ...JSON.parse(String(answer.body ?? '{}')) };
    } catch (error) {
      if (isFailure(error)) return { code: error.code, field: error.details.field };
      throw error;
    }
  };
  const commit = async (): Promise<void> => {
    await clock.advance(0);
    for (const { release } of committed.splice(0)) release();
  };
  return { clock, batches, post, commit };
};

describe('restating on request', () => {
  test('hands what the system says to the sink, and answers once it is committed', async () => {
    const { batches, clock, commit, post } = open({ 'pos-main': saysAll });
    const askedAt = isoOf(clock.now());
    let answered = false;
    const answer = post({ skus: ['A', 'B'] }).finally(() => {
      answered = true;
    });
    await clock.advance(700);
    expect(batches).toEqual([
      {
        system: 'pos',
        connection: 'pos-main',
        correlationId: 'corr-0001',
        observedAt: askedAt,
        changes: [stockOf('A'), stockOf('B')],
        rejected: [],
      },
    ]);
    expect(answered).toBe(false);
    await commit();
    expect(await answer).toEqual({
      status: 200,
      restated: [{ connection: 'pos-main', observedAt: askedAt }],
      failed: [],
    });
  });

  test('the system is asked with what the caller gave: items, places, urgency and time', async () => {
    const asked: { codes: readonly string[] | null; call: CallOptions }[] = [];
    const { clock, post } = open({
      'pos-main': async (_skus, codes, call) => {
        asked.push({ codes, call });
        return { changes: [], rejected: [] };
      },
    });
    const headers = { 'x-call-class': 'CHECKOUT', 'x-time-budget-ms': '800' };
    await post({ skus: ['A'], locationCodes: ['ST-1'] }, headers);
    await post({ skus: ['A'] });
    expect(asked).toMatchObject([
      {
        codes: ['ST-1'],
        call: { callClass: 'CHECKOUT', correlationId: 'corr-0001', deadlineMs: clock.now() + 800 },
      },
      { codes: null, call: { callClass: 'BACKGROUND' } },
    ]);
  });

  test('a system that takes longer than the caller has is given up', async () => {
    const { clock, post } = open({
      'pos-main': (_skus, _codes, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const answer = post({ skus: ['A'] }, { 'x-time-budget-ms': '800' });
    await clock.advance(800);
    expect(await answer).toMatchObject({
      restated: [],
      failed: [{ connection: 'pos-main', code: 'UPSTREAM_TIMEOUT' }],
    });
  });

  test('each connection by itself: those that fail are named, those that cannot restate are left out', async () => {
    const down: RestateStock = () => Promise.reject(new Failure('CIRCUIT_OPEN', 'paused'));
    const broken: RestateStock = () => Promise.reject(new TypeError('a bug'));
    const { batches, commit, post } = open({ a: down, b: saysAll, c: broken, d: saysAll, e: null }, ['d']);
    const answer = post({ skus: ['A'] });
    await commit();
    const { restated, failed } = await answer;
    expect(restated).toMatchObject([{ connection: 'b' }]);
    expect(batches.map(({ connection }) => connection)).toEqual(['b']);
    expect((failed as { connection: string }[]).toSorted((x, y) => x.connection.localeCompare(y.connection))).toEqual([
      { connection: 'a', code: 'CIRCUIT_OPEN' },
      { connection: 'c', code: 'INTERNAL' },
      { connection: 'd', code: 'UPSTREAM_UNAVAILABLE' },
    ]);
  });

  test('many statements are committed in parts, what was rejected once', async () => {
    const places = Array.from({ length: 6_000 }, (_, index) => `ST-${index}`);
    const nameless = { kind: 'IDENTIFIER_UNMAPPED', subject: 'x', message: 'x' } as const;
    const { batches, commit, post } = open({
      'pos-main': async () => ({ changes: places.map((code) => stockOf('A', code)), rejected: [nameless] }),
    });
    const answer = post({ skus: ['A'] });
    await commit();
    await commit();
    expect(await answer).toMatchObject({ restated: [{ connection: 'pos-main' }] });
    expect(batches.map(({ changes, rejected }) => [changes.length, rejected.length])).toEqual([
      [5_000, 1],
      [1_000, 0],
    ]);
  });

  test('a system with nothing to say has nothing to commit', async () => {
    const { batches, post } = open({ 'pos-main': async () => ({ changes: [], rejected: [] }) });
    expect(await post({ skus: ['A'] })).toMatchObject({ restated: [{ connection: 'pos-main' }] });
    expect(batches).toEqual([]);
  });

  test.each([
    ['not JSON', '{', {}, 'body'],
    ['no SKUs', {}, {}, 'skus'],
    ['an empty list', { skus: [] }, {}, 'skus'],
    ['too many SKUs', { skus: Array.from({ length: 101 }, (_, index) => `S${index}`) }, {}, 'skus'],
    ['a SKU that is none', { skus: ['A', 7] }, {}, 'skus[1]'],
    ['an unknown urgency', { skus: ['A'] }, { 'x-call-class': 'URGENT' }, 'x-call-class'],
  ])('refuses %s, naming where', async (_name, body, headers, field) => {
    expect(await open({ 'pos-main': saysAll }).post(body, headers)).toEqual({ code: 'BAD_INPUT', field });
  });

  test('is for the process layer alone', async () => {
    const { post } = open({ 'pos-main': saysAll });
    expect(await post({ skus: ['A'] }, { authorization: 'Bearer other' })).toMatchObject({ code: 'FORBIDDEN' });
  });
});
