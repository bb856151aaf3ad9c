import { describe, expect, test } from '@jest/globals';
import type { PlaceServices } from '#model/location.ts';
import type { Assessment } from '#subgraphs/process/availability/assessment.ts';
import type { Place } from '#subgraphs/process/availability/facts.ts';
import { type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { byMethod, type MethodAnswer } from '#subgraphs/process/promise/by-method.ts';
import { basketOf, deliveryPromise } from '#subgraphs/process/promise/delivery-promise.ts';
import { createTimeZones } from '#subgraphs/process/promise/time-zone.ts';
import { verifyPromiseToken } from '#subgraphs/process/promise/token.ts';
import { assessed, type Case, contact, item, NOW_MS, place, reading } from '#test/unit/process/availability/world.ts';

/** NOW_MS is a Monday, ten o'clock in Berlin. */
const zones = createTimeZones();
const hours = [1, 2, 3, 4, 5, 6].map((dayOfWeek) => ({ dayOfWeek, opens: '09:00', closes: '20:00' }));
const pickup = { enabled: true, curbside: false, leadMinutes: 60, holdDays: 2 };
const store = (code: string, services: PlaceServices = {}): Place => ({
  ...place(code),
  timeZone: 'Europe/Berlin',
  country: 'DE',
  services: { openingHours: hours, pickup, ...services },
});
const warehouse = (code: string, services: PlaceServices = {}): Place => ({
  ...place(code),
  timeZone: 'Europe/Berlin',
  country: 'DE',
  services,
});
const PLACES = [warehouse('WH-NORD'), warehouse('WH-SUED'), store('ST-BERLIN'), store('ST-017')];

const standard = {
  service: 'standard',
  cutoff: '14:00',
  transit: [
    { country: 'DE', minDays: 1, maxDays: 2 },
    { country: 'DE', postalCodes: ['25', '2549'], minDays: 2, maxDays: 4 },
  ],
};
const sameDay = {
  service: 'courier',
  cutoff: '12:00',
  transit: [{ country: 'DE', postalCodes: ['10'], minDays: 0, maxDays: 0 }],
};
const POLICY: ProcessPolicyInput = {
  channels: { web: { unseenSales: { quantile: 0 } } },
  shipping: { origins: [{ kinds: ['WAREHOUSE'], services: [standard] }] },
  // How sure a count is stays out of the way here.
  confidence: { accuracy: { STORE: 1, WAREHOUSE: 1 } },
};
const BERLIN = { country: 'DE', postalCode: '10115' };

const facts = (units: Readonly<Record<string, number>>, sku = 'P1000-S') =>
  item(
    Object.entries(units).map(([code, onHand]) => reading(code.startsWith('ST-') ? 'pos' : 'wms', code, onHand)),
    { sku },
  );
/** All systems are heard at this moment. */
const heardAt = (nowMs: number) => (['pos', 'wms'] as const).map((system) => contact(system, NOW_MS - nowMs));
const ask = (given: Case): ReadonlyMap<string, MethodAnswer> => {
  const policy = given.policy ?? POLICY;
  const answer = assessed({ places: PLACES, ...given, policy });
  return new Map(byMethod(answer, { policy: parseProcessPolicy(policy), zones }).map((each) => [each.method, each]));
};
const day = (ms: number | null | undefined): string | null =>
  ms == null ? null : (zones('Europe/Berlin')?.localOf(ms).date ?? null);

describe('collected', () => {
  test('from one store: the quantity of the one with most, the time of the soonest with enough', () => {
    const slow = { ...pickup, leadMinutes: 240 };
    const places = [store('ST-BERLIN', { pickup: slow }), store('ST-017')];
    const answer = ask({ item: facts({ 'ST-BERLIN': 5, 'ST-017': 2 }), places, context: { quantity: 3 } });
    expect(answer.get('PICKUP_IN_STORE')).toEqual({
      method: 'PICKUP_IN_STORE',
      available: true,
      quantity: 5,
      earliestMs: NOW_MS + 4 * 3_600_000,
      latestMs: Date.parse('2026-03-04T19:00:00Z'),
      orderWithinSeconds: 6 * 3_600,
    });
  });

  test('stores do not add up', () => {
    const answer = ask({ item: facts({ 'ST-BERLIN': 2, 'ST-017': 2 }), context: { quantity: 3 } });
    expect(answer.get('PICKUP_IN_STORE')).toMatchObject({ available: false, quantity: 2, earliestMs: null });
  });

  test('where it is offered: no warehouse, no store that does not, no car park where there is none', () => {
    const none = [store('ST-BERLIN', { pickup: { ...pickup, enabled: false } }), warehouse('WH-NORD')];
    const units = { 'ST-BERLIN': 5, 'WH-NORD': 5 };
    expect(ask({ item: facts(units), places: none }).get('PICKUP_IN_STORE')).toMatchObject({ available: false });
    const curb = [store('ST-BERLIN', { pickup: { ...pickup, curbside: true } }), store('ST-017')];
    const answer = ask({ item: facts({ 'ST-017': 9, 'ST-BERLIN': 1 }), places: curb });
    expect(answer.get('CURBSIDE')).toMatchObject({ available: true, quantity: 1 });
  });

  test('a store that never told its hours promises no time, and so no pickup', () => {
    const unknown = [{ ...store('ST-BERLIN'), services: { pickup } }];
    expect(ask({ item: facts({ 'ST-BERLIN': 5 }), places: unknown }).get('PICKUP_IN_STORE')).toMatchObject({
      available: false,
    });
  });
});

describe('sent', () => {
  test('from where carriers leave, from several places together', () => {
    const answer = ask({
      item: facts({ 'WH-NORD': 2, 'WH-SUED': 2, 'ST-BERLIN': 50 }),
      context: { quantity: 3, destination: BERLIN },
    });
    const found = answer.get('SHIP_TO_HOME');
    expect(found).toMatchObject({ available: true, quantity: 4, orderWithinSeconds: 4 * 3_600 });
    expect([day(found?.earliestMs), day(found?.latestMs)]).toEqual(['2026-03-03', '2026-03-04']);
    expect(answer.get('SHIP_FROM_STORE')).toMatchObject({ available: false });
  });

  test('the longest beginning of the postal code decides', () => {
    const context = { destination: { country: 'DE', postalCode: '254 99' } };
    const found = ask({ item: facts({ 'WH-NORD': 2 }), context }).get('SHIP_TO_HOME');
    expect([day(found?.earliestMs), day(found?.latestMs)]).toEqual(['2026-03-04', '2026-03-06']);
  });

  test('not to where no carrier goes; without a destination the quantity alone is known', () => {
    const given = facts({ 'WH-NORD': 2 });
    expect(ask({ item: given, context: { destination: { country: 'AT' } } }).get('SHIP_TO_HOME')).toMatchObject({
      available: false,
      quantity: 2,
    });
    expect(ask({ item: given }).get('SHIP_TO_HOME')).toMatchObject({ available: true, earliestMs: null });
  });

  test("a warehouse's own word about its carriers comes before the policy's", () => {
    const told = warehouse('WH-NORD', {
      carrierCutoffs: [{ service: 'standard', cutoff: '09:30', transitDaysMin: 3, transitDaysMax: 3 }],
    });
    const found = ask({ item: facts({ 'WH-NORD': 2 }), places: [told], context: { destination: BERLIN } });
    expect(day(found.get('SHIP_TO_HOME')?.earliestMs)).toBe('2026-03-06');
  });

  test('from stores that the policy lets ship', () => {
    const policy = { ...POLICY, shipping: { origins: [{ codes: ['ST-BERLIN'], services: [standard] }] } };
    const answer = ask({ item: facts({ 'ST-BERLIN': 2, 'ST-017': 9 }), policy, context: { destination: BERLIN } });
    expect(answer.get('SHIP_FROM_STORE')).toMatchObject({ available: true, quantity: 2 });
  });

  test('today, where a courier goes and has not left yet', () => {
    const policy = { ...POLICY, shipping: { origins: [{ codes: ['ST-BERLIN'], services: [sameDay] }] } };
    const given = { item: facts({ 'ST-BERLIN': 2 }), policy };
    const today = ask({ ...given, context: { destination: BERLIN } }).get('SAME_DAY');
    expect([today?.available, day(today?.latestMs)]).toEqual([true, '2026-03-02']);
    const noonMs = NOW_MS + 2 * 3_600_000;
    const noon = ask({ ...given, nowMs: noonMs, contacts: heardAt(noonMs), context: { destination: BERLIN } });
    expect([noon.get('SAME_DAY')?.available, noon.get('SHIP_TO_HOME')?.available]).toEqual([false, true]);
    expect(
      ask({ ...given, context: { destination: { country: 'DE', postalCode: '20095' } } }).get('SAME_DAY'),
    ).toMatchObject({
      available: false,
    });
    expect(ask(given).get('SAME_DAY')).toMatchObject({ available: false });
  });

  test('stock that is not sure makes it late by the days of risk', () => {
    const policy = { ...POLICY, confidence: { accuracy: { WAREHOUSE: 0.8 } }, promises: { riskDays: 2 } };
    const found = ask({ item: facts({ 'WH-NORD': 2 }), policy, context: { destination: BERLIN } }).get('SHIP_TO_HOME');
    expect([day(found?.earliestMs), day(found?.latestMs)]).toEqual(['2026-03-03', '2026-03-06']);
  });

  test('what is not served is not available, and what is not known is not either', () => {
    const answer = ask({ item: facts({ 'WH-NORD': 2 }) });
    expect(answer.get('DIGITAL')).toMatchObject({ available: false, quantity: null });
    expect(answer.get('SHIP_TO_STORE')).toMatchObject({ available: false, quantity: null });
    const hourAgo = item([reading('wms', 'WH-NORD', 2, { agoMs: 3_600_000 })]);
    const silent = ask({ item: hourAgo, contacts: [] });
    expect([...silent.values()].every(({ available, quantity }) => !available && quantity === null)).toBe(true);
  });
});

describe('methods in the question', () => {
  test('narrow the places that count, and the methods that are told', () => {
    const given = facts({ 'WH-NORD': 2, 'ST-BERLIN': 5 });
    const pickups = assessed({
      item: given,
      places: PLACES,
      policy: POLICY,
      context: { methods: ['PICKUP_IN_STORE'] },
    });
    expect(pickups.sellable).toBe(5);
    const parcels = assessed({ item: given, places: PLACES, policy: POLICY, context: { methods: ['SHIP_TO_HOME'] } });
    expect(parcels.sellable).toBe(2);
    expect([...ask({ item: given, context: { methods: ['CURBSIDE', 'DIGITAL'] } }).keys()]).toEqual([
      'CURBSIDE',
      'DIGITAL',
    ]);
  });

  test('orders that no place has yet still weigh on what is left', () => {
    const demand = [{ locationCode: null, unreleased: 2, released: 0 }];
    const given = { ...facts({ 'WH-NORD': 5, 'ST-BERLIN': 5 }), demand };
    const context = { methods: ['SHIP_TO_HOME'] as const };
    expect(assessed({ item: given, places: PLACES, policy: POLICY, context }).sellable).toBe(3);
  });
});

describe('the promise for a basket', () => {
  const SECRET = 'secret';
  const promise = (
    lines: readonly { sku: string; quantity: number }[],
    stock: Readonly<Record<string, Readonly<Record<string, number>>>>,
    policyInput: ProcessPolicyInput = POLICY,
    nowMs = NOW_MS,
  ) => {
    const policy = parseProcessPolicy(policyInput);
    const items = Object.entries(stock).map(([sku, units]) => facts(units, sku));
    const answers = items.map(
      (each): Assessment =>
        assessed({ item: each, others: items, places: PLACES, policy: policyInput, contacts: heardAt(nowMs), nowMs }),
    );
    const [first] = answers;
    if (first === undefined) throw new Error('no answers');
    const rules = { policy, zones, secret: SECRET };
    return deliveryPromise(basketOf(lines), answers, BERLIN, first.question, nowMs, rules);
  };
  const two = [
    { sku: 'A', quantity: 1 },
    { sku: 'B', quantity: 2 },
  ];

  test('says by when, in how many parcels, and can be held against us', () => {
    const given = promise(two, { A: { 'WH-NORD': 1 }, B: { 'WH-SUED': 2 } });
    expect(given.options).toMatchObject([
      { method: 'SHIP_TO_HOME', service: 'standard', earliest: '2026-03-03', latest: '2026-03-04', splitInto: 2 },
    ]);
    expect(given.validUntilMs).toBe(NOW_MS + 900_000);
    const verified = verifyPromiseToken(given.promiseToken ?? '', SECRET, NOW_MS + 1);
    expect(verified).toMatchObject({
      verdict: 'VALID',
      promised: { items: two, destination: BERLIN, options: [{ origins: ['WH-SUED', 'WH-NORD'] }] },
    });
  });

  test('holds no longer than up to the cut-off', () => {
    const late = NOW_MS + 4 * 3_600_000 - 60_000;
    expect(promise([{ sku: 'A', quantity: 1 }], { A: { 'WH-NORD': 1 } }, POLICY, late).validUntilMs).toBe(
      late + 60_000,
    );
  });

  test('is not given for a part', () => {
    const given = promise(two, { A: { 'WH-NORD': 1 }, B: { 'WH-SUED': 1 } });
    expect(given).toMatchObject({ options: [], promiseToken: null });
  });

  test('a bundle and its part share their stock, and a bundle is not parted', () => {
    const policy = {
      ...POLICY,
      bundles: {
        SET: [
          { sku: 'A', quantity: 1 },
          { sku: 'B', quantity: 1 },
        ],
      },
    };
    const stock = { SET: {}, A: { 'WH-NORD': 1, 'WH-SUED': 1 }, B: { 'WH-NORD': 2 } };
    expect(promise([{ sku: 'SET', quantity: 1 }], stock, policy).options).toMatchObject([{ splitInto: 1 }]);
    const both = [
      { sku: 'SET', quantity: 1 },
      { sku: 'A', quantity: 2 },
    ];
    expect(promise(both, stock, policy).options).toEqual([]);
    const parted = [
      { sku: 'SET', quantity: 1 },
      { sku: 'A', quantity: 1 },
    ];
    expect(promise(parted, stock, policy).options).toEqual([]);
  });

  test('not for more than one order may have', () => {
    const policy = { ...POLICY, channels: { web: { limitPerOrder: 1 } } };
    expect(promise([{ sku: 'A', quantity: 2 }], { A: { 'WH-NORD': 9 } }, policy).options).toEqual([]);
  });

  test('lines that are no order are named', () => {
    expect(() => basketOf([])).toThrow(/items: between 1 and 100 lines/);
    expect(() => basketOf([{ sku: 'A', quantity: 0 }])).toThrow(/items\[0\]\.quantity/);
  });
});
