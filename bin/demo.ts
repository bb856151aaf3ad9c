/** npm run demo -- <scenario> */
import { lastUnit } from './demo/last-unit.ts';

const SCENARIOS: Readonly<
  Record<string, { readonly about: string; run(variables: NodeJS.ProcessEnv): Promise<void> }>
> = {
  'last-unit': {
    about: 'the last unit is sold in a store: the badge flips, the marketplace listing goes to 0',
    run: lastUnit,
  },
};

const name = process.argv[2];
const scenario = name === undefined ? undefined : SCENARIOS[name];
if (!scenario) {
  const list = Object.entries(SCENARIOS).map(([key, { about }]) => `  ${key.padEnd(12)} ${about}`);
  process.stderr.write(
    `${name === undefined ? 'Which demo?' : `There is no demo "${name}".`} Known are:\n${list.join('\n')}\n`,
  );
  process.exit(2);
}
try {
  await scenario.run(process.env);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
