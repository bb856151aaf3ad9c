/** Both runs side by side. */
import type { Say } from '../say.ts';
import type { Sample, Tally } from './play.ts';

export type Runs = { readonly without: Tally; readonly with: Tally };

const LABEL = 46;
const COLUMN = 12;

const count = (value: number): string => Math.round(value).toLocaleString('en-GB');
const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;

const averageOf = (samples: readonly Sample[], figure: keyof Sample): number =>
  samples.length === 0 ? 0 : samples.reduce((sum, sample) => sum + sample[figure], 0) / samples.length;

export const ordersOf = ({ channels }: Tally): number => channels.amazon.orders + channels.web.orders;
export const turnedAwayOf = ({ channels }: Tally): number => channels.amazon.turnedAway + channels.web.turnedAway;
/** Orders that had to be cancelled, of those that were accepted. */
export const cancellationRate = (tally: Tally): number => tally.oversold / Math.max(1, ordersOf(tally));
/** Units held back for sales not yet heard of, of those that could be sold, while the tills are heard. */
export const unseenShare = ({ flowing }: Tally): number => {
  const unseen = averageOf(flowing, 'unseen');
  return unseen / Math.max(1, unseen + averageOf(flowing, 'offered'));
};

const peakOf = ({ flowing, silent }: Tally): number =>
  Math.max(0, ...[...flowing, ...silent].map(({ withheld }) => withheld));

export const tellRuns = (runs: Runs, tell: Say): void => {
  const row = (label: string, figure: (tally: Tally) => string, note = ''): void =>
    tell(
      `  ${label.padEnd(LABEL)}${figure(runs.without).padStart(COLUMN)}${figure(runs.with).padStart(COLUMN)}  ${note}`.trimEnd(),
    );
  const head = (title: string): void => tell(`\n${title}`);

  tell(`\n  ${''.padEnd(LABEL)}${'without'.padStart(COLUMN)}${'with'.padStart(COLUMN)}`);
  row('orders accepted online', (tally) => count(ordersOf(tally)));
  row('  marketplace', ({ channels }) => count(channels.amazon.orders));
  row('  web shop', ({ channels }) => count(channels.web.orders));
  row('oversold: accepted, and not to be found', ({ oversold }) => count(oversold));
  row('  marketplace', ({ channels }) => count(channels.amazon.oversold));
  row('  web shop', ({ channels }) => count(channels.web.oversold));
  row('cancellation rate', (tally) => percent(cancellationRate(tally)), 'wanted: below 0.5 % with the product');
  row('sent or set aside for online orders', ({ soldOnline }) => count(soldOnline));
  row('sold in stores', ({ soldInStores }) => count(soldInStores));
  row('left', ({ left }) => count(left));

  head('What caution costs');
  row('online shoppers turned away', (tally) => count(turnedAwayOf(tally)));
  row('  though a place had a unit: lost sales', ({ lostSales }) => count(lostSales));
  row('units withheld from the marketplace, average', ({ flowing }) => count(averageOf(flowing, 'withheld')));
  row('  at most', (tally) => count(peakOf(tally)));
  row(
    'withheld for unseen sales, while tills are heard',
    (tally) => percent(unseenShare(tally)),
    'wanted: below 1 % of sellable',
  );

  head('Ten minutes without a word from the tills (Saturday 20:10)');
  row('units offered, average', ({ silent }) => count(averageOf(silent, 'offered')));
  row('units withheld for unseen sales, average', ({ silent }) => count(averageOf(silent, 'unseen')));
};
