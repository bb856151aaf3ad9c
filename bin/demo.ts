/** npm run demo -- <scenario> */
import { bopis } from './demo/bopis.ts';
import { lastUnit } from './demo/last-unit.ts';
import { lid } from './demo/lid.ts';
import { oversell } from './demo/oversell.ts';

type Scenario = { readonly about: string; run(variables: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> };

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'last-unit': {
    about: 'the last unit is sold in a store: the badge flips, the marketplace listing goes to 0',
    run: lastUnit,
  },
  bopis: {
    about: 'two browsers race for the last unit of a store: one collects it, the other is offered another store',
    run: bopis,
  },
  lid: {
    about:
      'a laptop is closed in the middle of a stream of orders: opened again, it misses nothing and doubles nothing',
    run: lid,
  },
  oversell: {
    about: "a promotion's weekend over 180 stores, without the product and with it (--stores 40 --seed 2)",
    run: oversell,
  },
};

const [name, ...args] = process.argv.slice(2);
const scenario = name !== undefined && Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
if (!scenario) {
  const list = Object.entries(SCENARIOS).map(([key, { about }]) => `  ${key.padEnd(12)} ${about}`);
  process.stderr.write(
    `${name === undefined ? 'Which demo?' : `There is no demo "${name}".`} Known are:\n${list.join('\n')}\n`,
  );
  process.exit(2);
}
try {
  await scenario.run(process.env, args);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
