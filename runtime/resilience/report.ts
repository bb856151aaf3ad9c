/** What a governor and the readings in front of it tell operators. Counts are of the last 60 seconds. */
import type { QuotaView } from './quota/laws.ts';

export type CircuitState = 'CLOSED' | 'HALF_OPEN' | 'OPEN';

export type GovernorReport = {
  readonly circuit: CircuitState;
  /** ISO instant since when the circuit is as it is. */
  readonly since: string;
  readonly quotas: readonly (QuotaView & { readonly name: string })[];
  readonly inFlight: number;
  /** Calls that may be in flight at once now; adapted between 1 and the vendor's most. */
  readonly concurrency: number;
  /** Calls that wait for their turn. */
  readonly waiting: number;
  readonly sent: number;
  readonly failed: number;
  readonly retried: number;
  /** Refused by us because more urgent calls were waiting. */
  readonly shed: number;
  /** Refused by the vendor for their rate. */
  readonly throttled: number;
  /** Of answered attempts, waiting not included; null when there were none. */
  readonly p95Ms: number | null;
};

/** How the readings of one connection were answered. */
export type ReadingReport = {
  /** Asked for and answered from memory, fresh. */
  readonly hits: number;
  readonly misses: number;
  /** Answered with something older than its fresh life, and labelled so. */
  readonly stale: number;
  /** Keys kept. */
  readonly entries: number;
};

/** One connection of one replica, as its system subgraph tells it to the process layer. */
export type UpstreamReport = {
  readonly connection: string;
  readonly system: 'erp' | 'pos' | 'wms' | 'marketplace';
  readonly vendor: string;
  /** Names the running process, so that reports of replicas can be told apart and added up. */
  readonly replica: string;
  /** ISO instant. */
  readonly at: string;
  readonly governor: GovernorReport;
  readonly readings: ReadingReport;
};
