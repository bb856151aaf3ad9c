import { expect, test } from '@jest/globals';
import { createEventQueue } from '#gateway/subscriptions/queue.ts';

const queue = (capacity = 3) => {
  let overflows = 0;
  const events = createEventQueue<number>(
    capacity,
    () => new Error('too slow'),
    () => {
      overflows += 1;
    },
  );
  return { events, overflows: () => overflows };
};

test('gives events in order, waiting for the next one', async () => {
  const { events } = queue();
  events.push(1);
  expect(await events.take()).toBe(1);
  const waiting = events.take();
  events.push(2);
  expect(await waiting).toBe(2);
});

test('gives what is queued before a quiet end or an error', async () => {
  const quiet = queue();
  quiet.events.push(1);
  quiet.events.end();
  expect([await quiet.events.take(), await quiet.events.take(), await quiet.events.take()]).toEqual([1, null, null]);
  const loud = queue();
  loud.events.push(1);
  loud.events.end(new Error('gone'));
  expect(await loud.events.take()).toBe(1);
  await expect(loud.events.take()).rejects.toThrow('gone');
});

test('a full queue gives everything up, says so once, and takes nothing more', async () => {
  const { events, overflows } = queue(2);
  for (const event of [1, 2, 3, 4]) events.push(event);
  expect(overflows()).toBe(1);
  await expect(events.take()).rejects.toThrow('too slow');
});

test('a cancel wakes whoever waits and drops what is queued', async () => {
  const { events } = queue();
  const waiting = events.take();
  events.cancel();
  expect(await waiting).toBeNull();
  const full = queue();
  full.events.push(1);
  full.events.cancel();
  expect(await full.events.take()).toBeNull();
});

test('the first end counts', async () => {
  const { events } = queue();
  events.end(new AggregateError([new Error('a'), new Error('b')]));
  events.end();
  await expect(events.take()).rejects.toBeInstanceOf(AggregateError);
});
