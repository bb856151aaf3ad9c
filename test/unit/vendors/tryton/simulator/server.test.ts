import { describe, expect, test } from '@jest/globals';
import { createBench, emptyCompany } from './bench.ts';

const rpc = (method: string, params: readonly unknown[]): string => JSON.stringify({ id: 3, method, params });
const fresh = () => createBench(emptyCompany('2026-03-02T08:00:00.000Z'));

describe('sessions', () => {
  test('a password opens a session, none asks for it, a wrong one is a 401 page', async () => {
    const bench = fresh();
    const asked = await bench.raw({ rawBody: rpc('common.db.login', ['admin', {}]) });
    expect(asked.body).toEqual({ id: 3, error: ['LoginException', ['password', 'Password for admin', 'password']] });
    const refused = await bench.raw({ rawBody: rpc('common.db.login', ['admin', { password: 'no' }]) });
    expect(refused.status).toBe(401);
    expect(String(refused.body)).toContain('<title>401 Unauthorized</title>');
    const opened = await bench.raw({ rawBody: rpc('common.db.login', ['admin', { password: 'admin' }]) });
    expect(opened.body).toEqual({ id: 3, result: [1, expect.stringMatching(/^[0-9a-f]{64}$/)] });
  });

  test('five wrong passwords close the door for five minutes, also to the right one', async () => {
    const bench = fresh();
    for (let attempt = 0; attempt < 5; attempt++) {
      await bench.raw({ rawBody: rpc('common.db.login', ['admin', { password: 'no' }]) });
    }
    const right = rpc('common.db.login', ['admin', { password: 'admin' }]);
    expect((await bench.raw({ rawBody: right })).status).toBe(429);
    await bench.clock.advance(300_000);
    expect((await bench.raw({ rawBody: right })).status).toBe(200);
  });

  test('a call without a session, or with one that has been idle for five minutes, is refused without a word', async () => {
    const bench = fresh();
    const search = rpc('model.sale.sale.search', [[], 0, 1, null, {}]);
    expect(await bench.raw({ rawBody: search })).toEqual({ status: 401, body: '' });
    const authorization = await bench.authorization();
    const call = { headers: { authorization }, rawBody: search };
    await bench.clock.advance(299_000);
    expect((await bench.raw(call)).status).toBe(200);
    await bench.clock.advance(301_000);
    expect(await bench.raw(call)).toEqual({ status: 401, body: '' });
  });
});

describe('refusals', () => {
  test('unknown methods are forbidden, unknown models and fields are key errors', async () => {
    const bench = fresh();
    const authorization = await bench.authorization();
    const forbidden = await bench.raw({ headers: { authorization }, rawBody: rpc('model.sale.sale.nope', [{}]) });
    expect(forbidden.status).toBe(403);
    expect(await bench.refused('no.such.read', [[1], []])).toEqual(["'no.such'", '']);
    expect(await bench.refused('sale.sale.search_read', [[], 0, 1, null, ['nope']])).toEqual(["'nope'", '']);
    expect(await bench.refused('sale.sale.search', [[['nope', '=', 1]], 0, 1, null])).toEqual(["'nope'", '']);
  });

  test('the last parameter must be a context', async () => {
    const bench = fresh();
    const authorization = await bench.authorization();
    const answer = await bench.raw({ headers: { authorization }, rawBody: rpc('model.sale.sale.search', [[], 0]) });
    expect(answer.body).toEqual({ id: 3, error: ['Missing context argument', ''] });
  });

  test('one unknown id refuses the whole read', async () => {
    const bench = fresh();
    expect(await bench.refused('product.uom.read', [[1, 999], ['name']])).toEqual([
      'UserError',
      ['You are trying to read records "1, 999" of "Unit of Measure" that don\'t exist anymore.', '', null],
    ]);
  });

  test('another database, path, verb or body is refused by the server itself', async () => {
    const bench = fresh();
    const version = rpc('common.server.version', []);
    expect((await bench.raw({ path: '/', rawBody: version })).body).toEqual({ id: 3, result: '6.0.29' });
    expect((await bench.raw({ path: '/other/', rawBody: rpc('common.db.login', []) })).body).toHaveProperty('error');
    expect((await bench.raw({ path: '/retail/x', rawBody: version })).status).toBe(404);
    expect((await bench.raw({ method: 'GET' })).status).toBe(405);
    expect((await bench.raw({ rawBody: '{' })).status).toBe(500);
  });
});

describe('writing', () => {
  test('a write made for an older state of the record is refused', async () => {
    const bench = fresh();
    const [id] = (await bench.call('party.party.create', [[{ name: 'Ada' }]])) as number[];
    const [row] = (await bench.call('party.party.read', [[id], ['_timestamp']])) as { _timestamp: string }[];
    await bench.clock.advance(2_000);
    await bench.call('party.party.write', [[id], { name: 'Ada L.' }]);
    const stale = { _timestamp: { [`party.party,${id}`]: row?._timestamp } };
    await expect(bench.call('party.party.write', [[id], { name: 'Eve' }], stale)).rejects.toThrow(
      'Records were modified in the meanwhile',
    );
  });

  test('what a refused call had done before is taken back', async () => {
    const bench = fresh();
    const error = await bench.refused('product.template.create', [
      [
        {
          name: 'Mug',
          code: 'M',
          default_uom: 1,
          products: [['create', [{ identifiers: [['create', [{ type: 'ean', code: '123' }]]] }]]],
        },
      ],
    ]);
    expect(error).toEqual([
      'UserError',
      ['The International Article Number "123" for product "[M] Mug" is not valid.', '', null],
    ]);
    expect(await bench.call('product.template.search_count', [[]])).toBe(0);
    expect(await bench.call('product.product.search_count', [[]])).toBe(0);
  });

  test('the same reference is accepted twice: there is no idempotency', async () => {
    const bench = fresh();
    for (let turn = 0; turn < 2; turn++) await bench.call('sale.sale.create', [[{ party: 1, reference: 'WEB-1' }]]);
    expect(await bench.call('sale.sale.search_count', [[['reference', '=', 'WEB-1']]])).toBe(2);
    expect(bench.writes).toEqual(['sale.sale:WEB-1:create', 'sale.sale:WEB-1:create']);
  });

  test('a move without a reason asks once, and goes through once that is answered', async () => {
    const bench = createBench();
    const places = (await bench.call('stock.location.search_read', [
      [['code', 'in', ['SUP', 'WH-NORD-STO']]],
      0,
      null,
      [['code', 'ASC']],
      ['code'],
    ])) as { id: number }[];
    const move = { product: 1, quantity: 2, from_location: places[0]?.id, to_location: places[1]?.id };
    const [id] = (await bench.call('stock.move.create', [[move]])) as number[];
    const error = (await bench.refused('stock.move.do', [[id]])) as [string, string[]];
    expect(error[0]).toBe('UserWarning');
    await bench.call('res.user.warning.create', [[{ user: 1, name: error[1][0], always: false }]]);
    await bench.call('stock.move.do', [[id]]);
    expect(await bench.call('stock.move.read', [[id], ['state']])).toEqual([{ id, state: 'done' }]);
    expect(await bench.call('res.user.warning.search_count', [[]])).toBe(0);
  });
});
