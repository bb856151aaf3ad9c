/** Reconciliation put together: what sweeps, what answers, and what is measured. */
import type { GaugeFamily } from '#runtime/telemetry/gauges.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import { reconciliationGauges } from './figures.ts';
import { openReconciler, type Reconciler, type ReconcilerDeps, type ReconcilerOptions } from './reconciler.ts';
import { createReconciliationResolvers } from './resolvers.ts';

export type Reconciliation = Reconciler & {
  readonly resolvers: Resolvers;
  readonly gauges: readonly GaugeFamily[];
};

export const openReconciliation = (options: ReconcilerOptions, deps: ReconcilerDeps): Reconciliation => ({
  ...openReconciler(options, deps),
  resolvers: createReconciliationResolvers(deps),
  gauges: reconciliationGauges(deps),
});
