/**
 * Planning in another thread: one text at a time, within a time limit, with a bound on those who wait. A thread that
 * hangs or dies is replaced; the text it died of is refused, and everybody else's is planned by its successor.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';
import { fromSent, type Planned, type PlanRequest } from '../planning/planned.ts';
import type { PlannerOptions } from '../planning/planner.ts';
import type { Problem } from '../supergraph/explain.ts';
import type { GraphDescription } from './description.ts';
import type { Candidate } from './judge.ts';
import type { WorkerInput, WorkerReply, WorkerTask } from './worker.ts';

export type PlanningLimits = {
  /** Most texts that wait to be planned; more are refused at once. */
  readonly mostWaiting: number;
  /** Longest time that planning one text may take. */
  readonly planWithinMs: number;
  /** Longest time that composing and checking a new supergraph may take. */
  readonly judgeWithinMs: number;
  /** How long a text is refused unseen whose planning was given up. */
  readonly shunForMs: number;
  /** Memory that the thread may take; an operation that needs more is refused. */
  readonly memoryMb: number;
};

export const DEFAULT_PLANNING_LIMITS: PlanningLimits = {
  mostWaiting: 200,
  planWithinMs: 10_000,
  judgeWithinMs: 60_000,
  shunForMs: 60_000,
  memoryMb: 768,
};

export type PlannerThreadDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** The file that the thread runs; ours unless a test has another. */
  readonly workerFile?: URL;
};

export type PlannerThread = AsyncDisposable & {
  plan(request: PlanRequest): Promise<Planned>;
  /** Ends the thread until it is asked again. */
  rest(): void;
};

export type Introduction =
  | {
      readonly kind: 'accepted';
      readonly supergraphSdl: string;
      readonly description: GraphDescription;
      readonly warnings: readonly string[];
      readonly planner: PlannerThread;
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

type Options = { readonly planner: PlannerOptions; readonly limits: PlanningLimits };

const startWorker = (task: WorkerTask, { limits, planner }: Options, { workerFile }: PlannerThreadDeps): Worker => {
  const input: WorkerInput = { task, options: planner };
  return new Worker(workerFile ?? new URL('./worker.ts', import.meta.url), {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb },
  });
};

const refusal = (error: unknown): Planned => ({ kind: 'refused', errors: [error] });

const tooBusy = (): Failure =>
  new Failure('LOAD_SHED', 'Too many operations that this graph has not met before: try again in a moment.', {
    retryAfterMs: 1_000,
  });

const givenUp = (): Failure =>
  new Failure('LIMIT_EXCEEDED', 'This operation is too expensive to plan: ask for less at a time.');

type Waiting = { readonly request: PlanRequest; readonly resolve: (planned: Planned) => void };

