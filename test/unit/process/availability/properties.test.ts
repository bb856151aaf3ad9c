import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SystemKind } from '#model/identifiers.ts';
import { appliedRules } from '#subgraphs/process/availability/explain.ts';
import type { Contact, SourceReading } from '#subgraphs/process/availability/facts.ts';
import { assessed, type Case, item, NOW_MS, place, reading } from './world.ts';

const CODES = ['WH-NORD', 'WH-SUED', 'ST-BERLIN', 'ST-017', 'ST-042'] as const;
const SYSTEMS = ['erp', 'pos', 'wms'] as const;
const MINUTE_MS = 60_000;
const LONG_MS = 40 * MINUTE_MS;

const small = fc.integer({ min: 0, max: 12 });
const ageMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: LONG_MS }));

const readingOf = (system: SystemKind, code: string): fc.Arbitrary<SourceReading> =>
  fc
    .record({
      onHand: fc.integer({ min: -5, max: 40 }),
      damaged: small,
      reservedHard: small,
      reservations: fc.constantFrom('REPORTED' as const, 'NOT_KEPT' as const),
      basis: fc.constantFrom('PHYSICAL' as const, 'NET_OF_RESERVATIONS' as const, 'SELLABLE' as const),
      agoMs: ageMs,
    })
    .map(({ onHand, ...more }) => reading(system, code, onHand, more));

const pairs = CODES.flatMap((code) => SYSTEMS.map((system) => [system, code] as const));
const readings = fc
  .subarray(pairs)
  .chain((chosen) => fc.tuple(...chosen.map(([system, code]) => readingOf(system, code))));
const contactsArb: fc.Arbitrary<readonly (readonly [string, Contact])[]> = fc
  .tuple(...SYSTEMS.map(() => fc.record({ silentMs: ageMs, loaded: fc.boolean() })))
  .map((states) =>
    states.map(({ silentMs, loaded }, index) => {
      const system = SYSTEMS[index] ?? 'erp';
      return [`${system}-main`, { system, loaded, lastContactMs: NOW_MS - silentMs }] as const;
    }),
  );
const policyArb = fc.record({
  channels: fc.record({
    web: fc.record({
      safetyStock: fc.record({ STORE: small, WAREHOUSE: small }),
      channelBuffer: fc.record({ STORE: small, WAREHOUSE: small }),
      unseenSales: fc.record({
        quantile: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        cap: fc.integer({ min: 0, max: 60 }),
      }),
    }),
  }),
  velocity: fc.record({
    STORE: fc.double({ min: 0, max: 2, noNaN: true }),
    WAREHOUSE: fc.double({ min: 0, max: 2, noNaN: true }),
  }),
});
const demandArb = fc
  .array(fc.record({ locationCode: fc.constantFrom(null, ...CODES), unreleased: small, released: small }), {
    maxLength: 3,
  })
  .map((all) => [...new Map(all.map((entry) => [entry.locationCode, entry])).values()]);

/** Some of them expired, one of them in this very instant. */
const holdsArb = fc.array(
  fc
    .record({
      locationCode: fc.constantFrom(...CODES),
      quantity: small,
      leftMs: fc.constantFrom(-LONG_MS, 0, 1, LONG_MS),
    })
    .map(({ leftMs, ...hold }) => ({ ...hold, reservationId: 'res_1', expiresAtMs: NOW_MS + leftMs })),
  { maxLength: 4 },
);

const cases: fc.Arbitrary<
  Case & { readonly contacts: readonly (readonly [string, Contact])[]; readonly policy: { channels: { web: object } } }
> = fc.record({
  item: fc.tuple(readings, demandArb, holdsArb).map(([list, demand, holds]) => item(list, { demand, holds })),
  contacts: contactsArb,
  policy: policyArb,
  places: fc.constant(CODES.map((code) => place(code))),
});

const sellableOf = (given: Case): number => assessed(given).sellable ?? 0;
const neverMore = (
  change: (given: Case & { readonly contacts: readonly (readonly [string, Contact])[] }, size: number) => Case,
): void => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: LONG_MS }), (given, size) => {
      expect(sellableOf(change(given, size))).toBeLessThanOrEqual(sellableOf(given));
    }),
    { numRuns: 1_500 },
  );
};

