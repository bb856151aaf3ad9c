/** The whole product for a benchmark: every process as npm start runs it, simulators within reach, a client for load. */
import { Pool } from 'undici';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openStage, type Stage } from '../demo/stage.ts';

export type Answer = {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
};

export type Product = AsyncDisposable & {
  readonly stage: Stage;
  vendor(name: string): SimulatorControl;
  /** One question at the gateway; what went wrong is an answer with errors. */
  ask(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
};

const CONNECTIONS = 256;

const failed = (message: string): Answer => ({ data: null, errors: [{ message }] });

export const openProduct = async (variables: NodeJS.ProcessEnv): Promise<Product> => {
  const stage = await openStage({ ...variables, LOG_LEVEL: variables.LOG_LEVEL ?? 'error' });
  const pool = new Pool(stage.urls.gateway ?? '', { connections: CONNECTIONS, pipelining: 1 });
  return {
    stage,
    vendor: (name) => createSimulatorControl({ url: stage.urls.simulator ?? '', vendor: name }, { fetch }),
    ask: async (query, values, headers = {}) => {
      try {
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: '/graphql',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.token}`, ...headers },
          body: JSON.stringify({ query, variables: values }),
        });
        const result = (await body.json()) as Partial<Answer>;
        if (result.data === undefined && !result.errors) return failed(`HTTP ${statusCode}`);
        return { data: result.data ?? null, errors: result.errors ?? [] };
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error));
      }
    },
    [Symbol.asyncDispose]: async () => {
      await pool.destroy();
      await stage[Symbol.asyncDispose]();
    },
  };
};
