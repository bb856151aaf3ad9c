/** A limit that nobody tells: what is learnt of it from refusals, against a vendor with a real bucket. */
import { describe, expect, test } from '@jest/globals';
import type { QuotaState } from '#runtime/resilience/quota/laws.ts';
import { quotaLaws } from '#runtime/resilience/quota/laws.ts';
import { createRandom } from '#simulation/random.ts';
import { START_MS } from './drawing.ts';

const SHAPE = { kind: 'unpublished' } as const;
const JOURNEY_MS = 20;
const DEMAND = 3;
const CONVERGED_MS = 30_000;
const END_MS = 150_000;

type Vendor = { readonly ratePerSecond: number; readonly burst: number; readonly tellsSeconds: boolean };
type Answer = { readonly atMs: number; readonly refused: boolean; readonly holdMs: number | undefined };

/** Two and a half minutes of three times the demand; what was served and refused after the first 30 s. */
const saturate = ({ ratePerSecond, burst, tellsSeconds }: Vendor, seed: number) => {
  const random = createRandom(seed);
  const answers: Answer[] = [];
  let state: QuotaState | null = null;
  let [nowMs, nextMs, wakeMs] = [0, 0, 0];
  let [tokens, countedMs, waiting, served, refused] = [burst, 0, 0, 0, 0];

  const arrive = (atMs: number): void => {
    tokens = Math.min(burst, tokens + ((atMs - countedMs) / 1000) * ratePerSecond);
    countedMs = atMs;
    const isRefused = tokens + 1e-9 < 1;
    if (!isRefused) tokens -= 1;
    if (atMs >= CONVERGED_MS && isRefused) refused++;
    if (atMs >= CONVERGED_MS && !isRefused) served++;
    const holdMs = tellsSeconds ? Math.ceil((1 - tokens) / ratePerSecond) * 1000 : undefined;
    answers.push({ atMs: atMs + JOURNEY_MS, refused: isRefused, holdMs });
  };
  const hear = ({ refused: isRefused, holdMs }: Answer): void => {
    if (!isRefused) return;
    const lesson = { throttled: true, ...(holdMs === undefined ? {} : { holdMs }) };
    state = quotaLaws.learn(state, SHAPE, lesson, START_MS + nowMs);
    waiting++;
    wakeMs = nowMs;
  };
  const take = (): void => {
    const costs = Array.from({ length: Math.min(8, waiting) }, () => 1);
    const taken = quotaLaws.take(state, SHAPE, costs, START_MS + nowMs);
    state = taken.state;
    for (const grant of taken.grants) {
      if (!grant.granted) wakeMs = nowMs + grant.waitMs;
      else {
        waiting--;
        arrive(nowMs + JOURNEY_MS);
      }
    }
  };

  while (nowMs < END_MS) {
    nowMs = Math.min(nextMs, waiting > 0 ? wakeMs : nextMs, answers[0]?.atMs ?? nextMs);
    const answer = answers[0];
    if (answer && answer.atMs <= nowMs) {
      answers.shift();
      hear(answer);
    } else if (nextMs <= nowMs) {
      waiting = Math.min(2_000, waiting + 1);
      nextMs += (1000 / (DEMAND * ratePerSecond)) * -Math.log(1 - random());
    } else take();
  }
  return { used: served / ((ratePerSecond * (END_MS - CONVERGED_MS)) / 1000), served, refused };
};

const vendors = Array.from({ length: 120 }, (_, index) => ({
  ratePerSecond: 1 + ((index * 7_919) % 490) / 10,
  burst: 1 + ((index * 104_729) % 40),
}));

describe.each([
  ['does not tell how long to wait', false],
  ['tells it in whole seconds', true],
])('a limit of a vendor that %s', (_name, tellsSeconds) => {
  const seen = vendors.map((vendor, index) => saturate({ ...vendor, tellsSeconds }, index));
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

  test('is hardly ever run into after 30 seconds', () => {
    const refused = seen.reduce((sum, run) => sum + run.refused, 0);
    const sent = seen.reduce((sum, run) => sum + run.served + run.refused, 0);
    expect(refused / sent).toBeLessThanOrEqual(0.001);
    for (const run of seen) expect(run.refused).toBeLessThanOrEqual(Math.max(1, 0.001 * run.served));
  });

  test('is used to 95 %, and by no vendor below 70 %', () => {
    expect(mean(seen.map((run) => run.used))).toBeGreaterThanOrEqual(0.95);
    expect(Math.min(...seen.map((run) => run.used))).toBeGreaterThanOrEqual(0.7);
  });
});
