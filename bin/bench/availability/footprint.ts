/** What the process subgraph of the running product takes. */
import type { Line } from '../figures.ts';
import type { Product } from '../product.ts';

const MIB = 1024 * 1024;

/** Out of its own metrics, as an operator would look. */
export const footprint = async ({ stage }: Product): Promise<readonly Line[]> => {
  const text = await (await fetch(`${stage.urls.process}/metrics`)).text();
  const resident = /^process_resident_memory_bytes\S* (\S+)/m.exec(text)?.[1];
  if (resident === undefined) throw new Error('the process subgraph told no process_resident_memory_bytes');
  return [
    {
      key: 'rss_mib_2k',
      value: Number(resident) / MIB,
      meaning: 'process subgraph as npm start runs it, PGlite included: 2,000 items at 302 places, just loaded',
    },
  ];
};
