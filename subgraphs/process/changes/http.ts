/** The change feed over HTTP, for whoever keeps copies: newline-delimited JSON, without an end. */
import { Failure } from '#runtime/failure.ts';
import type { Route } from '#runtime/http/routes.ts';
import { CHANGE_FEED_PATH, CHANGE_FEED_SCOPE, type FeedPosition } from '#runtime/inlet/change-feed.ts';
import type { VerifyServiceToken } from '#subgraphs/process/intake/http.ts';
import type { ChangeFeed } from './feed.ts';

const HEADERS = { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' };

/** Null for a follower that is new. */
const positionIn = (query: URLSearchParams): FeedPosition | null => {
  const epoch = query.get('epoch');
  const after = query.get('after');
  if (epoch === null && after === null) return null;
  const position = Number(after);
  if (epoch === null || after === null || !/^\d+$/.test(after) || !Number.isSafeInteger(position))
    throw new Failure(
      'BAD_INPUT',
      'after: a position is a whole number and comes with the epoch it counts in. Send both as the feed told them, or neither to start now.',
      { field: 'after' },
    );
  return { epoch, position };
};

export const createChangeRoutes = (feed: ChangeFeed, verifyServiceToken: VerifyServiceToken): readonly Route[] => [
  {
    method: 'GET',
    path: CHANGE_FEED_PATH,
    handle: async ({ headers, query, signal }) => {
      const { scopes } = await verifyServiceToken(headers.authorization);
      if (!scopes.has(CHANGE_FEED_SCOPE))
        throw new Failure(
          'FORBIDDEN',
          `The change feed asks for the scope "${CHANGE_FEED_SCOPE}", which this caller does not have.`,
        );
      const lines = feed.lines(await feed.start(positionIn(query)), signal);
      const body = async function* () {
        for await (const line of lines) yield `${JSON.stringify(line)}\n`;
      };
      return { status: 200, headers: HEADERS, body: body() };
    },
  },
];
