import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { type Clock, systemClock } from '#runtime/clock.ts';
import type { RouteResponse } from '#runtime/http/routes.ts';
import { type HttpServer, openHttpServer } from '#runtime/http/server.ts';
import { STALLED_AFTER_MS } from '#runtime/http/stream.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createTestClock } from '#test/support/clock.ts';

type Make = (signal: AbortSignal) => NonNullable<RouteResponse['body']>;

const serve = (make: Make, clock: Clock = systemClock): Promise<HttpServer> =>
  openHttpServer(
    { host: '127.0.0.1', port: 0, name: 'process', portVariable: 'PROCESS_PORT' },
    { log: silentLog, ids: systemIds, clock },
    [{ method: 'GET', path: '/', handle: ({ signal }) => ({ status: 200, body: make(signal) }) }],
  );

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );

/** One word, then nothing until its request is over. */
const oneWord = (ended: () => void): Make =>
  async function* (signal) {
    try {
      yield 'word\n';
      await untilAborted(signal);
    } finally {
      ended();
    }
  };

const firstChunk = async (answer: Response) => {
  const reader = answer.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  return { reader, text: new TextDecoder().decode(value) };
};

/** More than any buffer between here and the reader can hold. */
const createFlood = () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let pulled = 0;
  const make: Make = async function* () {
    try {
      for (;;) {
        pulled += 1;
        yield 'x'.repeat(65_536);
      }
    } finally {
      end();
    }
  };
  /** Resolves when buffers are full: nothing has been pulled for many turns of the event loop. */
  const atRest = async (): Promise<number> => {
    let seen = -1;
    while (seen !== pulled || pulled === 0) {
      seen = pulled;
      for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    return pulled;
  };
  return { make, ended, atRest, pulled: () => pulled };
};

describe('an answer that is a stream', () => {
  test('arrives piece by piece, each as soon as it is there', async () => {
    const { promise: second, resolve: release } = Promise.withResolvers<void>();
    await using server = await serve(async function* () {
      yield 'eins ';
      await second;
      yield 'zwei';
    });
    const answer = await fetch(server.url);
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, null]);
    const { reader, text } = await firstChunk(answer);
    expect(text).toBe('eins ');
    release();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('zwei');
    expect((await reader?.read())?.done).toBe(true);
  });

  test('ends when its reader leaves', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    await using server = await serve(oneWord(end));
    const { reader } = await firstChunk(await fetch(server.url));
    await reader?.cancel();
    await ended;
  });

  test('ends in good order when the server stops, which does not wait out its grace time', async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    // No time passes: a stop that waited to be forced would never end.
    const server = await serve(oneWord(end), createTestClock());
    const { reader } = await firstChunk(await fetch(server.url));
    await server.stop();
    await ended;
    expect((await reader?.read())?.done).toBe(true);
  });

  test('is broken off, not ended, when it fails half-way', async () => {
    await using server = await serve(async function* () {
      yield 'half';
      throw new Error('no more');
    });
    await expect(fetch(server.url).then((answer) => answer.text())).rejects.toThrow();
  });

  test('is not pulled for HEAD', async () => {
    let pulled = false;
    await using server = await serve(async function* () {
      pulled = true;
      yield 'word';
    });
    expect(await (await fetch(server.url, { method: 'HEAD' })).text()).toBe('');
    expect(pulled).toBe(false);
  });

  test('is pulled at the pace of its reader, who is cut after reading nothing for a while', async () => {
    const clock = createTestClock();
    const flood = createFlood();
    await using server = await serve(flood.make, clock);
    const socket = connect(server.port, '127.0.0.1');
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
    const pulled = await flood.atRest();
    await clock.advance(STALLED_AFTER_MS - 1);
    expect(flood.pulled()).toBe(pulled);
    await clock.advance(1);
    await flood.ended;
    expect(flood.pulled()).toBe(pulled);
    socket.destroy();
  });

  test('goes on as long as its reader reads, however slowly', async () => {
    const clock = createTestClock();
    const flood = createFlood();
    await using server = await serve(flood.make, clock);
    const reader = (await fetch(server.url)).body?.getReader();
    for (let pause = 0; pause < 3; pause += 1) {
      const pulled = await flood.atRest();
      await clock.advance(STALLED_AFTER_MS - 1);
      while (flood.pulled() === pulled) expect((await reader?.read())?.done).toBe(false);
    }
    await reader?.cancel();
    await flood.ended;
  });
});
