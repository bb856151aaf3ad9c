/** Webhooks over real sockets: at least once, in order, and every fault that strikes them. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MOST_ATTEMPTS, pauseMsAfter } from '#simulation/host/deliverer.ts';
import { openWebhookTarget, type WebhookTarget } from '#test/support/webhook-target.ts';
import { openTinyHost, type Setup } from './setup.ts';

let setup: Setup;
let target: WebhookTarget;
beforeEach(async () => {
  setup = await openTinyHost();
  target = await openWebhookTarget();
  await setup.control.act({ kind: 'subscribe', url: `${target.url}/webhooks/tiny` });
});
afterEach(async () => {
  await setup[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

const note = (id: string) => setup.control.act({ kind: 'note', id });
const events = (): string[] => target.received.map((webhook) => String(webhook.headers['x-event']));
const attempted = (count: number) => setup.ledgerWhere((report) => report.deliveries.attempts === count);
const acknowledged = (count: number) => setup.ledgerWhere((report) => report.deliveries.acknowledged === count);

describe('a webhook', () => {
  it('is posted as the simulator wrote it', async () => {
    await note('e1');
    await acknowledged(1);
    expect(target.received).toMatchObject([
      { path: '/webhooks/tiny', headers: { 'x-event': 'e1' }, body: '{"id":"e1"}' },
    ]);
  });

  it('is repeated after 1, 2, 4 ... seconds until it is acknowledged, whatever went wrong', async () => {
    const startMs = setup.clock.now();
    target.answerNext(500, 'close', 302);
    await note('e1');
    await attempted(1);
    await setup.clock.advance(1_000);
    await attempted(2);
    await setup.clock.advance(2_000);
    await attempted(3);
    await setup.clock.advance(4_000);
    const { deliveries } = await acknowledged(1);
    expect(deliveries.events).toEqual([
      {
        eventId: 'e1',
        url: `${target.url}/webhooks/tiny`,
        attempts: [
          { atMs: startMs, status: 500 },
          { atMs: startMs + 1_000, status: 'failed' },
          { atMs: startMs + 3_000, status: 302 },
          { atMs: startMs + 7_000, status: 200 },
        ],
        outcome: 'acknowledged',
      },
    ]);
    expect(events()).toEqual(['e1', 'e1', 'e1', 'e1']);
  });

  it('is given up after the last attempt, and the next one gets its turn', async () => {
    target.answerNext(...Array.from({ length: MOST_ATTEMPTS }, () => 503));
    await note('e1');
    await note('e2');
    for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
      await attempted(attempt);
      await setup.clock.advance(pauseMsAfter(attempt));
    }
    const { deliveries } = await acknowledged(1);
    expect(deliveries).toMatchObject({ attempts: MOST_ATTEMPTS + 1, abandoned: 1 });
    expect(deliveries.events.map((event) => [event.eventId, event.outcome])).toEqual([
      ['e1', 'abandoned'],
      ['e2', 'acknowledged'],
    ]);
  });

  it('keeps its place: those behind it wait while it is repeated', async () => {
    target.answerNext(500);
    await note('e1');
    await note('e2');
    await note('e3');
    await attempted(1);
    expect(events()).toEqual(['e1']);
    await setup.clock.advance(1_000);
    await acknowledged(3);
    expect(events()).toEqual(['e1', 'e1', 'e2', 'e3']);
  });

  it('does not hold up those for another target', async () => {
    target.answerNext(500);
    await note('e1');
    await attempted(1);
    await using other = await openWebhookTarget();
    await setup.control.act({ kind: 'subscribe', url: other.url });
    await note('e2');
    await other.arrived(1);
    expect(events()).toEqual(['e1']);
  });
});

describe('duplicate', () => {
  it('sends the same webhook again', async () => {
    await setup.control.addFault({ kind: 'duplicate', copies: 2, count: 1 });
    await note('e1');
    await note('e2');
    await acknowledged(4);
    expect(events()).toEqual(['e1', 'e1', 'e1', 'e2']);
    expect(new Set(target.received.map((webhook) => webhook.body)).size).toBe(2);
  });
});

describe('reorder', () => {
  it('lets later webhooks overtake', async () => {
    await setup.control.addFault({ kind: 'reorder', overtakenBy: 2, count: 1 });
    for (const id of ['e1', 'e2', 'e3', 'e4']) {
      await note(id);
      if (id === 'e1') continue;
      await target.arrived(Number(id.slice(1)) - 1);
    }
    await acknowledged(4);
    expect(events().indexOf('e1')).toBeGreaterThanOrEqual(2);
    expect(events().slice(0, 2)).toEqual(['e2', 'e3']);
    expect([...events()].sort()).toEqual(['e1', 'e2', 'e3', 'e4']);
  });

  it('keeps a webhook no longer than its time when nothing overtakes it', async () => {
    await setup.control.addFault({ kind: 'reorder', holdMs: 2_000, count: 1 });
    await note('e1');
    await setup.clock.advance(1_999);
    expect((await setup.control.ledger()).deliveries.attempts).toBe(0);
    await setup.clock.advance(1);
    await acknowledged(1);
    expect(events()).toEqual(['e1']);
  });
});

describe('stale', () => {
  it('repeats an old webhook, unchanged, after newer ones', async () => {
    await setup.control.addFault({ kind: 'stale', delayMs: 60_000, match: { bodyContains: 'e1' } });
    await note('e1');
    await note('e2');
    await acknowledged(2);
    await setup.clock.advance(60_000);
    await acknowledged(3);
    expect(events()).toEqual(['e1', 'e2', 'e1']);
    expect(target.received[2]?.body).toBe(target.received[0]?.body);
  });
});

describe('lost-delivery', () => {
  it('never sends it, and says so in the ledger', async () => {
    await setup.control.addFault({ kind: 'lost-delivery', count: 1 });
    await note('e1');
    await note('e2');
    const { deliveries } = await acknowledged(1);
    expect(deliveries).toMatchObject({ attempts: 1, lost: 1 });
    expect(events()).toEqual(['e2']);
  });
});
