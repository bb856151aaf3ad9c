/** Everything around the gateway, in one process on a core of its own: subgraphs and callers. Started by start-world.ts. */
import { runClosed, runOpen, type Target } from './callers.ts';
import type { SubgraphUrls } from './graph.ts';
import { openSubgraphs, type Stage } from './subgraphs.ts';

/** Requests come as texts, and become bytes here once. */
export type Call = { readonly port: number; readonly requests: readonly string[]; readonly lengths: readonly number[] };

export type Wish =
  | {
      readonly kind: 'closed';
      readonly call: Call;
      readonly callers: number;
      readonly seconds: number;
      readonly warmSeconds: number;
    }
  | {
      readonly kind: 'open';
      readonly call: Call;
      readonly callers: number;
      readonly seconds: number;
      readonly perSecond: number;
    }
  | { readonly kind: 'record' }
  | { readonly kind: 'recorded' }
  | { readonly kind: 'urls' };

export type LoadReport = {
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  /** Answers in all, the ones before and after the seconds that count too. */
  readonly total: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests to subgraphs for each answer, and how many of all of them could not be answered from memory. */
  readonly upstreamEach: number;
  readonly computed: number;
  /** How busy this process was, of one core. */
  readonly busy: number;
};

export type Granted = {
  readonly closed: LoadReport;
  readonly open: LoadReport;
  readonly record: null;
  readonly recorded: readonly Stage[];
  readonly urls: SubgraphUrls;
};

const subgraphs = await openSubgraphs();

const targetOf = ({ port, requests, lengths }: Call): Target => ({
  port,
  requests: requests.map((text) => Buffer.from(text)),
  lengths,
});

const loaded = async (run: () => ReturnType<typeof runClosed>): Promise<LoadReport> => {
  const before = subgraphs.counts();
  const cpu = process.cpuUsage();
  const fromMs = performance.now();
  const { latenciesMs, ...outcome } = await run();
  const spent = process.cpuUsage(cpu);
  const after = subgraphs.counts();
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return {
    ...outcome,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    upstreamEach: (after.requests - before.requests) / Math.max(1, outcome.total),
    computed: after.computed - before.computed,
    busy: (spent.user + spent.system) / 1_000 / (performance.now() - fromMs),
  };
};

const grant = async (wish: Wish): Promise<Granted[Wish['kind']]> => {
  switch (wish.kind) {
    case 'closed':
      return loaded(() => runClosed(targetOf(wish.call), wish));
    case 'open':
      return loaded(() => runOpen(targetOf(wish.call), wish));
    case 'record':
      subgraphs.record();
      return null;
    case 'recorded':
      return subgraphs.recorded();
    case 'urls':
      return subgraphs.urls;
  }
};

process.on('message', (wish: Wish) => {
  grant(wish).then(
    (granted) => process.send?.({ granted }),
    (error: unknown) => process.send?.({ refused: error instanceof Error ? error.message : String(error) }),
  );
});
// Nobody is left to be a world for.
process.on('disconnect', () => process.exit(0));
