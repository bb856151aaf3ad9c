/** The product list as the product serves it: from what it keeps, while changes come in, beside a static body. */
import { type Line, median } from '../figures.ts';
import type { Arena, Fighter, Measured } from './arena.ts';
import { contenderOf } from './contenders.ts';
import type { Pace } from './pace.ts';
import { ratioOfRounds } from './statistics.ts';
import { keyOf } from './throughput.ts';
import { sameOf, WORKLOADS, type Workload } from './workloads.ts';

const beside = async (
  key: string,
  workload: Workload,
  { keeping, still }: { readonly keeping: Fighter; readonly still: Fighter },
  pace: Pace,
  say: (text: string) => void,
): Promise<readonly Line[]> => {
  if (!(await keeping.isRight(workload)) || !(await still.isRight(workload))) return [];
  const fighters = [keeping, still];
  const rounds: Measured[][] = [[], []];
  for (const fighter of fighters) await fighter.closed(workload, { seconds: pace.firstSeconds, warmSeconds: 0 });
  for (let round = 0; round < pace.rounds; round += 1)
    for (const [index, fighter] of fighters.entries()) rounds[index]?.push(await fighter.closed(workload, pace));
  const fetchesEach = median((rounds[0] ?? []).map(({ upstreamEach }) => upstreamEach));
  if (fetchesEach >= 1) {
    say(`  ${key} is left out: nothing was kept, every answer took ${fetchesEach.toFixed(1)} requests to subgraphs`);
    return [];
  }
  const rates = rounds.map((of) => of.map(({ perSecond }) => perSecond));
  const [ours = [], floor = []] = rates;
  return [
    ...fighters.map((fighter, index) => ({
      key: `${key}_rps_${keyOf(fighter.name)}`,
      value: median(rates[index] ?? []),
      meaning: `requests/s, ${contenderOf(fighter.name).label}: ${workload.about}`,
    })),
    {
      key: `${key}_fetches_each`,
      value: fetchesEach,
      meaning: 'requests to subgraphs for each answer',
    },
    {
      key: `${key}_failed`,
      value: rounds.flat().reduce((sum, { failed }) => sum + failed, 0),
      meaning: 'answers that were not the right one (0)',
    },
    {
      key: `${key}_vs_static`,
      value: ratioOfRounds(ours, floor),
      meaning: 'ours over node:http with the same body lying ready (at least 0.5)',
    },
  ];
};

export const kept = async (arena: Arena, pace: Pace, say: (text: string) => void): Promise<readonly Line[]> => {
  const keeping = arena.fighters.find(({ name }) => name === 'ours-keeping');
  const still = arena.fighters.find(({ name }) => name === 'floor-static');
  if (!keeping || !still) {
    say('cached is left out: it needs ours-keeping and floor-static');
    return [];
  }
  say('cached');
  return [
    ...(await beside('cached_list', sameOf(WORKLOADS.list), { keeping, still }, pace, say)),
    ...(await beside('cached_lists', WORKLOADS.list, { keeping, still }, pace, say)),
  ];
};
