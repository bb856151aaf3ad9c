/** How long a run takes: all of it for figures to keep, or as little as shows which way a change goes. */
export type Pace = {
  readonly rounds: number;
  /** What counts in each round. */
  readonly seconds: number;
  /** Before it, on connections just opened. */
  readonly warmSeconds: number;
  /** Once for each gateway and workload, before the first round: code is compiled while it runs. */
  readonly firstSeconds: number;
  readonly latencySeconds: number;
  readonly sizeSeconds: number;
};

export const PACES = {
  full: { rounds: 3, seconds: 2, warmSeconds: 0.5, firstSeconds: 3, latencySeconds: 3, sizeSeconds: 1 },
  quick: { rounds: 3, seconds: 1, warmSeconds: 0.25, firstSeconds: 2, latencySeconds: 2, sizeSeconds: 0.5 },
} as const satisfies Readonly<Record<string, Pace>>;
