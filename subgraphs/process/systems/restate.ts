/** What the process layer asks of a system subgraph about stock: say it again, now. */
import { z } from 'zod';
import type { CallClass } from '#model/call.ts';
import { Failure } from '#runtime/failure.ts';
import { TIME_BUDGET_HEADER } from '#runtime/graphql/time-budget.ts';
import { CALL_CLASS_HEADER, type RestateRequest } from '#runtime/inlet/restate-route.ts';
import {
  createSystemPost,
  decodeAnswer,
  parseObject,
  type SystemCall,
  type SystemClientDeps,
  type SystemClientOptions,
} from './http.ts';

export type RestateCall = SystemCall & {
  readonly callClass: CallClass;
  /** How long the system subgraph may take, in milliseconds. */
  readonly budgetMs: number;
};

export type FailedRestatement = { readonly connection: string; readonly code: string };

/**
 * Has one system's connections read these items anew. When it resolves, what they said is in our own intake, committed;
 * `failed` are connections that could not be read. Rejects when the subgraph itself could not be asked.
 */
export type AskRestatement = (
  request: RestateRequest,
  call: RestateCall,
) => Promise<{ readonly failed: readonly FailedRestatement[] }>;

const NAME = 'a restatement of stock';

const restatement = z.object({
  failed: z.array(z.object({ connection: z.string(), code: z.string() })),
});

/** Time for the answer's way back, beyond what the subgraph itself may take, in milliseconds. */
const WAY_BACK_MS = 1_000;

export const createAskRestatement = (
  options: Omit<SystemClientOptions, 'timeoutMs'>,
  deps: SystemClientDeps,
): AskRestatement => {
  const { system } = options;
  return async (request, { budgetMs, callClass, ...call }) => {
    const post = createSystemPost({ ...options, timeoutMs: budgetMs + WAY_BACK_MS }, deps);
    const headers = { [CALL_CLASS_HEADER]: callClass, [TIME_BUDGET_HEADER]: String(budgetMs) };
    const { status, text } = await post({ name: NAME, body: request, headers }, call);
    if (status !== 200)
      throw new Failure('UPSTREAM_REFUSED', `${system} refused ${NAME} with HTTP ${status}: ${text.slice(0, 300)}`, {
        system,
      });
    return decodeAnswer(restatement, parseObject(text, 'a JSON object', NAME, system), [], NAME, system);
  };
};
