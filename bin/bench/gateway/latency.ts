/**
 * How long a list takes at 60 % load, open loop. Twice: each gateway at 60 % of what it can do itself, so that one that
 * can do ten times as much has ten times as much to do; and all of them at one rate, 60 % of what the slowest of the
 * JavaScript gateways beside ours can do. The figure that counts is the first, which is the harder one for a fast gateway.
 */
import { type Line, median } from '../figures.ts';
import type { Arena, Measured } from './arena.ts';
import { type ContenderName, contenderOf } from './contenders.ts';
import type { Pace } from './pace.ts';
import { bestOfRounds, ratioOfRounds } from './statistics.ts';
import { fightersRight, keyOf, type Rates } from './throughput.ts';
import { WORKLOADS } from './workloads.ts';

const LOAD = 0.6;
const JAVASCRIPT_PEERS: readonly ContenderName[] = ['apollo', 'hive-js', 'hive-rust'];

export const latency = async (
  arena: Arena,
  rates: Rates,
  pace: Pace,
  say: (text: string) => void,
): Promise<readonly Line[]> => {
  const workload = WORKLOADS.list;
  const fighters = (await fightersRight(arena, workload)).filter(
    ({ name }) => !contenderOf(name).isKeeping && !contenderOf(name).isFloor,
  );
  const can = new Map<ContenderName, number>();
  for (const fighter of fighters) {
    const known = rates.rounds.get(workload.name)?.get(fighter.name) ?? [];
    const measured =
      known.length > 0
        ? known
        : [await fighter.closed(workload, { seconds: pace.firstSeconds, warmSeconds: pace.firstSeconds })];
    can.set(fighter.name, median(measured.map(({ perSecond }) => perSecond)));
  }
  const slowest = Math.min(...JAVASCRIPT_PEERS.flatMap((name) => can.get(name) ?? []));
  const sameRate = LOAD * (Number.isFinite(slowest) ? slowest : Math.min(...can.values()));

  const series = async (
    title: string,
    suffix: string,
    rateOf: (name: ContenderName) => number,
  ): Promise<readonly Line[]> => {
    say(`latency, ${title}`);
    const by = new Map<ContenderName, Measured[]>(fighters.map(({ name }) => [name, []]));
    for (let round = 0; round < pace.rounds; round += 1)
      for (const fighter of fighters)
        by.get(fighter.name)?.push(
          await fighter.open(workload, { seconds: pace.latencySeconds, perSecond: rateOf(fighter.name) }),
        );
    const p99Of = (name: ContenderName): readonly number[] => (by.get(name) ?? []).map(({ p99Ms }) => p99Ms);
    const peers = JAVASCRIPT_PEERS.filter((name) => by.has(name)).map(p99Of);
    const lines: Line[] = [...by].flatMap(([name, rounds]) => [
      {
        key: `list${suffix}_p50_ms_${keyOf(name)}`,
        value: median(rounds.map(({ p50Ms }) => p50Ms)),
        meaning: `${contenderOf(name).label} at ${rateOf(name).toFixed(0)} lists/s: ${title}`,
      },
      { key: `list${suffix}_p99_ms_${keyOf(name)}`, value: median(p99Of(name)), meaning: 'the same, 99 of 100' },
    ]);
    if (by.has('ours') && peers.length > 0)
      lines.push({
        key: `list${suffix}_p99_vs_best_js`,
        value: ratioOfRounds(p99Of('ours'), bestOfRounds(peers, Math.min)),
        meaning: `p99 of ours over that of the best JavaScript gateway beside it, ${title} (below 1)`,
      });
    return lines;
  };

  return [
    ...(await series('each at 60 % of what it can do', '', (name) => LOAD * (can.get(name) ?? 0))),
    ...(await series('all at one rate', '_same_rate', () => sameRate)),
  ];
};
