/** What goes before the body of a request to a subgraph. What a caller's requests have in common is written once. */
import { MAX_AGE_HEADER, PURPOSE_HEADER } from '#runtime/graphql/purpose.ts';
import { TIME_BUDGET_HEADER } from '#runtime/graphql/time-budget.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';
import type { HopScope } from '../execution/hop.ts';

/** What may stand in a header. Anything else, line ends above all, could end it and begin another. */
const SAFE_VALUE = /^[\t\x20-\x7e]*$/;

export type RequestHeads = {
  /** All that goes before the body; null when a value may not stand in a header. */
  of(scope: HopScope, leftMs: number, bodyBytes: number): string | null;
};

const scopeLines = ({ authorization, correlationId, freshness }: HopScope): string | null => {
  const { maxAgeMs, purpose } = freshness;
  const lines: readonly (readonly [string, string])[] = [
    [CORRELATION_HEADER, correlationId],
    [PURPOSE_HEADER, purpose],
    ...(maxAgeMs === undefined ? [] : [[MAX_AGE_HEADER, String(maxAgeMs)] as const]),
    ...(authorization === undefined ? [] : [['authorization', authorization] as const]),
  ];
  if (!lines.every(([, value]) => SAFE_VALUE.test(value))) return null;
  return lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
};

export const createRequestHeads = (target: URL): RequestHeads => {
  const common = [
    `POST ${target.pathname}${target.search} HTTP/1.1`,
    `host: ${target.host}`,
    'content-type: application/json',
    'accept: application/json',
    '',
  ].join('\r\n');
  const known = new WeakMap<HopScope, string | null>();
  return {
    of: (scope, leftMs, bodyBytes) => {
      let lines = known.get(scope);
      if (lines === undefined) {
        const written = scopeLines(scope);
        lines = written === null ? null : common + written;
        known.set(scope, lines);
      }
      if (lines === null) return null;
      return `${lines}${TIME_BUDGET_HEADER}: ${leftMs}\r\ncontent-length: ${bodyBytes}\r\n\r\n`;
    },
  };
};
