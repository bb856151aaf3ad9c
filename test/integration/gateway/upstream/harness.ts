/** The client of one subgraph beside a server that says what a test likes, over real sockets and on the test's clock. */
import type { HopReply, HopScope } from '#gateway/execution/hop.ts';
import {
  createUpstream,
  DEFAULT_UPSTREAM_LIMITS,
  type Upstream,
  type UpstreamLimits,
  type UpstreamObservation,
} from '#gateway/upstream/client.ts';
import { silentLog } from '#runtime/log.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import {
  type AskedRequest,
  echoing,
  openScriptedServer,
  type Script,
  type ScriptedServer,
} from '#test/support/scripted-server.ts';

export type Harness = {
  readonly server: ScriptedServer;
  readonly upstream: Upstream;
  readonly clock: TestClock;
  readonly observed: readonly UpstreamObservation[];
  /** Time passes without anybody's looking, as when this process is held up. */
  jump(ms: number): void;
  scope(given?: Partial<HopScope>): HopScope;
  ask(name: string, given?: { readonly isQuery?: boolean; readonly scope?: HopScope }): Promise<HopReply>;
};

const opened: AsyncDisposable[] = [];

export const closeAll = async (): Promise<void> => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
};

export const alsoClose = (one: AsyncDisposable): void => {
  opened.push(one);
};

export const openHarness = async (script: Script = echoing, limits: Partial<UpstreamLimits> = {}): Promise<Harness> => {
  const passing = createTestClock();
  let jumpedMs = 0;
  const clock: TestClock = { ...passing, now: () => passing.now() + jumpedMs };
  const server = await openScriptedServer(script);
  const observed: UpstreamObservation[] = [];
  const upstream = createUpstream(
    { name: 'catalog', url: server.url, limits: { ...DEFAULT_UPSTREAM_LIMITS, ...limits } },
    { clock, log: silentLog, observe: (observation) => observed.push(observation) },
  );
  opened.push(server, upstream);
  const scope = (given: Partial<HopScope> = {}): HopScope => ({
    freshness: { purpose: 'DETAIL' },
    correlationId: 'a-correlation-id',
    deadlineMs: clock.now() + 10_000,
    isOver: false,
    whenOver: () => () => undefined,
    ...given,
  });
  return {
    server,
    upstream,
    clock,
    jump: (ms) => {
      jumpedMs += ms;
    },
    observed,
    scope,
    ask: (name, given = {}) =>
      upstream.send({
        body: JSON.stringify({ query: name }),
        isQuery: given.isQuery ?? true,
        scope: given.scope ?? scope(),
      }),
  };
};

export const answer = (name: string): HopReply => ({ kind: 'answered', result: { data: { echo: name } }, isOwn: true });
export const codeOf = (reply: HopReply): string => (reply.kind === 'answered' ? 'answered' : reply.trouble.code);
export const nameOf = (request: AskedRequest): string => (JSON.parse(request.body) as { readonly query: string }).query;
export const say =
  (text: string | Buffer): Script =>
  ({ socket }) => {
    socket.write(text);
  };
export const sayAndHangUp =
  (text: string): Script =>
  ({ socket }) => {
    socket.end(text);
  };
/** Holds the named requests back, and with them, as the protocol wants it, everything behind them on their connection. */
export const holding = (...names: readonly string[]): Script => {
  const held = new Set<number>();
  return (request) => {
    if (names.includes(nameOf(request))) held.add(request.connection);
    if (!held.has(request.connection)) echoing(request);
  };
};
