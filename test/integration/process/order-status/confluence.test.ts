/** Whatever the order and repetition in which systems speak: one order, one word, one story, through the real intake. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { erpOrder, line } from '#test/unit/model/order/fixtures.ts';
import { acceptAll, emptyDatabase, merged, nameItems, openReplica, type Replica, stateOf, timeless } from './setup.ts';

describe.each(testDatabases)('confluence of orders on $name', ({ open }) => {
  let opened: TestDatabase;
  let replica: Replica;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await emptyDatabase(opened.database);
    replica = await openReplica(opened.database);
    await nameItems(replica.intake);
  });
  afterEach(async () => {
    await replica[Symbol.asyncDispose]();
  });

  test('whether an order comes into being does not depend on which version of its document came first', async () => {
    // No order among them by sequence or time: a corrected delivery with another body.
    const [whole, bare] = [erpOrder({ lines: [line('TEE-1', 1)] }), erpOrder({})];
    const versions = [
      [whole, bare],
      [bare, whole],
    ];
    const states = [];
    for (const [index, told] of versions.entries()) {
      const number = String(7_000 + index);
      const own = told.map((version) => ({
        ...version,
        documentId: `SO-${number}`,
        references: [{ scheme: 'channel' as const, value: number }],
      }));
      await acceptAll(replica.intake, own);
      const state = await stateOf(opened.database, replica, number);
      expect(timeless(state)).toEqual(timeless(merged(own)));
      states.push(state?.lines.length);
    }
    expect(states[0]).toBe(states[1]);
    expect(states[0]).toBeDefined();
  });
});
