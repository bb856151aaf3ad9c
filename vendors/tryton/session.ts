/** Sessions of one Tryton user: opened lazily, by one login however many callers wait for it. */
import { type ZodType, z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { Log } from '#runtime/log.ts';

export type TrytonSession = {
  readonly userId: number;
  /** Secret. */
  readonly key: string;
  readonly authorization: string;
  /** The user's context: company, language and the like. Sent with every call. */
  readonly preferences: Readonly<Record<string, unknown>>;
};

export type Sessions = {
  current(call: CallOptions): Promise<TrytonSession>;
  /** A session other than the given one, which the server no longer knows. */
  replacing(stale: TrytonSession, call: CallOptions): Promise<TrytonSession>;
};

export type SessionDeps = {
  readonly log: Log;
  ask<T>(
    operation: string,
    method: string,
    params: readonly unknown[],
    authorization: string | null,
    call: CallOptions,
    decode: ZodType<T>,
  ): Promise<T>;
};

const loginResult = z.tuple([z.number().int(), z.string().min(1)]);
const preferencesResult = z.record(z.string(), z.unknown());

/** Waits for shared work without owning it: one caller's departure neither ends nor fails it for the others. */
const waitFor = <T>(shared: Promise<T>, signal: AbortSignal): Promise<T> => {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
};

export const createSessions = (
  options: { readonly user: string; readonly password: string },
  deps: SessionDeps,
): Sessions => {
  let flight: Promise<TrytonSession> | null = null;
  let session: TrytonSession | null = null;

  /** Everyone waits for the login, so it is as urgent as the most urgent caller and ends with none of them. */
  const login = async (correlationId: string): Promise<TrytonSession> => {
    const call: CallOptions = { signal: new AbortController().signal, callClass: 'CHECKOUT', correlationId };
    const [userId, key] = await deps.ask(
      'common.db.login',
      'common.db.login',
      [options.user, { password: options.password }],
      null,
      call,
      loginResult,
    );
    const authorization = `Session ${Buffer.from(`${options.user}:${userId}:${key}`).toString('base64')}`;
    const preferences = await deps.ask(
      'res.user.get_preferences',
      'model.res.user.get_preferences',
      [true, {}],
      authorization,
      call,
      preferencesResult,
    );
    deps.log.info({ userId }, 'tryton session opened');
    return { userId, key, authorization, preferences };
  };

  const open = (call: CallOptions): Promise<TrytonSession> => {
    flight ??= login(call.correlationId)
      .then((opened) => {
        session = opened;
        return opened;
      })
      .finally(() => {
        flight = null;
      });
    // A flight that fails after all its waiters have left must not end the process as an unhandled rejection.
    flight.catch(() => undefined);
    return waitFor(flight, call.signal);
  };

  return {
    current: (call) => (session === null ? open(call) : Promise.resolve(session)),
    replacing: (stale, call) => {
      if (session !== null && session !== stale) return Promise.resolve(session);
      session = null;
      return open(call);
    },
  };
};
