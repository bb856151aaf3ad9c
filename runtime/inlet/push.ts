/**
 * Takes pushed deliveries: verified on the raw bytes, read (often by asking the vendor again), handed to the sink, and
 * acknowledged only after the sink has committed. Anything short of that is answered so that the sender tries again.
 */
import { createHash } from 'node:crypto';
import type { ChangeBatch, ChangeSink } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { PushInlet } from '#model/inlet.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Route, RouteRequest, RouteResponse } from '#runtime/http/routes.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';

export type PushOptions = {
  readonly system: SystemKind;
  readonly connection: string;
  readonly push: PushInlet;
  /** The address senders were given, as they sign it; by default the address the request came to. */
  readonly publicUrl?: string;
};
export type PushDeps = { readonly sink: ChangeSink; readonly clock: Clock; readonly ids: Ids; readonly log: Log };

const RETRY_AFTER_SECONDS = '5';

const answer = (
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): RouteResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const createPushRoute = (options: PushOptions, deps: PushDeps): Route => {
  const { connection, push, system } = options;
  const log = deps.log.child({ connection });

  const readOrReject = async (
    request: RouteRequest,
    url: string,
    correlationId: string,
  ): Promise<Pick<ChangeBatch, 'changes' | 'rejected'>> => {
    try {
      return await push.read(
        { headers: request.headers, rawBody: request.rawBody, url },
        { signal: request.signal, callClass: 'BACKGROUND', correlationId },
      );
    } catch (error) {
      if (!isFailure(error, 'UPSTREAM_MALFORMED')) throw error;
      // A delivery that can never be read must not block the ones behind it: it is put on record and acknowledged.
      return {
        changes: [],
        rejected: [{ kind: 'SCHEMA_MISMATCH', subject: `${connection}:delivery`, message: error.message }],
      };
    }
  };

  const handle = async (request: RouteRequest): Promise<RouteResponse> => {
    const url = options.publicUrl ?? `http://${request.headers.host ?? ''}${request.url}`;
    const verdict = push.verify({ headers: request.headers, rawBody: request.rawBody, url });
    if (verdict.verdict === 'refused') {
      log.warn({ reason: verdict.reason }, 'delivery refused');
      return answer(verdict.status, { error: verdict.reason });
    }
    const correlationId = deps.ids.uuid();
    try {
      const { changes, rejected } = await readOrReject(request, url, correlationId);
      const receipt = await deps.sink.accept(
        {
          system,
          connection,
          correlationId,
          observedAt: isoOf(deps.clock.now()),
          delivery: {
            eventId: verdict.eventId,
            bodySha256: createHash('sha256').update(request.rawBody).digest('hex'),
          },
          changes,
          rejected,
        },
        request.signal,
      );
      return answer(200, { outcome: receipt.outcome });
    } catch (error) {
      log.warn(
        { error: error instanceof Error ? error.message : String(error), eventId: verdict.eventId },
        'delivery not taken; the sender will try again',
      );
      return answer(503, { error: 'not stored yet: please deliver again' }, { 'retry-after': RETRY_AFTER_SECONDS });
    }
  };

  return { method: 'POST', path: `/webhooks/${connection}`, handle };
};
