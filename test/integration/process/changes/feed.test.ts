/** The feed as it runs: the intake, the journal, HTTP over real sockets, and followers. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { type Clock, systemClock } from '#runtime/clock.ts';
import { type HttpServer, openHttpServer } from '#runtime/http/server.ts';
import { STALLED_AFTER_MS } from '#runtime/http/stream.ts';
import { systemIds } from '#runtime/ids.ts';
import type { ChangeFeedLine, FeedPosition } from '#runtime/inlet/change-feed.ts';
import { followChanges } from '#runtime/inlet/change-feed-follower.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { silentLog } from '#runtime/log.ts';
import { CHANGES_CHANNEL, changesEntries } from '#subgraphs/process/changes/entry.ts';
import { createChangeFeed, QUIET_MS } from '#subgraphs/process/changes/feed.ts';
import { createChangeRoutes } from '#subgraphs/process/changes/http.ts';
import {
  loadBasics,
  location,
  openProcess,
  stock,
  type TestProcess,
  variant,
} from '#test/integration/process/intake/process.ts';
import { createChangeListener, type Heard } from '#test/support/change-listener.ts';
import { createTestClock } from '#test/support/clock.ts';
import { testDatabases } from '#test/support/databases.ts';
import { within } from '#test/support/event-log.ts';
import { eventually } from '#test/support/eventually.ts';

const serve = (journal: Journal, clock: Clock = systemClock, port = 0): Promise<HttpServer> =>
  openHttpServer(
    { host: '127.0.0.1', port, name: 'process', portVariable: 'PROCESS_PORT' },
    { log: silentLog, ids: systemIds, clock },
    createChangeRoutes(createChangeFeed({ journal, clock }), async (authorization) => ({
      scopes: new Set(authorization === 'Bearer follower' ? ['changes:read'] : ['intake:write']),
    })),
  );

const changesIn = (heard: readonly Heard[]) => heard.filter((item) => item !== 'missed');

const openReplicaOf = ({ database }: TestProcess): Promise<Journal> =>
  openJournal(database, DEFAULT_JOURNAL_OPTIONS, { clock: systemClock, ids: systemIds, log: silentLog });

const follow = (url: string) => {
  const listener = createChangeListener();
  const following = followChanges(
    { url: `${url}/changes` },
    { authorization: async () => 'Bearer follower', clock: systemClock, ids: systemIds, log: silentLog },
    listener,
  );
  return {
    ...listener,
    position: () => following.position(),
    hears: (count: number) => within(`${count} things to be heard`, listener.heardCount(count), systemClock, 30_000),
    hearsChanges: (count: number) =>
      within(
        `${count} changes to be heard`,
        listener.until((heard) => changesIn(heard).length >= count),
        systemClock,
        30_000,
      ),
    [Symbol.asyncDispose]: () => following[Symbol.asyncDispose](),
  };
};

/** The feed read line by line, by nobody's rules but HTTP's. */
const read = async (url: string, after?: FeedPosition) => {
  const query = after ? `?epoch=${after.epoch}&after=${after.position}` : '';
  const leaving = new AbortController();
  const answer = await fetch(`${url}/changes${query}`, {
    headers: { authorization: 'Bearer follower' },
    signal: leaving.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const next = async (): Promise<ChangeFeedLine> => {
    for (;;) {
      const end = rest.indexOf('\n');
      if (end >= 0) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        return JSON.parse(line);
      }
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error('the feed ended');
      rest += value;
    }
  };
  return {
    answer,
    next: () => within('a line', next(), systemClock, 30_000),
    [Symbol.dispose]: () => leaving.abort(),
  };
};

/** Carries connections to a server until it is told to cut them. */
const openLink = async (port: number) => {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const at = (second: number): string => new Date(Date.UTC(2026, 2, 2, 8, 0, second)).toISOString();
const sell = (process: TestProcess, sku: string, second: number) =>
  process.accept('wms', [stock(sku, 'WH-NORD', second, { asOf: at(second) })]);
/** A sale changes a number and with it what channels are told. */
const soldTags = (sku: string): readonly string[] => [`stock:${sku}`, `availability:${sku}`];

const appendDirectly = (process: TestProcess, tags: readonly string[]) =>
  process.database.transaction((tx) => process.journal.append(tx, changesEntries(tags, 'c-1')));

describe.each(testDatabases)('the change feed on $name', (kind) => {
  test('two followers get every change of every writer, in one order', async () => {
    await using process = await openProcess(kind);
    const skus = Array.from({ length: 6 }, (_, n) => `F${n}-S`);
    await process.poll('erp', [...skus.map((sku) => variant(sku)), location('WH-NORD')]);
    await using server = await serve(process.journal);
    await using first = follow(server.url);
    await using second = follow(server.url);
    await Promise.all([first.hears(1), second.hears(1)]);
    const { position } = await process.journal.head(CHANGES_CHANNEL);
    await Promise.all(Array.from({ length: 8 }, (_, round) => skus.map((sku) => sell(process, sku, round + 1))).flat());
    const entries = await process.journal.read(CHANGES_CHANNEL, position, 1_000);
    await Promise.all([first.hears(1 + entries.length), second.hears(1 + entries.length)]);
    const told = entries.map(({ payload }) => (payload as { readonly tags: readonly string[] }).tags);
    expect(first.heard).toEqual(['missed', ...told]);
    expect(second.heard).toEqual(['missed', ...told]);
    expect(new Set(told.flat())).toEqual(new Set(skus.flatMap(soldTags)));
  });

  test('a connection killed under a follower costs it nothing', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await using server = await serve(process.journal);
    await using link = await openLink(server.port);
    await using follower = follow(link.url);
    await follower.hears(1);
    for (let round = 1; round <= 12; round += 1) {
      await sell(process, 'P1000-S', round);
      if (round % 4 === 0) link.cut();
      // Every other time it has to be heard first, so that cuts also hit a follower that is up to date.
      else await follower.hears(1 + round);
    }
    await follower.hears(13);
    expect(follower.heard).toEqual(['missed', ...Array.from({ length: 12 }, () => soldTags('P1000-S'))]);
  });

  test('another replica goes on where one has stopped', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const server = await serve(process.journal);
    await using follower = follow(server.url);
    await follower.hears(1);
    await sell(process, 'P1000-S', 1);
    await follower.hears(2);
    await server.stop();
    await sell(process, 'P1000-M', 7);
    await using journal = await openReplicaOf(process);
    await using _ = await serve(journal, systemClock, server.port);
    await follower.hearsChanges(2);
    await sell(process, 'P1000-S', 3);
    await follower.hearsChanges(3);
    expect(changesIn(follower.heard)).toEqual([soldTags('P1000-S'), soldTags('P1000-M'), soldTags('P1000-S')]);
  });

  test('a restored history is told as missed', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const server = await serve(process.journal);
    await using follower = follow(server.url);
    await follower.hears(1);
    await sell(process, 'P1000-S', 1);
    await follower.hears(2);
    await process.database.query("update journal.meta set value = 'restored' where key = 'epoch'");
    await using journal = await openReplicaOf(process);
    await server.stop();
    await using _ = await serve(journal, systemClock, server.port);
    await eventually(
      async () => follower.position(),
      (position) => position?.epoch === 'restored',
    );
    await sell(process, 'P1000-S', 3);
    await follower.hearsChanges(2);
    // Once for the new history, and once more where the server was found away before it was there again.
    expect(new Set(follower.heard.slice(2, -1))).toEqual(new Set(['missed']));
    expect(follower.position()).toMatchObject({ epoch: 'restored' });
  });

  test('says where it is when nothing happens', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const clock = createTestClock();
    await using server = await serve(process.journal, clock);
    const { epoch, position } = await process.journal.head(CHANGES_CHANNEL);
    using reader = await read(server.url);
    expect(reader.answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(await reader.next()).toEqual({ kind: 'position', epoch, position });
    await sell(process, 'P1000-S', 1);
    expect(await reader.next()).toEqual({ kind: 'changed', position: position + 1, tags: soldTags('P1000-S') });
    await clock.advance(QUIET_MS);
    expect(await reader.next()).toEqual({ kind: 'position', epoch, position: position + 1 });
    await clock.advance(QUIET_MS);
    expect(await reader.next()).toEqual({ kind: 'position', epoch, position: position + 1 });
  });

  test('resumes from what is still held, and starts now from anything else', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await using server = await serve(process.journal);
    const { epoch, position: from } = await process.journal.head(CHANGES_CHANNEL);
    for (const second of [1, 2, 3]) await sell(process, 'P1000-S', second);
    const firstLine = async (after: FeedPosition) => {
      using reader = await read(server.url, after);
      const line = await reader.next();
      return line.kind === 'position' ? line.position - from : null;
    };
    expect(await firstLine({ epoch, position: from })).toBe(0);
    expect(await firstLine({ epoch, position: from + 3 })).toBe(3);
    expect(await firstLine({ epoch: 'other', position: from })).toBe(3);
    expect(await firstLine({ epoch, position: from + 4 })).toBe(3);
    await process.database.query('delete from journal.entry where channel = $1 and position <= $2', [
      CHANGES_CHANNEL,
      from + 1,
    ]);
    expect(await firstLine({ epoch, position: from })).toBe(3);
    expect(await firstLine({ epoch, position: from + 1 })).toBe(1);
  });

  test('a reader that reads nothing is cut, and gets the rest when it comes back', async () => {
    await using process = await openProcess(kind);
    const clock = createTestClock();
    await using server = await serve(process.journal, clock);
    const { epoch, position: from } = await process.journal.head(CHANGES_CHANNEL);
    // More than all buffers between the feed and its reader hold.
    const many = Array.from({ length: 1_000 }, (_, n) => `document:erp-main/sales-order/${'x'.repeat(60)}${n}`);
    const entries = 300;
    for (let n = 0; n < entries; n += 1) await appendDirectly(process, many);
    const socket = connect(server.port, '127.0.0.1');
    socket.pause();
    socket.write(
      `GET /changes?epoch=${epoch}&after=${from} HTTP/1.1\r\nhost: here\r\nauthorization: Bearer follower\r\n\r\n`,
    );
    // A write that waits for its reader is the one delay there is; it is stuck when it lasts.
    for (let turns = 0; turns < 2_000; turns = clock.pending() === 1 ? turns + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(STALLED_AFTER_MS);
    let received = '';
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    for await (const text of socket) received += text;
    await closed;
    const whole = received.split('\n').filter((text) => /^\{"kind":"changed".*\}\r?$/.test(text));
    const last = whole.length > 0 ? (JSON.parse(whole.at(-1) ?? '') as ChangeFeedLine).position : from;
    expect(last).toBeLessThan(from + entries);
    using reader = await read(server.url, { epoch, position: last });
    expect((await reader.next()).position).toBe(last);
    for (let position = last + 1; position <= from + entries; position += 1)
      expect(await reader.next()).toEqual({ kind: 'changed', position, tags: many });
  });

  test('is for followers only, and says what is wrong with a position', async () => {
    await using process = await openProcess(kind);
    await using server = await serve(process.journal);
    const ask = async (query: string, authorization = 'Bearer follower') => {
      const answer = await fetch(`${server.url}/changes${query}`, { headers: { authorization } });
      const told = (await answer.json()) as { readonly errors: readonly { readonly extensions: unknown }[] };
      return [answer.status, told.errors[0]?.extensions];
    };
    expect(await ask('', 'Bearer intake')).toEqual([403, expect.objectContaining({ code: 'FORBIDDEN' })]);
    for (const query of ['?epoch=e&after=-1', '?epoch=e&after=1.5', '?epoch=e&after=', '?epoch=e', '?after=1'])
      expect(await ask(query)).toEqual([400, expect.objectContaining({ code: 'BAD_INPUT' })]);
  });
});
