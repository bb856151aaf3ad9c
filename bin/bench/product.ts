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

export type Asking = AsyncDisposable & Pick<Product, 'ask'>;

const CONNECTIONS = 256;

const failed = (message: string): Answer => ({ data: null, errors: [{ message }] });

/** Asks a server of ours over connections that stay open. */
export const createAsking = (url: string, token: string): Asking => {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  return {
    ask: async (query, values, headers = {}) => {
      try {
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: '/graphql',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
          body: JSON.stringify({ query, variables: values }),
        });
        const result = (await body.json()) as Partial<Answer>;
        if (result.data === undefined && !result.errors) return failed(`HTTP ${statusCode}`);
        return { data: result.data ?? null, errors: result.errors ?? [] };
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error));
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
};

export const openProduct = async (variables: NodeJS.ProcessEnv): Promise<Product> => {
  const stage = await openStage({ ...variables, LOG_LEVEL: variables.LOG_LEVEL ?? 'error' });
  const asking = createAsking(stage.urls.gateway ?? '', stage.token);
  return {
    stage,
    vendor: (name) => createSimulatorControl({ url: stage.urls.simulator ?? '', vendor: name }, { fetch }),
    ask: asking.ask,
    [Symbol.asyncDispose]: async () => {
      await asking[Symbol.asyncDispose]();
      await stage[Symbol.asyncDispose]();
    },
  };
};
