import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { appliedRules, explanationText } from '#subgraphs/process/availability/explain.ts';
import type { Demand, Hold } from '#subgraphs/process/availability/facts.ts';
import { noticesOf } from '#subgraphs/process/availability/notices.ts';
import { accuracyAt } from '#subgraphs/process/availability/sources.ts';
import { type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { assessed, contact, item, NOW_MS, reading } from './world.ts';

const calm = { velocity: { STORE: 0, WAREHOUSE: 0 } };
const web = (rules: object, others: object = {}): ProcessPolicyInput => ({
  ...calm,
  channels: { web: rules, amazon: {}, ...others },
});
const demand = (units: number, more: Partial<Demand> = {}): Demand => ({
  channel: 'web',
  locationCode: 'WH-NORD',
  unreleased: units,
  released: 0,
  ...more,
});
const hold = (quantity: number, more: Partial<Hold> = {}): Hold => ({
  channel: 'web',
  reservationId: 'r-1',
  locationCode: 'WH-NORD',
  quantity,
  expiresAtMs: NOW_MS + 60_000,
  ...more,
});
const ten = [reading('wms', 'WH-NORD', 10)];
const ruleIds = (answer: Parameters<typeof appliedRules>[0]) => appliedRules(answer).map(({ kind }) => kind);

describe('a ring-fence', () => {
  const fenced = web({}, { amazon: { ringFences: [{ kinds: ['WAREHOUSE'], units: 4 }] } });

  test('is kept from others and not from its owner', () => {
    const other = assessed({ item: item(ten), policy: fenced });
    expect(other.sellable).toBe(6);
    expect(other.locations[0]?.position).toMatchObject({ ringFencedForOthers: 4, withheld: 4 });
    expect(appliedRules(other)).toContainEqual(
      expect.objectContaining({ kind: 'RING_FENCED_FOR_OTHERS', effect: -4, source: 'process.channels.*.ringFences' }),
    );
    expect(assessed({ item: item(ten), policy: fenced, context: { channel: 'amazon' } }).sellable).toBe(10);
  });

  test("is used up by its owner's orders and holds, so that they cost others nothing", () => {
    const bought = item(ten, { demand: [demand(2, { channel: 'amazon' })], holds: [hold(1, { channel: 'amazon' })] });
    expect(assessed({ item: bought, policy: fenced }).sellable).toBe(6);
    expect(assessed({ item: bought, policy: fenced, context: { channel: 'amazon' } }).sellable).toBe(7);
  });

  test('is not used up by the orders of others, which come out of the rest', () => {
    expect(assessed({ item: item(ten, { demand: [demand(3)] }), policy: fenced }).sellable).toBe(3);
  });

  test('as a share does not shrink while others buy, and is rounded up', () => {
    const shared = web({}, { amazon: { ringFences: [{ codes: ['WH-NORD'], share: 0.35 }] } });
    expect(assessed({ item: item(ten), policy: shared }).sellable).toBe(6);
    expect(assessed({ item: item(ten, { demand: [demand(5)] }), policy: shared }).sellable).toBe(1);
    const reserved = [reading('wms', 'WH-NORD', 10, { reservedHard: 5 })];
    expect(assessed({ item: item(reserved), policy: shared }).sellable).toBe(1);
  });

  test('is for its places and its SKUs only', () => {
    const elsewhere = { ringFences: [{ codes: ['WH-SUED'], units: 4 }] };
    expect(assessed({ item: item(ten), policy: web({}, { amazon: elsewhere }) }).sellable).toBe(10);
    const otherSku = { ringFences: [{ kinds: ['WAREHOUSE'], skus: ['OTHER'], units: 4 }] };
    expect(assessed({ item: item(ten), policy: web({}, { amazon: otherSku as object }) }).sellable).toBe(10);
  });
});

describe('a quota', () => {
  const capped = web({ quotas: [{ skus: ['P1000-S', 'P1000-M'], units: 5 }] });
  const sibling = item([], { sku: 'P1000-M', demand: [demand(2)] });

  test('caps what the channel sells in total, less what its open orders and holds take, over all its SKUs', () => {
    const answer = assessed({ item: item(ten, { holds: [hold(1)] }), others: [sibling], policy: capped });
    expect(answer).toMatchObject({ sellable: 2, quotaLeft: 2 });
    expect(appliedRules(answer)).toContainEqual(
      expect.objectContaining({ kind: 'QUOTA', effect: -7, source: 'process.channels.web.quotas' }),
    );
    expect(explanationText(answer)).toContain("The channel's quota leaves 2.");
  });

  test("others' orders and expired holds do not count, and other channels have no quota", () => {
    const facts = item(ten, { demand: [demand(2, { channel: 'amazon' })], holds: [hold(1, { expiresAtMs: NOW_MS })] });
    expect(assessed({ item: facts, policy: capped }).quotaLeft).toBe(5);
    expect(assessed({ item: facts, policy: capped, context: { channel: 'amazon' } })).toMatchObject({
      quotaLeft: null,
      sellable: 8,
    });
  });

  test('that is used up is out of stock, even where nobody can be heard', () => {
    const facts = item([], { demand: [demand(6)] });
    expect(assessed({ item: facts, policy: capped, contacts: [] })).toMatchObject({
      status: 'OUT_OF_STOCK',
      sellable: 0,
    });
  });
});

describe("others' published examples", () => {
  // https://www.ibm.com/docs/en/inventory-visibility?topic=events-calculating-availability
  test('IBM Inventory Visibility: 4 on hand, 2 safety stock, 3 demand leave nothing, with 1 withheld and no shortage', () => {
    const facts = item([reading('wms', 'WH-NORD', 4)], { demand: [demand(3)] });
    const answer = assessed({ item: facts, policy: web({ safetyStock: { WAREHOUSE: 2 } }) });
    const position = answer.locations[0]?.position;
    expect(position).toMatchObject({ sellable: 0, withheld: 1, shortage: 0 });
    // Its formula for what would be there without safety stock: available - shortage + withheld.
    expect((position?.sellable ?? 0) - (position?.shortage ?? 0) + (position?.withheld ?? 0)).toBe(1);
    expect(position?.net).toBe(1);
  });
});

describe('limits, overrides and caps', () => {
  test('one order may not have more than its limit; a SKU may have its own', () => {
    const policy = web({ limitPerOrder: 3, items: { 'P1000-M': { limitPerOrder: 1 } } });
    expect(assessed({ item: item(ten), policy, context: { quantity: 3 } })).toMatchObject({
      canFulfil: true,
      limitPerOrder: 3,
    });
    const many = assessed({ item: item(ten), policy, context: { quantity: 4 } });
    expect(many).toMatchObject({ canFulfil: false, sellable: 10 });
    expect(noticesOf(many)).toContainEqual(expect.objectContaining({ code: 'LIMIT_PER_ORDER' }));
    expect(assessed({ item: item(ten, { sku: 'P1000-M' }), policy }).limitPerOrder).toBe(1);
  });

  test("a SKU's own safety stock stands in place of the general one, and is named", () => {
    const policy = web({ safetyStock: { WAREHOUSE: 1 }, items: { 'P1000-S': { safetyStock: { WAREHOUSE: 4 } } } });
    const answer = assessed({ item: item(ten), policy });
    expect(answer.sellable).toBe(6);
    expect(appliedRules(answer)).toContainEqual(
      expect.objectContaining({
        kind: 'SAFETY_STOCK',
        source: 'process.channels.web.items.P1000-S.safetyStock.WAREHOUSE',
      }),
    );
    expect(assessed({ item: item(ten, { sku: 'P1000-M' }), policy }).sellable).toBe(9);
  });

  test('caution is capped per location, unheard sales first, and the cap is told', () => {
    const policy = {
      channels: { web: { safetyStock: { WAREHOUSE: 2 }, bufferCap: { WAREHOUSE: 5 } } },
      velocity: { WAREHOUSE: 1 },
    };
    const answer = assessed({ item: item(ten), policy, nowMs: NOW_MS + 10 * 60_000 });
    expect(answer.locations[0]?.position).toMatchObject({ safetyStock: 2, stalenessBuffer: 3, withheld: 5 });
    expect(answer.sellable).toBe(5);
    expect(ruleIds(answer)).toContain('BUFFER_CAPPED');
    expect(explanationText(answer)).toMatch(
      /Caution would hold back \d+ more; the channel's bufferCap does not let it\./,
    );
  });
});

describe('a bundle', () => {
  const set = {
    bundles: {
      SET: [
        { sku: 'CUP', quantity: 2 },
        { sku: 'POT', quantity: 1 },
      ],
    },
    ...calm,
  };
  const cup = (nord: number, south: number, more = {}) =>
    item([reading('wms', 'WH-NORD', nord), reading('wms', 'WH-SUED', south)], { sku: 'CUP', ...more });
  const pot = (nord: number, south: number, more = {}) =>
    item([reading('wms', 'WH-NORD', nord), reading('wms', 'WH-SUED', south)], { sku: 'POT', ...more });
  const bundle = item([], { sku: 'SET' });

  test('is what its parts make at one place, or together where the policy says so', () => {
    const others = [cup(5, 3), pot(1, 4)];
    expect(assessed({ item: bundle, others, policy: set }).sellable).toBe(2);
    const combined = { ...set, bundles: { SET: { components: set.bundles.SET, combine: true } } };
    expect(assessed({ item: bundle, others, policy: combined }).sellable).toBe(4);
  });

  test('has the chances of all its parts, their oldest proof, and shows them', () => {
    const others = [cup(6, 0), pot(3, 0)];
    const answer = assessed({ item: bundle, others, policy: set });
    expect(answer.confidence.probability).toBeCloseTo(0.995 ** 2, 10);
    expect(answer.components).toMatchObject([
      { sku: 'CUP', quantity: 2, answer: { sellable: 6 } },
      { sku: 'POT', quantity: 1, answer: { sellable: 3 } },
    ]);
    expect(explanationText(answer)).toContain('One bundle takes 2 of CUP, of which the channel may sell: 6.');
    const old = [cup(6, 0), item([reading('wms', 'WH-NORD', 3, { agoMs: 90_000 })], { sku: 'POT' })];
    const contacts = [] as const;
    expect(assessed({ item: bundle, others: old, policy: set, contacts }).asOfMs).toBe(NOW_MS - 90_000);
  });

  test('shares stock with its parts: an order for it is an order for them, and the other way round', () => {
    const sold = item([], { sku: 'SET', demand: [demand(1)] });
    expect(assessed({ item: cup(6, 0), others: [sold], policy: set }).sellable).toBe(4);
    expect(assessed({ item: sold, others: [cup(6, 0), pot(3, 0)], policy: set }).sellable).toBe(2);
    const bought = cup(6, 0, { demand: [demand(3)] });
    expect(assessed({ item: bundle, others: [bought, pot(3, 0)], policy: set }).sellable).toBe(1);
  });

  test('with a part that nobody knows of, or that is not for sale, is not in stock', () => {
    expect(assessed({ item: bundle, others: [cup(6, 0)], policy: set })).toMatchObject({
      status: 'UNKNOWN',
      sellable: null,
    });
    const blocked = pot(3, 0, { lifecycle: 'BLOCKED' });
    expect(assessed({ item: bundle, others: [cup(6, 0), blocked], policy: set })).toMatchObject({
      status: 'OUT_OF_STOCK',
      sellable: 0,
    });
  });

  test('its rules add up', () => {
    const others = [cup(5, 3, { demand: [demand(2, { locationCode: null })] }), pot(1, 4)];
    const policy = { ...set, channels: { web: { quotas: [{ skus: ['SET'], units: 1 }] } } };
    const answer = assessed({ item: bundle, others, policy });
    const start = answer.locations.reduce((sum, { position }) => sum + (position?.net ?? 0), 0);
    expect(start + appliedRules(answer).reduce((sum, { effect }) => sum + effect, 0)).toBe(answer.sellable);
  });
});

describe('a count that can be believed less, or more', () => {
  const rate = { soldUnits: 0, observedMinutes: 0, atMs: NOW_MS };
  const learnt = (shortPickAtMs: number | null, countedAtMs: number | null) =>
    new Map([['ST-017', { rate, shortPickAtMs, countedAtMs }]]);
  const HOUR_MS = 3_600_000;
  const chance = (shortPickAtMs: number | null, countedAtMs: number | null): number => {
    const facts = item([reading('pos', 'ST-017', 10)], { learnt: learnt(shortPickAtMs, countedAtMs) });
    return assessed({ item: facts, policy: calm }).confidence.probability;
  };

  test.each([
    ['as usual', null, null, 0.9],
    ['right after a short pick', NOW_MS, null, 0.5],
    ['a half-life after a short pick', NOW_MS - 14 * 24 * HOUR_MS, null, 0.7],
    ['two half-lives after a short pick', NOW_MS - 28 * 24 * HOUR_MS, null, 0.8],
    ['a short pick that a later clock told', NOW_MS + HOUR_MS, null, 0.5],
    ['counted within a day', null, NOW_MS - 23 * HOUR_MS, 0.98],
    ['counted longer ago', null, NOW_MS - 25 * HOUR_MS, 0.9],
    ['counted after a short pick', NOW_MS - 2 * HOUR_MS, NOW_MS - HOUR_MS, 0.98],
    ['not found after a count', NOW_MS, NOW_MS - HOUR_MS, 0.5],
  ])('%s', (_name, shortPickAtMs, countedAtMs, probability) => {
    expect(chance(shortPickAtMs, countedAtMs)).toBeCloseTo(probability, 10);
  });

  test('belief comes back little by little, and never beyond the usual', () => {
    const { confidence } = parseProcessPolicy({});
    const after = fc.double({ min: 0, max: 400 * 24, noNaN: true });
    fc.assert(
      fc.property(after, after, (a, b) => {
        const [sooner, later] = [a, b]
          .toSorted((x, y) => x - y)
          .map((hours) =>
            accuracyAt('STORE', { shortPickAtMs: NOW_MS, countedAtMs: null }, confidence, NOW_MS + hours * HOUR_MS),
          );
        expect(sooner).toBeGreaterThanOrEqual(0.5);
        expect(later).toBeGreaterThanOrEqual(sooner ?? Number.NaN);
        expect(later).toBeLessThanOrEqual(0.9);
      }),
    );
  });
});

describe('how fresh', () => {
  const fresh = (agoMs: number, context: object, more: object = {}) =>
    assessed({ item: item([reading('wms', 'WH-NORD', 40, { agoMs })]), contacts: [], policy: calm, context, ...more });

  test.each([
    [2_000, 'LIVE'],
    [2_001, 'FRESH'],
    [60_000, 'FRESH'],
    [60_001, 'STALE'],
  ])('DETAIL, proven %i ms ago: %s', (agoMs, freshness) => {
    const facts = item([reading('wms', 'WH-NORD', 40, { agoMs })]);
    const contacts = [contact('pos', agoMs), contact('wms', agoMs)];
    const answer = assessed({ item: facts, contacts, policy: calm, context: { purpose: 'DETAIL' } });
    expect(answer.freshness).toBe(freshness);
  });

  test('what sells fast must be known better, in lists and on its page', () => {
    const policy = { velocity: { WAREHOUSE: 0.6 } };
    expect(fresh(0, { purpose: 'BROWSE' }, { policy }).acceptedAgeMs).toBe(30_000);
    expect(fresh(0, { purpose: 'DETAIL' }, { policy }).acceptedAgeMs).toBe(10_000);
    expect(fresh(0, { purpose: 'CART' }, { policy }).acceptedAgeMs).toBe(15_000);
    expect(fresh(0, { purpose: 'BROWSE' }).acceptedAgeMs).toBe(300_000);
  });

  test('so must low stock; a caller that names an age gets that one', () => {
    const low = { item: item([reading('wms', 'WH-NORD', 2)]) };
    expect(fresh(0, { purpose: 'BROWSE' }, low).acceptedAgeMs).toBe(75_000);
    expect(fresh(0, { purpose: 'CHECKOUT' }, low).acceptedAgeMs).toBe(2_000);
    expect(fresh(0, { purpose: 'BROWSE', maxAge: 'PT4M' }, low).acceptedAgeMs).toBe(240_000);
  });
});
