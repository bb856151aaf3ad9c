/** What a benchmark and its process of clients say to each other. */
export type FollowedOrder = { readonly id: string };

export type ClientWord =
  | { readonly kind: 'start'; readonly url: string; readonly token: string; readonly orders: readonly FollowedOrder[] }
  /** Nobody connects until `go`. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'go' }
  /** Every client listens to the channel as well. */
  | { readonly kind: 'listen'; readonly channel: string }
  | { readonly kind: 'report' };

export type ClientReport = {
  readonly attached: number;
  readonly listening: number;
  readonly open: number;
  readonly gaps: number;
  readonly repeats: number;
  readonly lagged: number;
  readonly received: number;
  readonly cuts: number;
  readonly refused: number;
  /** The last sequence of each order, in the order in which they were given. */
  readonly sequences: readonly number[];
  /** When the channel's event came, in milliseconds since the epoch, client by client. */
  readonly heardMs: readonly number[];
  readonly rss: number;
  readonly heapUsed: number;
};
