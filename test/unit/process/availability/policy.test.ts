import { describe, expect, test } from '@jest/globals';
import { noticesOf } from '#subgraphs/process/availability/notices.ts';
import { ALL_LIVE, assessed, contact, item, NOW_MS, place, reading } from './world.ts';

const MINUTE_MS = 60_000;

describe('what a channel may sell', () => {
  test("a store that owes three does not eat the warehouse's five", () => {
    const answer = assessed({ item: item([reading('wms', 'WH-NORD', 5), reading('pos', 'ST-BERLIN', -3)]) });
    expect(answer).toMatchObject({ sellable: 5, status: 'IN_STOCK' });
    expect(answer.locations.find(({ place: { code } }) => code === 'ST-BERLIN')?.position).toMatchObject({
      net: -3,
      shortage: 3,
      sellable: 0,
    });
  });

  test('our own orders count where the source does not know of them, once', () => {
    const demand = [{ locationCode: 'WH-NORD', unreleased: 2, released: 4 }];
    const kept = assessed({ item: item([reading('wms', 'WH-NORD', 20, { reservedHard: 4 })], { demand }) });
    expect(kept.sellable).toBe(14);
    const notKept = assessed({ item: item([reading('wms', 'WH-NORD', 20, { reservations: 'NOT_KEPT' })], { demand }) });
    expect(notKept.sellable).toBe(14);
  });

  test('demand that no location has taken yet is taken off the sum, but not off one store that is asked about', () => {
    const facts = item([reading('wms', 'WH-NORD', 5), reading('pos', 'ST-BERLIN', 4)], {
      demand: [{ locationCode: null, unreleased: 7, released: 0 }],
    });
    expect(assessed({ item: facts }).sellable).toBe(2);
    expect(assessed({ item: facts, context: { locationIds: ['loc_ST-BERLIN'] } }).sellable).toBe(4);
  });

  test('safety stock and channel buffer are held back per location and kind', () => {
    const policy = { channels: { web: { safetyStock: { STORE: 2 }, channelBuffer: { WAREHOUSE: 3 } } } };
    expect(
      assessed({
        item: item([reading('wms', 'WH-NORD', 10), reading('pos', 'ST-BERLIN', 1), reading('pos', 'ST-017', 6)]),
        policy,
      }).sellable,
    ).toBe(7 + 0 + 4);
  });

  test('only locations that the channel sells from count', () => {
    const facts = item([reading('wms', 'WH-NORD', 5), reading('wms', 'WH-SUED', 7), reading('pos', 'ST-BERLIN', 9)]);
    const sells = (locations: object) =>
      assessed({ item: facts, policy: { channels: { web: { locations } } } }).sellable;
    expect(sells({ kinds: ['WAREHOUSE'] })).toBe(12);
    expect(sells({ codes: ['WH-SUED'] })).toBe(7);
    expect(sells({ kinds: ['WAREHOUSE'], exclude: ['WH-SUED'] })).toBe(5);
    const amazon = { channels: { amazon: { marketplace: 'AMAZON_DE', publish: true, shipsFrom: 'WH-NORD' } } };
    expect(assessed({ item: facts, policy: amazon, context: { channel: 'amazon' } }).sellable).toBe(5);
  });

  test('the first system of the authority list that keeps the item decides; numbers are never added up', () => {
    const facts = item([reading('erp', 'ST-BERLIN', 9), reading('pos', 'ST-BERLIN', 4)]);
    expect(assessed({ item: facts }).sellable).toBe(4);
    expect(assessed({ item: item([reading('erp', 'ST-BERLIN', 9)]) }).sellable).toBe(9);
    expect(assessed({ item: facts, policy: { authority: { stock: { STORE: ['erp'] } } } }).sellable).toBe(9);
  });

  test.each(['DRAFT', 'BLOCKED'] as const)(
    'an item that is %s is not offered, and the answer says why',
    (lifecycle) => {
      const answer = assessed({ item: item([reading('wms', 'WH-NORD', 50)], { lifecycle }) });
      expect(answer).toMatchObject({ status: 'OUT_OF_STOCK', sellable: 0, canFulfil: false });
      expect(noticesOf(answer).map(({ code }) => code)).toContain('NOT_FOR_SALE');
    },
  );

  test('a discontinued item is sold off, then discontinued', () => {
    expect(assessed({ item: item([reading('wms', 'WH-NORD', 50)], { lifecycle: 'DISCONTINUED' }) }).status).toBe(
      'IN_STOCK',
    );
    expect(assessed({ item: item([reading('wms', 'WH-NORD', 0)], { lifecycle: 'DISCONTINUED' }) }).status).toBe(
      'DISCONTINUED',
    );
  });

  test.each([
    [0, 'OUT_OF_STOCK'],
    [1, 'LOW_STOCK'],
    [3, 'LOW_STOCK'],
    [4, 'IN_STOCK'],
  ])('%i sellable is %s', (onHand, status) => {
    expect(assessed({ item: item([reading('wms', 'WH-NORD', onHand)]) }).status).toBe(status);
  });

  test('a location without master data is not sold from', () => {
    const answer = assessed({ item: item([reading('wms', 'WH-NEU', 50)]) });
    expect(answer).toMatchObject({ sellable: 0, status: 'OUT_OF_STOCK' });
    expect(answer.locations[0]?.excluded).toEqual({ code: 'NO_MASTER_DATA' });
  });
});

