/**
 * Takes pushed deliveries: verified on the raw bytes, read (often by asking the vendor again), handed to the sink, and
 * acknowledged only after the sink has committed. Anything short of that is answered so that the sender tries again.
 *
 * A repeat costs the vendor nothing: it is known before anybody is asked what it means.
 */
import { createHash } from 'node:crypto';
import type { ChangeBatch, ChangeSink, DeliveryKey, IntakeOutcome } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { PushInlet } from '#model/inlet.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Route, RouteRequest, RouteResponse } from '#runtime/http/routes.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';

export type PushOptions = {
  readonly system: SystemKind;
  readonly connection: string;
  readonly push: PushInlet;
  /** The address senders were given, as they sign it; by default the address the request came to. */
  readonly publicUrl?: string;
};
/** What became of a delivery. REFUSED: not genuine. FAILED: not taken, the sender will try again. */
export type DeliveryOutcome = IntakeOutcome | 'REFUSED' | 'FAILED';

export type PushDeps = {
  readonly sink: ChangeSink;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly observe?: (connection: string, outcome: DeliveryOutcome) => void;
};

const RETRY_AFTER_SECONDS = '5';
/** Repeats come within minutes; older ones are found by asking the sink. Some 150 bytes each. */
const REMEMBERED = 20_000;

/** The newest keys that were noted. */
const createMemory = (most: number) => {
  const keys = new Set<string>();
  return {
    has: (key: string): boolean => keys.has(key),
    note: (key: string): void => {
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > most && oldest !== undefined) keys.delete(oldest);
    },
  };
};

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

  const taken = createMemory(REMEMBERED);
  const underWay = new Map<string, Promise<IntakeOutcome>>();

  const readAndStore = async (request: RouteRequest, url: string, delivery: DeliveryKey): Promise<IntakeOutcome> => {
    if (await deps.sink.hasTaken(connection, delivery, request.signal)) return 'DUPLICATE';
    // The id that the server's answer carries, so that a delivery has one name from the first hop to the last event.
    const correlationId = request.headers[CORRELATION_HEADER] ?? deps.ids.uuid();
    const { changes, rejected } = await readOrReject(request, url, correlationId);
    const observedAt = isoOf(deps.clock.now());
    const { outcome } = await deps.sink.accept(
      { system, connection, correlationId, observedAt, delivery, changes, rejected },
      request.signal,
    );
    return outcome;
  };

  const take = async (request: RouteRequest, url: string, eventId: string): Promise<IntakeOutcome> => {
    const delivery: DeliveryKey = {
      eventId,
      bodySha256: createHash('sha256').update(request.rawBody).digest('hex'),
    };
    const key = `${delivery.bodySha256} ${eventId}`;
    if (taken.has(key)) return 'DUPLICATE';
    const twin = underWay.get(key);
    if (twin) {
      await twin;
      return 'DUPLICATE';
    }
    const taking = readAndStore(request, url, delivery).finally(() => underWay.delete(key));
    underWay.set(key, taking);
    const outcome = await taking;
    taken.note(key);
    return outcome;
  };

  const handle = async (request: RouteRequest): Promise<RouteResponse> => {
    const url = options.publicUrl ?? `http://${request.headers.host ?? ''}${request.url}`;
    const verdict = push.verify({ headers: request.headers, rawBody: request.rawBody, url });
    if (verdict.verdict === 'refused') {
      log.warn({ reason: verdict.reason }, 'delivery refused');
      deps.observe?.(connection, 'REFUSED');
      return answer(verdict.status, { error: verdict.reason });
    }
    try {
      const outcome = await take(request, url, verdict.eventId);
      deps.observe?.(connection, outcome);
      return answer(200, { outcome });
    } catch (error) {
      log.warn(
        { error: error instanceof Error ? error.message : String(error), eventId: verdict.eventId },
        'delivery not taken; the sender will try again',
      );
      deps.observe?.(connection, 'FAILED');
      return answer(503, { error: 'not stored yet: please deliver again' }, { 'retry-after': RETRY_AFTER_SECONDS });
    }
  };

  return { method: 'POST', path: `/webhooks/${connection}`, handle };
};
