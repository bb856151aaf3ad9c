/** Hands changes to the process layer's intake over HTTP. Resolves only after the intake has committed them. */
import type { ChangeSink, IntakeReceipt } from '#model/change.ts';
import { Failure } from '#runtime/failure.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';

export type SinkOptions = { readonly intakeUrl: string };
export type SinkDeps = {
  /** Authorization header value of a service token with the scope intake:write. */
  readonly authorization: () => Promise<string>;
  readonly fetch?: typeof fetch;
};

const TIMEOUT_MS = 30_000;

export const createHttpSink = (options: SinkOptions, deps: SinkDeps): ChangeSink => {
  const send = deps.fetch ?? fetch;

  const request = async <T>(
    path: string,
    { correlationId, ...init }: { readonly method: string; readonly body?: string; readonly correlationId?: string },
    signal: AbortSignal,
  ): Promise<T> => {
    let response: Response;
    try {
      response = await send(`${options.intakeUrl}${path}`, {
        ...init,
        headers: {
          'content-type': 'application/json',
          authorization: await deps.authorization(),
          ...(correlationId === undefined ? {} : { [CORRELATION_HEADER]: correlationId }),
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
    } catch (cause) {
      throw new Failure('UPSTREAM_UNAVAILABLE', 'The process layer could not be reached; nothing was taken.', {
        system: 'process',
        cause,
      });
    }
    const text = await response.text();
    if (!response.ok) {
      const code = response.status >= 500 ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_REFUSED';
      throw new Failure(code, `The process layer answered HTTP ${response.status}: ${text.slice(0, 300)}`, {
        system: 'process',
      });
    }
    return JSON.parse(text) as T;
  };

  return {
    accept: (batch, signal) =>
      request<IntakeReceipt>(
        '/intake',
        { method: 'POST', body: JSON.stringify(batch), correlationId: batch.correlationId },
        signal,
      ),
    hasTaken: async (connection, { eventId, bodySha256 }, signal) => {
      const query = new URLSearchParams({ connection, eventId, bodySha256 });
      const { taken } = await request<{ readonly taken: boolean }>(
        `/intake/delivery?${query}`,
        { method: 'GET' },
        signal,
      );
      return taken;
    },
    watermark: async (connection, stream, signal) => {
      const query = new URLSearchParams({ connection, stream });
      const { value } = await request<{ readonly value: string | null }>(
        `/intake/watermark?${query}`,
        { method: 'GET' },
        signal,
      );
      return value;
    },
  };
};
