/**
 * Access tokens of Login with Amazon (refresh-token grant). One token serves all calls of the account until shortly
 * before it ends; one request at a time fetches the next, however many calls wait for it.
 */
import type { CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Upstream } from '#runtime/resilience/upstream.ts';
import { accessTokenSchema, decode, tokenErrorSchema, tryDecode } from './wire.ts';

export type TokenOptions = {
  readonly connection: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly userAgent: string;
};

export type AccessTokens = {
  current(call: CallOptions): Promise<string>;
  /**
   * A token in place of one that Amazon just refused, or null when that one is too young to have ended: then the
   * refusal is about permissions, and fetching tokens would change nothing.
   */
  replace(refused: string, call: CallOptions): Promise<string | null>;
};

/** A call that starts now must still find the token valid when it reaches Amazon. */
const SAFETY_MS = 60_000;
const TOO_YOUNG_TO_END_MS = 60_000;

type Token = { readonly value: string; readonly fetchedAtMs: number; readonly endsAtMs: number };

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const timeIsUp = (connection: string): Failure =>
  new Failure('UPSTREAM_TIMEOUT', `${connection}: the caller's time ran out.`, { system: connection });

/** The caller stops waiting when its own time is up; the fetch goes on for the others. */
const unlessAborted = <T>(work: Promise<T>, call: CallOptions, connection: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const gone = (): void => reject(timeIsUp(connection));
    call.signal.addEventListener('abort', gone, { once: true });
    work.then(resolve, reject).finally(() => call.signal.removeEventListener('abort', gone));
  });

export const createAccessTokens = (
  options: TokenOptions,
  deps: { readonly upstream: Upstream; readonly clock: Clock },
): AccessTokens => {
  const { connection } = options;
  const { clock, upstream } = deps;
  let token: Token | null = null;
  let flight: Promise<Token> | null = null;

  const fetchToken = async (correlationId: string): Promise<Token> => {
    const response = await upstream.send(
      {
        operation: 'lwa.token',
        method: 'POST',
        url: options.tokenUrl,
        headers: {
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
          'user-agent': options.userAgent,
        },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: options.refreshToken,
          client_id: options.clientId,
          client_secret: options.clientSecret,
        }).toString(),
        idempotent: true,
      },
      // Belongs to every call that waits for it, so no single caller's cancellation may end it.
      { signal: new AbortController().signal, callClass: 'CHECKOUT', correlationId },
    );
    const body = parsed(response.text);
    if (response.status !== 200) {
      const error = tryDecode(tokenErrorSchema, body);
      const said = error.ok ? error.value.error : `HTTP ${response.status}`;
      throw new Failure(
        'UPSTREAM_REFUSED',
        `${connection}: Login with Amazon gave no access token (${said}). Check clientId, clientSecret and refreshToken of this connection.`,
        { system: connection },
      );
    }
    const answer = decode(accessTokenSchema, body, connection, 'lwa.token');
    const fetchedAtMs = clock.now();
    return { value: answer.access_token, fetchedAtMs, endsAtMs: fetchedAtMs + answer.expires_in * 1000 };
  };

  const next = (correlationId: string): Promise<Token> => {
    flight ??= fetchToken(correlationId)
      .then((fetched) => {
        token = fetched;
        return fetched;
      })
      .finally(() => {
        flight = null;
      });
    return flight;
  };

  const current = async (call: CallOptions): Promise<string> => {
    if (token && clock.now() < token.endsAtMs - SAFETY_MS) return token.value;
    if (call.signal.aborted) throw timeIsUp(connection);
    return (await unlessAborted(next(call.correlationId), call, connection)).value;
  };

  return {
    current,
    replace: async (refused, call) => {
      if (token?.value === refused) {
        if (clock.now() - token.fetchedAtMs < TOO_YOUNG_TO_END_MS) return null;
        token = null;
      }
      return current(call);
    },
  };
};
