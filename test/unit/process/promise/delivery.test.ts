import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type BasketLine,
  type Dispatch,
  deliveryDates,
  deliveryOptions,
  type Origin,
  parcelsFor,
  type ShippingService,
  summedLines,
} from '#subgraphs/process/promise/delivery.ts';
import { createTimeZones, minuteOfDay } from '#subgraphs/process/promise/time-zone.ts';

const zone = createTimeZones()('Europe/Berlin');
if (zone === null) throw new Error('no zone Europe/Berlin');

const MONDAY_TO_FRIDAY = new Set([1, 2, 3, 4, 5]);
const service = (more: Partial<ShippingService> & { readonly cutoff?: string } = {}): ShippingService => {
  const { cutoff = '14:00', ...rest } = more;
  return {
    name: 'standard',
    cutoffMinute: minuteOfDay(cutoff),
    handlingDays: 0,
    transitDays: { min: 1, max: 2 },
    workingDays: MONDAY_TO_FRIDAY,
    ...rest,
  };
};
const dispatch = (closed: readonly string[] = []): Dispatch => ({ zone, isClosedOn: (date) => closed.includes(date) });
const at = (local: string): number => Date.parse(`${local}+01:00`);
const dates = (now: string, by = service(), from = dispatch(), riskDays = 0): readonly string[] | null => {
  const found = deliveryDates(by, from, at(now), riskDays);
  return found === null ? null : [found.earliest, found.latest];
};

describe('when a parcel arrives', () => {
  test('it leaves today up to the cut-off, not at it', () => {
    expect(dates('2026-03-02T13:59')).toEqual(['2026-03-03', '2026-03-04']);
    expect(dates('2026-03-02T14:00')).toEqual(['2026-03-04', '2026-03-05']);
  });

  test('neither packing nor the road count days off', () => {
    expect(dates('2026-03-06T14:00')).toEqual(['2026-03-10', '2026-03-11']);
    expect(dates('2026-03-05T10:00', service({ handlingDays: 1 }))).toEqual(['2026-03-09', '2026-03-10']);
    expect(dates('2026-12-23T10:00', service(), dispatch(['2026-12-24', '2026-12-25']))).toEqual([
      '2026-12-28',
      '2026-12-29',
    ]);
  });

  test('a cut-off at midnight is that of the day that begins', () => {
    expect(dates('2026-03-02T23:59', service({ cutoff: '00:00' }))).toEqual(['2026-03-04', '2026-03-05']);
    expect(dates('2026-03-03T00:00', service({ cutoff: '00:00' }))).toEqual(['2026-03-05', '2026-03-06']);
  });

  test('the cut-off is told by the clock on the wall, also when that changes', () => {
    const everyDay = service({ cutoff: '14:00', workingDays: new Set([1, 2, 3, 4, 5, 6, 7]) });
    const until = (now: string): string =>
      new Date(deliveryDates(everyDay, dispatch(), Date.parse(now), 0)?.orderUntilMs ?? 0).toISOString();
    expect(until('2026-03-28T15:00:00Z')).toBe('2026-03-29T12:00:00.000Z');
    expect(until('2026-10-24T15:00:00Z')).toBe('2026-10-25T13:00:00.000Z');
  });

  test('a doubtful one may be late by the days of risk, and is not sooner for it', () => {
    expect(dates('2026-03-02T10:00', service(), dispatch(), 1)).toEqual(['2026-03-03', '2026-03-05']);
  });

  test('on the same day where the road takes none', () => {
    expect(dates('2026-03-02T10:00', service({ transitDays: { min: 0, max: 0 } }))).toEqual([
      '2026-03-02',
      '2026-03-02',
    ]);
  });

  test('nothing is promised where nothing ever leaves', () => {
    expect(dates('2026-03-02T10:00', service({ workingDays: new Set() }))).toBeNull();
  });

  test('later orders never arrive sooner; at the end of the time they leave later, before it they do not', () => {
    fc.assert(
      fc.property(
        fc.record({
          cutoffMinute: fc.integer({ min: 0, max: 1_439 }),
          handlingDays: fc.integer({ min: 0, max: 3 }),
          workingDays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }).map((days) => new Set(days)),
          transitDays: fc
            .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))
            .map(([min, more]) => ({ min, max: min + more })),
        }),
        fc.integer({ min: Date.UTC(2026, 2, 20), max: Date.UTC(2026, 3, 5) }),
        fc.integer({ min: 0, max: 2 }),
        (by, now, riskDays) => {
          const given = { name: 'any', ...by };
          const found = deliveryDates(given, dispatch(['2026-03-27']), now, riskDays);
          if (found === null) throw new Error('something leaves every week');
          expect(found.orderUntilMs).toBeGreaterThan(now);
          expect(found.earliest <= found.latest).toBe(true);
          const inTime = deliveryDates(given, dispatch(['2026-03-27']), found.orderUntilMs - 1, riskDays);
          expect(inTime).toEqual(found);
          const late = deliveryDates(given, dispatch(['2026-03-27']), found.orderUntilMs, riskDays);
          expect(String(late?.earliest) > found.earliest).toBe(true);
          expect(String(late?.latest) > found.latest).toBe(true);
        },
      ),
    );
  });
});

