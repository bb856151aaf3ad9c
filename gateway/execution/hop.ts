/** The seam between running a plan and reaching a subgraph: one serialised request out, one result back. */
import type { GraphQLFormattedError } from 'graphql';
import type { FailureCode } from '#runtime/failure.ts';
import type { Freshness } from '#runtime/graphql/purpose.ts';

/**
 * What all requests to subgraphs on behalf of one caller have in common. One per operation; made cheaply, because it is
 * made for every operation.
 */
export type HopScope = {
  /** The caller's Authorization header, forwarded as it is. */
  readonly authorization?: string;
  /** Where the caller is, for limits; absent where the network does not tell. */
  readonly callerAddress?: string | undefined;
  /** Names all who have the same rights as the caller; absent where nobody knows them, and then nothing is kept. */
  readonly audience?: string;
  readonly freshness: Freshness;
  readonly correlationId: string;
  /** When the caller's time is up, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  /** Whether the caller has gone or its time is up: nobody waits for an answer any more. */
  readonly isOver: boolean;
  /** Runs `end` once when it is over, at once if it already is; the returned function takes that back. */
  whenOver(end: () => void): () => void;
};

export type HopRequest = {
  /** The whole JSON body: query, operationName, variables. */
  readonly body: string;
  /** Whether sending it twice, or once for several callers, is harmless: a query. */
  readonly isQuery: boolean;
  readonly scope: HopScope;
};

/** Why there is no answer. The message is for the caller and names the subgraph, never its address. */
export type HopTrouble = { readonly code: FailureCode; readonly message: string };

/** Parsed. Several callers may be given the same object: whoever receives it may not change it, unless it is its own. */
export type HopResult = {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
};

export type HopReply =
  | {
      readonly kind: 'answered';
      readonly result: HopResult;
      /** Set when nobody else holds the result: its receiver may then build on it instead of copying it. */
      readonly isOwn?: true;
      /** When the subgraph was asked, in milliseconds since the epoch, if that was not for this request alone. */
      readonly askedAtMs?: number;
    }
  | { readonly kind: 'unanswered'; readonly trouble: HopTrouble };

/** One subgraph as the executor sees it. Never rejects: trouble is a reply. */
export type Hop = { readonly name: string; send(request: HopRequest): Promise<HopReply> };
