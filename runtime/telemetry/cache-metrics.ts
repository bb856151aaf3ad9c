/** What a gateway keeps, as metrics: read when asked for, so that a hit costs no more than counting it. */
import { Counter, Gauge } from 'prom-client';
import type { ServerMetrics } from './metrics.ts';

type PerLevel = Readonly<Record<'answer' | 'entity', number>>;

export type CacheReading = {
  readonly hits: PerLevel;
  readonly misses: PerLevel;
  readonly ageMs: PerLevel;
  readonly dropped: number;
  readonly emptied: number;
  readonly overtaken: number;
  readonly entries: number;
  readonly bytes: number;
  readonly isFollowing: boolean;
};

const LEVELS = ['answer', 'entity'] as const;

export const createCacheMetrics = (metrics: Pick<ServerMetrics, 'registry'>, read: () => CacheReading): void => {
  const registers = [metrics.registry];
  const perLevel = (name: string, help: string, from: (reading: CacheReading) => PerLevel): void => {
    new Counter({
      name,
      help,
      labelNames: ['level'],
      registers,
      collect() {
        const values = from(read());
        this.reset();
        for (const level of LEVELS) this.inc({ level }, values[level]);
      },
    });
  };
  const total = (name: string, help: string, from: (reading: CacheReading) => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(from(read()));
      },
    });
  };
  const gauge = (name: string, help: string, from: (reading: CacheReading) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(from(read()));
      },
    });
  };
  perLevel('gateway_cache_hits_total', 'Whole answers and entities given from what is kept.', ({ hits }) => hits);
  perLevel('gateway_cache_misses_total', 'Looked for and not kept, or over.', ({ misses }) => misses);
  perLevel('gateway_cache_hit_age_seconds_sum', 'Ages of what was given from what is kept, added up.', ({ ageMs }) => ({
    answer: ageMs.answer / 1_000,
    entity: ageMs.entity / 1_000,
  }));
  total('gateway_cache_dropped_total', 'Entries taken away because a change was told.', ({ dropped }) => dropped);
  total(
    'gateway_cache_emptied_total',
    'Times all was taken away: changes may have been missed.',
    ({ emptied }) => emptied,
  );
  total(
    'gateway_cache_overtaken_total',
    'Answers not kept because a change overtook them.',
    ({ overtaken }) => overtaken,
  );
  gauge('gateway_cache_entries', 'Entities and answers kept.', ({ entries }) => entries);
  gauge('gateway_cache_bytes', 'About what they take, in bytes.', ({ bytes }) => bytes);
  gauge('gateway_cache_following', '1 while changes can be followed; 0 and nothing is kept.', ({ isFollowing }) =>
    isFollowing ? 1 : 0,
  );
};
