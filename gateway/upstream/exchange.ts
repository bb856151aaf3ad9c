import type { HopReply, HopRequest } from '../execution/hop.ts';

/** One request to a subgraph on its way to exactly one reply. */
export type Exchange = {
  readonly request: HopRequest;
  readonly bodyBytes: number;
  /** As many bytes as characters. */
  readonly isAscii: boolean;
  readonly startedMs: number;
  /** When nobody waits for its answer any longer. */
  readonly dueMs: number;
  /** The breaker's. */
  readonly ticket: number;
  /** On how many connections it lies without an answer. */
  copies: number;
  /** How many times it was given to a connection. */
  sends: number;
  isRescued: boolean;
  isSettled: boolean;
  settle(reply: HopReply): void;
};
