import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SystemKind } from '#model/identifiers.ts';
import type { ExpectedSupply } from '#model/supply.ts';
import type { PlaceSupply } from '#subgraphs/process/availability/facts.ts';
import { type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { arrivals, nextAvailable, promiseCalendar } from '#subgraphs/process/promise/ahead.ts';
import { createTimeZones } from '#subgraphs/process/promise/time-zone.ts';
import { assessed, type Case, item, NOW_MS, reading } from '#test/unit/process/availability/world.ts';

const DAY_MS = 86_400_000;
const zone = createTimeZones()('UTC');
if (zone === null) throw new Error('no zone UTC');

const supply = (quantity: number, inDays: number, kind: ExpectedSupply['kind'] = 'PURCHASE_ORDER'): ExpectedSupply => ({
  reference: `PO-${inDays}`,
  quantity,
  expectedAt: new Date(NOW_MS + inDays * DAY_MS).toISOString(),
  kind,
});
const at = (locationCode: string, supplies: readonly ExpectedSupply[], system: SystemKind = 'wms'): PlaceSupply => ({
  system,
  locationCode,
  supplies,
});

const plain: ProcessPolicyInput = { channels: { web: { unseenSales: { quantile: 0 } } } };
const look = (given: Case) => {
  const policyInput = given.policy ?? plain;
  const answer = assessed({ ...given, policy: policyInput });
  const policy = parseProcessPolicy(policyInput);
  return {
    answer,
    arrivals: arrivals(answer, policy, answer.nowMs),
    next: nextAvailable(answer, policy, zone),
    calendar: (days: number) => promiseCalendar(answer, policy, zone, days),
  };
};
const stocked = (onHand: number, supplies: readonly PlaceSupply[], more: Partial<Parameters<typeof item>[1]> = {}) =>
  item([reading('wms', 'WH-NORD', onHand)], { supplies, ...more });
const wants = (quantity: number) => ({ quantity });

describe('when there will be more', () => {
  test('on the first day with enough, once the last supply of that day is in', () => {
    const facts = stocked(2, [at('WH-NORD', [supply(3, 1), supply(4, 3), supply(1, 3.2), supply(50, 9)])]);
    const { next } = look({ item: facts, context: wants(8) });
    expect(next).toEqual({ quantity: 10, expectedAtMs: NOW_MS + 3.2 * DAY_MS, confidence: 'HIGH' });
  });

  test('never said where there is enough now, where nothing suffices, where nothing is known', () => {
    const coming = [at('WH-NORD', [supply(5, 1)])];
    expect(look({ item: stocked(2, coming), context: wants(2) }).next).toBeNull();
    expect(look({ item: stocked(2, coming), context: wants(8) }).next).toBeNull();
    const silent = look({ item: stocked(0, coming), contacts: [] });
    expect([silent.answer.status, silent.next, silent.calendar(3)]).toEqual(['UNKNOWN', null, []]);
  });

  test('what should have come and did not is not counted on', () => {
    const late = stocked(0, [at('WH-NORD', [supply(5, -1), supply(5, 0)])]);
    expect(look({ item: late }).arrivals).toEqual([]);
  });

  test('a place that owes units pays first; then orders that no place has', () => {
    const facts = stocked(1, [at('WH-NORD', [supply(10, 1)])], {
      demand: [
        { locationCode: 'WH-NORD', unreleased: 4, released: 0 },
        { locationCode: null, unreleased: 2, released: 0 },
      ],
    });
    const { calendar } = look({ item: facts });
    expect(calendar(3)).toMatchObject([
      { date: '2026-03-02', supply: 0, projected: 0, availableToPromise: 0 },
      { date: '2026-03-03', supply: 10, demand: 5, projected: 5, availableToPromise: 5 },
      { date: '2026-03-04', supply: 0, projected: 5 },
    ]);
  });

  test('a buffer that is not full is filled first', () => {
    const policy = { channels: { web: { safetyStock: { WAREHOUSE: 5 }, unseenSales: { quantile: 0 } } } };
    const { arrivals: coming } = look({ item: stocked(2, [at('WH-NORD', [supply(10, 1)])]), policy });
    expect(coming).toMatchObject([{ supply: 10, gain: 7 }]);
  });

  test("the first system of the place's authority speaks, and two never add up", () => {
    const facts = stocked(0, [at('WH-NORD', [supply(9, 1)], 'erp'), at('WH-NORD', [supply(5, 1)], 'wms')]);
    expect(look({ item: facts }).arrivals).toMatchObject([{ supply: 5 }]);
  });

  test('places that do not count promise nothing', () => {
    const policy = { channels: { web: { locations: { codes: ['WH-NORD'] }, unseenSales: { quantile: 0 } } } };
    const facts = stocked(0, [at('WH-SUED', [supply(5, 1)]), at('WH-NORD', [supply(1, 2)])]);
    expect(look({ item: facts, policy }).arrivals).toMatchObject([{ supply: 1 }]);
  });

  test('announcements are believed as far as the policy does; returns by default not at all', () => {
    const policy = { ...plain, promises: { reliability: { PURCHASE_ORDER: 0.75 } } };
    const facts = stocked(0, [at('WH-NORD', [supply(10, 1), supply(10, 2, 'RETURN'), supply(10, 3, 'TRANSFER')])]);
    const { arrivals: coming, next } = look({ item: facts, policy });
    expect(coming.map(({ supply: units }) => units)).toEqual([7, 10]);
    expect(next?.confidence).toBe('LOW');
  });

  test('a quota is not exceeded by what comes', () => {
    const policy = { channels: { web: { quotas: [{ skus: ['P1000-S'], units: 4 }], unseenSales: { quantile: 0 } } } };
    const { calendar } = look({ item: stocked(1, [at('WH-NORD', [supply(10, 1)])]), policy });
    expect(calendar(2).map(({ projected }) => projected)).toEqual([1, 4]);
  });
});

describe('the word BACKORDER', () => {
  const policy = (backorder: { allowed?: boolean; maxDays?: number }): ProcessPolicyInput => ({
    channels: { web: { backorder, unseenSales: { quantile: 0 } } },
  });
  const statusOf = (given: Case): string => look(given).answer.status;
  const coming = [at('WH-NORD', [supply(5, 10)])];

  test('is said where the channel allows it and more comes within its days', () => {
    expect(statusOf({ item: stocked(0, coming), policy: policy({ allowed: true }) })).toBe('BACKORDER');
    expect(statusOf({ item: stocked(0, coming), policy: policy({}) })).toBe('OUT_OF_STOCK');
    expect(statusOf({ item: stocked(0, coming), policy: policy({ allowed: true, maxDays: 9 }) })).toBe('OUT_OF_STOCK');
    expect(statusOf({ item: stocked(0, []), policy: policy({ allowed: true }) })).toBe('OUT_OF_STOCK');
  });

  test('not while something is there, nothing is known, all that comes is owed, or it is not for sale', () => {
    const allowed = policy({ allowed: true });
    expect(statusOf({ item: stocked(9, coming), policy: allowed })).toBe('IN_STOCK');
    expect(statusOf({ item: stocked(0, coming), policy: allowed, contacts: [] })).toBe('UNKNOWN');
    const owed = stocked(0, coming, { demand: [{ locationCode: 'WH-NORD', unreleased: 5, released: 0 }] });
    expect(statusOf({ item: owed, policy: allowed })).toBe('OUT_OF_STOCK');
    expect(statusOf({ item: stocked(0, coming, { lifecycle: 'DISCONTINUED' }), policy: allowed })).toBe('DISCONTINUED');
    expect(statusOf({ item: stocked(0, coming, { lifecycle: 'BLOCKED' }), policy: allowed })).toBe('OUT_OF_STOCK');
  });

  test('never makes a unit sellable', () => {
    const { answer } = look({ item: stocked(0, coming), policy: policy({ allowed: true }) });
    expect([answer.sellable, answer.canFulfil]).toEqual([0, false]);
  });
});

describe('laws', () => {
  const supplies = fc.array(
    fc.record({
      code: fc.constantFrom('WH-NORD', 'WH-SUED'),
      quantity: fc.integer({ min: 0, max: 30 }),
      inDays: fc.integer({ min: -3, max: 20 }),
    }),
    { maxLength: 8 },
  );
  type World = {
    readonly nord: number;
    readonly sued: number;
    readonly owed: number;
    readonly supplies: readonly { readonly code: string; readonly quantity: number; readonly inDays: number }[];
  };
  const world: fc.Arbitrary<World> = fc.record({
    nord: fc.integer({ min: -5, max: 20 }),
    sued: fc.integer({ min: -5, max: 20 }),
    owed: fc.integer({ min: 0, max: 15 }),
    supplies,
  });
  const factsOf = ({ nord, sued, owed, supplies: coming }: World) =>
    item([reading('wms', 'WH-NORD', nord), reading('wms', 'WH-SUED', sued)], {
      demand: [{ locationCode: null, unreleased: owed, released: 0 }],
      supplies: ['WH-NORD', 'WH-SUED'].map((code) =>
        at(
          code,
          coming.filter((each) => each.code === code).map(({ quantity, inDays }) => supply(quantity, inDays)),
        ),
      ),
    });

  test('after all has come, exactly what the ledger would say then can be promised', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { calendar } = look({ item: factsOf(given) });
        const received = (code: string): number =>
          given.supplies
            .filter((each) => each.code === code && each.inDays > 0)
            .reduce((sum, { quantity }) => sum + quantity, 0);
        const then = look({
          item: factsOf({
            ...given,
            nord: given.nord + received('WH-NORD'),
            sued: given.sued + received('WH-SUED'),
            supplies: [],
          }),
        });
        expect(calendar(30).at(-1)?.projected).toBe(then.answer.sellable);
      }),
      { numRuns: 300 },
    );
  });

  test('each day is the day before plus supply less demand, and more supply never promises less', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 1, max: 20 }), (given, quantity) => {
        const days = look({ item: factsOf(given) }).calendar(25);
        const more = look({
          item: factsOf({ ...given, supplies: [...given.supplies, { code: 'WH-NORD', quantity, inDays: 2 }] }),
        }).calendar(25);
        for (const [index, day] of days.entries()) {
          const before = index === 0 ? day.projected - day.supply + day.demand : (days[index - 1]?.projected ?? 0);
          expect(day.projected).toBe(before + day.supply - day.demand);
          expect(day.availableToPromise).toBeGreaterThanOrEqual(0);
          expect(more[index]?.availableToPromise ?? -1).toBeGreaterThanOrEqual(day.availableToPromise);
        }
      }),
      { numRuns: 300 },
    );
  });
});
