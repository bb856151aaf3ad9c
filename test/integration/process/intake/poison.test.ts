/** Statements that nothing can be done with, among others that are sound: found, put on record, and in nobody's way. */
import { describe, expect, test } from '@jest/globals';
import type { Change } from '#model/change.ts';
import { readExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { Applier } from '#subgraphs/process/intake/applier.ts';
import { isOfTheData, withoutPoison } from '#subgraphs/process/intake/poison.ts';
import { testDatabases } from '#test/support/databases.ts';
import { demandOfClaims, loadBasics, openProcess, order } from './process.ts';

/** Stumbles over some orders: in the database, in a rule, or because the connection is lost. */
const stumbling =
  (over: Readonly<Record<string, 'data' | 'rule' | 'connection'>>): Applier =>
  async (context, ...rest) => {
    for (const change of context.batch.changes) {
      if (change.kind !== 'order-claim') continue;
      const how = over[change.documentId];
      if (how === 'data') await context.tx.query("select 'NaN'::text::int");
      if (how === 'rule') BigInt('not a number');
      if (how === 'connection') throw new Error('the connection was lost');
    }
    return demandOfClaims(context, ...rest);
  };

const sale = (id: string): Change => order(id, [{ scheme: 'sku', value: 'P1000-S' }], 1);
const sales = (count: number): readonly Change[] => Array.from({ length: count }, (_, index) => sale(`O-${index}`));

describe.each(testDatabases)('poison on $name', (kind) => {
  test('a few bad statements among many are left out by themselves, and the watermark moves on', async () => {
    await using process = await openProcess(kind, { orders: stumbling({ 'O-3': 'data', 'O-17': 'rule' }) });
    await loadBasics(process);
    const receipt = await process.accept('erp', sales(20), {
      watermark: { stream: 'sales', value: 'next', complete: true },
    });
    expect(receipt).toEqual({ outcome: 'ACCEPTED', applied: 18, exceptions: 2 });
    expect(await process.intake.watermark('erp-main', 'sales')).toBe('next');
    const demand = await process.database.query('select order_id from process.order_demand');
    expect(demand).toHaveLength(18);
    const found = await readExceptions(process.database, {
      filter: { kinds: ['SCHEMA_MISMATCH'] },
      after: null,
      limit: 10,
    });
    expect(found.map(({ subject, message }) => [subject, message.split('.')[0]]).sort()).toEqual([
      ['erp-main order-claim sales-order O-17', 'it cannot be applied (SyntaxError)'],
      ['erp-main order-claim sales-order O-3', 'it cannot be applied (22P02)'],
    ]);
  });

  test('a delivery with nothing but poison is acknowledged, on record, and known when it comes again', async () => {
    await using process = await openProcess(kind, { orders: stumbling({ 'O-0': 'data' }) });
    await loadBasics(process);
    const delivery = { eventId: 'E1', bodySha256: 'a'.repeat(64) };
    expect(await process.accept('marketplace', sales(1), { delivery })).toMatchObject({
      outcome: 'ACCEPTED',
      applied: 0,
      exceptions: 1,
    });
    expect(await process.accept('marketplace', sales(1), { delivery })).toMatchObject({ outcome: 'DUPLICATE' });
  });

  test('what may go away by itself is nobody’s fault: nothing is taken, and it is tried again', async () => {
    await using process = await openProcess(kind, { orders: stumbling({ 'O-1': 'connection' }) });
    await loadBasics(process);
    await expect(process.accept('erp', sales(3))).rejects.toThrow('the connection was lost');
    expect(await process.database.query('select 1 from process.order_demand')).toEqual([]);
  });
});

describe('finding poison', () => {
  const batch = {
    system: 'erp',
    connection: 'erp-main',
    correlationId: 'c',
    observedAt: '2026-03-02T08:00:00Z',
    changes: sales(64),
    rejected: [],
  } as const;
  const bad = Object.assign(new Error('bad'), { code: '22P05' });

  test('takes a few tries, and finds every one', async () => {
    const poison = new Set(['O-5', 'O-40']);
    let tries = 0;
    const rest = await withoutPoison(batch, async (changes) => {
      tries += 1;
      if (changes.some((change) => change.kind === 'order-claim' && poison.has(change.documentId))) throw bad;
    });
    expect(rest?.changes).toHaveLength(62);
    expect(rest?.rejected).toHaveLength(2);
    expect(tries).toBeLessThan(30);
  });

  test('blames nobody where only all together fail', async () => {
    expect(
      await withoutPoison(batch, async (changes) => {
        if (changes.length === batch.changes.length) throw bad;
      }),
    ).toBeNull();
  });

  test.each([
    [Object.assign(new Error('x'), { code: '22003' }), true],
    [Object.assign(new Error('x'), { code: '23502' }), true],
    [new TypeError('x'), true],
    [Object.assign(new Error('x'), { code: '40P01' }), false],
    [Object.assign(new Error('x'), { code: '57P01' }), false],
    [new Error('x'), false],
  ])('%p lies in the data: %p', (error, expected) => {
    expect(isOfTheData(error)).toBe(expected);
  });
});
