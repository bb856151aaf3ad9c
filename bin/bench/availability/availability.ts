/** Answers about stock: how fast, how soon after the event, how much memory, and whether a unit is ever given away twice. */
import type { Bench, Line } from '../figures.ts';
import { openProduct, type Product } from '../product.ts';
import { footprint } from './footprint.ts';
import { list, page } from './list.ts';
import { memory } from './memory.ts';
import { million, oversold } from './oversold.ts';
import { push } from './push.ts';
import { reserve, reserveOnPostgres } from './reserve.ts';

/** Asked of one running product, in this order. */
const OF_THE_PRODUCT: Readonly<Record<string, (product: Product) => Promise<readonly Line[]>>> = {
  footprint,
  list,
  page,
  push,
  reserve,
};

/** Each starts what it needs. */
const BY_THEMSELVES: Readonly<Record<string, (variables: NodeJS.ProcessEnv) => Promise<readonly Line[]>>> = {
  'reserve-postgres': reserveOnPostgres,
  oversold,
  memory,
};

/** Hours: run only when named. */
const WHEN_NAMED: typeof BY_THEMSELVES = { million };

const KNOWN = [OF_THE_PRODUCT, BY_THEMSELVES, WHEN_NAMED].flatMap((parts) => Object.keys(parts));

const say = (part: string): void => {
  process.stdout.write(`${part} ...\n`);
};

const askProduct = async (variables: NodeJS.ProcessEnv, parts: readonly string[]): Promise<readonly Line[]> => {
  await using product = await openProduct(variables);
  const lines: Line[] = [];
  for (const [name, run] of Object.entries(OF_THE_PRODUCT)) {
    if (!parts.includes(name)) continue;
    say(name);
    lines.push(...(await run(product)));
  }
  return lines;
};

export const availabilityBench: Bench = {
  about: `answers about stock: speed, event to answer, reservations, memory; parts: ${KNOWN.join(', ')}`,
  run: async (variables, wanted) => {
    const unknown = wanted.find((part) => !KNOWN.includes(part));
    if (unknown) throw new Error(`"${unknown}" is no part of this benchmark; there are ${KNOWN.join(', ')}.`);
    const parts = wanted.length > 0 ? wanted : KNOWN.filter((part) => !Object.hasOwn(WHEN_NAMED, part));
    const lines: Line[] = [];
    if (parts.some((part) => Object.hasOwn(OF_THE_PRODUCT, part))) lines.push(...(await askProduct(variables, parts)));
    for (const [name, run] of Object.entries({ ...BY_THEMSELVES, ...WHEN_NAMED })) {
      if (!parts.includes(name)) continue;
      say(name);
      lines.push(...(await run(variables)));
    }
    return { rounds: 1, lines };
  },
};