const origin = (code: string, units: Readonly<Record<string, number>>, services = [service()]): Origin => ({
  ...dispatch(),
  code,
  units: new Map(Object.entries(units)),
  services,
});
const sure = () => ({ confidence: 'HIGH', riskDays: 0 });
const line = (sku: string, quantity: number): BasketLine => ({ sku, quantity });

describe('what a basket is sent from', () => {
  const NOW = at('2026-03-02T10:00');

  test('one place that has it all, however many others could help', () => {
    const places = [origin('A', { x: 9 }), origin('B', { x: 1, y: 1 }), origin('C', { y: 9 })];
    const [option] = deliveryOptions([line('x', 1), line('y', 1)], places, NOW, sure);
    expect(option?.parcels.map((parcel) => parcel.origin.code)).toEqual(['B']);
  });

  test('of two that have it all, the one that is sooner there', () => {
    const slow = origin('A', { x: 5 }, [service({ transitDays: { min: 3, max: 4 } })]);
    const [option] = deliveryOptions([line('x', 1)], [slow, origin('B', { x: 5 })], NOW, sure);
    expect(option?.parcels.map((parcel) => parcel.origin.code)).toEqual(['B']);
  });

  test('parted, it is there when the last parcel is, and ordered in time for the first cut-off', () => {
    const slow = origin('A', { x: 5 }, [service({ transitDays: { min: 3, max: 4 }, cutoff: '12:00' })]);
    const [option] = deliveryOptions([line('x', 1), line('y', 1)], [slow, origin('B', { y: 5 })], NOW, sure);
    expect(option).toMatchObject({ earliest: '2026-03-05', latest: '2026-03-06', orderWithinSeconds: 7_200 });
    expect(option?.parcels).toHaveLength(2);
  });

  test('two lines of one SKU are one demand', () => {
    expect(deliveryOptions([line('x', 3), line('x', 3)], [origin('A', { x: 5 })], NOW, sure)).toEqual([]);
  });

  test('each service is an option, the soonest first', () => {
    const express = service({ name: 'express', transitDays: { min: 1, max: 1 } });
    const options = deliveryOptions([line('x', 1)], [origin('A', { x: 1 }, [service(), express])], NOW, sure);
    expect(options.map((option) => option.service)).toEqual(['express', 'standard']);
  });

  test('doubt is judged by the parcels that are really sent, and makes them late', () => {
    const [option] = deliveryOptions([line('x', 1)], [origin('A', { x: 1 })], NOW, (parcels) => ({
      confidence: parcels.map((parcel) => parcel.origin.code).join(),
      riskDays: 2,
    }));
    expect(option).toMatchObject({ confidence: 'A', earliest: '2026-03-03', latest: '2026-03-06' });
  });

  const stock = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.integer({ min: 0, max: 6 }));
  const basket = fc.array(
    fc.record({ sku: fc.constantFrom('x', 'y', 'z'), quantity: fc.integer({ min: 1, max: 6 }) }),
    { minLength: 1, maxLength: 4 },
  );

  test('is exactly what was ordered, nobody sends more than there is, and nothing is left out that could be sent', () => {
    fc.assert(
      fc.property(basket, fc.array(stock, { maxLength: 5 }), (lines, stocks) => {
        const origins = stocks.map((units, index) => origin(`P${index}`, units));
        const parcels = parcelsFor(lines, origins);
        const wanted = summedLines(lines);
        const inAll = (sku: string): number => origins.reduce((sum, { units }) => sum + (units.get(sku) ?? 0), 0);
        expect(parcels !== null).toBe(wanted.every(({ sku, quantity }) => inAll(sku) >= quantity));
        if (parcels === null) return;
        const sent = summedLines(parcels.flatMap((parcel) => parcel.lines));
        expect(new Map(sent.map(({ sku, quantity }) => [sku, quantity]))).toEqual(
          new Map(wanted.map(({ sku, quantity }) => [sku, quantity])),
        );
        for (const parcel of parcels) {
          for (const { sku, quantity } of parcel.lines)
            expect(quantity).toBeLessThanOrEqual(parcel.origin.units.get(sku) ?? 0);
        }
        const hasAll = ({ units }: Origin): boolean =>
          wanted.every(({ sku, quantity }) => (units.get(sku) ?? 0) >= quantity);
        expect(parcels.length === 1).toBe(origins.some(hasAll));
      }),
      { numRuns: 500 },
    );
  });
});
