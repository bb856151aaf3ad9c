/** Settlement reports through the real intake: they wait for their order, agree or do not, and are put right. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredClaim } from '#model/order/claims.ts';
import { readExceptions } from '#subgraphs/process/exceptions/store.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { channelOrder, claim, line } from '#test/unit/model/order/fixtures.ts';
import { acceptAll, emptyDatabase, entriesOf, idOf, nameItems, openReplica, type Replica, stateOf } from './setup.ts';

const sold = channelOrder({
  lines: [line('TEE-1', 2)],
  progress: [{ items: [{ scheme: 'sku', value: 'TEE-1' }], quantities: { delivered: 2 } }],
  confirmed: true,
  total: { amountMinor: 5_000, currency: 'EUR' },
});
const report = (reportId: string, minutes: number, gross: number): StoredClaim =>
  claim('marketplace', {
    minutes,
    documentType: 'settlement',
    documentId: `${reportId}/1001`,
    settlement: {
      reportId,
      currency: 'EUR',
      amounts: { GROSS_SALE: gross, COMMISSION: -750 },
      netMinor: gross - 750,
      periodEnd: '2026-12-31T23:59:59.999Z',
    },
  });

describe.each(testDatabases)('settlements through the intake on $name', ({ open }) => {
  let opened: TestDatabase;
  let replica: Replica;
  const mismatches = () =>
    readExceptions(opened.database, { filter: { kinds: ['SETTLEMENT_MATCH'] }, after: null, limit: 10 });
  const told = async (): Promise<readonly string[]> =>
    (await entriesOf(replica)).map(({ type }) => type).filter((type) => type.startsWith('SETTLE'));

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

  test('a report that comes before its order waits for it', async () => {
    await acceptAll(replica.intake, [report('R1', 90, 5_000)]);
    expect(await entriesOf(replica)).toEqual([]);
    await acceptAll(replica.intake, [sold]);
    expect(await stateOf(opened.database, replica)).toMatchObject({ settlement: { status: 'SETTLED' } });
    expect(await told()).toEqual(['SETTLED']);
  });

  test('money that is missing is told, put on record with what differs, and resolved by a later report', async () => {
    await acceptAll(replica.intake, [sold, report('R1', 90, 4_400), report('R1', 90, 4_400)]);
    expect(await told()).toEqual(['SETTLEMENT_MISMATCH']);
    expect(await mismatches()).toMatchObject([
      {
        state: 'OPEN',
        orderId: idOf(replica),
        attempts: 1,
        message: expect.stringContaining('SALE is settled as 44.00 EUR, expected 50.00 (report R1; 36.50 net)'),
      },
    ]);
    await acceptAll(replica.intake, [report('R2', 95, 600)]);
    expect(await told()).toEqual(['SETTLEMENT_MISMATCH', 'SETTLED']);
    expect(await mismatches()).toMatchObject([{ state: 'RESOLVED' }]);
  });

  test('a report read anew with other amounts takes the place of what it said', async () => {
    await acceptAll(replica.intake, [sold, report('R1', 90, 4_400), report('R1', 91, 5_000)]);
    expect(await stateOf(opened.database, replica)).toMatchObject({
      settlement: { status: 'SETTLED', settled: { netMinor: 4_250 } },
    });
  });
});
