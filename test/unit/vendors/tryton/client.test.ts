/** The client against a small server of this test's own that speaks the protocol as scripted. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor } from '#runtime/resilience/governor.ts';
import { createTestClock } from '#test/support/clock.ts';
import { createTrytonClient, type TrytonClient } from '#vendors/tryton/client.ts';
import { faultOf, isConcurrencyConflict } from '#vendors/tryton/faults.ts';
import { trytonLimits } from '#vendors/tryton/limits.ts';

type Request = {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly method: string;
  readonly params: readonly unknown[];
};
type Answer = { readonly status?: number; readonly body: unknown };

const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'DETAIL', correlationId: 'test' };
const PASSWORD = 'pa55word';
const KEY = 'c0ffee00';

let server: Server;
let requests: Request[];
let answer: (request: Request) => Answer | Promise<Answer>;
let client: TrytonClient;

const result = (value: unknown): Answer => ({ body: { id: 1, result: value } });
const refusal = (...error: readonly unknown[]): Answer => ({ body: { id: 1, error } });
const page = (status: number): Answer => ({ status, body: '<!doctype html><h1>Refused</h1>' });

/** Logs in and gives the context like a real server; what comes then is the test's. */
const script = (rest: (request: Request, count: number) => Answer | Promise<Answer>): void => {
  let count = 0;
  answer = (request) => {
    if (request.method === 'common.db.login') return result([7, KEY]);
    if (request.method === 'model.res.user.get_preferences') return result({ company: 1, language: 'en' });
    count += 1;
    return rest(request, count);
  };
};
const asked = (method: string): readonly Request[] => requests.filter((request) => request.method === method);

