/** Our gateway beside others: the same graph, the same questions, one core each, in turns. */
import { readEnvironment } from '../../environment.ts';
import type { Bench, Line } from '../figures.ts';
import { openArena } from './arena.ts';
import { CONTENDER_NAMES, type ContenderName, contenderOf } from './contenders.ts';
import { kept } from './kept.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { PACES, type Pace } from './pace.ts';
import { size, sizes } from './size.ts';
import { swap } from './swap.ts';
import { table, throughput } from './throughput.ts';
import { sameOf, WORKLOADS, type Workload, type WorkloadName } from './workloads.ts';

const WORKLOAD_NAMES = Object.keys(WORKLOADS) as readonly WorkloadName[];
const PARTS = [...WORKLOAD_NAMES, 'latency', 'memory', 'size', 'cached', 'swap'] as const;
type Part = (typeof PARTS)[number];

type Wanted = { readonly parts: readonly Part[]; readonly names: readonly ContenderName[]; readonly pace: Pace };

const QUICK = 'quick';

/** Parts and contenders in any order; without any of a kind, all of that kind. */
export const readWanted = (words: readonly string[]): Wanted => {
  const known: readonly string[] = [...PARTS, ...CONTENDER_NAMES, QUICK];
  const given = words.filter((word) => word !== '--');
  const unknown = given.find((word) => !known.includes(word));
  if (unknown) throw new Error(`"${unknown}" is no part of this benchmark; there are ${known.join(', ')}.`);
  const parts = PARTS.filter((part) => given.includes(part));
  const isWanted = (part: Part): boolean => parts.length === 0 || parts.includes(part);
  const names = CONTENDER_NAMES.filter((name) => given.includes(name));
  return {
    parts: parts.length > 0 ? parts : PARTS,
    names:
      names.length > 0 ? names : CONTENDER_NAMES.filter((name) => !contenderOf(name).isKeeping || isWanted('cached')),
    pace: given.includes(QUICK) ? PACES.quick : PACES.full,
  };
};

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const workloadsOf = (parts: readonly Part[]): readonly Workload[] =>
  WORKLOAD_NAMES.filter((name) => parts.includes(name)).flatMap((name) => [WORKLOADS[name], sameOf(WORKLOADS[name])]);

export const gatewayBench: Bench = {
  about: `our gateway beside others; parts: ${PARTS.join(', ')}; gateways: ${CONTENDER_NAMES.join(', ')}; ${QUICK} for short rounds`,
  run: async (variables, words) => {
    const { parts, names, pace } = readWanted(words);
    const swapped = parts.includes('swap') ? await swap(say) : [];
    if (parts.every((part) => part === 'swap')) return { rounds: 1, lines: swapped };
    const workloads = workloadsOf(parts);
    const needed = [
      ...workloads,
      ...(['latency', 'memory', 'cached'].some((part) => parts.some((wanted) => wanted === part))
        ? [WORKLOADS.list]
        : []),
      ...(parts.includes('size') ? sizes() : []),
    ];
    await using arena = await openArena({ home: readEnvironment(variables).home, names, workloads: needed }, say);
    const lines: Line[] = [...swapped];
    const rates = await throughput(arena, workloads, pace, say);
    lines.push(...rates.lines);
    if (parts.includes('memory')) lines.push(...(await memory(arena, pace)));
    if (parts.includes('latency')) lines.push(...(await latency(arena, rates, pace, say)));
    if (parts.includes('size')) lines.push(...(await size(arena, pace, say)));
    if (parts.includes('cached')) lines.push(...(await kept(arena, pace, say)));
    return { rounds: pace.rounds, lines, notes: [...table(arena, rates), ...arena.notes] };
  },
};
