import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ChangeBatch, ChangeSink } from '#model/change.ts';
import type { PolledChanges, PolledStream, PushInlet } from '#model/inlet.ts';
import { Failure } from '#runtime/failure.ts';
import { startPolling } from '#runtime/inlet/poller.ts';
import { createPushRoute } from '#runtime/inlet/push.ts';
import { silentLog } from '#runtime/log.ts';
import { createTestClock } from '#test/support/clock.ts';

let uuid = 0;
const ids = { uuid: () => `id-${++uuid}`, random: () => 0, token: () => 't' };
const variant = (sku: string) => ({
  kind: 'variant' as const,
  variant: {
    sku,
    productCode: 'P',
    productTitle: 'P',
    title: sku,
    lifecycle: 'ACTIVE' as const,
    unitOfMeasure: 'u',
    aliases: [],
  },
  asOf: '2026-11-20T10:00:00Z',
});

/** A sink that remembers what it committed; `refuse` makes the next accepts fail before they commit. */
const createMemorySink = () => {
  const batches: ChangeBatch[] = [];
  const state = { refuse: 0 };
  const sink: ChangeSink = {
    accept: async (batch) => {
      if (state.refuse > 0) {
        state.refuse -= 1;
        throw new Failure('UPSTREAM_UNAVAILABLE', 'not now');
      }
      batches.push(batch);
      return { outcome: 'ACCEPTED', applied: batch.changes.length, exceptions: 0 };
    },
    hasTaken: async (connection, { eventId, bodySha256 }) =>
      batches.some(
        (batch) =>
          batch.connection === connection &&
          batch.delivery?.eventId === eventId &&
          batch.delivery.bodySha256 === bodySha256,
      ),
    watermark: async (_connection, stream) =>
      batches.findLast((batch) => batch.watermark?.stream === stream)?.watermark?.value ?? null,
  };
  return { sink, batches, state };
};

describe('polling', () => {
  const pollingOver = (poll: PolledStream['poll']) => {
    const clock = createTestClock();
    const memory = createMemorySink();
    const stream: PolledStream = { name: 'things', intervalMs: 1_000, poll };
    const start = () =>
      startPolling(
        { system: 'erp', connection: 'erp-main', streams: [stream] },
        { sink: memory.sink, clock, ids, log: silentLog },
      );
    return { clock, start, ...memory };
  };

  test('a refused batch is read again from the same watermark: nothing is skipped', async () => {
    const asked: (string | null)[] = [];
    const { clock, start, batches, state } = pollingOver(async (watermark) => {
      asked.push(watermark);
      const n = Number(watermark ?? '0') + 1;
      return { changes: [variant(`S${n}`)], rejected: [], watermark: String(n), more: n < 3 };
    });
    state.refuse = 2;
    const polling = start();
    expect(polling.pending()).toEqual(['things']);
    await clock.advance(5_000);
    expect(polling.pending()).toEqual([]);
    await polling[Symbol.asyncDispose]();
    expect(asked.slice(0, 5)).toEqual([null, null, null, '1', '2']);
    expect(batches.slice(0, 3).map(({ watermark }) => watermark)).toEqual([
      { stream: 'things', value: '1', complete: false, streams: ['things'] },
      { stream: 'things', value: '2', complete: false, streams: ['things'] },
      { stream: 'things', value: '3', complete: true, streams: ['things'] },
    ]);
  });

  test('a restarted poller goes on where the sink stands', async () => {
    const asked: (string | null)[] = [];
    const { clock, start } = pollingOver(async (watermark): Promise<PolledChanges> => {
      asked.push(watermark);
      return { changes: [], rejected: [], watermark: '42', more: false };
    });
    const first = start();
    await clock.advance(0);
    await first[Symbol.asyncDispose]();
    const second = start();
    await clock.advance(0);
    await second[Symbol.asyncDispose]();
    expect(asked).toEqual([null, '42']);
  });

  test('a quiet stream proves its contact every few seconds, not at every poll', async () => {
    const { clock, start, batches } = pollingOver(async () => ({
      changes: [],
      rejected: [],
      watermark: 'same',
      more: false,
    }));
    const polling = start();
    for (let second = 0; second < 10; second++) await clock.advance(1_000);
    await polling[Symbol.asyncDispose]();
    expect(batches.length).toBeGreaterThanOrEqual(2);
    expect(batches.length).toBeLessThanOrEqual(3);
  });

  test('a failing vendor is asked ever less often', async () => {
    let asks = 0;
    const { clock, start } = pollingOver(async () => {
      asks += 1;
      throw new Failure('UPSTREAM_UNAVAILABLE', 'down');
    });
    const polling = start();
    for (let second = 0; second < 60; second++) await clock.advance(1_000);
    await polling[Symbol.asyncDispose]();
    expect(asks).toBeGreaterThanOrEqual(5);
    expect(asks).toBeLessThanOrEqual(12);
  });
});