describe('what is not known is said to be not known', () => {
  test('before any system has been heard nothing is in stock and nothing is out of stock', () => {
    const contacts = [contact('erp', null, false), contact('pos', null, false), contact('wms', null, false)];
    expect(assessed({ item: item([]), contacts })).toMatchObject({
      status: 'UNKNOWN',
      sellable: null,
      freshness: 'UNKNOWN',
      asOfMs: null,
      canFulfil: null,
    });
    expect(assessed({ item: item([]), contacts: [] }).status).toBe('UNKNOWN');
    expect(assessed({ item: item([]), places: [] }).status).toBe('UNKNOWN');
  });

  test('once everything has been read through, silence about an item means that nobody keeps it', () => {
    expect(assessed({ item: item([]) })).toMatchObject({
      status: 'OUT_OF_STOCK',
      sellable: 0,
      freshness: 'LIVE',
      asOfMs: NOW_MS,
    });
  });

  test('a silent system is left out of the sum and named; what others say still counts', () => {
    const answer = assessed({
      item: item([reading('wms', 'WH-NORD', 5), reading('pos', 'ST-BERLIN', 40, { agoMs: 20 * MINUTE_MS })]),
      contacts: [contact('erp'), contact('wms'), contact('pos', 20 * MINUTE_MS)],
    });
    expect(answer).toMatchObject({
      status: 'IN_STOCK',
      sellable: 5,
      freshness: 'PARTIAL',
      confidence: { missingSystems: ['pos'] },
    });
    expect(noticesOf(answer).map(({ code }) => code)).toEqual(['SYSTEM_MISSING']);
  });

  test('nothing left while a system with stock is silent is unknown, not out of stock', () => {
    const answer = assessed({
      item: item([reading('wms', 'WH-NORD', 0), reading('pos', 'ST-BERLIN', 40, { agoMs: 20 * MINUTE_MS })]),
      contacts: [contact('erp'), contact('wms'), contact('pos', 20 * MINUTE_MS)],
    });
    expect(answer).toMatchObject({ status: 'UNKNOWN', sellable: null, canFulfil: null });
  });

  test('a silent till is not replaced by a more generous number of the ERP', () => {
    const readings = [reading('pos', 'ST-BERLIN', 3, { agoMs: 20 * MINUTE_MS }), reading('erp', 'ST-BERLIN', 50)];
    const contacts = [contact('erp'), contact('wms'), contact('pos', 20 * MINUTE_MS)];
    const answer = assessed({ item: item(readings), contacts });
    expect(answer.sellable).toBeLessThanOrEqual(3);
    expect(answer).toMatchObject({ freshness: 'PARTIAL', confidence: { missingSystems: ['pos'] } });
    const lowerElsewhere = assessed({
      item: item([reading('pos', 'ST-BERLIN', 30, { agoMs: 20 * MINUTE_MS }), reading('erp', 'ST-BERLIN', 1)]),
      contacts,
    });
    expect(lowerElsewhere.sellable).toBe(1);
  });

  test('a till that was never read through keeps the ERP from speaking for its store', () => {
    const answer = assessed({
      item: item([reading('erp', 'ST-BERLIN', 50)]),
      contacts: [contact('erp'), contact('wms'), contact('pos', 0, false)],
    });
    expect(answer).toMatchObject({ status: 'UNKNOWN', confidence: { missingSystems: ['pos'] } });
    expect(answer.locations[0]?.excluded).toEqual({ code: 'SYSTEM_NOT_LOADED', system: 'pos' });
  });
});

