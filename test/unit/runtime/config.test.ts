import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { closestName, parseConfig } from '#runtime/config.ts';

const schema = z.strictObject({
  channels: z.record(
    z.string(),
    z.strictObject({ safetyStock: z.number().int().nonnegative().default(0), lowStockAt: z.number().optional() }),
  ),
  connections: z.array(z.strictObject({ id: z.string(), vendor: z.string() })).default([]),
});

const messageOf = (text: string): string => {
  try {
    parseConfig(text, 'throughline.yaml', schema);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
};

describe('configuration file', () => {
  test('fills in defaults', () => {
    expect(parseConfig('channels: { web: {} }', 'f', schema)).toEqual({
      channels: { web: { safetyStock: 0 } },
      connections: [],
    });
  });

  test('a misspelt setting is named with its path, its line and what was meant', () => {
    expect(messageOf('channels:\n  web:\n    saftyStock: 2\n')).toContain(
      'channels.web.saftyStock (line 3): is not a known setting; did you mean "safetyStock"?',
    );
  });

  test('an unknown setting nowhere near another lists what is allowed', () => {
    expect(messageOf('channels:\n  web:\n    zebra: 2\n')).toContain('known here: safetyStock, lowStockAt.');
  });

  test('a wrong value inside a list is named with its index and line', () => {
    expect(messageOf('channels: {}\nconnections:\n  - id: a\n    vendor: 7\n')).toMatch(
      /connections\.0\.vendor \(line 4\): .*string/,
    );
  });

  test('a YAML mistake names the line', () => {
    expect(messageOf('channels: {web: [}')).toMatch(/throughline\.yaml: .*line 1/);
  });

  test('names too far apart are not offered', () => {
    expect(closestName('zebra', ['safetyStock'])).toBeNull();
    expect(closestName('connection', ['connections', 'channels'])).toBe('connections');
  });
});
