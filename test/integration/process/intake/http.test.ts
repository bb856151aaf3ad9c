import { describe, expect, test } from '@jest/globals';
import type { ChangeBatch } from '#model/change.ts';
import { isoOf, systemClock } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { RouteRequest } from '#runtime/http/routes.ts';
import { openHttpServer } from '#runtime/http/server.ts';
import { systemIds } from '#runtime/ids.ts';
import { createHttpSink } from '#runtime/inlet/sink.ts';
import { silentLog } from '#runtime/log.ts';
import { createIntakeRoutes, type VerifyServiceToken } from '#subgraphs/process/intake/http.ts';
import type { Intake } from '#subgraphs/process/intake/service.ts';
import { testDatabases } from '#test/support/databases.ts';
import { location, openProcess, stock, variant } from './process.ts';

const verify: VerifyServiceToken = async (authorization) => ({
  scopes: new Set(authorization === 'Bearer service' ? ['intake:write'] : ['storefront']),
});

const refused: Intake = {
  accept: () => Promise.reject(new Error('a bad batch got through')),
  hasTaken: () => Promise.reject(new Error('a bad question got through')),
  watermark: () => Promise.reject(new Error('a bad question got through')),
};

const post = async (body: unknown, intake: Intake = refused, authorization = 'Bearer service') => {
  const [route] = createIntakeRoutes(intake, verify);
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const request: RouteRequest = {
    method: 'POST',
    path: '/intake',
    url: '/intake',
    query: new URLSearchParams(),
    headers: { authorization },
    rawBody,
    isGone: false,
    signal: AbortSignal.timeout(10_000),
  };
  try {
    return await route?.handle(request);
  } catch (error) {
    if (isFailure(error)) return { code: error.code, message: error.message, field: error.details.field };
    throw error;
  }
};

const batch = (changes: readonly unknown[]) => ({
  system: 'wms',
  connection: 'wms-main',
  correlationId: 'c-1',
  observedAt: isoOf(0),
  changes,
  rejected: [],
});

describe('the intake route', () => {
  test.each([
    ['not JSON', '{', 'body', 'not JSON'],
    ['no changes', { ...batch([]), changes: undefined }, 'changes', ''],
    ['an unknown system', { ...batch([]), system: 'till' }, 'system', ''],
    ['an instant without a zone', { ...batch([]), observedAt: '2026-03-02T08:00:00' }, 'observedAt', ''],
  ])('refuses %s, naming where', async (_name, body, field, says) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ code: 'BAD_INPUT', field });
    expect(answer && 'message' in answer ? answer.message : '').toContain(says);
  });

  test.each([
    ['half a unit', stock('A', 'B', 1.5), 'wms-main stock B', 'reading.onHand'],
    ['no names', stock([], 'B', 1), 'wms-main stock B', 'items'],
    ['a sequence that is no number', stock('A', 'B', 1, { sequence: 'v1' }), 'wms-main stock B', 'whole number'],
    ['an unknown kind', { kind: 'price' }, 'wms-main price', 'kind'],
    ['text that cannot be stored', stock('A', 'B\u0000', 1), 'wms-main stock B', 'cannot be stored'],
    ['half a character', stock('A\ud83d', 'B', 1), 'wms-main stock B', 'cannot be stored'],
    ['no statement at all', 'x', 'wms-main statement', ''],
  ])('leaves out a statement with %s, puts it on record and takes the others', async (_name, change, subject, says) => {
    const taken: ChangeBatch[] = [];
    const intake: Intake = {
      ...refused,
      accept: async (told) => {
        taken.push(told);
        return { outcome: 'ACCEPTED', applied: 1, exceptions: 1 };
      },
    };
    const sound = stock('A', 'C', 1);
    expect(await post(batch([change, sound]), intake)).toMatchObject({ status: 200 });
    expect(taken).toMatchObject([
      { changes: [sound], rejected: [{ kind: 'SCHEMA_MISMATCH', subject, message: expect.stringContaining(says) }] },
    ]);
  });

  test('a backslash in a text is a backslash', async () => {
    const taken: ChangeBatch[] = [];
    const intake: Intake = {
      ...refused,
      accept: async (told) => {
        taken.push(told);
        return { outcome: 'ACCEPTED', applied: 1, exceptions: 0 };
      },
    };
    await post(batch([stock('A\\u0000', 'C', 1)]), intake);
    expect(taken).toMatchObject([{ changes: { length: 1 }, rejected: [] }]);
  });

  test('is for service tokens only', async () => {
    expect(await post(batch([]), refused, 'Bearer shopper')).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe.each(testDatabases)('the intake over HTTP on $name', (kind) => {
  test('what the sink sends is committed when it resolves, and the watermark comes back', async () => {
    await using process = await openProcess(kind);
    await using server = await openHttpServer(
      { host: '127.0.0.1', port: 0, name: 'process', portVariable: 'PROCESS_PORT' },
      { log: silentLog, ids: systemIds, clock: systemClock },
      createIntakeRoutes(process.intake, verify),
    );
    const signal = AbortSignal.timeout(20_000);
    const sink = createHttpSink({ intakeUrl: server.url }, { authorization: async () => 'Bearer service' });
    expect(await sink.watermark('wms-main', 'stock', signal)).toBeNull();
    const changes = [variant('P1-S'), location('WH-NORD'), stock('P1-S', 'WH-NORD', 4)];
    const receipt = await sink.accept(
      {
        system: 'wms',
        connection: 'wms-main',
        correlationId: 'c-1',
        observedAt: isoOf(process.clock.now()),
        watermark: { stream: 'stock', value: '§ 7 / ä', complete: true },
        changes,
        rejected: [],
      },
      signal,
    );
    expect(receipt).toEqual({ outcome: 'ACCEPTED', applied: 3, exceptions: 0 });
    expect(await sink.watermark('wms-main', 'stock', signal)).toBe('§ 7 / ä');
    expect(await process.database.query('select on_hand from process.stock_reading')).toEqual([{ on_hand: 4 }]);
    const delivery = { eventId: 'evt § 1/2', bodySha256: 'a'.repeat(64) };
    expect(await sink.hasTaken('wms-main', delivery, signal)).toBe(false);
    await sink.accept(
      {
        system: 'wms',
        connection: 'wms-main',
        correlationId: 'c-2',
        observedAt: isoOf(process.clock.now()),
        delivery,
        changes: [],
        rejected: [],
      },
      signal,
    );
    expect(await sink.hasTaken('wms-main', delivery, signal)).toBe(true);
    expect(await sink.hasTaken('wms-main', { ...delivery, bodySha256: 'b'.repeat(64) }, signal)).toBe(false);
    expect(await sink.hasTaken('pos-main', delivery, signal)).toBe(false);
    const stranger = createHttpSink({ intakeUrl: server.url }, { authorization: async () => 'Bearer shopper' });
    await expect(stranger.watermark('wms-main', 'stock', signal)).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' });
  });
});