beforeEach(async () => {
  requests = [];
  server = createServer((message, response) => {
    const parts: Buffer[] = [];
    message.on('data', (part: Buffer) => parts.push(part));
    message.on('end', async () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as { method: string; params: unknown[] };
      const request = { path: message.url ?? '', authorization: message.headers.authorization, ...body };
      requests.push(request);
      const { status = 200, body: answered } = await answer(request);
      response.writeHead(status).end(typeof answered === 'string' ? answered : JSON.stringify(answered));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const deps = { clock: createTestClock(), ids: { ...systemIds, random: () => 0 }, log: silentLog };
  client = createTrytonClient(
    { baseUrl: `http://127.0.0.1:${port}/`, database: 'retail', user: 'ada', password: PASSWORD },
    { ...deps, upstream: createGovernor({ connection: 'under-test', limits: trytonLimits }, deps) },
  );
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ping = (): Promise<string> =>
  client.call('party.party', 'ping', [1], { call: CALL, idempotent: true, decode: z.string() });
const write = (acknowledgeWarnings: boolean): Promise<unknown> =>
  client.call('stock.move', 'do', [[1]], { call: CALL, idempotent: false, decode: z.null(), acknowledgeWarnings });
const failureOf = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => null).catch((e) => e);

describe('sessions', () => {
  it('are opened by the first call, once for all that wait, and carried by every call with the context', async () => {
    script(() => result('pong'));
    expect(requests).toHaveLength(0);
    expect(await Promise.all([ping(), ping(), ping()])).toEqual(['pong', 'pong', 'pong']);
    expect(asked('common.db.login').map(({ params }) => params)).toEqual([['ada', { password: PASSWORD }]]);
    const calls = asked('model.party.party.ping');
    expect(calls).toHaveLength(3);
    for (const call of calls) {
      expect(call.path).toBe('/retail/');
      expect(call.authorization).toBe(`Session ${Buffer.from(`ada:7:${KEY}`).toString('base64')}`);
      expect(call.params).toEqual([1, { company: 1, language: 'en' }]);
    }
  });

  it('let a call add to the context', async () => {
    script(() => result([]));
    await client.search('party.party', { domain: [] }, { call: CALL, context: { language: 'de', active_test: false } });
    expect(asked('model.party.party.search')[0]?.params).toEqual([
      [],
      0,
      null,
      null,
      { company: 1, language: 'de', active_test: false },
    ]);
  });

  it('are renewed once when the server has forgotten them', async () => {
    script((_request, count) => (count === 1 ? page(401) : result('pong')));
    expect(await ping()).toBe('pong');
    expect(asked('common.db.login')).toHaveLength(2);
  });

  it('are not renewed again for a call that was rejected late', async () => {
    const renewed = Promise.withResolvers<void>();
    script(async (_request, count) => {
      if (count === 1) return page(401);
      if (count === 2) {
        await renewed.promise;
        return page(401);
      }
      return result('pong');
    });
    const early = ping().then((answered) => {
      renewed.resolve();
      return answered;
    });
    expect(await Promise.all([early, ping()])).toEqual(['pong', 'pong']);
    expect(asked('common.db.login')).toHaveLength(2);
  });

  it('that the server keeps rejecting are a refusal, not a loop', async () => {
    script(() => page(401));
    expect(await failureOf(ping())).toMatchObject({
      code: 'UPSTREAM_REFUSED',
      message: expect.stringMatching(/credentials of user "ada".*"retail"/),
    });
    expect(asked('common.db.login')).toHaveLength(2);
  });

  it('are not opened anew after a refused password until somebody asks again', async () => {
    answer = () => page(401);
    expect(await failureOf(ping())).toMatchObject({ code: 'UPSTREAM_REFUSED', details: { field: 'credentials' } });
    expect(requests).toHaveLength(1);
  });

  it('are opened even when the caller who asked first has left', async () => {
    const opened = Promise.withResolvers<Answer>();
    const began = Promise.withResolvers<void>();
    answer = ({ method }) => {
      if (method === 'common.db.login') {
        began.resolve();
        return opened.promise;
      }
      return result(method.endsWith('ping') ? 'pong' : {});
    };
    const leaving = new AbortController();
    const options = { call: { ...CALL, signal: leaving.signal }, idempotent: true, decode: z.string() };
    const first = failureOf(client.call('party.party', 'ping', [], options));
    const second = ping();
    await began.promise;
    leaving.abort(new Error('has left'));
    expect(await first).toMatchObject({ message: 'has left' });
    opened.resolve(result([7, KEY]));
    expect(await second).toBe('pong');
    expect(asked('common.db.login')).toHaveLength(1);
  });
});

describe('refusals', () => {
  it('of business rules keep their kind and words', async () => {
    script(() => refusal('UserError', ['The shipment is late.', 'Ask the carrier.', null]));
    const failure = await failureOf(ping());
    expect(failure).toMatchObject({ code: 'UPSTREAM_REFUSED' });
    expect(failure).toMatchObject({
      message: expect.stringMatching(/party\.party\.ping \(UserError\).*late\. Ask the/),
    });
    expect(faultOf(failure)).toMatchObject({ kind: 'UserError' });
  });

  it('never show a password, a session key or a traceback', async () => {
    script(() => refusal(`'${PASSWORD}' and ${KEY}`, `Traceback: ${PASSWORD}`));
    const failure = await failureOf(ping());
    expect(failure).toMatchObject({ message: expect.stringMatching(/INTERNAL.*'\*\*\*' and \*\*\*/) });
    expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toMatch(/pa55word|c0ffee00|Traceback/);
  });

  it('because somebody else was faster are told apart', async () => {
    script(() => refusal('ConcurrencyException', 'Records were modified in the meanwhile'));
    expect(isConcurrencyConflict(await failureOf(ping()))).toBe(true);
    script(() => refusal('UserError', ['no', '', null]));
    expect(isConcurrencyConflict(await failureOf(ping()))).toBe(false);
  });

  it.each([
    [403, /forbids party\.party\.ping/],
    [404, /no database "retail"/],
    [400, /HTTP 400/],
  ])('HTTP %d names what to look at', async (status, message) => {
    script(() => page(status));
    expect(await failureOf(ping())).toMatchObject({
      code: 'UPSTREAM_REFUSED',
      message: expect.stringMatching(message),
    });
  });
});

describe('warnings', () => {
  const warn = (name: string): Answer => refusal('UserWarning', [name, 'No origin.', '']);

  it('stop a write unless the caller said to go on', async () => {
    script(() => warn('a.done'));
    expect(faultOf(await failureOf(write(false)))).toMatchObject({ kind: 'UserWarning', warning: 'a.done' });
    expect(asked('model.res.user.warning.create')).toHaveLength(0);
  });

  it('are acknowledged one after the other, each once', async () => {
    const open = ['a.done', 'b.done'];
    script((request) => {
      if (request.method === 'model.res.user.warning.create') {
        open.shift();
        return result([1]);
      }
      const [next] = open;
      return next === undefined ? result(null) : warn(next);
    });
    expect(await write(true)).toBeNull();
    expect(asked('model.res.user.warning.create').map(({ params }) => params[0])).toEqual([
      [{ user: 7, name: 'a.done', always: false }],
      [{ user: 7, name: 'b.done', always: false }],
    ]);
    expect(asked('model.stock.move.do')).toHaveLength(3);
  });

  it('that stand after their acknowledgement end the call', async () => {
    script((request) => (request.method === 'model.res.user.warning.create' ? result([1]) : warn('a.done')));
    expect(faultOf(await failureOf(write(true)))).toMatchObject({ warning: 'a.done' });
    expect(asked('model.res.user.warning.create')).toHaveLength(1);
  });
});

describe('answers', () => {
  it('are plain values by the time they are checked', async () => {
    const date = { __class__: 'date', year: 2026, month: 11, day: 20 };
    script(() => result([{ id: 1, on: date, total: { __class__: 'Decimal', decimal: '9.90' } }]));
    const row = z.object({ id: z.number(), on: z.string(), total: z.string() });
    expect(await client.read('sale.sale', [1], ['on', 'total'], row, { call: CALL })).toEqual([
      { id: 1, on: '2026-11-20', total: '9.90' },
    ]);
  });

  it.each([
    ['a field of another type', result([{ id: 'one' }]), /party\.party\.read is malformed at result\.0\.id/],
    ['no result at all', { body: { id: 1 } }, /at body/],
    ['no JSON', { body: 'oops' }, /at body: not JSON/],
    ['an unknown class of value', result([{ id: { __class__: 'Point' } }]), /at result: unknown value class "Point"/],
  ])('with %s are malformed, and the message says where', async (_what, answered, message) => {
    script(() => answered);
    const row = z.object({ id: z.number() });
    expect(await failureOf(client.read('party.party', [1], ['id'], row, { call: CALL }))).toMatchObject({
      code: 'UPSTREAM_MALFORMED',
      message: expect.stringMatching(message),
    });
  });

  it('to no question are not asked for', async () => {
    script(() => result([]));
    expect(await client.read('party.party', [], ['id'], z.object({ id: z.number() }), { call: CALL })).toEqual([]);
    expect(requests).toHaveLength(0);
  });

  it('that never came to a write are not asked for again', async () => {
    script((_request, count) => (count === 1 ? { status: 503, body: '' } : result('pong')));
    expect(await failureOf(write(false))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(asked('model.stock.move.do')).toHaveLength(1);
  });
});
