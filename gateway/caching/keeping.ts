/** Whom an operation is for, as far as keeping is concerned. */
import { waitMsOf } from '#runtime/graphql/purpose.ts';
import type { HopScope } from '../execution/hop.ts';
import type { Keeping } from '../execution/shelf.ts';

/**
 * Null for callers who are given nothing kept. Who waits for something newer than what is kept, or says how old it may
 * be, is one of them: the age of what is in an answer is the subgraphs' to know.
 */
export const audienceFor = ({ audience, freshness }: Pick<HopScope, 'audience' | 'freshness'>): string | null =>
  audience === undefined || waitMsOf(freshness) > 0 ? null : `${freshness.purpose}\n${audience}`;

export const beginKeeping = (audience: string, scope: HopScope, nowMs: number): Keeping => ({
  audience,
  caller: scope.authorization ?? null,
  askedAtMs: nowMs,
  sentAtMs: nowMs,
  endsAtMs: Number.POSITIVE_INFINITY,
  tags: new Set(),
  isWhole: true,
});
