/** What is asked of a planner and what it says: plain data, because the planner lives in a thread of its own. */
import type { PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { GraphQLError, Source } from 'graphql';
import { Failure, type FailureCode, isFailure } from '#runtime/failure.ts';

export type PlanRequest = {
  /** What kind of operation the text must hold: streams have an endpoint of their own. */
  readonly kind: 'operation' | 'stream';
  readonly query: string;
  readonly operationName: string | null;
};

/** Errors as they were thrown: whoever answers the caller formats them, with the caller's correlation id. */
export type PlanRefusal = { readonly kind: 'refused'; readonly errors: readonly unknown[] };
/** Null for an operation that needs no subgraph. */
export type Plan = { readonly kind: 'planned'; readonly node: PlanNode | SubscriptionNode | null };
export type Planned = Plan | PlanRefusal;

type SentError =
  | {
      readonly kind: 'graphql';
      readonly message: string;
      readonly positions: readonly number[] | null;
      readonly extensions: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'failure'; readonly code: FailureCode; readonly message: string }
  | { readonly kind: 'fault'; readonly message: string; readonly stack: string | null };

export type SentPlanned =
  /** As text: one string crosses between threads faster than a tree of objects. */
  | { readonly kind: 'planned'; readonly node: string }
  | { readonly kind: 'refused'; readonly errors: readonly SentError[] };

const toSentError = (error: unknown): SentError => {
  if (error instanceof GraphQLError)
    return {
      kind: 'graphql',
      message: error.message,
      positions: error.positions ?? null,
      extensions: { ...error.extensions },
    };
  if (isFailure(error)) return { kind: 'failure', code: error.code, message: error.message };
  return error instanceof Error
    ? { kind: 'fault', message: error.message, stack: error.stack ?? null }
    : { kind: 'fault', message: String(error), stack: null };
};

const fromSentError = (sent: SentError, query: string): unknown => {
  switch (sent.kind) {
    case 'graphql':
      return new GraphQLError(sent.message, {
        ...(sent.positions ? { source: new Source(query), positions: sent.positions } : {}),
        extensions: sent.extensions,
      });
    case 'failure':
      return new Failure(sent.code, sent.message);
    case 'fault': {
      const error = new Error(sent.message);
      if (sent.stack !== null) error.stack = sent.stack;
      return error;
    }
  }
};

export const toSent = (planned: Planned): SentPlanned =>
  planned.kind === 'planned'
    ? { kind: 'planned', node: JSON.stringify(planned.node) }
    : { kind: 'refused', errors: planned.errors.map(toSentError) };

export const fromSent = (sent: SentPlanned, query: string): Planned =>
  sent.kind === 'planned'
    ? { kind: 'planned', node: JSON.parse(sent.node) as Plan['node'] }
    : { kind: 'refused', errors: sent.errors.map((error) => fromSentError(error, query)) };
