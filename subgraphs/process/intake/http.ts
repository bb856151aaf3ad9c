/**
 * The intake over HTTP, for the system subgraphs. Answers 200 only after the batch is durably committed; failures are
 * thrown, and the server turns them into its one form of refusal.
 */

import type { ChangeBatch } from '#model/change.ts';
import { Failure } from '#runtime/failure.ts';
import type { Identity } from '#runtime/graphql/identity.ts';
import { decodeJsonBody } from '#runtime/http/json-body.ts';
import { jsonResponse } from '#runtime/http/responses.ts';
import type { Route, RouteRequest, RouteResponse } from '#runtime/http/routes.ts';
import { batchEnvelopeSchema } from './batch-schema.ts';
import { sortedOut } from './poison.ts';
import type { Intake } from './service.ts';

/** The scope that only our own system subgraphs' service tokens carry. */
export const INTAKE_SCOPE = 'intake:write';
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
/** Verifies an Authorization header's value; rejects with UNAUTHENTICATED when it is not one of ours. */
export type VerifyServiceToken = (authorization: string | undefined) => Promise<Pick<Identity, 'scopes'>>;

const required = (query: URLSearchParams, name: string): string => {
  const value = query.get(name);
  if (!value) throw new Failure('BAD_INPUT', `The query parameter "${name}" is missing.`, { field: name });
  return value;
};

/** The batch with its usable statements; the others are told as rejected. */
const batchIn = (rawBody: Uint8Array): ChangeBatch => {
  const told = decodeJsonBody(rawBody, batchEnvelopeSchema, 'one change batch as a JSON object');
  const { changes, rejected } = sortedOut(told.connection, told.changes);
  return { ...told, changes, rejected: [...told.rejected, ...rejected] };
};

export const createIntakeRoutes = (intake: Intake, verifyServiceToken: VerifyServiceToken): readonly Route[] => {
  const guarded =
    (work: (request: RouteRequest) => Promise<RouteResponse>): Route['handle'] =>
    async (request) => {
      const { scopes } = await verifyServiceToken(request.headers.authorization);
      if (!scopes.has(INTAKE_SCOPE))
        throw new Failure(
          'FORBIDDEN',
          `The intake asks for the scope "${INTAKE_SCOPE}", which this caller does not have.`,
        );
      return work(request);
    };
  return [
    {
      method: 'POST',
      path: '/intake',
      bodyLimitBytes: BODY_LIMIT_BYTES,
      handle: guarded(async ({ rawBody }) => jsonResponse(200, await intake.accept(batchIn(rawBody)))),
    },
    {
      method: 'GET',
      path: '/intake/delivery',
      handle: guarded(async ({ query }) => {
        const delivery = { eventId: required(query, 'eventId'), bodySha256: required(query, 'bodySha256') };
        return jsonResponse(200, { taken: await intake.hasTaken(required(query, 'connection'), delivery) });
      }),
    },
    {
      method: 'GET',
      path: '/intake/watermark',
      handle: guarded(async ({ query }) =>
        jsonResponse(200, { value: await intake.watermark(required(query, 'connection'), required(query, 'stream')) }),
      ),
    },
  ];
};
