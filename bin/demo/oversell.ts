/** A promotion's weekend, played twice with the same shoppers: without the product and with it. Prints both side by side. */
import { parseArgs } from 'node:util';
import { Failure } from '#runtime/failure.ts';
import { play } from './oversell/play.ts';
import { tellRuns } from './oversell/report.ts';
import { drawWeekend, type WeekendOptions } from './oversell/weekend.ts';
import { openWith } from './oversell/with.ts';
import { openWithout } from './oversell/without.ts';
import { say } from './say.ts';

const ITEMS = { fast: 2, normal: 3, slow: 3 };

const whole = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Failure('BAD_INPUT', `--${name} ${text}: must be a whole number from ${least} to ${most}.`);
};

export const readOptions = (args: readonly string[]): WeekendOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: { stores: { type: 'string', default: '180' }, seed: { type: 'string', default: '1' } },
  });
  return {
    stores: whole('stores', values.stores, 5, 500),
    seed: whole('seed', values.seed, 0, 2 ** 31),
    items: ITEMS,
  };
};

export const oversell = async (_variables: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> => {
  const options = readOptions(args);
  const weekend = drawWeekend(options);
  const online = weekend.shoppers.filter(({ channel }) => channel !== null).length;
  const count = (value: number): string => value.toLocaleString('en-GB');
  say(
    `A promotion's weekend: ${count(options.stores)} stores, a warehouse, ${weekend.items.length} items, ` +
      `${count(weekend.shoppers.length)} shoppers, ${count(online)} of them online.`,
  );
  say('Without the product ...');
  const without = await play(weekend, openWithout(weekend));
  say('With it: two days of its real work, in a few minutes ...');
  tellRuns({ without, with: await play(weekend, openWith(weekend, options.seed)) }, say);
};
