/** The thread that judges a supergraph and then plans on it, so that the serving thread never does either. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Planned, PlanRequest, SentPlanned } from '../planning/planned.ts';
import { toSent } from '../planning/planned.ts';
import { createPlanner, type Planner, type PlannerOptions } from '../planning/planner.ts';
import type { Problem } from '../supergraph/explain.ts';
import { describeGraph, type GraphDescription } from './description.ts';
import { type Candidate, judge } from './judge.ts';

export type WorkerTask =
  | { readonly kind: 'judge'; readonly candidate: Candidate }
  /** A supergraph that was accepted before. */
  | { readonly kind: 'resume'; readonly supergraphSdl: string };

export type WorkerInput = { readonly task: WorkerTask; readonly options: PlannerOptions };

export type WorkerReply =
  | {
      readonly kind: 'accepted';
      readonly supergraphSdl: string;
      readonly description: GraphDescription;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'planned'; readonly planned: SentPlanned };

/** On Linux this is the thread's own: where cores are scarce, those who wait for answers go before those who compose. */
const BELOW_SERVING = 5;
const setOwnPriority = (priority: number): void => {
  try {
    setPriority(priority);
  } catch {
    // Not allowed here: it then stays as it is.
  }
};

const port = parentPort;
if (!port) throw new Error('This file is the start of a worker thread.');
const reply = (message: WorkerReply): void => port.postMessage(message);

const serve = (plan: (request: PlanRequest) => Planned): void => {
  port.on('message', (request: PlanRequest) => reply({ kind: 'planned', planned: toSent(plan(request)) }));
};

const { options, task } = workerData as WorkerInput;
if (task.kind === 'resume') {
  const planner: Planner = createPlanner(task.supergraphSdl, options);
  serve(planner.plan);
  reply({ kind: 'resumed' });
} else {
  const isWaitedFor = task.candidate.present === null;
  if (!isWaitedFor) setOwnPriority(BELOW_SERVING);
  const judgement = await judge(task.candidate, options);
  if (judgement.kind === 'refused') reply(judgement);
  else {
    const { planner, supergraphSdl, warnings } = judgement;
    serve(planner.plan);
    const description = describeGraph(planner, { withTexts: options.introspection });
    if (!isWaitedFor) setOwnPriority(0);
    reply({ kind: 'accepted', supergraphSdl, description, warnings });
  }
}
