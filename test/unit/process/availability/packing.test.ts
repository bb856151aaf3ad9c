import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ItemFacts, Learnt, SourceReading } from '#subgraphs/process/availability/facts.ts';
import { createPacking } from '#subgraphs/process/availability/packing.ts';
import { item } from './world.ts';

/** Whole quantities as the database holds them. */
const quantity = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const code = fc.constantFrom('WH-NORD', 'ST-BERLIN', 'ST-017', 'Lager 3');
/** A source's time has microseconds: what is proven keeps them, what is told is cut to milliseconds. */
const timeMs = fc.integer({ min: 0, max: 4_102_444_800_000 });
const exactMs = fc.double({ min: 0, max: 4_102_444_800_000, noNaN: true });

const readingArb: fc.Arbitrary<SourceReading> = fc.record({
  system: fc.constantFrom('erp', 'pos', 'wms', 'marketplace'),
  connection: fc.constantFrom('pos-main', 'pos-second', 'wms-main'),
  locationCode: code,
  receivedAtMs: exactMs,
  provenMs: exactMs,
  reading: fc.record(
    {
      onHand: quantity,
      damaged: quantity,
      qualityHold: quantity,
      returnsPending: quantity,
      reservedHard: quantity,
      reservations: fc.constantFrom('REPORTED', 'NOT_KEPT'),
      inTransit: quantity,
      basis: fc.constantFrom('PHYSICAL', 'NET_OF_RESERVATIONS', 'SELLABLE'),
      asOf: timeMs.map((ms) => new Date(ms).toISOString()),
      sequence: fc.bigInt({ min: 0n, max: 2n ** 80n }).map(String),
    },
    {
      requiredKeys: [
        'onHand',
        'damaged',
        'qualityHold',
        'returnsPending',
        'reservedHard',
        'reservations',
        'inTransit',
        'basis',
        'asOf',
      ],
    },
  ),
});

const sum = fc.double({ min: 0, max: 1e9, noNaN: true });
const learntArb: fc.Arbitrary<Learnt> = fc.record({
  rate: fc.record({ soldUnits: sum, observedMinutes: sum, atMs: exactMs }),
  shortPickAtMs: fc.option(exactMs),
  countedAtMs: fc.option(exactMs),
});

const itemArb: fc.Arbitrary<ItemFacts> = fc
  .record({
    sku: fc.string(),
    readings: fc.array(readingArb, { maxLength: 8 }),
    learnt: fc.option(
      fc.array(fc.tuple(code, learntArb)).map((entries) => new Map(entries)),
      { nil: undefined },
    ),
    holds: fc.array(
      fc.record({ reservationId: fc.uuid(), locationCode: code, quantity: fc.nat(), expiresAtMs: timeMs }),
      { maxLength: 2 },
    ),
    demand: fc.array(fc.record({ locationCode: fc.option(code), unreleased: fc.nat(), released: fc.nat() }), {
      maxLength: 2,
    }),
  })
  .map(({ readings, learnt, ...more }) => item(readings, { ...more, ...(learnt ? { learnt } : {}) }));

describe('packed items', () => {
  test('come out as they went in, whatever else was packed before and after', () => {
    fc.assert(
      fc.property(fc.array(itemArb, { maxLength: 5 }), (items) => {
        const { pack, unpack } = createPacking();
        const packed = items.map(pack);
        expect(packed.map(unpack)).toEqual(items);
      }),
    );
  });

  test('take a hundred bytes per reading and what was learnt beside it', () => {
    const [reading] = fc.sample(readingArb, 1);
    const [lesson] = fc.sample(learntArb, 1);
    if (!reading || !lesson) throw new Error('nothing was drawn');
    const codes = Array.from({ length: 60 }, (_, index) => `ST-${index}`);
    const learnt = new Map(codes.map((locationCode) => [locationCode, lesson]));
    const packed = createPacking().pack(
      item(
        codes.map((locationCode) => ({ ...reading, locationCode })),
        { learnt },
      ),
    );
    expect(packed.numbers.byteLength / codes.length).toBeLessThanOrEqual(104);
  });

  test('of another packing are not understood by chance', () => {
    const [reading] = fc.sample(readingArb, 1);
    if (!reading) throw new Error('nothing was drawn');
    expect(() => createPacking().unpack(createPacking().pack(item([reading])))).toThrow(RangeError);
  });
});
