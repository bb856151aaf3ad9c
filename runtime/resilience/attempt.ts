/** One attempt: a request sent once, and what became of it. Never rejects. */
import type { Clock } from '#runtime/clock.ts';
import type { OutboundFetch } from './outbound-fetch.ts';
import { after } from './timer.ts';
import type { OutboundRequest, OutboundResponse } from './upstream.ts';

export type Outcome =
  | { readonly kind: 'ANSWERED'; readonly answer: OutboundResponse }
  /** No answer within the time it was given. */
  | { readonly kind: 'TIMED_OUT' }
  /** The connection failed. `sent` is false when it was never made, so that the vendor cannot have acted. */
  | { readonly kind: 'UNREACHED'; readonly sent: boolean; readonly cause: unknown }
  /** The caller has gone. */
  | { readonly kind: 'ABANDONED'; readonly cause: unknown };

export type AttemptOptions = { readonly timeoutMs: number; readonly signal: AbortSignal };

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether an error says that no connection came about; it may be wrapped in others. */
const neverConnected = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  if ('syscall' in error && error.syscall === 'connect') return true;
  if ('code' in error && typeof error.code === 'string' && NEVER_CONNECTED.has(error.code)) return true;
  return 'cause' in error && neverConnected(error.cause);
};

const exchange = async (
  send: OutboundFetch,
  { body, headers, method, url }: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundResponse> => {
  const response = await send(url, {
    method,
    headers: { ...headers },
    ...(body === undefined ? {} : { body }),
    signal,
    redirect: 'error',
  });
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
};

export const attempt = (
  request: OutboundRequest,
  { signal, timeoutMs }: AttemptOptions,
  deps: { readonly send: OutboundFetch; readonly clock: Clock },
): Promise<Outcome> =>
  new Promise((resolve) => {
    const exchangeEnd = new AbortController();
    const end = (outcome: Outcome): void => {
      stopTimer();
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
      if (outcome.kind === 'TIMED_OUT' || outcome.kind === 'ABANDONED') exchangeEnd.abort();
    };
    const onAbort = (): void => end({ kind: 'ABANDONED', cause: signal.reason });
    const stopTimer = after(deps.clock, timeoutMs, () => end({ kind: 'TIMED_OUT' }));
    signal.addEventListener('abort', onAbort, { once: true });
    exchange(deps.send, request, exchangeEnd.signal).then(
      (answer) => end({ kind: 'ANSWERED', answer }),
      (cause: unknown) => end({ kind: 'UNREACHED', sent: !neverConnected(cause), cause }),
    );
  });
