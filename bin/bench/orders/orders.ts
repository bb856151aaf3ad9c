/** Orders under load and sudden death: what is taken in, what is told, and that both are the same. */
import type { Bench, Line } from '../figures.ts';
import { journal } from './journal.ts';
import { kill, killOnPostgres } from './kill.ts';
import { push } from './push.ts';
import { resume, resumeOnPostgres } from './resume.ts';
import { webhooks, webhooksOnPostgres } from './webhooks.ts';

const PARTS: Readonly<Record<string, (variables: NodeJS.ProcessEnv) => Promise<readonly Line[]>>> = {
  webhooks,
  'webhooks-postgres': webhooksOnPostgres,
  push,
  journal,
  resume,
  'resume-postgres': resumeOnPostgres,
  kill,
  'kill-postgres': killOnPostgres,
};

export const ordersBench: Bench = {
  about: `orders: webhooks, event to subscriber, journal, resuming, kill -9; parts: ${Object.keys(PARTS).join(', ')}`,
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
