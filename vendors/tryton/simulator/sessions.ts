/** Logins and sessions as the server keeps them: idle sessions end, repeated wrong passwords are held back. */
import { createHash } from 'node:crypto';
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import { HttpRefusal, RpcFault } from './errors.ts';

/** The server's defaults. */
const SESSION_IDLE_MS = 300_000;
const MAX_FAILED_LOGINS = 5;

export type Account = { readonly userId: number; readonly login: string; readonly password: string };

export type SessionStore = {
  /** `[user id, session key]`; refuses as the server does. */
  login(user: unknown, parameters: unknown): readonly [number, string];
  /** The user behind an Authorization header, or HTTP 401. Keeps the session alive. */
  userOf(authorization: string | undefined): number;
  logout(authorization: string | undefined): void;
  /** Forgets all sessions, as a restart of the server with an emptied session table would. */
  forgetAll(): void;
};

type Session = { readonly userId: number; lastUsedMs: number };

const tokenIn = (authorization: string | undefined): { readonly userId: number; readonly key: string } | null => {
  const match = /^Session\s+([A-Za-z0-9+/=]+)$/.exec(authorization ?? '');
  if (match?.[1] === undefined) return null;
  const [, userId, key] = Buffer.from(match[1], 'base64').toString('utf8').split(':');
  return key === undefined ? null : { userId: Number(userId), key };
};

export const createSessionStore = (
  accounts: readonly Account[],
  deps: { readonly clock: Clock; readonly ids: Ids },
): SessionStore => {
  const sessions = new Map<string, Session>();
  const failures = new Map<string, number[]>();

  const failuresOf = (login: string): readonly number[] =>
    (failures.get(login) ?? []).filter((atMs) => atMs > deps.clock.now() - SESSION_IDLE_MS);

  const refuse = (login: string): never => {
    failures.set(login, [...failuresOf(login), deps.clock.now()]);
    throw new HttpRefusal(401);
  };

  return {
    login: (user, parameters) => {
      const login = String(user);
      if (failuresOf(login).length >= MAX_FAILED_LOGINS) throw new HttpRefusal(429);
      const given = typeof parameters === 'object' && parameters !== null ? { ...parameters } : {};
      if (!('password' in given)) {
        throw new RpcFault(['LoginException', ['password', `Password for ${login}`, 'password']]);
      }
      const account = accounts.find((candidate) => candidate.login === login);
      if (account === undefined || account.password !== given.password) return refuse(login);
      failures.delete(login);
      const key = createHash('sha256').update(deps.ids.token(32)).digest('hex');
      sessions.set(key, { userId: account.userId, lastUsedMs: deps.clock.now() });
      return [account.userId, key];
    },
    userOf: (authorization) => {
      const token = tokenIn(authorization);
      const session = token === null ? undefined : sessions.get(token.key);
      if (token === null || session === undefined || session.userId !== token.userId) throw new HttpRefusal(401);
      if (deps.clock.now() - session.lastUsedMs > SESSION_IDLE_MS) {
        sessions.delete(token.key);
        throw new HttpRefusal(401);
      }
      session.lastUsedMs = deps.clock.now();
      return session.userId;
    },
    logout: (authorization) => {
      const token = tokenIn(authorization);
      if (token !== null) sessions.delete(token.key);
    },
    forgetAll: () => sessions.clear(),
  };
};
