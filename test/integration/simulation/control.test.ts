/** The control endpoints: what they take, what they refuse and how they say so. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTinyHost, type Setup } from './setup.ts';

let setup: Setup;
beforeEach(async () => {
  setup = await openTinyHost();
});
afterEach(async () => {
  await setup[Symbol.asyncDispose]();
});

const send = (method: string, path: string, body?: string): Promise<Response> =>
  fetch(`${setup.url}/_control/${path}`, { method, ...(body === undefined ? {} : { body }) });

describe('faults', () => {
  it('are added, listed, cleared one by one and all together', async () => {
    const first = await setup.control.addFault({ kind: 'unavailable' });
    const second = await setup.control.addFault({ kind: 'slow', delayMs: 5, durationMs: 60_000 });
    await setup.control.addFault({ kind: 'reset' });
    expect(second).toMatchObject({ addedAtMs: setup.clock.now(), endsAtMs: setup.clock.now() + 60_000, applied: 0 });
    await setup.control.clearFaults(first.id);
    expect((await setup.control.faults()).map((fault) => fault.kind)).toEqual(['slow', 'reset']);
    await setup.control.clearFaults();
    expect(await setup.control.faults()).toEqual([]);
  });

  it('are refused with a message that names the field', async () => {
    const answer = await send('POST', 'faults', '{"kind":"slow","delay":5}');
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: string };
    expect(error).toContain('delayMs: ');
    expect(error).toContain('delay: unknown for fault "slow"; allowed: kind, match, count, durationMs, delayMs');
    expect(await setup.control.faults()).toEqual([]);
  });

  it('that are not in force cannot be cleared by id', async () => {
    await expect(setup.control.clearFaults('gone')).rejects.toMatchObject({
      status: 404,
      message: 'fault "gone" is not in force: GET faults lists those that are',
    });
  });

  it.each(['', 'kind=slow', '[]', 'null', '"slow"'])('must be a JSON object, not %p', async (body) => {
    const answer = await send('POST', 'faults', body);
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'body: must be a JSON object' }]);
  });

  it('do not strike the control endpoints, which the ledger does not count either', async () => {
    await setup.control.addFault({ kind: 'reset' });
    expect((await setup.control.ledger()).calls).toBe(0);
  });
});

describe('the ledger', () => {
  it('starts anew when it is deleted', async () => {
    await fetch(`${setup.url}/v1/notes`);
    expect((await setup.control.ledger()).calls).toBe(1);
    await setup.clock.advance(5_000);
    await setup.control.resetLedger();
    expect(await setup.control.ledger()).toMatchObject({ calls: 0, operations: {}, sinceMs: setup.clock.now() });
  });
});

describe('act', () => {
  it('passes the command on and answers what the simulator says', async () => {
    const answer = await send('POST', 'act', '{"kind":"subscribe","url":"http://127.0.0.1:9/"}');
    expect([answer.status, await answer.json()]).toEqual([200, { subscribed: 'http://127.0.0.1:9/' }]);
  });

  it('is refused with the simulator’s own message', async () => {
    await expect(setup.control.act({ kind: 'subscribe' })).rejects.toMatchObject({
      status: 400,
      message: 'url: where the webhooks go',
    });
  });

  it('must say what is to happen', async () => {
    const answer = await send('POST', 'act', '{}');
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'kind: must name what is to happen' }]);
  });
});

describe('other requests', () => {
  it.each(['nothing', 'toString', 'faults/a/b', ''])('there is no control %p', async (name) => {
    const answer = await send('GET', name);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('there are faults, ledger, act');
  });

  it('a control tells which methods it answers', async () => {
    const answer = await send('PUT', 'faults', '{}');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST, DELETE']);
  });
});
