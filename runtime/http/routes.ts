/** What a handler of plain HTTP sees: webhooks, intake, health and GraphQL are all routes on one server. */
export type RouteRequest = {
  readonly method: string;
  /** Decoded by nobody: the path exactly as it came, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /**
   * Lower-case names; repeated headers joined with ", ". `x-correlation-id` is always there: the caller's when it is
   * well-formed, else one of ours.
   */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came: signatures are computed over these, never over a re-serialised value. */
  readonly rawBody: Uint8Array;
  /** Address of the other end of the connection: a proxy's where one stands in front. */
  readonly remoteAddress?: string | undefined;
  /** Path and query as they came. */
  readonly url: string;
  /** Whether the caller has hung up, or the server is forced to stop: nobody waits for the answer. Cheap to ask. */
  readonly isGone: boolean;
  /**
   * Aborts when the caller hangs up before the end of the answer, or the server is forced to stop; for an answer that is
   * a stream, as soon as the server stops. It comes into being when it is first asked for: whoever is called often and
   * is quick asks `isGone` instead.
   */
  readonly signal: AbortSignal;
};

export type RouteResponse = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whole, or as a stream that is pulled no faster than the caller reads. A stream must end when the request's signal
   * aborts; one that throws breaks the answer off, so that nobody takes a part of it for the whole.
   */
  readonly body?: string | AsyncIterable<string>;
};

export type Route = {
  readonly method: string;
  /** A whole path, or a pattern that must match the whole path. */
  readonly path: string | RegExp;
  /** Largest accepted body in bytes; the server's default when absent. */
  readonly bodyLimitBytes?: number;
  handle(request: RouteRequest): Promise<RouteResponse> | RouteResponse;
};
