import { expect, test } from '@jest/globals';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import type { PublicationFigures } from '#subgraphs/process/publication/figures.ts';
import { createPublicationMetrics, watchPublication } from '#subgraphs/process/publication/metrics.ts';

const NONE = {
  IN_STEP: 0,
  MARKETPLACE_DIFFERS: 0,
  THROTTLED_CONFIDENCE: 0,
  NOT_KNOWN: 0,
  WAITING: 0,
  STARTING: 0,
  BUDGET: 0,
  FAILED: 0,
};

test('lags are counted as they end, and how listings stand is read when asked; nothing old while that fails', async () => {
  const metrics = createServerMetrics({ server: 'process' });
  const observe = createPublicationMetrics(metrics);
  let figures: () => Promise<readonly PublicationFigures[]> = async () => [
    { marketplace: 'AMAZON_DE', listings: { ...NONE, IN_STEP: 40, BUDGET: 2 }, longestLagSeconds: 90 },
  ];
  watchPublication(metrics, () => figures());
  observe({ marketplace: 'AMAZON_DE', lagMs: 1_500 });
  observe({ marketplace: 'AMAZON_DE', lagMs: 70_000 });
  const text = await metrics.text();
  expect(text).toContain('listing_publication_lag_seconds_sum{server="process",marketplace="AMAZON_DE"} 71.5');
  expect(text).toContain('listing_publication_lag_seconds_bucket{le="2.5",server="process",marketplace="AMAZON_DE"} 1');
  expect(text).toContain('listing_publication_listings{marketplace="AMAZON_DE",state="BUDGET",server="process"} 2');
  expect(text).toContain('listing_publication_longest_lag_seconds{marketplace="AMAZON_DE",server="process"} 90');
  figures = () => Promise.reject(new Error('no database'));
  const later = await metrics.text();
  expect(later).not.toContain('state="BUDGET"');
  expect(later).not.toContain('listing_publication_longest_lag_seconds{');
});