/** `first` is the thread that has judged the supergraph; its successors take it up from the text. */
const createPlannerThread = (
  supergraphSdl: string,
  first: Worker,
  options: Options,
  deps: PlannerThreadDeps,
): PlannerThread => {
  const { limits } = options;
  const { clock, log } = deps;
  const waiting: Waiting[] = [];
  const shunned = new Map<string, number>();
  let worker: Worker | null = null;
  let isReady = false;
  let current: Waiting | null = null;
  let stopClock = new AbortController();
  let isClosed = false;

  const isShunned = (query: string): boolean => {
    const until = shunned.get(query);
    if (until === undefined) return false;
    if (clock.now() < until) return true;
    shunned.delete(query);
    return false;
  };

  const settle = (planned: Planned): void => {
    const done = current;
    current = null;
    stopClock.abort();
    done?.resolve(planned);
  };

  /** The thread has ended, was ended, or never came up. */
  const lost = (from: Worker, error: unknown): void => {
    if (worker !== from) return;
    worker = null;
    const wasReady = isReady;
    isReady = false;
    void from.terminate();
    if (isClosed) return;
    log.warn({ err: error, waiting: waiting.length }, 'planner ended: its successor takes over');
    if (current) {
      shunned.set(current.request.query, clock.now() + limits.shunForMs);
      settle(refusal(givenUp()));
    }
    // One that does not come up would be started again without end.
    if (!wasReady) for (const { resolve } of waiting.splice(0)) resolve(refusal(error));
    pump();
  };

  const attach = (to: Worker): void => {
    worker = to;
    to.on('message', (reply: WorkerReply) => {
      if (worker !== to) return;
      if (reply.kind === 'planned' && current) settle(fromSent(reply.planned, current.request.query));
      isReady = true;
      pump();
    });
    to.on('error', (error) => lost(to, error));
    to.on('exit', (code) => lost(to, new Error(`The planner's thread ended with ${code}.`)));
  };

  const pump = (): void => {
    if (isClosed || current || waiting.length === 0) return;
    if (!worker) attach(startWorker({ kind: 'resume', supergraphSdl }, options, deps));
    if (!worker || !isReady) return;
    const next = waiting.shift();
    if (!next) return;
    if (isShunned(next.request.query)) {
      next.resolve(refusal(givenUp()));
      pump();
      return;
    }
    current = next;
    const busy = worker;
    stopClock = new AbortController();
    clock.delay(limits.planWithinMs, stopClock.signal).then(
      () => lost(busy, new Error(`A plan was not made within ${limits.planWithinMs} ms.`)),
      () => undefined,
    );
    busy.postMessage(next.request);
  };

  isReady = true;
  attach(first);

  return {
    plan: (request) => {
      if (isClosed)
        return Promise.resolve(refusal(new Failure('UPSTREAM_UNAVAILABLE', 'The gateway is stopping: try again.')));
      if (isShunned(request.query)) return Promise.resolve(refusal(givenUp()));
      if (waiting.length >= limits.mostWaiting) return Promise.resolve(refusal(tooBusy()));
      return new Promise((resolve) => {
        waiting.push({ request, resolve });
        pump();
      });
    },
    rest: () => {
      if (current || waiting.length > 0 || !worker) return;
      const resting = worker;
      worker = null;
      isReady = false;
      void resting.terminate();
    },
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      const error = new Failure('UPSTREAM_UNAVAILABLE', 'The gateway is stopping: try again.');
      settle(refusal(error));
      for (const { resolve } of waiting.splice(0)) resolve(refusal(error));
      await worker?.terminate();
    },
  };
};

const cannotJudge = (message: string): Introduction => ({
  kind: 'refused',
  problems: [
    {
      code: 'JUDGEMENT_FAILED',
      message,
      places: [],
      remedy: 'Look into the log; "npx throughline check" says whether the supergraph is sound.',
    },
  ],
});

/** Has a new supergraph judged in a thread of its own, which then is its planner. */
export const introduce = async (
  candidate: Candidate,
  options: Options,
  deps: PlannerThreadDeps,
  signal: AbortSignal,
): Promise<Introduction> => {
  const worker = startWorker({ kind: 'judge', candidate }, options, deps);
  const settled = new AbortController();
  const { judgeWithinMs } = options.limits;
  const reply = await new Promise<WorkerReply | Introduction>((resolve) => {
    const end = (message: string) => (): void => resolve(cannotJudge(message));
    worker.once('message', resolve);
    worker.once('error', (error) => resolve(cannotJudge(`The thread that judges it failed: ${error.message}`)));
    worker.once('exit', end('The thread that judges it ended.'));
    signal.addEventListener('abort', end('Another supergraph has come meanwhile.'), { signal: settled.signal });
    deps.clock
      .delay(judgeWithinMs, settled.signal)
      .then(end(`It was not judged within ${judgeWithinMs} ms.`), () => undefined);
    if (signal.aborted) end('Another supergraph has come meanwhile.')();
  });
  settled.abort();
  if (reply.kind === 'accepted') {
    const { description, supergraphSdl, warnings } = reply;
    const planner = createPlannerThread(supergraphSdl, worker, options, deps);
    return { kind: 'accepted', supergraphSdl, description, warnings, planner };
  }
  // It may still die of what it was doing; that is nobody's concern any more.
  worker.on('error', () => undefined);
  await worker.terminate();
  return reply.kind === 'refused' ? reply : cannotJudge('The thread that judges it gave no verdict.');
};
