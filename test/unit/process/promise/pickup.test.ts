import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OpeningHours, PickupPolicy } from '#model/location.ts';
import { openingsFrom, type Schedule } from '#subgraphs/process/promise/opening.ts';
import { pickupOffer } from '#subgraphs/process/promise/pickup.ts';
import { createTimeZones } from '#subgraphs/process/promise/time-zone.ts';

const zone = createTimeZones()('Europe/Berlin');
if (zone === null) throw new Error('no zone Europe/Berlin');

const week = (days: readonly number[], opens: string, closes: string): readonly OpeningHours[] =>
  days.map((dayOfWeek) => ({ dayOfWeek, opens, closes }));
/** Monday to Saturday, ten to eight. */
const SHOP = week([1, 2, 3, 4, 5, 6], '10:00', '20:00');
const schedule = (hours: readonly OpeningHours[] = SHOP, closed: readonly string[] = []): Schedule => ({
  hours,
  zone,
  isClosedOn: (date) => closed.includes(date),
});
const policy = (more: Partial<PickupPolicy> = {}): PickupPolicy => ({
  enabled: true,
  curbside: false,
  leadMinutes: 120,
  holdDays: 3,
  ...more,
});
/** Berlin time, in winter. */
const at = (local: string): number => Date.parse(`${local}+01:00`);
const shown = (epochMs: number | undefined): string | null => {
  if (epochMs === undefined) return null;
  const { date, minute } = zone.localOf(epochMs);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
};
const readyFrom = (now: number, terms = policy(), opening = schedule()): string | null =>
  shown(pickupOffer(terms, opening, now)?.readyFromMs);

describe('when it is ready', () => {
  test('after the lead time, where the store is open long enough', () => {
    expect(readyFrom(at('2026-03-02T11:00'))).toBe('2026-03-02 13:00');
    expect(readyFrom(at('2026-03-02T06:00'))).toBe('2026-03-02 12:00');
  });

  test('the lead time passes in open time only, over a Sunday too', () => {
    expect(readyFrom(at('2026-03-02T19:00'))).toBe('2026-03-03 11:00');
    expect(readyFrom(at('2026-03-07T19:00'))).toBe('2026-03-09 11:00');
  });

  test('what would be ready at the closing is ready at the next opening', () => {
    expect(readyFrom(at('2026-03-02T18:00'))).toBe('2026-03-03 10:00');
    expect(readyFrom(at('2026-03-02T17:59'))).toBe('2026-03-02 19:59');
  });

  test('after the cut-off work begins on the next opening day', () => {
    const cutoff = policy({ cutoff: '16:00' });
    expect(readyFrom(at('2026-03-02T15:59'), cutoff)).toBe('2026-03-02 17:59');
    expect(readyFrom(at('2026-03-02T16:00'), cutoff)).toBe('2026-03-03 12:00');
    expect(readyFrom(at('2026-03-07T16:00'), cutoff)).toBe('2026-03-09 12:00');
  });

  test('a cut-off at midnight is that of the day that begins', () => {
    const cutoff = policy({ cutoff: '00:00' });
    expect(readyFrom(at('2026-03-02T23:59'), cutoff)).toBe('2026-03-03 12:00');
    expect(readyFrom(at('2026-03-03T00:00'), cutoff)).toBe('2026-03-04 12:00');
  });

  test('a store that is closed for days promises its first day after them', () => {
    const closed = schedule(SHOP, ['2026-12-24', '2026-12-25', '2026-12-26']);
    expect(readyFrom(at('2026-12-23T19:30'), policy(), closed)).toBe('2026-12-28 11:30');
  });

  test('the last Sundays of March and October are an hour shorter and longer', () => {
    const night = schedule(week([6], '22:00', '06:00'));
    const lead = policy({ leadMinutes: 6 * 60 });
    expect(readyFrom(Date.parse('2026-03-28T21:00:00Z'), lead, night)).toBe('2026-03-29 05:00');
    expect(readyFrom(Date.parse('2026-10-24T20:00:00Z'), lead, night)).toBe('2026-10-25 03:00');
  });

  test('a night that has begun yesterday is still open', () => {
    const night = schedule(week([5], '20:00', '04:00'));
    expect(readyFrom(at('2026-03-07T01:00'), policy(), night)).toBe('2026-03-07 03:00');
  });

  test('hours that overlap are not counted twice', () => {
    const doubled = schedule([...week([1], '10:00', '14:00'), ...week([1], '12:00', '16:00')]);
    expect(readyFrom(at('2026-03-02T10:00'), policy({ leadMinutes: 300 }), doubled)).toBe('2026-03-02 15:00');
  });

  test('nothing is promised by a store that offers no pickup, or that never opens', () => {
    expect(pickupOffer(policy({ enabled: false }), schedule(), at('2026-03-02T11:00'))).toBeNull();
    expect(pickupOffer(policy(), schedule([]), at('2026-03-02T11:00'))).toBeNull();
  });
});

