import { describe, expect, test } from '@jest/globals';
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
    expect([7, 0, null].map((sellable) => desiredQuantity(sellable, rulesOf('amazon')))).toEqual([7, 0, 0]);
    expect(desiredQuantity(null, rulesOf('kept'))).toBeNull();
  });

  test('attempts come further apart, up to a limit, and never in step', () => {
    const { publication } = policy;
    expect([1, 2, 3, 30].map((attempts) => retryDelayMs(attempts, publication, 0))).toEqual([
      5_000, 10_000, 20_000, 900_000,
    ]);
    expect(retryDelayMs(1, publication, 0.999)).toBeGreaterThanOrEqual(3_333);
  });

  test.each([
    ['nothing else shown', { published: 5, shown: null, driftSinceMs: null }, false],
    ['the same shown', { published: 5, shown: 5, driftSinceMs: 0 }, false],
    ['more shown than published: believed at once', { published: 5, shown: 6, driftSinceMs: 1_000 }, true],
    ['less shown: a sale may be under way', { published: 5, shown: 4, driftSinceMs: 500_000 }, false],
    ['less shown for long: drift', { published: 5, shown: 4, driftSinceMs: 480_000 }, true],
    ['never published by us', { published: null, shown: 4, driftSinceMs: 600_000 }, true],
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
