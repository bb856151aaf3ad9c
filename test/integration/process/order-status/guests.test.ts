/** Guests' tries: counted by number and by address, and alike whatever is wrong, counted in work and not by a clock. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemIds } from '#runtime/ids.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { createGuests, GUESS_WINDOW_MS, type Guests } from '#subgraphs/process/order-status/guests.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { channelOrder, line } from '#test/unit/model/order/fixtures.ts';
import { acceptAll, nameItems, openReplica, type Replica } from './setup.ts';

describe.each(testDatabases)('guests on $name', ({ open }) => {
  let opened: TestDatabase;
  let replica: Replica;
  let guests: Guests;
  let asked: string[] = [];

  beforeAll(async () => {
    opened = await open();
    replica = await openReplica(opened.database);
    await nameItems(replica.intake);
    await acceptAll(replica.intake, [
      channelOrder({ lines: [line('TEE-1', 1)], customer: { email: 'ada@example.org' } }),
    ]);
    const database: Sql = {
      query: (text, parameters) => {
        asked.push(text);
        return opened.database.query(text, parameters);
      },
    };
    guests = createGuests({ database, keys: replica.keys, clock: replica.clock, ids: systemIds });
  });
  afterAll(async () => {
    await replica[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await opened.database.query('truncate process.order_guess');
    asked = [];
  });

  const find = (number: string, email: string, address?: string) =>
    guests.find({ channel: null, key: null, address }, { number, email });

  test('right, wrong, unknown and too many tries ask the database the very same', async () => {
    const workOf = async (number: string, email: string): Promise<readonly string[]> => {
      asked = [];
      await find(number, email, '203.0.113.7');
      return [...asked];
    };
    const right = await workOf('1001', 'ada@example.org');
    const wrong = await workOf('1001', 'eve@example.org');
    const unknown = await workOf('9999', 'eve@example.org');
    const nothingToCompare = await workOf('9999', '   ');
    for (let index = 0; index < 5; index += 1) await find('1001', 'eve@example.org');
    const tooMany = await workOf('1001', 'ada@example.org');
    expect(right.length).toBeGreaterThan(3);
    for (const work of [wrong, unknown, nothingToCompare, tooMany]) expect(work).toEqual(right);
  });

  test('five wrong tries from one address end the guessing there, whatever the numbers, until they are older', async () => {
    for (let index = 0; index < 5; index += 1)
      expect(await find(`9${index}`, 'eve@example.org', '203.0.113.7')).toBeNull();
    expect(await find('1001', 'ada@example.org', '203.0.113.7')).toBeNull();
    expect(await find('1001', 'ada@example.org', '::ffff:203.0.113.7')).toBeNull();
    expect(await find('1001', 'ada@example.org', '203.0.113.8')).not.toBeNull();
    await replica.clock.advance(GUESS_WINDOW_MS + 1);
    expect(await find('1001', 'ada@example.org', '203.0.113.7')).not.toBeNull();
  });

  test('right answers are never counted, and an address is kept as a hash only', async () => {
    for (let index = 0; index < 8; index += 1)
      expect(await find('1001', 'ada@example.org', '203.0.113.7')).not.toBeNull();
    await find('1001', 'eve@example.org', '203.0.113.7');
    const rows = await opened.database.query<{ bucket: string }>('select bucket from process.order_guess');
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('203.0.113.7');
  });
});