describe('what can never raise the answer', () => {
  test.each(['safetyStock', 'channelBuffer'] as const)('more %s', (buffer) => {
    fc.assert(
      fc.property(cases, small, small, (given, store, warehouse) => {
        const web = given.policy.channels.web as {
          readonly safetyStock: Record<string, number>;
          readonly channelBuffer: Record<string, number>;
        };
        const raised = { STORE: (web[buffer].STORE ?? 0) + store, WAREHOUSE: (web[buffer].WAREHOUSE ?? 0) + warehouse };
        const more = { ...given, policy: { ...given.policy, channels: { web: { ...web, [buffer]: raised } } } };
        expect(sellableOf(more)).toBeLessThanOrEqual(sellableOf(given));
      }),
      { numRuns: 1_000 },
    );
  });

  test('time passing without a word from anybody, and without a hold that ends', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: LONG_MS }), (given, size) => {
        const lasting = given.item.holds.map((hold) => ({ ...hold, expiresAtMs: NOW_MS + LONG_MS + 1 }));
        const before = { ...given, item: { ...given.item, holds: lasting } };
        expect(sellableOf({ ...before, nowMs: NOW_MS + size })).toBeLessThanOrEqual(sellableOf(before));
      }),
      { numRuns: 1_500 },
    );
  });

  test('any one system going silent earlier', () => {
    for (const silent of SYSTEMS) {
      neverMore((given, size) => ({
        ...given,
        item: {
          ...given.item,
          readings: given.item.readings.map((entry) =>
            entry.system === silent
              ? {
                  ...entry,
                  provenMs: entry.provenMs - size,
                }
              : entry,
          ),
        },
        contacts: given.contacts.map(([name, contact]) => [
          name,
          contact.system === silent ? { ...contact, lastContactMs: (contact.lastContactMs ?? 0) - size } : contact,
        ]),
      }));
    }
  });

  test('a system that has not been read through yet, with all it has said so far lost', () => {
    for (const lost of SYSTEMS) {
      neverMore((given) => ({
        ...given,
        item: { ...given.item, readings: given.item.readings.filter(({ system }) => system !== lost) },
        contacts: given.contacts.map(([name, contact]) => [
          name,
          contact.system === lost ? { ...contact, loaded: false, lastContactMs: null } : contact,
        ]),
      }));
    }
  });

  test('a larger ring-fence for others', () => {
    fc.assert(
      fc.property(cases, small, small, fc.double({ min: 0, max: 1, noNaN: true }), (given, units, more, share) => {
        const fenced = (size: { readonly units: number } | { readonly share: number }): number => {
          const other = { ringFences: [{ kinds: ['STORE' as const, 'WAREHOUSE' as const], ...size }] };
          return sellableOf({ ...given, policy: { ...given.policy, channels: { ...given.policy.channels, other } } });
        };
        expect(fenced({ units: units + more })).toBeLessThanOrEqual(fenced({ units }));
        expect(fenced({ units: 0 })).toBe(sellableOf(given));
        expect(fenced({ share })).toBeLessThanOrEqual(fenced({ share: share / 2 }));
      }),
    );
  });

  test('a smaller quota, and no answer is above it', () => {
    fc.assert(
      fc.property(cases, small, small, (given, units, less) => {
        const capped = (size: number): number => {
          const web = { ...given.policy.channels.web, quotas: [{ skus: ['P1000-S'], units: Math.max(0, size) }] };
          return sellableOf({ ...given, policy: { ...given.policy, channels: { web } } });
        };
        expect(capped(units - less)).toBeLessThanOrEqual(capped(units));
        expect(capped(units)).toBeLessThanOrEqual(Math.min(units, sellableOf(given)));
      }),
    );
  });

  test('one more order', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(null, ...CODES), small, (given, locationCode, units) => {
        const others = given.item.demand.filter((entry) => entry.locationCode !== locationCode);
        const same = given.item.demand.find((entry) => entry.locationCode === locationCode) ?? {
          locationCode,
          unreleased: 0,
          released: 0,
        };
        const more = {
          ...given,
          item: { ...given.item, demand: [...others, { ...same, unreleased: same.unreleased + units }] },
        };
        expect(sellableOf(more)).toBeLessThanOrEqual(sellableOf(given));
      }),
    );
  });
});

