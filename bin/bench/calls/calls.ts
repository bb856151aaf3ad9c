/** Calls out: what the systems are asked, counted on their side. */
import type { Bench, Line } from '../figures.ts';
import { flash } from './flash.ts';
import { hang } from './hang.ts';
import { outage } from './outage.ts';
import { quota } from './quota.ts';
import { replicas } from './replicas.ts';

const PARTS: Readonly<Record<string, (variables: NodeJS.ProcessEnv) => Promise<readonly Line[]>>> = {
  quota,
  replicas,
  outage,
  flash,
  hang,
};

export const callsBench: Bench = {
  about: `calls to systems under outage, quota, flash sale, replicas and hangs; parts: ${Object.keys(PARTS).join(', ')}`,
  run: async (variables, wanted) => {
    const unknown = wanted.find((part) => !Object.hasOwn(PARTS, part));
    if (unknown)
      throw new Error(`"${unknown}" is no part of this benchmark; there are ${Object.keys(PARTS).join(', ')}.`);
    const lines: Line[] = [];
    for (const [name, run] of Object.entries(PARTS)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      process.stdout.write(`${name} ...\n`);
      lines.push(...(await run(variables)));
    }
    return { rounds: 1, lines };
  },
};
