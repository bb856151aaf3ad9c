/** The process subgraph as npm start runs it, in a process that collects its garbage when its benchmark asks for it. */
import { startProcessSubgraph } from '../../process-subgraph.ts';
import { runMain } from '../../run.ts';
import type { ProcessFigures } from './server.ts';

const collect = globalThis.gc;
if (!collect) throw new Error('bin/bench/availability/process.ts runs with --expose-gc only');

process.on('message', () => {
  collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const figures: ProcessFigures = { rss, heapUsed, arrayBuffers, cpuMs: (user + system) / 1_000 };
  process.send?.(figures);
});
// Nobody is left to be measured for.
process.on('disconnect', () => process.exit(0));

await runMain(() => startProcessSubgraph(process.env));
