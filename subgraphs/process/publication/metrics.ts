/** Publication as metrics. Lags are observed as marketplaces acknowledge; how listings stand is read when it is asked for. */
import { Gauge, Histogram } from 'prom-client';
import type { ServerMetrics } from '#runtime/telemetry/metrics.ts';
import type { PublicationFigures } from './figures.ts';
import type { PublishedListing } from './sending.ts';

/** In seconds: from one quick call to a marketplace that takes nothing for an hour. */
const LAG_BUCKETS = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600];

type Registry = Pick<ServerMetrics, 'registry'>;

/** What the publisher tells of every acknowledged quantity, as a histogram. */
export const createPublicationMetrics = (metrics: Registry): ((published: PublishedListing) => void) => {
  const lags = new Histogram({
    name: 'listing_publication_lag_seconds',
    help: 'Time from the moment a listing no longer showed what it shall until the marketplace took the quantity, in seconds.',
    labelNames: ['marketplace'],
    buckets: LAG_BUCKETS,
    registers: [metrics.registry],
  });
  return ({ lagMs, marketplace }) => lags.observe({ marketplace }, lagMs / 1_000);
};

/** Shows the figures that `read` gives; while it fails there are none, rather than old ones. */
export const watchPublication = (metrics: Registry, read: () => Promise<readonly PublicationFigures[]>): void => {
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    samplesOf: (
      figures: PublicationFigures,
    ) => readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['marketplace', ...labelNames],
      registers: [metrics.registry],
      async collect() {
        const marketplaces = await read().catch(() => []);
        this.reset();
        for (const figures of marketplaces) {
          for (const [labels, value] of samplesOf(figures))
            this.set({ marketplace: figures.marketplace, ...labels }, value);
        }
      },
    });
  };
  gauge(
    'listing_publication_longest_lag_seconds',
    'How long the listing that has waited for longest has not shown what it shall, in seconds; 0 while all do.',
    [],
    ({ longestLagSeconds }) => [[{}, longestLagSeconds]],
  );
  gauge(
    'listing_publication_listings',
    'Listings by how they stand: IN_STEP, WAITING, BUDGET and so on, as listingPublication tells it.',
    ['state'],
    ({ listings }) => Object.entries(listings).map(([state, count]) => [{ state }, count] as const),
  );
};
