/** docs/reference/simulators.md says what the code does. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FAULT_KINDS, parseFault } from '#simulation/host/faults.ts';
import { createLedger } from '#simulation/host/ledger.ts';
import { createTestClock } from '#test/support/clock.ts';

const page = readFileSync(new URL('../../../../docs/reference/simulators.md', import.meta.url), 'utf8');

describe('the reference of the simulators', () => {
  it('explains every fault, and no other', () => {
    const tables = page.slice(page.indexOf('Faults that strike calls:'), page.indexOf('### ledger'));
    const explained = [...tables.matchAll(/^\| `([a-z-]+)` \|/gm)].map((row) => row[1]);
    expect(explained.sort()).toEqual([...FAULT_KINDS].sort());
  });

  it('shows faults that can be posted as they stand', () => {
    const shown = [...page.matchAll(/_control\/faults -d '([^']+)'/g)].map((example) => String(example[1]));
    expect(shown.length).toBeGreaterThanOrEqual(4);
    for (const fault of shown) expect(() => parseFault(JSON.parse(fault))).not.toThrow();
  });

  it('shows a ledger with the parts that it has', () => {
    const example: unknown = JSON.parse(/```json\n([\s\S]+?)```/.exec(page)?.[1] ?? '');
    const ledger = createLedger('tiny', { clock: createTestClock() });
    ledger.callStarted('a').ended(200, false);
    ledger.limitUsed({ name: 'notes', ratePerSecond: 1, burst: 1 }, true);
    ledger.limitUsed({ name: '77ab', atOnce: 2 }, true);
    ledger.sendingStarted('e', 'http://target.invalid/').attempted(200);
    ledger.written('order 1', {});
    const report = ledger.report();
    expect(Object.keys(example as object)).toEqual(Object.keys(report));
    const first = (of: unknown, part: string): unknown =>
      Object.values((of as Record<string, Record<string, unknown>>)[part] ?? {})[0];
    for (const part of ['operations', 'limits', 'places', 'writes']) {
      expect(Object.keys(first(example, part) as object)).toEqual(Object.keys(first(report, part) as object));
    }
    const { deliveries } = example as { deliveries: { events: object[] } };
    expect(Object.keys(deliveries)).toEqual(Object.keys(report.deliveries));
    expect(Object.keys(deliveries.events[0] ?? {})).toEqual(Object.keys(report.deliveries.events[0] ?? {}));
  });
});
