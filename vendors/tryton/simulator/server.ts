/** The HTTP face of the server: one path for the server itself, one per database, everything else refused. */
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';
import { HttpRefusal, internalError, RpcFault } from './errors.ts';
import type { World } from './orm/request.ts';
import { callModel } from './rpc.ts';
import type { SessionStore } from './sessions.ts';

export const DATABASE = 'retail';
const SERVER_VERSION = '6.0.29';

const PAGES: Readonly<Record<number, readonly [title: string, text: string]>> = {
  401: [
    'Unauthorized',
    'The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn&#39;t understand how to supply the credentials required.',
  ],
  403: [
    'Forbidden',
    'You don&#39;t have the permission to access the requested resource. It is either read-protected or not readable by the server.',
  ],
  404: ['Not Found', 'The requested URL was not found on the server.'],
  405: ['Method Not Allowed', 'The method is not allowed for the requested URL.'],
  429: ['Too Many Requests', 'This user has exceeded an allotted request count. Try again later.'],
  500: ['Internal Server Error', 'The server encountered an internal error and was unable to complete your request.'],
  503: ['Service Unavailable', 'The server is temporarily unable to service your request.'],
};

export const page = (status: number, headers: Readonly<Record<string, string>> = {}): SimResponse => {
  const [title, text] = PAGES[status] ?? ['Error', ''];
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    body: `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`,
  };
};

/** A session that the server does not know is refused without a word. */
const noSession = (): SimResponse => ({
  status: 401,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'www-authenticate': 'Basic realm="Tryton"' },
  body: '',
});

type Call = { readonly id: unknown; readonly method: string; readonly params: readonly unknown[] };

const callIn = (rawBody: string): Call | null => {
  try {
    const body: unknown = JSON.parse(rawBody);
    if (typeof body !== 'object' || body === null) return null;
    const { id = null, method, params } = body as { id?: unknown; method?: unknown; params?: unknown };
    return typeof method === 'string' && Array.isArray(params) ? { id, method, params } : null;
  } catch {
    return null;
  }
};

const answer = (call: Call, run: () => unknown): SimResponse => {
  const headers = { 'content-type': 'application/json' };
  try {
    return { status: 200, headers, body: JSON.stringify({ id: call.id, result: run() ?? null }) };
  } catch (error) {
    if (error instanceof RpcFault)
      return { status: 200, headers, body: JSON.stringify({ id: call.id, error: error.error }) };
    throw error;
  }
};

const serverCall = (call: Call): unknown => {
  if (call.method === 'common.server.version') return SERVER_VERSION;
  if (call.method === 'common.db.list') return [DATABASE];
  throw internalError(`'${call.method}'`);
};

export type ServerDeps = { readonly world: World; readonly sessions: SessionStore };

const databaseCall = (call: Call, request: SimRequest, deps: ServerDeps): unknown => {
  const { authorization } = request.headers;
  if (call.method === 'common.db.login') return deps.sessions.login(call.params[0], call.params[1]);
  const userId = deps.sessions.userOf(authorization);
  if (call.method === 'common.db.logout') return deps.sessions.logout(authorization);
  if (call.method.startsWith('model.')) return callModel(deps.world, userId, call.method, call.params);
  throw new HttpRefusal(403);
};

const refusalOf = (call: Call, error: unknown): SimResponse => {
  if (!(error instanceof HttpRefusal)) throw error;
  return error.status === 401 && call.method !== 'common.db.login' ? noSession() : page(error.status);
};

export const handleHttp = (request: SimRequest, deps: ServerDeps): SimResponse => {
  const database = /^\/([^/]+)\/$/.exec(request.path)?.[1];
  if (request.path !== '/' && database === undefined) return page(404);
  if (request.method !== 'POST') return page(405, { allow: 'POST' });
  const call = callIn(request.rawBody);
  if (call === null || !(request.headers['content-type'] ?? '').startsWith('application/json')) return page(500);
  try {
    return answer(call, () => {
      if (database === undefined) return serverCall(call);
      if (decodeURIComponent(database) !== DATABASE) throw internalError(`Database '${database}' doesn't exist!`);
      return databaseCall(call, request, deps);
    });
  } catch (error) {
    return refusalOf(call, error);
  }
};