describe('age', () => {
  test('an old number of a living feed is fresh: the feed would have told of a change', () => {
    const answer = assessed({
      item: item([reading('wms', 'WH-NORD', 5, { agoMs: 6 * 3_600_000 })]),
      contacts: [contact('wms', 2_000), contact('pos'), contact('erp')],
    });
    expect(answer).toMatchObject({ freshness: 'LIVE', asOfMs: NOW_MS - 2_000, sellable: 5 });
  });

  test('a feed that was quiet for longer than the purpose allows is stale, and the answer says both numbers', () => {
    const facts = item([reading('wms', 'WH-NORD', 5, { agoMs: 2 * MINUTE_MS })]);
    const contacts = [contact('erp'), contact('pos'), contact('wms', 2 * MINUTE_MS)];
    expect(assessed({ item: facts, contacts, context: { purpose: 'BROWSE' } }).freshness).toBe('FRESH');
    const detail = assessed({ item: facts, contacts, context: { purpose: 'DETAIL' } });
    expect(detail.freshness).toBe('STALE');
    expect(noticesOf(detail)).toEqual([
      { code: 'FRESHNESS_NOT_MET', severity: 'WARNING', message: 'Last proven 2 min ago; 60 s was asked for.' },
    ]);
    expect(assessed({ item: facts, contacts, context: { purpose: 'DETAIL', maxAge: 'PT3M' } }).freshness).toBe('FRESH');
  });

  test('at checkout an old yes is withheld and a hold is asked for; a no stays a no', () => {
    const contacts = [contact('erp'), contact('pos'), contact('wms', 60_000)];
    const old = item([reading('wms', 'WH-NORD', 5, { agoMs: 60_000 })]);
    const answer = assessed({ item: old, contacts, context: { purpose: 'CHECKOUT' } });
    expect(answer.canFulfil).toBeNull();
    expect(noticesOf(answer).some(({ severity }) => severity === 'ACTION_REQUIRED')).toBe(true);
    expect(assessed({ item: old, contacts, context: { purpose: 'CHECKOUT', quantity: 9 } }).canFulfil).toBe(false);
    expect(assessed({ item: item([reading('wms', 'WH-NORD', 5)]), context: { purpose: 'CHECKOUT' } }).canFulfil).toBe(
      true,
    );
  });

  test('the oldest contributing proof is the age of the answer', () => {
    const answer = assessed({
      item: item([reading('wms', 'WH-NORD', 5), reading('pos', 'ST-BERLIN', 1, { agoMs: 90_000 })]),
      contacts: [contact('wms'), contact('erp'), contact('pos', 90_000)],
    });
    expect(answer.asOfMs).toBe(NOW_MS - 90_000);
  });

  test('the oversell story: what a marketplace may sell shrinks as the data ages, and comes back with it', () => {
    // One sale in three minutes, six left, 0.995: the published table of the domain notes.
    const policy = {
      channels: {
        amazon: {
          marketplace: 'AMAZON_DE',
          locations: { kinds: ['STORE' as const] },
          unseenSales: { quantile: 0.995 },
        },
      },
      velocity: { STORE: 1 / 3 },
      staleness: { pos: 'PT1H' },
    };
    const left = (agoMs: number) =>
      assessed({
        item: item([reading('pos', 'ST-BERLIN', 6, { agoMs })]),
        policy,
        context: { channel: 'amazon' },
        contacts: [contact('pos', agoMs)],
      }).sellable;
    expect([left(0), left(MINUTE_MS), left(5 * MINUTE_MS), left(15 * MINUTE_MS)]).toEqual([6, 4, 0, 0]);
  });
});

describe('confidence', () => {
  test('a warehouse number is trusted more than a shelf', () => {
    expect(assessed({ item: item([reading('wms', 'WH-NORD', 5)]) }).confidence).toMatchObject({
      level: 'HIGH',
      probability: 0.995,
    });
    expect(assessed({ item: item([reading('pos', 'ST-BERLIN', 5)]) }).confidence).toMatchObject({
      level: 'MEDIUM',
      probability: 0.9,
    });
  });

  test('a quantity that must be put together from places needs all of them to be right', () => {
    const facts = item([reading('pos', 'ST-BERLIN', 2), reading('pos', 'ST-017', 2)]);
    expect(assessed({ item: facts, context: { quantity: 2 } }).confidence.probability).toBeCloseTo(0.9, 10);
    expect(assessed({ item: facts, context: { quantity: 4 } }).confidence.probability).toBeCloseTo(0.81, 10);
    expect(assessed({ item: facts, context: { quantity: 5 } }).confidence).toMatchObject({
      level: 'NONE',
      probability: 0,
    });
  });

  test('a missing system costs confidence even where its stock is not needed', () => {
    const contacts = [contact('erp'), contact('wms'), contact('pos', null, false)];
    const answer = assessed({ item: item([reading('wms', 'WH-NORD', 5)]), contacts });
    expect(answer.confidence).toEqual({ level: 'LOW', probability: 0.995 * 0.9, missingSystems: ['pos'] });
    expect(
      assessed({
        item: item([reading('wms', 'WH-NORD', 5)]),
        contacts,
        policy: { channels: { web: { locations: { kinds: ['WAREHOUSE'] } } } },
      }).confidence.level,
    ).toBe('HIGH');
  });

  test('places of an unconnected kind of system are asked of the next system', () => {
    const answer = assessed({
      item: item([reading('erp', 'ST-9', 5)]),
      places: [place('ST-9')],
      contacts: ALL_LIVE.filter(([name]) => name === 'erp-main'),
    });
    expect(answer).toMatchObject({ sellable: 5, freshness: 'LIVE', confidence: { missingSystems: [] } });
  });
});
