/** GraphQL operations at the system subgraphs. The answer is decoded, not trusted. */
import type { ZodType } from 'zod';
import { FAILURES, Failure, type FailureCode } from '#runtime/failure.ts';
import {
  createSystemPost,
  decodeAnswer,
  parseObject,
  type SystemCall,
  type SystemClientDeps,
  type SystemClientOptions,
} from './http.ts';

/** One operation of ours, with the decoder of what it selects. */
export type Operation<Data> = { readonly name: string; readonly document: string; readonly data: ZodType<Data> };

export type SystemClient = {
  execute<Data>(
    operation: Operation<Data>,
    variables: Readonly<Record<string, unknown>>,
    call: SystemCall,
  ): Promise<Data>;
};

type GraphQLAnswer = {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message?: unknown;
    readonly extensions?: { readonly code?: unknown; readonly retryAfterMs?: unknown };
  }[];
};

const isCode = (code: unknown): code is FailureCode => typeof code === 'string' && Object.hasOwn(FAILURES, code);

/** What the subgraph refused, in its own words. A code of our catalogue is kept; what it masked stays masked. */
const failureOf = (answer: GraphQLAnswer, operation: string, system: string): Failure => {
  const [first] = answer.errors ?? [];
  const code = first?.extensions?.code;
  const retryAfterMs = first?.extensions?.retryAfterMs;
  const message = `${system} refused ${operation}: ${typeof first?.message === 'string' ? first.message : 'no reason given'}`;
  return new Failure(isCode(code) && code !== 'INTERNAL' ? code : 'UPSTREAM_REFUSED', message, {
    system,
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
  });
};

export const createSystemClient = (options: SystemClientOptions, deps: SystemClientDeps): SystemClient => {
  const { system } = options;
  const post = createSystemPost(options, deps);

  return {
    execute: async ({ name, document, data }, variables, call) => {
      const { text } = await post({ name, body: { operationName: name, query: document, variables } }, call);
      const answer: GraphQLAnswer = parseObject(text, 'a GraphQL response', name, system);
      if (answer.errors && answer.errors.length > 0) throw failureOf(answer, name, system);
      return decodeAnswer(data, answer.data, ['data'], name, system);
    },
  };
};
