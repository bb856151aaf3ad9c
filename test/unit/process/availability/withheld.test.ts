import { describe, expect, test } from '@jest/globals';
import { withheldIn } from '#subgraphs/process/availability/withheld.ts';
import { assessed, item, NOW_MS, reading } from './world.ts';

const MINUTE_MS = 60_000;

describe('what caution costs', () => {
  const facts = item([reading('wms', 'WH-NORD', 4), reading('wms', 'WH-SUED', 90)]);
  const policy = { velocity: { WAREHOUSE: 1 } };

  test('nothing while everybody is heard', () => {
    expect(withheldIn(assessed({ item: facts, policy }))).toEqual({ units: 0, lostPerMinute: 0 });
  });

  test('the units held back, and the sales of places that have nothing else left', () => {
    const answer = assessed({ item: facts, policy, nowMs: NOW_MS + 5 * MINUTE_MS });
    const buffer = answer.locations.find(({ place }) => place.code === 'WH-SUED')?.position?.stalenessBuffer ?? 0;
    expect(buffer).toBeGreaterThan(4);
    expect(withheldIn(answer)).toEqual({ units: 4 + buffer, lostPerMinute: 1 });
  });
});
