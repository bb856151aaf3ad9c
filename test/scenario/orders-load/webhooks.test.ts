/** Webhooks as the vendors sign them, repeated, shuffled and late: each counts once, and the orders are what the systems say. */
import { expect, test } from '@jest/globals';
import { runWebhooks, WHOLE } from '#bin/bench/orders/webhooks.ts';

test('300 webhooks, each five times, shuffled and some late: 300 on record, 1,200 duplicates, every order as the model makes it', async () => {
  const result = await runWebhooks(process.env, null, {
    ...WHOLE,
    webhooks: 300,
    overtakenBy: 60,
    shop: { pickups: 300, marketplaceOrders: 3, atOnce: 20, prefix: 'WEB-L' },
    size: 'small',
  });
  expect(result.differences).toEqual([]);
  expect(result.sent).toBe(300);
  expect(result.late).toBeGreaterThan(0);
  expect(result.orders).toBeGreaterThan(40);
  expect(result.recorded).toBe(300);
  expect(Object.fromEntries(result.outcomes)).toEqual({ ACCEPTED: 300, DUPLICATE: 1_200 });
  expect(result.faults).toBe(0);
}, 240_000);
