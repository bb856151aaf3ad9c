import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createLivePolicy, policyVersion } from '#subgraphs/process/policy/live.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { watchPolicy } from '#subgraphs/process/policy/watch.ts';
import { createTestClock } from '../../../support/clock.ts';

const first = parseProcessPolicy({});
const second = parseProcessPolicy({ channels: { web: { lowStockAt: 9 } } });

describe('the rules in force', () => {
  test('are read by everybody who holds them, at once', () => {
    const live = createLivePolicy(first);
    const { policy } = live;
    expect(policy.channels.web?.lowStockAt).toBe(3);
    const before = live.version;
    expect(live.replace(second)).toBe(true);
    expect(policy.channels.web?.lowStockAt).toBe(9);
    expect({ ...policy }).toEqual(second);
    expect(live.version).not.toBe(before);
  });

  test('that are the same again are no change, and nobody is told', () => {
    const live = createLivePolicy(first);
    let told = 0;
    const stop = live.onChange(() => (told += 1));
    expect(live.replace(parseProcessPolicy({}))).toBe(false);
    expect(told).toBe(0);
    live.replace(second);
    expect(told).toBe(1);
    stop();
    live.replace(first);
    expect(told).toBe(1);
  });

  test('have one version, whatever the order they are written in', () => {
    const one = parseProcessPolicy({ channels: { a: {}, b: {} } });
    const other = parseProcessPolicy({ channels: { b: {}, a: {} } });
    expect(policyVersion(one)).toBe(policyVersion(other));
    expect(policyVersion(one)).not.toBe(policyVersion(first));
  });
});

describe('the file', () => {
  const open = () => {
    const clock = createTestClock();
    const live = createLivePolicy(first);
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (text: string) => lines.push(text) });
    const file = { stamp: '1' as string | null, process: {} as unknown, connections: 'one' };
    const watching = watchPolicy(
      { connections: 'one' },
      {
        file: {
          stamp: async () => file.stamp,
          read: () => ({ process: parseProcessPolicy(file.process), connections: file.connections }),
        },
        replace: live.replace,
        clock,
        log,
      },
    );
    return { clock, live, lines, file, watching };
  };

  test('takes effect within its beat once it has changed', async () => {
    const { clock, live, file, watching } = open();
    file.process = { channels: { web: { lowStockAt: 9 } } };
    file.stamp = '2';
    await clock.advance(2_000);
    expect(live.policy.channels.web?.lowStockAt).toBe(9);
    await watching[Symbol.asyncDispose]();
  });

  test('that is not valid is refused as a whole and named by its path; a mended one takes effect', async () => {
    const { clock, live, lines, file, watching } = open();
    file.process = { channels: { web: { lowStockAt: 9, quotas: [{ skus: [], units: -1 }] } } };
    file.stamp = '2';
    await clock.advance(2_000);
    expect(live.policy.channels.web?.lowStockAt).toBe(3);
    expect(lines.join('\n')).toContain('process.channels.web.quotas.0.units');
    const told = lines.length;
    await clock.advance(20_000);
    expect(lines).toHaveLength(told);
    file.process = { channels: { web: { lowStockAt: 8 } } };
    file.stamp = '3';
    await clock.advance(2_000);
    expect(live.policy.channels.web?.lowStockAt).toBe(8);
    await watching[Symbol.asyncDispose]();
  });

  test('that is gone, or names other connections, changes no rule and is told', async () => {
    const { clock, live, lines, file, watching } = open();
    file.stamp = null;
    await clock.advance(2_000);
    expect(lines.join('\n')).toContain('is gone');
    file.stamp = '2';
    file.connections = 'two';
    await clock.advance(2_000);
    expect(lines.join('\n')).toContain('take effect at the next start');
    expect(live.policy.channels.web?.lowStockAt).toBe(3);
    await watching[Symbol.asyncDispose]();
  });
});
