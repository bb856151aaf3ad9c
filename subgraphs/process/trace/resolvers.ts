/** GraphQL <-> traces, nothing else. */
import type { Resolvers } from '#schema/generated/process.ts';
import type { Traces } from './trace.ts';

export const createTraceResolvers = (traces: Traces): Resolvers => ({
  Query: {
    trace: (_root, { correlationId }, { identity }) => traces.ofMessage(identity, correlationId),
  },
  Order: {
    trace: (order) => traces.ofOrder(order),
  },
});
