/** What a request costs by its size: entities, and subgraphs that each know a part of them. */
import { type Line, median } from '../figures.ts';
import type { Arena } from './arena.ts';
import { contenderOf } from './contenders.ts';
import type { Pace } from './pace.ts';
import { lastOverLine, lineThrough, type Point } from './statistics.ts';
import { keyOf } from './throughput.ts';
import { listOfSize, MOST_SUBGRAPHS, type Workload } from './workloads.ts';

const ENTITIES = [1, 10, 50, 200] as const;
const SUBGRAPHS = Array.from({ length: MOST_SUBGRAPHS }, (_, index) => index + 1);
const ROUNDS = 2;
/** Where the number of subgraphs is what grows. */
const MIDDLE = 50;

export const sizes = (): readonly Workload[] =>
  ENTITIES.flatMap((entities) => SUBGRAPHS.map((subgraphs) => listOfSize(entities, subgraphs)));

export const size = async (arena: Arena, pace: Pace, say: (text: string) => void): Promise<readonly Line[]> => {
  const lines: Line[] = [];
  for (const fighter of arena.fighters.filter(({ name }) => name === 'ours' || name === 'apollo')) {
    say(`size, ${fighter.name}`);
    /** Microseconds a request, by entities and subgraphs. */
    const cost = new Map<string, number>();
    for (const entities of ENTITIES)
      for (const subgraphs of SUBGRAPHS) {
        // Of the other gateway the two edges that the lines are drawn through will do.
        if (fighter.name !== 'ours' && subgraphs !== MOST_SUBGRAPHS && entities !== MIDDLE) continue;
        const workload = listOfSize(entities, subgraphs);
        if (!(await fighter.isRight(workload))) continue;
        const rates: number[] = [];
        await fighter.closed(workload, { seconds: pace.sizeSeconds, warmSeconds: 0 });
        for (let round = 0; round < ROUNDS; round += 1)
          rates.push(
            (await fighter.closed(workload, { seconds: pace.sizeSeconds, warmSeconds: pace.warmSeconds })).perSecond,
          );
        const perSecond = median(rates);
        cost.set(`${entities}x${subgraphs}`, 1_000_000 / perSecond);
        lines.push({
          key: `size_rps_${entities}x${subgraphs}_${keyOf(fighter.name)}`,
          value: perSecond,
          meaning: `requests/s, ${workload.about}`,
        });
      }
    const points = (of: readonly number[], at: (value: number) => string): readonly Point[] =>
      of.flatMap((x) => {
        const y = cost.get(at(x));
        return y === undefined ? [] : [{ x, y }];
      });
    const fitLines = (key: string, title: string, each: string, all: readonly Point[]): readonly Line[] => {
      if (all.length < 3) return [];
      const { slope, r2 } = lineThrough(all);
      const suffix = keyOf(fighter.name);
      return [
        {
          key: `size_us_per_${key}_${suffix}`,
          value: slope,
          meaning: `${title}: microseconds for each further ${each}`,
        },
        { key: `size_${key}_r2_${suffix}`, value: r2, meaning: 'how straight that line is (1)' },
        {
          key: `size_${key}_last_over_line_${suffix}`,
          value: lastOverLine(all),
          meaning: 'the largest over what the line through the smaller ones says (at most 1: straight or better)',
        },
      ];
    };
    say(`  ${contenderOf(fighter.name).label}`);
    lines.push(
      ...fitLines(
        'entity',
        `${MOST_SUBGRAPHS} subgraphs`,
        'entity',
        points(ENTITIES, (x) => `${x}x${MOST_SUBGRAPHS}`),
      ),
      ...fitLines(
        'subgraph',
        `${MIDDLE} entities`,
        'subgraph',
        points(SUBGRAPHS, (x) => `${MIDDLE}x${x}`),
      ),
    );
  }
  return lines;
};
