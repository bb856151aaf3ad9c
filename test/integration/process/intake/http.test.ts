import { describe, expect, test } from '@jest/globals';
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
    ['half a unit', batch([stock('A', 'B', 1), stock('A', 'B', 1.5)]), 'changes[1].reading.onHand', ''],
    ['no names', batch([stock([], 'B', 1)]), 'changes[0].items', ''],
    [
      'a sequence that is no number',
      batch([stock('A', 'B', 1, { sequence: 'v1' })]),
      'changes[0].reading.sequence',
      'whole number',
    ],
    ['an unknown kind', batch([{ kind: 'price' }]), 'changes[0].kind', ''],
  ])('refuses %s, naming where', async (_name, body, field, says) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ code: 'BAD_INPUT', field });
    expect(answer && 'message' in answer ? answer.message : '').toContain(says);
  });

  test('lists the first problems and counts the rest', async () => {
    const answer = await post(batch(Array.from({ length: 40 }, () => stock('A', '', 1))));
    const lines = answer && 'message' in answer ? answer.message.split('\n') : [];
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('and 30 more problems');
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
