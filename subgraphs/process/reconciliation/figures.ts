/** Drifts and sweeps as figures, read at the moment of asking. */
import { decimalOf } from '#model/money.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { GaugeFamily } from '#runtime/telemetry/gauges.ts';
import { readSweeps } from './progress.ts';
import { countOpen } from './store.ts';

const byCurrency = (counts: Awaited<ReturnType<typeof countOpen>>): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const { currency, valueMinor } of counts) {
    if (currency !== null) sums.set(currency, (sums.get(currency) ?? 0) + valueMinor);
  }
  return sums;
};

export const reconciliationGauges = (deps: {
  readonly database: Database;
  readonly clock: Clock;
}): readonly GaugeFamily[] => {
  const { clock, database } = deps;
  return [
    {
      name: 'inventory_drifts_open',
      help: 'Open drifts by likely cause, and whether too much may be sold because of them.',
      labelNames: ['cause', 'oversell_risk'],
      read: async () =>
        [...Map.groupBy(await countOpen(database), ({ cause, oversellRisk }) => `${cause} ${oversellRisk}`)].map(
          ([label, counts]) => {
            const [cause = '', oversell_risk = ''] = label.split(' ');
            return { labels: { cause, oversell_risk }, value: counts.reduce((sum, { drifts }) => sum + drifts, 0) };
          },
        ),
    },
    {
      name: 'inventory_drift_value_at_risk',
      help: 'Units of open drifts times their list prices, in the main unit of the currency.',
      labelNames: ['currency'],
      read: async () =>
        [...byCurrency(await countOpen(database))].map(([currency, amountMinor]) => ({
          labels: { currency },
          value: Number(decimalOf({ amountMinor, currency })),
        })),
    },
    {
      name: 'reconciliation_sweep_progress',
      help: 'Share of its items that the current sweep has looked at.',
      labelNames: ['sweep'],
      read: async () =>
        (await readSweeps(database)).map(({ kind, done, total, finishedMs }) => ({
          labels: { sweep: kind },
          value: finishedMs !== null || total === 0 ? 1 : Math.min(1, done / total),
        })),
    },
    {
      name: 'reconciliation_sweep_age_seconds',
      help: 'Seconds since the current sweep began: far above its interval, sweeping stands still.',
      labelNames: ['sweep'],
      read: async () =>
        (await readSweeps(database)).map(({ kind, startedMs }) => ({
          labels: { sweep: kind },
          value: Math.max(0, clock.now() - startedMs) / 1000,
        })),
    },
  ];
};