describe('holds', () => {
  const hold = (locationCode: string, quantity: number, expiresAtMs: number) => ({
    reservationId: 'res_2',
    locationCode,
    quantity,
    expiresAtMs,
  });
  const withHold = (given: Case, more: ReturnType<typeof hold>): Case => ({
    ...given,
    item: { ...given.item, holds: [...given.item.holds, more] },
  });

  test('one more never raises the answer, and lowers what its place nets by its units', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(...CODES), small, (given, code, units) => {
        const more = withHold(given, hold(code, units, NOW_MS + 1));
        expect(sellableOf(more)).toBeLessThanOrEqual(sellableOf(given));
        const netAt = (at: Case): number | undefined =>
          assessed(at).locations.find(({ place: { code: found } }) => found === code)?.position?.net;
        const [before, after] = [netAt(given), netAt(more)];
        // A silent system's number may give way to a lower one, so that only equal sources are compared.
        const sourceOf = (at: Case) => assessed(at).locations.find(({ place: p }) => p.code === code)?.source;
        if (before !== undefined && after !== undefined && sourceOf(given) === sourceOf(more))
          expect(before - after).toBe(units);
      }),
    );
  });

  test('one that has expired, even just now, counts for nothing', () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom(...CODES),
        small,
        fc.integer({ min: 0, max: LONG_MS }),
        (given, code, units, ago) => {
          const more = assessed(withHold(given, hold(code, units, NOW_MS - ago)));
          const without = assessed(given);
          expect([more.sellable, more.status, more.locations]).toEqual([
            without.sellable,
            without.status,
            without.locations,
          ]);
        },
      ),
    );
  });

  test('the identity holds at every place', () => {
    fc.assert(
      fc.property(cases, (given) => {
        for (const { position } of assessed(given).locations) {
          if (position === null) continue;
          expect(position.sellable + position.withheld - position.shortage).toBe(position.net);
        }
      }),
    );
  });
});

describe('what always holds', () => {
  test('the ledger of every place adds up, whatever the condition of the goods', () => {
    const condition = fc.record({ damaged: small, qualityHold: small, returnsPending: small, inTransit: small });
    fc.assert(
      fc.property(cases, condition, (given, states) => {
        const readings = given.item.readings.map((entry) => ({ ...entry, reading: { ...entry.reading, ...states } }));
        for (const { position } of assessed({ ...given, item: { ...given.item, readings } }).locations) {
          if (position !== null) expect(position.sellable + position.withheld - position.shortage).toBe(position.net);
        }
      }),
    );
  });

  test('the same stock told in any basis gives one answer, ring-fences by share included', () => {
    const units = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(
        units,
        small,
        small,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (free, damaged, reservedHard, share) => {
          const told = [
            ['PHYSICAL', free + damaged + reservedHard],
            ['NET_OF_RESERVATIONS', free + damaged],
            ['SELLABLE', free],
          ] as const;
          const policy = { channels: { web: {}, other: { ringFences: [{ kinds: ['WAREHOUSE' as const], share }] } } };
          const answers = told.map(([basis, onHand]) =>
            sellableOf({ item: item([reading('wms', 'WH-NORD', onHand, { basis, damaged, reservedHard })]), policy }),
          );
          expect(new Set(answers).size).toBe(1);
        },
      ),
    );
  });

  test('the order of readings and of demand is irrelevant', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const turned = {
          ...given,
          item: { ...given.item, readings: given.item.readings.toReversed(), demand: given.item.demand.toReversed() },
        };
        const strip = (answer: ReturnType<typeof assessed>) => [
          answer.sellable,
          answer.status,
          answer.freshness,
          answer.asOfMs,
          answer.confidence,
        ];
        expect(strip(assessed(turned))).toEqual(strip(assessed(given)));
      }),
    );
  });

  test('nothing is in stock without a counted location that has it', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const answer = assessed(given);
        if (answer.status !== 'IN_STOCK' && answer.status !== 'LOW_STOCK') return;
        expect(
          answer.locations.some(({ excluded, position }) => excluded === null && (position?.sellable ?? 0) > 0),
        ).toBe(true);
        expect(answer.asOfMs).not.toBeNull();
      }),
    );
  });

  test('probability is a probability, and none is claimed for what cannot be fulfilled', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 30 }), (given, quantity) => {
        const { confidence, sellable } = assessed({ ...given, context: { quantity } });
        expect(confidence.probability).toBeGreaterThanOrEqual(0);
        expect(confidence.probability).toBeLessThanOrEqual(1);
        if ((sellable ?? 0) < quantity) expect(confidence.probability).toBe(0);
      }),
    );
  });

  test("the explained rules add up: the locations' own numbers plus all effects are the answer", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const answer = assessed(given);
        if (answer.sellable === null) return;
        let start = 0;
        for (const { excluded, position } of answer.locations) {
          if (position === null) continue;
          if (excluded === null) start += position.net + position.unpostedDemand + position.reservedSoft;
          else if (excluded.code === 'SYSTEM_SILENT' || excluded.code === 'SYSTEM_NOT_LOADED')
            start += position.sellable;
        }
        expect(start + appliedRules(answer).reduce((sum, { effect }) => sum + effect, 0)).toBe(answer.sellable);
      }),
      { numRuns: 1_000 },
    );
  });
});
