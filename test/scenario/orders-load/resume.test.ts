/** Subscribers that are all cut at once come back with their cursors. */
import { expect, test } from '@jest/globals';
import { runResume } from '#bin/bench/orders/resume.ts';

test('60 subscribers, cut at once with 20 to 200 events missed each: all know everything again, nothing left out, nothing twice', async () => {
  const { behind, liveMs, missed, report } = await runResume(process.env, null, { subscribers: 60, missed: [20, 200] });
  expect(missed).toBeGreaterThanOrEqual(60 * 20);
  expect(behind).toBe(0);
  expect(report).toMatchObject({ gaps: 0, repeats: 0, lagged: 0, refused: 0 });
  expect(report.cuts).toBeGreaterThanOrEqual(60);
  // A snapshot each, everything that was missed, and nothing else.
  expect(liveMs).toHaveLength(60);
}, 240_000);
