/** What a gateway's process holds after it has worked. */
import type { Line } from '../figures.ts';
import type { Arena } from './arena.ts';
import { contenderOf } from './contenders.ts';
import type { Pace } from './pace.ts';
import { fightersRight, keyOf } from './throughput.ts';
import { WORKLOADS } from './workloads.ts';

export const memory = async (arena: Arena, pace: Pace): Promise<readonly Line[]> => {
  const gateways = (await fightersRight(arena, WORKLOADS.list)).filter(({ name }) => !contenderOf(name).isFloor);
  // Whatever was run before, all have just done the same.
  for (const fighter of gateways) await fighter.closed(WORKLOADS.list, { seconds: pace.firstSeconds, warmSeconds: 0 });
  const rss = new Map(gateways.map((fighter) => [fighter.name, fighter.rssMib()]));
  const lines: Line[] = [...rss].map(([name, value]) => ({
    key: `rss_mib_${keyOf(name)}`,
    value,
    meaning: 'resident memory of its processes after the load, MiB',
  }));
  const ours = rss.get('ours');
  const apollo = rss.get('apollo');
  if (ours !== undefined && apollo !== undefined)
    lines.push({
      key: 'rss_vs_apollo',
      value: ours / apollo,
      meaning: 'ours over @apollo/gateway as shipped (at most 1)',
    });
  return lines;
};