describe('pushed deliveries', () => {
  const body = Buffer.from('{"hello":1}');
  const deliver = async (push: Partial<PushInlet>, refuse = 0) => {
    const memory = createMemorySink();
    memory.state.refuse = refuse;
    const route = createPushRoute(
      {
        system: 'pos',
        connection: 'pos-main',
        push: {
          verify: () => ({ verdict: 'genuine', eventId: 'e-1' }),
          read: async () => ({ changes: [variant('S1')], rejected: [] }),
          ...push,
        },
      },
      { sink: memory.sink, clock: createTestClock(), ids, log: silentLog },
    );
    const response = await route.handle({
      method: 'POST',
      path: '/webhooks/pos-main',
      query: new URLSearchParams(),
      headers: { host: 'shop.example' },
      rawBody: body,
      url: '/webhooks/pos-main',
      isGone: false,
      signal: new AbortController().signal,
    });
    return { response, batches: memory.batches, route };
  };

  test('is acknowledged after the commit, with its event id and the hash of its bytes', async () => {
    const { response, batches, route } = await deliver({});
    expect(route.path).toBe('/webhooks/pos-main');
    expect(response.status).toBe(200);
    expect(batches).toMatchObject([
      {
        connection: 'pos-main',
        delivery: { eventId: 'e-1', bodySha256: createHash('sha256').update(body).digest('hex') },
      },
    ]);
  });

  test('is verified against the address it came to', async () => {
    const urls: string[] = [];
    await deliver({
      verify: ({ url }) => {
        urls.push(url);
        return { verdict: 'genuine', eventId: 'e' };
      },
    });
    expect(urls).toEqual(['http://shop.example/webhooks/pos-main']);
  });

  test('with a wrong signature is refused with the reason and changes nothing', async () => {
    const { response, batches } = await deliver({
      verify: () => ({ verdict: 'refused', status: 401, reason: 'the signature does not match' }),
    });
    expect(response).toMatchObject({ status: 401, body: JSON.stringify({ error: 'the signature does not match' }) });
    expect(batches).toEqual([]);
  });

  test('is asked for again when the intake is away or the vendor cannot be read', async () => {
    const away = await deliver({}, 1);
    expect(away.response).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    const unreadable = await deliver({
      read: async () => {
        throw new Failure('UPSTREAM_UNAVAILABLE', 'down');
      },
    });
    expect(unreadable.response.status).toBe(503);
    expect(unreadable.batches).toEqual([]);
  });

  describe('that come again', () => {
    const routeOver = (read: PushInlet['read'] = async () => ({ changes: [variant('S1')], rejected: [] })) => {
      const memory = createMemorySink();
      const outcomes: string[] = [];
      let reads = 0;
      /** Each has a memory of its own, as after a restart or on another replica. */
      const open = () =>
        createPushRoute(
          {
            system: 'pos',
            connection: 'pos-main',
            push: {
              verify: ({ headers }) => ({ verdict: 'genuine', eventId: headers.event ?? '' }),
              read: (delivery, call) => {
                reads += 1;
                return read(delivery, call);
              },
            },
          },
          {
            sink: memory.sink,
            clock: createTestClock(),
            ids,
            log: silentLog,
            observe: (connection, outcome) => outcomes.push(`${connection} ${outcome}`),
          },
        );
      const post = (route: ReturnType<typeof open>, event: string, text = '{"hello":1}') =>
        route.handle({
          method: 'POST',
          path: '/webhooks/pos-main',
          query: new URLSearchParams(),
          headers: { host: 'shop.example', event },
          rawBody: Buffer.from(text),
          url: '/webhooks/pos-main',
          isGone: false,
          signal: new AbortController().signal,
        });
      return { open, post, outcomes, reads: () => reads, ...memory };
    };
    const duplicate = { status: 200, body: JSON.stringify({ outcome: 'DUPLICATE' }) };

    test('are known without asking the vendor, on another replica too, and counted', async () => {
      const { open, post, outcomes, reads, batches } = routeOver();
      const first = open();
      expect(await post(first, 'e-1')).toMatchObject({ status: 200, body: JSON.stringify({ outcome: 'ACCEPTED' }) });
      expect(await post(first, 'e-1')).toMatchObject(duplicate);
      expect(await post(open(), 'e-1')).toMatchObject(duplicate);
      expect(reads()).toBe(1);
      expect(batches).toHaveLength(1);
      expect(outcomes).toEqual(['pos-main ACCEPTED', 'pos-main DUPLICATE', 'pos-main DUPLICATE']);
    });

    test('with another body are no repeats', async () => {
      const { open, post, reads } = routeOver();
      const route = open();
      await post(route, 'e-1');
      await post(route, 'e-1', '{"hello":2}');
      expect(reads()).toBe(2);
    });

    test('at the same moment wait for the first: acknowledged with it', async () => {
      const reading = Promise.withResolvers<Awaited<ReturnType<PushInlet['read']>>>();
      const { open, post, reads, batches } = routeOver(() => reading.promise);
      const route = open();
      const both = Promise.all([post(route, 'e-1'), post(route, 'e-1')]);
      reading.resolve({ changes: [variant('S1')], rejected: [] });
      expect((await both).map(({ body }) => body)).toEqual([
        JSON.stringify({ outcome: 'ACCEPTED' }),
        JSON.stringify({ outcome: 'DUPLICATE' }),
      ]);
      expect(reads()).toBe(1);
      expect(batches).toHaveLength(1);
    });

    test('while the first fails are asked for again with it, and then taken', async () => {
      const { open, post, outcomes, batches, state } = routeOver();
      state.refuse = 1;
      const route = open();
      const both = await Promise.all([post(route, 'e-1'), post(route, 'e-1')]);
      expect(both.map(({ status }) => status)).toEqual([503, 503]);
      expect(await post(route, 'e-1')).toMatchObject({ body: JSON.stringify({ outcome: 'ACCEPTED' }) });
      expect(batches).toHaveLength(1);
      expect(outcomes).toEqual(['pos-main FAILED', 'pos-main FAILED', 'pos-main ACCEPTED']);
    });
  });

  test('that can never be read is put on record and acknowledged, so that it does not block the next', async () => {
    const { response, batches } = await deliver({
      read: async () => {
        throw new Failure('UPSTREAM_MALFORMED', 'data.object.counts: expected array');
      },
    });
    expect(response.status).toBe(200);
    expect(batches[0]?.rejected).toEqual([
      { kind: 'SCHEMA_MISMATCH', subject: 'pos-main:delivery', message: 'data.object.counts: expected array' },
    ]);
  });
});
