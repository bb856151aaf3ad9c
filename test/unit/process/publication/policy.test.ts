import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ConfidenceLevel } from '#subgraphs/process/availability/assessment.ts';
import type { Contact } from '#subgraphs/process/availability/facts.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import {
  believesMarketplace,
  desiredQuantity,
  publishedChannels,
  readinessOf,
  retryDelayMs,
} from '#subgraphs/process/publication/policy.ts';

const policy = parseProcessPolicy({
  channels: {
    web: {},
    amazon: { marketplace: 'AMAZON_DE', publish: true },
    ebay: { marketplace: 'EBAY_DE' },
    kept: { marketplace: 'OTTO', publish: true, whenUnknown: 'KEEP' },
  },
});
const rulesOf = (channel: string) => policy.channels[channel] ?? fail(channel);
const fail = (what: string): never => {
  throw new Error(`no channel ${what}`);
};

describe('publication', () => {
  test('only channels that are told to publish do', () => {
    expect(publishedChannels(policy).map(({ channel, marketplace }) => [channel, marketplace])).toEqual([
      ['amazon', 'AMAZON_DE'],
      ['kept', 'OTTO'],
    ]);
  });

  test('an unknown quantity stops the sale, or leaves it, as the channel says', () => {
    const unknown = { sellable: null, confidence: 'NONE' } as const;
    expect(desiredQuantity(unknown, rulesOf('amazon'))).toBe(0);
    expect(desiredQuantity(unknown, rulesOf('kept'))).toBeNull();
    expect(desiredQuantity({ sellable: 0, confidence: 'NONE' }, rulesOf('kept'))).toBe(0);
  });

  test('less is published while stock is doubtful, and all of it again when it is not', () => {
    const { publishing } =
      parseProcessPolicy({
        channels: { web: { publishing: { belowConfidence: { level: 'MEDIUM', share: 0.1 } } } },
      }).channels.web ?? fail('web');
    const rules = { ...rulesOf('amazon'), publishing };
    const shown = (sellable: number, confidence: ConfidenceLevel) => desiredQuantity({ sellable, confidence }, rules);
    expect((['HIGH', 'MEDIUM', 'LOW', 'NONE'] as const).map((level) => shown(30, level))).toEqual([30, 30, 3, 3]);
    expect(shown(9, 'LOW')).toBe(0);
  });

  test('less confidence never publishes more, and nothing more than may be sold', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.constantFrom('HIGH' as const, 'MEDIUM' as const, 'LOW' as const),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sellable, level, share) => {
          const rules = { ...rulesOf('amazon'), publishing: { belowConfidence: { level, share } } };
          const shown = (['HIGH', 'MEDIUM', 'LOW', 'NONE'] as const).map(
            (confidence) => desiredQuantity({ sellable, confidence }, rules) ?? fail('quantity'),
          );
          expect(shown).toEqual(shown.toSorted((a, b) => b - a));
          expect(shown[0]).toBe(sellable);
          expect(shown[3]).toBeLessThanOrEqual(sellable);
        },
      ),
    );
  });

  test('attempts come further apart, up to a limit, and never in step', () => {
    const { publication } = policy;
    expect([1, 2, 3, 30].map((attempts) => retryDelayMs(attempts, publication, 0))).toEqual([
      5_000, 10_000, 20_000, 900_000,
    ]);
    expect(retryDelayMs(1, publication, 0.999)).toBeGreaterThanOrEqual(3_333);
  });

  test.each([
    ['nothing else shown', { published: 5, sent: null, shown: null, driftSinceMs: null }, false],
    ['the same shown', { published: 5, sent: null, shown: 5, driftSinceMs: 0 }, false],
    ['more shown than published: believed at once', { published: 5, sent: null, shown: 6, driftSinceMs: 1_000 }, true],
    ['less shown: a sale may be under way', { published: 5, sent: null, shown: 4, driftSinceMs: 500_000 }, false],
    ['less shown for long: drift', { published: 5, sent: null, shown: 4, driftSinceMs: 480_000 }, true],
    ['never published by us', { published: null, sent: null, shown: 4, driftSinceMs: 600_000 }, true],
    ['what a lost call had sent', { published: 5, sent: 4, shown: 4, driftSinceMs: 600_000 }, true],
    ['less than what a lost call had sent', { published: 5, sent: 4, shown: 3, driftSinceMs: 600_000 }, false],
  ])('%s', (_name, row, believed) => expect(believesMarketplace(row, 600_000, 120_000)).toBe(believed));
});

describe('when it is safe to publish', () => {
  const expected = [
    { connection: 'pos-main', system: 'pos' },
    { connection: 'wms-main', system: 'wms' },
  ] as const;
  const contact = (lastContactMs: number | null, loaded = true): Contact => ({ system: 'pos', loaded, lastContactMs });
  const at = (pos: Contact, wms: Contact | null, nowMs = 1_000) =>
    readinessOf(new Map([['pos-main', pos] as const, ...(wms ? [['wms-main', wms] as const] : [])]), expected, {
      startedAtMs: 500,
      nowMs,
      graceMs: 60_000,
    });

  test('not before every connection has been read through', () => {
    expect(at(contact(900), null)).toEqual({ state: 'loading', connections: ['wms-main'] });
    expect(at(contact(900), contact(900, false))).toEqual({ state: 'loading', connections: ['wms-main'] });
    expect(at(contact(900), contact(900, false), 10_000_000).state).toBe('loading');
    expect(at(contact(900), contact(900))).toEqual({ state: 'ready' });
  });

  test('after a restart not before each has spoken again, or its silence has lasted', () => {
    expect(at(contact(400), contact(900))).toEqual({ state: 'listening', connections: ['pos-main'] });
    expect(at(contact(400), contact(900), 60_499).state).toBe('listening');
    expect(at(contact(400), contact(900), 60_500).state).toBe('ready');
  });

  test('without any connection nothing is known', () => {
    expect(readinessOf(new Map(), [], { startedAtMs: 0, nowMs: 1e9, graceMs: 1 }).state).toBe('loading');
  });
});