describe('how long it is kept', () => {
  test('to the end of the last day, and to be had until the last closing before that', () => {
    const offer = pickupOffer(policy({ holdDays: 6 }), schedule(), at('2026-03-02T11:00'));
    expect([shown(offer?.readyUntilMs), shown(offer?.holdUntilMs)]).toEqual(['2026-03-07 20:00', '2026-03-09 00:00']);
  });

  test('a store that keeps nothing overnight keeps it until it closes', () => {
    const offer = pickupOffer(policy({ holdDays: 0 }), schedule(), at('2026-03-02T11:00'));
    expect([shown(offer?.readyUntilMs), shown(offer?.holdUntilMs)]).toEqual(['2026-03-02 20:00', '2026-03-03 00:00']);
  });
});

describe('laws', () => {
  const time = fc.integer({ min: 0, max: 95 }).map((quarter) => {
    const two = (part: number): string => String(part).padStart(2, '0');
    return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
  });
  const hours = fc.array(fc.record({ dayOfWeek: fc.integer({ min: 1, max: 7 }), opens: time, closes: time }), {
    minLength: 1,
    maxLength: 9,
  });
  const terms = fc.record({
    leadMinutes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 })),
    holdDays: fc.integer({ min: 0, max: 14 }),
    cutoff: fc.option(time, { nil: undefined }),
  });
  const closed = fc.uniqueArray(
    fc.integer({ min: 0, max: 20 }).map((day) => new Date(Date.UTC(2026, 2, 20 + day)).toISOString().slice(0, 10)),
    { maxLength: 8 },
  );
  /** Around the clocks' change of March. */
  const now = fc.integer({ min: Date.UTC(2026, 2, 20), max: Date.UTC(2026, 3, 5) });
  const cases = fc.record({ hours, terms, closed, now });
  const offerOf = (one: { hours: OpeningHours[]; terms: object; closed: string[] }, nowMs: number) =>
    pickupOffer(policy(one.terms), schedule(one.hours, one.closed), nowMs);
  const isOpen = (one: { hours: OpeningHours[]; closed: string[] }, epochMs: number): boolean => {
    const [first] = openingsFrom(schedule(one.hours, one.closed), epochMs, 1);
    return first !== undefined && first.fromMs <= epochMs && epochMs < first.toMs;
  };

  test('it is ready while the store is open, after the lead time, and collected before it is put back', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const offer = offerOf(one, one.now);
        fc.pre(offer !== null);
        expect(isOpen(one, offer.readyFromMs)).toBe(true);
        expect(offer.readyFromMs - one.now).toBeGreaterThanOrEqual(one.terms.leadMinutes * 60_000);
        expect(offer.readyUntilMs).toBeGreaterThan(offer.readyFromMs);
        expect(offer.holdUntilMs).toBeGreaterThanOrEqual(offer.readyUntilMs);
        expect(offer.orderWithinSeconds).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  test('who orders later never has it earlier', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 300_000_000 }), (one, laterMs) => {
        const first = offerOf(one, one.now);
        const second = offerOf(one, one.now + laterMs);
        fc.pre(first !== null && second !== null);
        expect(second.readyFromMs).toBeGreaterThanOrEqual(first.readyFromMs);
      }),
      { numRuns: 500 },
    );
  });

  test('ordered within the time it is ready on the same opening day; a second later it is not', () => {
    const dayOf = (one: Parameters<typeof offerOf>[0], epochMs: number): string | undefined =>
      [...openingsFrom(schedule(one.hours, one.closed), epochMs, 1)][0]?.date;
    fc.assert(
      fc.property(cases, (one) => {
        const offer = offerOf(one, one.now);
        fc.pre(offer !== null);
        const untilMs = one.now + offer.orderWithinSeconds * 1000;
        const within = offerOf(one, Math.max(one.now, untilMs - 1));
        expect(dayOf(one, within?.readyFromMs ?? 0)).toBe(dayOf(one, offer.readyFromMs));
        const late = offerOf(one, untilMs + 1_000);
        if (late !== null) {
          const [before, after] = [dayOf(one, offer.readyFromMs), dayOf(one, late.readyFromMs)];
          expect(String(after) > String(before)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
