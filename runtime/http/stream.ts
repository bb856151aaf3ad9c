/** Answers that come into being while they are sent: pulled at the reader's pace, and cut when it does not read at all. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '#runtime/clock.ts';

/** A reader that has taken nothing for this long is gone or stuck: what it keeps here is needed for others. */
export const STALLED_AFTER_MS = 30_000;

/** Resolves once the reader has taken what was written; rejects when it is gone or has taken nothing in time. */
const taken = async (response: ServerResponse, clock: Clock, signal: AbortSignal): Promise<void> => {
  const drained = new AbortController();
  const over = AbortSignal.any([signal, drained.signal]);
  const stalled = clock.delay(STALLED_AFTER_MS, over).then(() => {
    throw new Error(`the reader has taken nothing for ${STALLED_AFTER_MS} ms`);
  });
  try {
    await Promise.race([once(response, 'drain', { signal: over }), stalled]);
  } finally {
    stalled.catch(() => undefined);
    drained.abort();
  }
};

/**
 * Writes the stream behind headers that are already written, and ends the response. Rejects when the stream fails or the
 * reader stalls; the response is then unfinished, and the caller destroys it.
 */
export const sendStream = async (
  response: ServerResponse,
  body: AsyncIterable<string>,
  deps: { readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> => {
  response.flushHeaders();
  for await (const text of body) {
    if (signal.aborted) break;
    if (!response.write(text)) await taken(response, deps.clock, signal);
  }
  response.end();
};
