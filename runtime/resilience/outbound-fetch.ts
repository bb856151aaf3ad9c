import { Agent, fetch as undiciFetch } from 'undici';

/** The part of fetch that the governor uses. */
export type OutboundFetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
    readonly redirect: 'error';
  },
) => Promise<{
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  text(): Promise<string>;
}>;

/**
 * Connections of one upstream, kept open between calls and apart from everybody else's. It sends once: whether to send
 * again, and how long to wait for an answer, is the governor's decision alone.
 */
export const createOutboundFetch = (options: {
  readonly maxConcurrent: number;
  readonly timeoutMs: number;
}): OutboundFetch => {
  const dispatcher = new Agent({
    connections: options.maxConcurrent,
    pipelining: 1,
    connect: { timeout: options.timeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return (url, init) => undiciFetch(url, { ...init, dispatcher });
};
