/** What the adapter declares: its options. */
import { describe, expect, it } from '@jest/globals';
import { squareAdapter } from '#subgraphs/pos/adapters/square/adapter.ts';

describe('options', () => {
  it('have defaults for everything', () => {
    expect(squareAdapter.options.parse({})).toMatchObject({
      locationCode: { field: 'name', pattern: '\\(([^)]+)\\)$' },
      pickup: { enabled: true, leadMinutes: 120 },
      returnsAccepted: true,
      pickupsPaidInShop: false,
    });
  });

  it.each([
    [{ locationCode: { field: 'nickname' } }, 'locationCode.field', 'must be "name" or "id"'],
    [{ locationCode: { pattern: '(' } }, 'locationCode.pattern', 'exactly one group'],
    [{ locationCode: { pattern: 'ST-.*' } }, 'locationCode.pattern', 'exactly one group'],
    [{ pickup: { cutoff: '5 pm' } }, 'pickup.cutoff', 'local time'],
    [{ pickup: { holdDays: 0 } }, 'pickup.holdDays', 'at least 1'],
    [{ pollIntervalsMs: { stock: 5 } }, 'pollIntervalsMs.stock', 'at least 1000'],
    [{ locations: 'all' }, '', 'locations'],
  ])('%j is refused at its place', (options, path, message) => {
    const result = squareAdapter.options.safeParse(options);
    const [issue] = result.error?.issues ?? [];
    expect(issue?.path.join('.')).toBe(path);
    expect(issue?.message).toContain(message);
  });
});
