/** A planner's thread for tests of its supervision: texts say how it behaves. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerInput } from '#gateway/generations/worker.ts';
import type { PlanRequest } from '#gateway/planning/planned.ts';

const { task } = workerData as WorkerInput;
const source = task.kind === 'judge' && task.candidate.source.kind === 'supergraph' ? task.candidate.source.sdl : '';

parentPort?.on('message', ({ query }: PlanRequest) => {
  if (query === 'die') process.exit(1);
  if (query === 'hang') return;
  parentPort?.postMessage({ kind: 'planned', planned: { kind: 'planned', node: 'null' } });
});
if (source === 'die') process.exit(1);
if (source !== 'hang')
  parentPort?.postMessage(
    task.kind === 'resume'
      ? { kind: 'resumed' }
      : { kind: 'accepted', supergraphSdl: 'a supergraph', description: {}, warnings: [] },
  );
