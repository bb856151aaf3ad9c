/** What goes before the body of a request to a subgraph. What a caller's requests have in common is written once. */
import { CALLER_ADDRESS_HEADER } from '#runtime/graphql/caller-address.ts';
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

/** Tokens come with every request of their callers, so the one that came last is likely to come again. */
let lastSafe = '';
const isSafe = (value: string): boolean => {
  if (value === lastSafe) return true;
  if (!SAFE_VALUE.test(value)) return false;
  lastSafe = value;
  return true;
};

const scopeLines = ({ authorization, callerAddress, correlationId, freshness }: HopScope): string | null => {
  const { maxAgeMs, purpose } = freshness;
  if (!SAFE_VALUE.test(correlationId) || !SAFE_VALUE.test(callerAddress ?? '')) return null;
  if (authorization !== undefined && !isSafe(authorization)) return null;
  let lines = `${CORRELATION_HEADER}: ${correlationId}\r\n${PURPOSE_HEADER}: ${purpose}\r\n`;
  if (maxAgeMs !== undefined) lines += `${MAX_AGE_HEADER}: ${maxAgeMs}\r\n`;
  if (callerAddress !== undefined) lines += `${CALLER_ADDRESS_HEADER}: ${callerAddress}\r\n`;
  if (authorization !== undefined) lines += `authorization: ${authorization}\r\n`;
  return lines;
};

/**
 * The lines of the scope that was asked for last, whatever the subgraph: an operation's requests mostly leave together.
 * A map of scopes would cost the garbage collector more than the lines cost to write.
 */
let lastScope: HopScope | null = null;
let lastLines: string | null = null;

const linesOf = (scope: HopScope): string | null => {
  if (scope !== lastScope) {
    lastScope = scope;
    lastLines = scopeLines(scope);
  }
  return lastLines;
};

export const createRequestHeads = (target: URL): RequestHeads => {
  const common = [
    `POST ${target.pathname}${target.search} HTTP/1.1`,
    `host: ${target.host}`,
    'content-type: application/json',
    'accept: application/json',
    '',
  ].join('\r\n');
  return {
    of: (scope, leftMs, bodyBytes) => {
      const lines = linesOf(scope);
      if (lines === null) return null;
      return `${common}${lines}${TIME_BUDGET_HEADER}: ${leftMs}\r\ncontent-length: ${bodyBytes}\r\n\r\n`;
    },
  };
};
