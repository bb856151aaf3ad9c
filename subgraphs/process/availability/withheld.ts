/**
 * What caution costs: units held back only because we have not heard lately, and the sales that are probably lost by it.
 * All items are gone through little by little, so that the figures cost no answer its time; they are those of the last
 * full round.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { GaugeFamily } from '#runtime/telemetry/gauges.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Assessment } from './assessment.ts';
import { withheldByBuffer } from './explain.ts';
import type { AvailabilityService } from './service.ts';
import { readSkus } from './store.ts';

export type Withheld = {
  /** Units that the staleness buffer takes off what would be sellable. */
  readonly units: number;
  /** Expected sales per minute at places where nothing is left to sell but what it holds back. */
  readonly lostPerMinute: number;
};

/** A bundle's units are its parts', which have answers of their own. */
export const withheldIn = ({ locations, components }: Assessment): Withheld => {
  let units = 0;
  let lostPerMinute = 0;
  for (const { excluded, position, salesPerMinute } of components === null ? locations : []) {
    if (excluded !== null || position === null) continue;
    const here = withheldByBuffer(position).get('stalenessBuffer') ?? 0;
    units += here;
    if (here > 0 && position.sellable === 0) lostPerMinute += salesPerMinute;
  }
  return { units, lostPerMinute };
};

export type WithheldDeps = {
  readonly policy: ProcessPolicy;
  readonly database: Sql;
  readonly service: Pick<AvailabilityService, 'answer' | 'settle'>;
  readonly clock: Clock;
  readonly log: Log;
};

export type WithheldFigures = AsyncDisposable & { readonly gauges: readonly GaugeFamily[] };

const ITEMS_PER_TURN = 50;
const EVERY_MS = 1_000;

export const openWithheldFigures = (deps: WithheldDeps): WithheldFigures => {
  const { policy, database, service, clock, log } = deps;
  let after = '';
  let round = new Map<string, Withheld>();
  let last: ReadonlyMap<string, Withheld> = new Map();

  const turn = async (): Promise<void> => {
    const skus = await readSkus(database, after, ITEMS_PER_TURN);
    for (const channel of Object.keys(policy.channels)) {
      const question = service.settle({ channel });
      const sum = { ...(round.get(channel) ?? { units: 0, lostPerMinute: 0 }) };
      for (const sku of skus) {
        const answer = service.answer(sku, question);
        const { units, lostPerMinute } = answer === null ? { units: 0, lostPerMinute: 0 } : withheldIn(answer);
        sum.units += units;
        sum.lostPerMinute += lostPerMinute;
      }
      round.set(channel, sum);
    }
    after = skus.at(-1) ?? '';
    if (skus.length === ITEMS_PER_TURN) return;
    after = '';
    last = round;
    round = new Map();
  };

  let turning: Promise<void> | null = null;
  const stop = clock.every(EVERY_MS, () => {
    turning ??= turn()
      .catch((error: Error) => log.warn({ error: error.message }, 'working out what is withheld failed; it goes on'))
      .finally(() => {
        turning = null;
      });
  });
  const family = (name: string, help: string, figureOf: (figures: Withheld) => number): GaugeFamily => ({
    name,
    help,
    labelNames: ['channel'],
    read: async () => [...last].map(([channel, figures]) => ({ labels: { channel }, value: figureOf(figures) })),
  });
  return {
    gauges: [
      family(
        'availability_withheld_by_staleness_units',
        'Units held back only because of sales that may not have been heard of yet.',
        ({ units }) => units,
      ),
      family(
        'availability_withheld_lost_sales_per_minute',
        'Sales per minute expected where all that is left is held back for that reason.',
        ({ lostPerMinute }) => lostPerMinute,
      ),
    ],
    [Symbol.asyncDispose]: async () => {
      stop();
      await turning;
    },
  };
};
