import { describe, expect, test } from '@jest/globals';
import { isFailure } from '#runtime/failure.ts';
import { levelOf } from '#subgraphs/process/availability/confidence.ts';
import { contactsOf, withContact } from '#subgraphs/process/availability/contacts.ts';
import { displayOf, shownQuantity } from '#subgraphs/process/availability/display.ts';
import { explanationText } from '#subgraphs/process/availability/explain.ts';
import type { Feed } from '#subgraphs/process/availability/facts.ts';
import { poissonAtMost, poissonQuantile } from '#subgraphs/process/availability/poisson.ts';
import { assessed, contact, item, place, reading } from './world.ts';

describe('display', () => {
  const policy = { mode: 'CAPPED', exactUpTo: 5, cappedAt: 10 } as const;

  test.each([
    ['OUT_OF_STOCK', 0, { code: 'OUT_OF_STOCK', quantity: null }],
    ['LOW_STOCK', 1, { code: 'ONLY_N_LEFT', quantity: 1 }],
    ['IN_STOCK', 5, { code: 'ONLY_N_LEFT', quantity: 5 }],
    ['IN_STOCK', 6, { code: 'IN_STOCK', quantity: null }],
    ['IN_STOCK', 10, { code: '10_PLUS', quantity: 10 }],
    ['IN_STOCK', 4711, { code: '10_PLUS', quantity: 10 }],
    ['UNKNOWN', null, { code: 'UNKNOWN', quantity: null }],
    ['DISCONTINUED', 0, { code: 'DISCONTINUED', quantity: null }],
  ] as const)('%s with %p', (status, sellable, shown) => expect(displayOf(status, sellable, policy)).toEqual(shown));

  test('how much of the number is told', () => {
    const told = (mode: 'EXACT' | 'CAPPED' | 'WORDS') =>
      [0, 10, 11].map((units) => shownQuantity(units, { ...policy, mode }));
    expect(told('EXACT')).toEqual([0, 10, 11]);
    expect(told('CAPPED')).toEqual([0, 10, null]);
    expect(told('WORDS')).toEqual([null, null, null]);
    expect(displayOf('LOW_STOCK', 2, { ...policy, mode: 'WORDS' })).toEqual({ code: 'LOW_STOCK', quantity: null });
  });
});

describe('explanation', () => {
  test('reads as an operator would tell it', () => {
    const answer = assessed({
      item: item([
        reading('wms', 'WH-NORD', 40, { agoMs: 12_000, reservedHard: 2, damaged: 1 }),
        reading('pos', 'ST-BERLIN', 4, { agoMs: 20 * 60_000 }),
        reading('wms', 'WH-FREMD', 9),
      ]),
      places: [place('WH-NORD'), place('ST-BERLIN'), place('WH-FREMD', 'THREE_PL')],
      contacts: [contact('erp'), contact('wms', 12_000), contact('pos', 20 * 60_000)],
      policy: { channels: { web: { safetyStock: { WAREHOUSE: 1 }, locations: { kinds: ['WAREHOUSE', 'STORE'] } } } },
    });
    expect(explanationText(answer)).toBe(
      'P1000-S for web: 36 sellable (without pos), shown as IN_STOCK. ' +
        'WH-NORD has 40 on hand (wms, 12 s ago), 1 damaged, 2 reserved, 1 held as safety stock: 36 sellable. ' +
        'WH-FREMD is not counted: web does not sell from it; it last had 9 on hand (wms, 0 s ago). ' +
        'ST-BERLIN is not counted: pos silent for 20 min (limit 15 min); it last had 4 on hand (pos, 20 min ago), 1 held back for sales not heard of yet.',
    );
  });

  test('three hundred stores are summed up, not read out', () => {
    const codes = Array.from({ length: 300 }, (_, index) => `ST-${String(index).padStart(3, '0')}`);
    const text = explanationText(
      assessed({ item: item(codes.map((code) => reading('pos', code, 2))), places: codes.map((code) => place(code)) }),
    );
    expect(text).toContain('292 more locations: 292 counted with 584 sellable, 0 not counted.');
    expect(text.length).toBeLessThan(1_000);
  });
});

