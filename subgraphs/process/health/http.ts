/** Upstream reports over HTTP, from the system subgraphs' processes. Answers 204 once they are stored. */
import { Failure } from '#runtime/failure.ts';
import { decodeJsonBody } from '#runtime/http/json-body.ts';
import type { Route } from '#runtime/http/routes.ts';
import type { VerifyServiceToken } from '#subgraphs/process/intake/http.ts';
import type { HealthBoard } from './board.ts';
import { upstreamReportsSchema } from './report-schema.ts';

/** The scope that only our own system subgraphs' service tokens carry. */
export const HEALTH_SCOPE = 'health:write';
const BODY_LIMIT_BYTES = 1024 * 1024;

export const createHealthRoutes = (
  board: Pick<HealthBoard, 'accept'>,
  verifyServiceToken: VerifyServiceToken,
): readonly Route[] => [
  {
    method: 'POST',
    path: '/health/upstreams',
    bodyLimitBytes: BODY_LIMIT_BYTES,
    handle: async ({ headers, rawBody }) => {
      const { scopes } = await verifyServiceToken(headers.authorization);
      if (!scopes.has(HEALTH_SCOPE))
        throw new Failure(
          'FORBIDDEN',
          `Upstream reports ask for the scope "${HEALTH_SCOPE}", which this caller does not have.`,
        );
      await board.accept(decodeJsonBody(rawBody, upstreamReportsSchema, 'upstream reports as a JSON array'));
      return { status: 204 };
    },
  },
];
