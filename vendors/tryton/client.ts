/**
 * Tryton's JSON-RPC: one POST per call, positional parameters, the last one always a context. Sessions are opened when
 * first needed, shared by all callers and renewed once when the server no longer knows them.
 */
import { type ZodType, z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';
import type { OutboundResponse, Upstream } from '#runtime/resilience/upstream.ts';
import { failureOfFault, faultFrom, warningOf } from './faults.ts';
import { createSessions, type TrytonSession } from './session.ts';
import { decodeValue } from './values.ts';

export type TrytonClientOptions = {
  readonly baseUrl: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
};

export type TrytonContext = Readonly<Record<string, unknown>>;

export type TrytonCall<T> = {
  readonly call: CallOptions;
  /** Added to the user's preferences (company, language); wins over them. */
  readonly context?: TrytonContext;
  /** Whether sending it twice is harmless: true for reads. Tryton knows no idempotency key. */
  readonly idempotent: boolean;
  /** Checks the result, in which tagged values are already plain (see values.ts). */
  readonly decode: ZodType<T>;
  /** Writes only: acknowledge the server's warnings and go on, as a person clicking "yes" would. */
  readonly acknowledgeWarnings?: boolean;
};

/** A search in Tryton's own terms: a domain of clauses, and the order as pairs of field and direction. */
export type TrytonQuery = {
  readonly domain: readonly unknown[];
  readonly order?: readonly (readonly [field: string, direction: 'ASC' | 'DESC'])[];
  readonly offset?: number;
  readonly limit?: number;
};

export type TrytonReadOptions = { readonly call: CallOptions; readonly context?: TrytonContext };

export type TrytonClient = {
  call<T>(model: string, method: string, args: readonly unknown[], options: TrytonCall<T>): Promise<T>;
  /** A step of one of Tryton's wizards: "create" opens one, "execute" answers one of its forms. */
  wizard<T>(name: string, method: string, args: readonly unknown[], options: TrytonCall<T>): Promise<T>;
  /** Fields of another record are named with a dot ("product.code") and come back below "product." (with the dot). */
  searchRead<T>(
    model: string,
    query: TrytonQuery,
    fields: readonly string[],
    row: ZodType<T>,
    options: TrytonReadOptions,
  ): Promise<readonly T[]>;
  /** One unknown id makes Tryton refuse the whole read: pass only ids that a search has just given. */
  read<T>(
    model: string,
    ids: readonly number[],
    fields: readonly string[],
    row: ZodType<T>,
    options: TrytonReadOptions,
  ): Promise<readonly T[]>;
  search(model: string, query: TrytonQuery, options: TrytonReadOptions): Promise<readonly number[]>;
};

export type TrytonClientDeps = { readonly upstream: Upstream; readonly clock: Clock; readonly log: Log };

/** A write may meet several warnings, one after the other; more than this many is a server that does not listen. */
const MAX_WARNINGS = 5;

const idList = z.array(z.number().int());

const searchArguments = (query: TrytonQuery): readonly unknown[] => [
  query.domain,
  query.offset ?? 0,
  query.limit ?? null,
  query.order ?? null,
];

export const createTrytonClient = (options: TrytonClientOptions, deps: TrytonClientDeps): TrytonClient => {
  const url = `${options.baseUrl.replace(/\/+$/, '')}/${encodeURIComponent(options.database)}/`;
  let requests = 0;

  const post = (
    operation: string,
    method: string,
    params: readonly unknown[],
    authorization: string | null,
    idempotent: boolean,
    call: CallOptions,
  ): Promise<OutboundResponse> =>
    deps.upstream.send(
      {
        operation,
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) },
        body: JSON.stringify({ id: ++requests, method, params }),
        idempotent,
      },
      call,
    );

  const malformed = (operation: string, field: string, problem: string): Failure =>
    new Failure('UPSTREAM_MALFORMED', `Tryton's answer to ${operation} is malformed at ${field}: ${problem}`, {
      field,
    });

  const refused = (operation: string, status: number): Failure => {
    const what =
      status === 401
        ? `rejected the credentials of user "${options.user}" on database "${options.database}"; check the connection's user and password`
        : status === 403
          ? `forbids ${operation} to user "${options.user}", or the module that serves it is not activated; check the user's groups`
          : status === 404
            ? `has no database "${options.database}" at ${options.baseUrl}; check the connection's baseUrl and database`
            : `refused ${operation} with HTTP ${status}`;
    return new Failure('UPSTREAM_REFUSED', `Tryton ${what}`, { field: status === 401 ? 'credentials' : operation });
  };

  /** The result of an answer with its tags decoded, or the failure it stands for. */
  const resultOf = (operation: string, response: OutboundResponse, secrets: readonly string[]): unknown => {
    if (response.status !== 200) throw refused(operation, response.status);
    let answer: unknown;
    try {
      answer = JSON.parse(response.text);
    } catch {
      throw malformed(operation, 'body', 'not JSON');
    }
    if (typeof answer !== 'object' || answer === null) throw malformed(operation, 'body', 'not an object');
    if ('error' in answer) {
      const fault = faultFrom(answer.error);
      const message = secrets.filter(Boolean).reduce((kept, secret) => kept.replaceAll(secret, '***'), fault.message);
      throw failureOfFault(options, operation, { ...fault, message });
    }
    if (!('result' in answer)) throw malformed(operation, 'body', 'neither result nor error');
    try {
      return decodeValue(answer.result);
    } catch (error) {
      throw malformed(operation, 'result', error instanceof Error ? error.message : 'undecodable value');
    }
  };

  const decoded = <T>(operation: string, result: unknown, decode: ZodType<T>): T => {
    const parsed = decode.safeParse(result);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const path = ['result', ...(issue?.path ?? [])].map(String).join('.');
    throw malformed(operation, path, issue?.message ?? 'unexpected form');
  };

  const sessions = createSessions(options, {
    log: deps.log,
    ask: async (operation, method, params, authorization, call, decode) => {
      const response = await post(operation, method, params, authorization, true, call);
      return decoded(operation, resultOf(operation, response, [options.password]), decode);
    },
  });

  /** One call within a session; a session the server has forgotten is replaced once. The refused call did nothing. */
  const exchange = async (
    operation: string,
    method: string,
    args: readonly unknown[],
    request: { readonly call: CallOptions; readonly context?: TrytonContext; readonly idempotent: boolean },
  ): Promise<unknown> => {
    const attempt = (session: TrytonSession): Promise<OutboundResponse> => {
      const params = [...args, { ...session.preferences, ...request.context }];
      return post(operation, method, params, session.authorization, request.idempotent, request.call);
    };
    let session = await sessions.current(request.call);
    let response = await attempt(session);
    if (response.status === 401) {
      session = await sessions.replacing(session, request.call);
      response = await attempt(session);
    }
    return resultOf(operation, response, [options.password, session.key]);
  };

  const acknowledge = async (warning: string, call: CallOptions): Promise<void> => {
    const { userId } = await sessions.current(call);
    await exchange(
      'res.user.warning.create',
      'model.res.user.warning.create',
      [[{ user: userId, name: warning, always: false }]],
      { call, idempotent: true },
    );
  };

  const invoke = async <T>(
    kind: 'model' | 'wizard',
    operation: string,
    args: readonly unknown[],
    request: TrytonCall<T>,
  ): Promise<T> => {
    const acknowledged = new Set<string>();
    for (;;) {
      try {
        return decoded(operation, await exchange(operation, `${kind}.${operation}`, args, request), request.decode);
      } catch (error) {
        const warning = request.acknowledgeWarnings === true ? warningOf(error) : null;
        if (warning === null || acknowledged.has(warning) || acknowledged.size === MAX_WARNINGS) throw error;
        acknowledged.add(warning);
        await acknowledge(warning, request.call);
      }
    }
  };

  const call = <T>(model: string, method: string, args: readonly unknown[], request: TrytonCall<T>): Promise<T> =>
    invoke('model', `${model}.${method}`, args, request);

  return {
    call,
    wizard: (name, method, args, request) => invoke('wizard', `${name}.${method}`, args, request),
    searchRead: (model, query, fields, row, read) =>
      call(model, 'search_read', [...searchArguments(query), fields], {
        ...read,
        idempotent: true,
        decode: z.array(row),
      }),
    read: async (model, ids, fields, row, read) =>
      ids.length === 0 ? [] : call(model, 'read', [ids, fields], { ...read, idempotent: true, decode: z.array(row) }),
    search: (model, query, read) =>
      call(model, 'search', searchArguments(query), { ...read, idempotent: true, decode: idList }),
  };
};
