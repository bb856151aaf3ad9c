/** Requests a second, every gateway in turn, round after round; and how ours stands to the others. */
import { type Line, median } from '../figures.ts';
import type { Arena, Fighter, Measured } from './arena.ts';
import { type ContenderName, contenderOf } from './contenders.ts';
import type { Pace } from './pace.ts';
import { bestOfRounds, ratioOfRounds } from './statistics.ts';
import type { Workload } from './workloads.ts';

/** By workload and contender, one entry for each round. */
export type Rounds = ReadonlyMap<string, ReadonlyMap<ContenderName, readonly Measured[]>>;
export type Rates = {
  readonly workloads: readonly Workload[];
  readonly rounds: Rounds;
  readonly lines: readonly Line[];
};

/** What ours is held against, by the last part of a figure's name. */
const RIVALS: Readonly<Record<string, { readonly names: readonly ContenderName[]; readonly label: string }>> = {
  apollo: { names: ['apollo'], label: '@apollo/gateway as shipped' },
  hive: { names: ['hive-js', 'hive-rust'], label: 'the better of Hive Gateway with either planner' },
  rust: { names: ['grafbase'], label: 'Grafbase' },
  floor: { names: ['floor-fetches'], label: 'the same fetches parsed and nothing else' },
  static: { names: ['floor-static'], label: 'a static body' },
};

export const fightersRight = async (arena: Arena, workload: Workload): Promise<readonly Fighter[]> => {
  const right: Fighter[] = [];
  for (const fighter of arena.fighters) if (await fighter.isRight(workload)) right.push(fighter);
  return right;
};

export const keyOf = (name: string): string => name.replaceAll('-', '_');

const ratesOf = (rounds: readonly Measured[] | undefined): readonly number[] =>
  (rounds ?? []).map(({ perSecond }) => perSecond);

const costsOf = (rounds: readonly Measured[] | undefined): readonly number[] =>
  (rounds ?? []).map(({ perBusySecond }) => perBusySecond);

const linesOf = (workload: Workload, by: ReadonlyMap<ContenderName, readonly Measured[]>): readonly Line[] => {
  const ours = ratesOf(by.get('ours'));
  const rates = [...by].map(([name, rounds]) => ({
    key: `${workload.name}_rps_${keyOf(name)}`,
    value: median(ratesOf(rounds)),
    meaning: `requests/s, ${contenderOf(name).label}: ${workload.about}`,
  }));
  const ratios = Object.entries(RIVALS).flatMap(([key, { names, label }]) => {
    const theirs = names.filter((name) => by.has(name));
    if (ours.length === 0 || theirs.length === 0) return [];
    const over = (of: (rounds: readonly Measured[] | undefined) => readonly number[]): number =>
      ratioOfRounds(
        of(by.get('ours')),
        bestOfRounds(
          theirs.map((name) => of(by.get(name))),
          Math.max,
        ),
      );
    return [
      { key: `${workload.name}_vs_${key}`, value: over(ratesOf), meaning: `ours over ${label}` },
      { key: `${workload.name}_cpu_vs_${key}`, value: over(costsOf), meaning: 'the same, by processor time' },
    ];
  });
  const failed = [...by.values()].flat().reduce((sum, round) => sum + round.failed, 0);
  return [
    ...rates,
    ...ratios,
    {
      key: `${workload.name}_failed`,
      value: failed,
      meaning: 'answers of all gateways that were not the right one (0)',
    },
  ];
};

export const throughput = async (
  arena: Arena,
  workloads: readonly Workload[],
  pace: Pace,
  say: (text: string) => void,
): Promise<Rates> => {
  const rounds = new Map<string, Map<ContenderName, Measured[]>>();
  for (const workload of workloads) {
    say(`${workload.name}: ${workload.about}`);
    const fighters = (await fightersRight(arena, workload)).filter(({ name }) => !contenderOf(name).isKeeping);
    const by = new Map<ContenderName, Measured[]>(fighters.map(({ name }) => [name, []]));
    rounds.set(workload.name, by);
    for (const fighter of fighters) await fighter.closed(workload, { seconds: pace.firstSeconds, warmSeconds: 0 });
    for (let round = 0; round < pace.rounds; round += 1)
      for (const fighter of fighters) by.get(fighter.name)?.push(await fighter.closed(workload, pace));
    for (const fighter of fighters)
      say(`  ${fighter.name.padEnd(14)} ${Math.round(median(ratesOf(by.get(fighter.name))))} requests/s`);
  }
  const lines = [...rounds].flatMap(([name, by]) => {
    const workload = workloads.find((one) => one.name === name);
    return workload ? linesOf(workload, by) : [];
  });
  return { workloads, rounds, lines };
};

const share = (value: number): string => `${Math.round(value * 100)} %`;

/** One line for each gateway and workload, with what it takes to judge the figure. */
export const table = (arena: Arena, { workloads, rounds }: Rates): readonly string[] =>
  workloads.flatMap((workload) => {
    const by = rounds.get(workload.name);
    if (!by || by.size === 0) return [];
    const apollo = by.get('apollo');
    const rows = [...by].map(([name, measured]) => {
      const middle = (of: (one: Measured) => number): number => median(measured.map(of));
      return [
        contenderOf(name).label,
        middle(({ perSecond }) => perSecond).toFixed(0),
        apollo ? ratioOfRounds(ratesOf(measured), ratesOf(apollo)).toFixed(2) : '-',
        middle(({ perBusySecond }) => perBusySecond).toFixed(0),
        middle(({ upstreamEach }) => upstreamEach).toFixed(2),
        share(middle(({ gatewayBusy }) => gatewayBusy)),
        share(middle(({ busy }) => busy)),
        String(measured.reduce((sum, { computed }) => sum + computed, 0)),
      ];
    });
    const head = [
      '',
      'requests/s',
      'vs Apollo',
      'per busy second',
      'fetches each',
      'gateway busy',
      'world busy',
      'fetches not ready',
    ];
    const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
    const lineOf = (cells: readonly string[]): string =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ');
    return [
      '',
      `${workload.name}: ${workload.about}${arena.cores ? '' : ' (nothing pinned)'}`,
      lineOf(head),
      ...rows.map(lineOf),
    ];
  });
