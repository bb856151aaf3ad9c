/** What a served operation's requests to subgraphs have in common, from the context its executor is given. */
import type { ServedContext } from '#runtime/graphql/http.ts';
import type { HopScope } from '../execution/hop.ts';

const known = new WeakMap<ServedContext, HopScope>();

/** One scope per context, however many requests are made for it. */
export const scopeOfContext = (context: ServedContext): HopScope => {
  const before = known.get(context);
  if (before) return before;
  const { authorization, correlationId, deadlineMs, maxAgeMs, purpose, signal } = context;
  const scope: HopScope = {
    ...(authorization === undefined ? {} : { authorization }),
    freshness: { purpose, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) },
    correlationId,
    deadlineMs,
    get isOver() {
      return signal.aborted;
    },
    whenOver: (end) => {
      if (signal.aborted) {
        end();
        return () => undefined;
      }
      signal.addEventListener('abort', end, { once: true });
      return () => signal.removeEventListener('abort', end);
    },
  };
  known.set(context, scope);
  return scope;
};
