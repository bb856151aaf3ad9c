import { describe, expect, test } from '@jest/globals';
import { Failure } from '#runtime/failure.ts';
import { durationMs, spokenDuration } from '#subgraphs/process/policy/duration.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';

const problemsOf = (input: unknown): readonly string[] => {
  try {
    parseProcessPolicy(input);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).code).toBe('CONFIG_INVALID');
    return (error as Failure).message.split('\n');
  }
  throw new Error('the policy was accepted');
};

describe('process policy', () => {
  test('nothing written gives one channel "web" with every rule at its default', () => {
    const policy = parseProcessPolicy(undefined);
    expect(Object.keys(policy.channels)).toEqual(['web']);
    expect(policy.channels.web).toMatchObject({
      lowStockAt: 3,
      publish: false,
      display: { mode: 'CAPPED', exactUpTo: 5, cappedAt: 10 },
    });
    expect(policy.authority.stock.STORE).toEqual(['pos', 'wms', 'erp']);
    expect(policy.maxAgeMs.BROWSE).toBe(300_000);
    expect(policy.publication.retryFirstMs).toBe(5_000);
  });

  test('one changed kind keeps the defaults of the others', () => {
    const policy = parseProcessPolicy({
      authority: { stock: { STORE: ['erp'] } },
      confidence: { accuracy: { STORE: 0.95 } },
    });
    expect(policy.authority.stock).toMatchObject({ STORE: ['erp'], WAREHOUSE: ['wms', 'erp'] });
    expect(policy.confidence.accuracy).toMatchObject({ STORE: 0.95, WAREHOUSE: 0.995 });
  });

  test.each([
    ['a key that does not exist', { channels: { web: { safteyStock: {} } } }, 'process.channels.web'],
    [
      'a cap below the exact range',
      { channels: { web: { display: { exactUpTo: 5, cappedAt: 5 } } } },
      'process.channels.web.display.cappedAt',
    ],
    [
      'publishing without a marketplace',
      { channels: { amazon: { publish: true } } },
      'process.channels.amazon.marketplace',
    ],
    ['a duration in words', { freshness: { BROWSE: '5 minutes' } }, 'process.freshness.BROWSE'],
    ['a system named twice', { authority: { stock: { STORE: ['pos', 'pos'] } } }, 'process.authority.stock.STORE'],
    ['a system that does not exist', { authority: { stock: { STORE: ['till'] } } }, 'process.authority.stock.STORE.0'],
    [
      'a probability above one',
      { channels: { web: { unseenSales: { quantile: 98 } } } },
      'process.channels.web.unseenSales.quantile',
    ],
    ['negative stock', { channels: { web: { safetyStock: { STORE: -1 } } } }, 'process.channels.web.safetyStock.STORE'],
  ])('%s is refused with its path', (_name, input, path) => {
    expect(problemsOf(input).map((line) => line.split(': ')[0])).toContain(path);
  });

  test('two channels cannot both own the quantities of one marketplace', () => {
    const own = { marketplace: 'AMAZON_DE', publish: true };
    const [problem] = problemsOf({ channels: { amazon: own, outlet: own } });
    expect(problem).toContain('process.channels.outlet.marketplace');
    expect(problem).toContain('"amazon"');
  });

  test('every problem is told at once', () => {
    expect(problemsOf({ freshness: { BROWSE: 'x', CART: 'y' } })).toHaveLength(2);
  });
});

describe('durations', () => {
  test.each([
    ['PT5M', 300_000],
    ['PT0.25S', 250],
    ['P1DT2H', 93_600_000],
    ['P2W', 1_209_600_000],
    ['PT0S', 0],
  ])('%s', (text, ms) => expect(durationMs(text)).toBe(ms));

  test.each(['', 'P', 'PT', 'P1M', 'P1Y', '5M', 'PT5', 'pt5m', '-PT5M', 'PT1.5M'])('%p is none', (text) =>
    expect(durationMs(text)).toBeNull(),
  );

  test('are spoken in the unit a person would use', () => {
    expect([12_400, 89_000, 14 * 60_000, 3 * 3_600_000, 50 * 3_600_000].map(spokenDuration)).toEqual([
      '12 s',
      '89 s',
      '14 min',
      '3 h',
      '2 d',
    ]);
  });
});
