/** One subgraph as a process: node bin/subgraph.ts <erp | pos | wms | marketplace | process> */
import { Failure } from '#runtime/failure.ts';
import { SUBGRAPHS } from '#subgraphs/registry.ts';
import { startProcessSubgraph } from './process-subgraph.ts';
import { type Running, runMain } from './run.ts';
import { startSystemSubgraph } from './system-subgraph.ts';

const start = async (): Promise<Running> => {
  const name = SUBGRAPHS.find((known) => known === process.argv[2]);
  if (!name)
    throw new Failure('BAD_INPUT', `"${process.argv[2] ?? ''}" is not a subgraph; known are ${SUBGRAPHS.join(', ')}.`);
  return name === 'process' ? startProcessSubgraph(process.env) : startSystemSubgraph(name, process.env);
};

await runMain(start);