describe('questions', () => {
  const ask = (context: object): unknown => {
    try {
      return assessed({ item: item([]), context }).question;
    } catch (error) {
      return isFailure(error, 'BAD_INPUT') ? error.details.field : error;
    }
  };

  test.each([
    [{ channel: 'tv' }, 'context.channel'],
    [{ channel: 'constructor' }, 'context.channel'],
    [{ maxAge: '30s' }, 'context.maxAge'],
    [{ quantity: 0 }, 'context.quantity'],
    [{ locationIds: ['loc_ST-BERLIN', 'loc_NOWHERE'] }, 'context.locationIds[1]'],
    [{ locationIds: ['ST-BERLIN'] }, 'context.locationIds[0]'],
  ])('%j is refused by naming the argument', (context, field) => expect(ask(context)).toBe(field));

  test('defaults', () =>
    expect(ask({})).toMatchObject({ channel: 'web', purpose: 'BROWSE', maxAgeMs: 300_000, quantity: 1, onlyAt: null }));
});

describe('contacts', () => {
  const feed = (stream: string, more: Partial<Feed> = {}): Feed => ({
    connection: 'pos-main',
    system: 'pos',
    stream,
    carriesStock: true,
    completeSinceMs: 1,
    lastContactMs: 100,
    ...more,
  });

  test('a connection is as current as its newest stock-bearing stream, and loaded when all its streams are', () => {
    expect(
      contactsOf(
        [
          feed('stock'),
          feed('sales', { lastContactMs: 500 }),
          feed('pickups', { carriesStock: false, lastContactMs: 900 }),
        ],
        [],
      ).get('pos-main'),
    ).toEqual({
      system: 'pos',
      loaded: true,
      lastContactMs: 500,
    });
    expect(contactsOf([feed('stock'), feed('sales', { completeSinceMs: null })], []).get('pos-main')?.loaded).toBe(
      false,
    );
  });

  test('pushed deliveries prove contact but never completeness', () => {
    const contacts = contactsOf([feed('push', { completeSinceMs: null, lastContactMs: 900 }), feed('stock')], []);
    expect(contacts.get('pos-main')).toEqual({ system: 'pos', loaded: true, lastContactMs: 900 });
    expect(contactsOf([feed('push', { completeSinceMs: null })], []).get('pos-main')?.loaded).toBe(false);
  });

  test('a configured connection is missed before its first word; one that carries no stock is not', () => {
    expect(contactsOf([], [{ connection: 'wms-main', system: 'wms' }]).get('wms-main')).toEqual({
      system: 'wms',
      loaded: false,
      lastContactMs: null,
    });
    expect(contactsOf([feed('orders', { carriesStock: false })], []).size).toBe(0);
  });

  test('a batch in hand is a proof, but never turns time back', () => {
    const contacts = contactsOf([feed('stock')], []);
    expect(withContact(contacts, { connection: 'pos-main', system: 'pos' }, 300).get('pos-main')?.lastContactMs).toBe(
      300,
    );
    expect(withContact(contacts, { connection: 'pos-main', system: 'pos' }, 50).get('pos-main')?.lastContactMs).toBe(
      100,
    );
  });
});

describe('unseen sales', () => {
  test('quantiles agree with published figures: rate per minute, age, 0.90 / 0.98 / 0.995', () => {
    const row = (rate: number, minutes: number) =>
      [0.9, 0.98, 0.995].map((p) => poissonQuantile(p, rate * minutes, 1_000));
    expect(row(0.02, 15)).toEqual([1, 2, 2]);
    expect(row(0.2, 5)).toEqual([2, 3, 4]);
    expect(row(1, 15)).toEqual([20, 23, 26]);
    expect(row(3, 15)).toEqual([54, 59, 63]);
  });

  test('extremes stay finite and ordered', () => {
    expect(poissonQuantile(0.98, 1e9, 50)).toBe(50);
    expect(poissonQuantile(1, 3, 50)).toBeLessThanOrEqual(50);
    expect(poissonQuantile(0.98, 0, 50)).toBe(0);
    expect(poissonAtMost(-1, 1)).toBe(0);
    expect(poissonAtMost(1_000, 1_000)).toBeCloseTo(0.508, 2);
    expect(poissonAtMost(10, 1e6)).toBe(0);
  });

  test('levels', () =>
    expect([0.97, 0.969, 0.9, 0.7, 0.69, 0].map(levelOf)).toEqual(['HIGH', 'MEDIUM', 'MEDIUM', 'LOW', 'NONE', 'NONE']));
});
