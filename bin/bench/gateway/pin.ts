/** Which core a process runs on, and what it uses. Linux tells and obeys; elsewhere nothing is pinned, and that is said. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export type Cores = { readonly gateway: number; readonly world: number };

/** The gateway alone on the last core, everything else on the first; null where that cannot be had. */
export const findCores = (): Cores | null => {
  const last = availableParallelism() - 1;
  if (last < 1 || spawnSync('taskset', ['--version']).status !== 0) return null;
  return { gateway: last, world: 0 };
};

/** A process that runs already, with all its threads; what it starts later inherits it. */
export const pin = (pid: number, core: number): void => {
  spawnSync('taskset', ['-a', '-p', '-c', String(core), String(pid)], { stdio: 'ignore' });
};

/** Ahead of whatever else the machine does meanwhile, where that is allowed: above ordinary, below the system's own. */
const NICENESS = -18;

const AUTOGROUP = '/proc/self/autogroup';

/**
 * Linux may weigh sessions against each other, and niceness only inside a session: then it is our session that goes
 * ahead. The returned function gives it back its place.
 */
export const goAhead = (): (() => void) => {
  try {
    const before = /nice (-?\d+)/.exec(readFileSync(AUTOGROUP, 'utf8'))?.[1] ?? '0';
    writeFileSync(AUTOGROUP, String(NICENESS));
    return () => writeFileSync(AUTOGROUP, before);
  } catch {
    return () => undefined; // no such thing here, or not for us
  }
};

/** Pinned before it begins: what a process finds at its start decides how many threads it makes. */
export const pinnedCommand = (command: readonly string[], core: number | null): readonly string[] => {
  if (core === null) return command;
  const isAllowed = spawnSync('nice', ['-n', String(NICENESS), 'true']).stderr?.length === 0;
  return [...(isAllowed ? ['nice', '-n', String(NICENESS)] : []), 'taskset', '-c', String(core), ...command];
};

type Usage = { readonly rssMib: number; readonly cpuMs: number };

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
const TICK_MS = 10;
const PAGE_KIB = 4;

const statOf = (pid: number): readonly string[] | null => {
  try {
    // The name in brackets may hold blanks: fields are counted from behind it. [0] is the state, [1] the parent.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return null; // it has ended meanwhile
  }
};

/** Of a process and everything it has started. */
export const usageOf = (pid: number): Usage => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), stat: statOf(Number(name)) }));
  const family = new Set([pid]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const entry of all) if (entry.stat && family.has(Number(entry.stat[1]))) family.add(entry.pid);
  }
  let rssKib = 0;
  let ticks = 0;
  for (const { pid: member, stat } of all) {
    if (!stat || !family.has(member)) continue;
    ticks += Number(stat[11]) + Number(stat[12]);
    rssKib += Number(stat[21]) * PAGE_KIB;
  }
  return { rssMib: rssKib / 1_024, cpuMs: ticks * TICK_MS };
};
