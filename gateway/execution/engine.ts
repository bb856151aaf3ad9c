/** One version of the graph, ready to answer: what the door asks, and what it is told. */
import type { GraphQLFormattedError } from 'graphql';
import type { HopScope } from './hop.ts';

/** Errors as they were thrown: whoever answers the caller formats them, with the caller's correlation id. */
export type Refusal = { readonly kind: 'refused'; readonly errors: readonly unknown[] };

export type Outcome = {
  readonly kind: 'executed';
  /** The whole response as JSON text: `{"errors":[...],"data":{...}}`, errors only where there are some. */
  readonly body: string;
  /** Whether `data` is as asked, has nulls that errors explain, or is null. */
  readonly data: 'whole' | 'partial' | 'none';
  /** Formatted, as they stand in the body. */
  readonly errors: readonly GraphQLFormattedError[];
};

export type CompiledOperation = {
  readonly operation: 'query' | 'mutation';
  readonly name: string | null;
  /**
   * `variables` are the caller's, as JSON gave them. Refused, before anything is sent, when they do not fit the
   * operation. Never rejects.
   */
  execute(variables: Readonly<Record<string, unknown>>, scope: HopScope): Promise<Outcome | Refusal>;
};

export type Preparation = { readonly kind: 'prepared'; readonly operation: CompiledOperation } | Refusal;

export type Engine = {
  /**
   * Parsed, validated, planned and compiled once; the same text and name give the same answer from then on.
   * Subscriptions are refused here: they have an endpoint of their own.
   */
  prepare(query: string, operationName?: string | null): Preparation;
};
