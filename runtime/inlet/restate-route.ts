/**
 * Restating on request: the process layer names items whose stock it wants to know anew, every connection reads them at
 * its system now, and what they say goes to the sink like any other statement. Answered only after the sink has
 * committed, so that whoever asked may read it from there.
 */
import { z } from 'zod';
import type { CallClass, CallOptions } from '#model/call.ts';
import type { Change, ChangeSink, RejectedInput } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { RestateStock } from '#model/inlet.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure, type FailureCode, isFailure } from '#runtime/failure.ts';
import type { IdentityVerifier } from '#runtime/graphql/identity.ts';
import { budgetFrom, openTimeBudget, TIME_BUDGET_HEADER } from '#runtime/graphql/time-budget.ts';
import { decodeJsonBody } from '#runtime/http/json-body.ts';
import { jsonResponse } from '#runtime/http/responses.ts';
import type { Route, RouteRequest } from '#runtime/http/routes.ts';
import type { Log } from '#runtime/log.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';
import type { Connection, InletPort } from './connections.ts';

export const RESTATE_PATH = '/restate';
/** The scope that only the process layer's service token carries. */
export const RESTATE_SCOPE = 'restate:write';
/** How urgent the reading is: a CallClass, BACKGROUND when absent. */
export const CALL_CLASS_HEADER = 'x-call-class';

export const MAX_RESTATED_SKUS = 100;
const MAX_LOCATIONS = 5_000;
/** Longest time a restatement may take when its caller sets no shorter one, in milliseconds. */
const TIME_LIMIT_MS = 15_000;
/** Statements handed over at once: they are stored in one transaction. */
const STATEMENTS_PER_BATCH = 5_000;

const CALL_CLASSES = ['CHECKOUT', 'DETAIL', 'BROWSE', 'BACKGROUND'] as const satisfies readonly CallClass[];

const restateRequest = z.strictObject({
  skus: z.array(z.string().min(1)).min(1).max(MAX_RESTATED_SKUS),
  /** All places of each system when left out. */
  locationCodes: z.array(z.string().min(1)).max(MAX_LOCATIONS).optional(),
});
export type RestateRequest = Readonly<z.infer<typeof restateRequest>>;

export type Restatement = {
  /** These told all they know of the items, and it is stored. `observedAt`: ISO instant at which they were asked. */
  readonly restated: readonly { readonly connection: string; readonly observedAt: string }[];
  /** These could not be asked, or what they said could not be stored. */
  readonly failed: readonly { readonly connection: string; readonly code: FailureCode }[];
};

export type RestateOptions = {
  readonly system: SystemKind;
  readonly connections: readonly Pick<Connection<InletPort>, 'connection' | 'port'>[];
};
export type RestateDeps = {
  readonly sink: ChangeSink;
  readonly identity: IdentityVerifier;
  readonly clock: Clock;
  readonly log: Log;
};

const callClassFrom = (header: string | undefined): CallClass => {
  const callClass = CALL_CLASSES.find((known) => known === (header ?? 'BACKGROUND'));
  if (callClass) return callClass;
  const message = `${CALL_CLASS_HEADER}: ${JSON.stringify(header)} is none of ${CALL_CLASSES.join(', ')}.`;
  throw new Failure('BAD_INPUT', message, { field: CALL_CLASS_HEADER });
};

type Statements = { readonly changes: readonly Change[]; readonly rejected: readonly RejectedInput[] };

const inBatches = ({ changes, rejected }: Statements): readonly Statements[] => {
  const batches: Statements[] = [];
  for (let from = 0; from < changes.length; from += STATEMENTS_PER_BATCH) {
    batches.push({ changes: changes.slice(from, from + STATEMENTS_PER_BATCH), rejected: from === 0 ? rejected : [] });
  }
  return batches.length === 0 && rejected.length > 0 ? [{ changes, rejected }] : batches;
};

export const createRestateRoute = (options: RestateOptions, deps: RestateDeps): Route => {
  const { system } = options;
  const { clock, identity, sink } = deps;
  const restating = options.connections.flatMap(({ connection, port: { restate } }) =>
    restate ? [{ connection, restate }] : [],
  );

  const restateOne = async (
    connection: string,
    restate: RestateStock,
    { skus, locationCodes }: RestateRequest,
    call: CallOptions,
  ): Promise<Restatement['restated'][number]> => {
    // Taken before the system is asked: what it says is at least this new.
    const observedAt = isoOf(clock.now());
    const said = await restate(skus, locationCodes ?? null, call);
    const { correlationId } = call;
    for (const statements of inBatches(said)) {
      await sink.accept({ system, connection, correlationId, observedAt, ...statements }, call.signal);
    }
    return { connection, observedAt };
  };

  const restateAll = async (asked: RestateRequest, call: CallOptions): Promise<Restatement> => {
    const restated: Restatement['restated'][number][] = [];
    const failed: Restatement['failed'][number][] = [];
    await Promise.all(
      restating.map(async ({ connection, restate }) => {
        try {
          restated.push(await restateOne(connection, restate, asked, call));
        } catch (error) {
          const { correlationId } = call;
          deps.log.warn({ connection, correlationId, error: String(error) }, 'stock could not be restated');
          failed.push({ connection, code: isFailure(error) ? error.code : 'INTERNAL' });
        }
      }),
    );
    return { restated, failed };
  };

  const handle = async (request: RouteRequest) => {
    const { scopes } = await identity.verify(request.headers.authorization);
    if (!scopes.has(RESTATE_SCOPE)) {
      const message = `Restating asks for the scope "${RESTATE_SCOPE}", which this caller does not have.`;
      throw new Failure('FORBIDDEN', message);
    }
    const asked = decodeJsonBody(request.rawBody, restateRequest, '{ "skus": [...], "locationCodes": [...] }');
    const callClass = callClassFrom(request.headers[CALL_CLASS_HEADER]);
    using budget = openTimeBudget(
      budgetFrom(request.headers[TIME_BUDGET_HEADER], TIME_LIMIT_MS),
      request.signal,
      clock,
    );
    const { deadlineMs, signal } = budget;
    const correlationId = request.headers[CORRELATION_HEADER] ?? 'none';
    return jsonResponse(200, await restateAll(asked, { signal, deadlineMs, callClass, correlationId }));
  };

  return { method: 'POST', path: RESTATE_PATH, handle };
};
