/** Upstream reports over HTTP, from the system subgraphs' processes. Answers 204 once they are stored. */
import { Failure } from '#runtime/failure.ts';
import type { Route } from '#runtime/http/routes.ts';
import type { UpstreamReport } from '#runtime/resilience/report.ts';
import { problemsIn } from '#subgraphs/process/intake/batch-schema.ts';
import type { VerifyServiceToken } from '#subgraphs/process/intake/http.ts';
import type { HealthBoard } from './board.ts';
import { upstreamReportsSchema } from './report-schema.ts';

/** The scope that only our own system subgraphs' service tokens carry. */
export const HEALTH_SCOPE = 'health:write';
const BODY_LIMIT_BYTES = 1024 * 1024;
const PROBLEMS_TOLD = 10;

const parseReports = (rawBody: Uint8Array): readonly UpstreamReport[] => {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength).toString('utf8'));
  } catch (cause) {
    throw new Failure('BAD_INPUT', 'The body is not JSON: send upstream reports as a JSON array.', {
      field: 'body',
      cause,
    });
  }
  const result = upstreamReportsSchema.safeParse(body);
  if (result.success) return result.data;
  const problems = problemsIn(result.error);
  throw new Failure('BAD_INPUT', problems.slice(0, PROBLEMS_TOLD).join('\n'), {
    field: problems[0]?.split(':')[0] ?? 'body',
  });
};

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
      await board.accept(parseReports(rawBody));
      return { status: 204 };
    },
  },
];
