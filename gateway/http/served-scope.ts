import type { Freshness } from '#runtime/graphql/purpose.ts';
import type { RouteRequest } from '#runtime/http/routes.ts';
import type { HopScope } from '../execution/hop.ts';

/** The scope of one operation over HTTP; `end` is called when its time is up or its caller has gone. */
export type ServedScope = HopScope & { end(): void };

export const createServedScope = (
  request: RouteRequest,
  correlationId: string,
  freshness: Freshness,
  deadlineMs: number,
): ServedScope => {
  const { authorization } = request.headers;
  let isEnded = false;
  let enders: Set<() => void> | null = null;
  return {
    ...(authorization === undefined ? null : { authorization }),
    freshness,
    correlationId,
    deadlineMs,
    get isOver() {
      return isEnded || request.isGone;
    },
    whenOver: (end) => {
      if (isEnded) {
        end();
        return () => undefined;
      }
      const own = (): void => end();
      enders ??= new Set();
      enders.add(own);
      return () => {
        enders?.delete(own);
      };
    },
    end: () => {
      isEnded = true;
      for (const ender of enders ?? []) ender();
      enders = null;
    },
  };
};
