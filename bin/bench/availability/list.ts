/** Lists of 50 items and product pages at the gateway. */
import { isWhole, LIST, pageOf, readSkus } from '../calls/shop.ts';
import { type Line, percentileLines } from '../figures.ts';
import { runCallers, runLoad } from '../load.ts';
import type { Product } from '../product.ts';
import { askFloor, durationsOf, overFloor, PAGE, wholeShare } from './questions.ts';

const SKUS = 500;
const SIZE = 50;
const LOAD = { perSecond: 10, seconds: 30 } as const;
const CALLERS = { callers: 8, seconds: 10 } as const;

/** Every item once, so that titles and prices are known to the ERP's readings, as they are in a shop that is open. */
const warmUp = async (skus: readonly string[], send: (index: number) => Promise<boolean>): Promise<void> => {
  for (let index = 0; index < skus.length; index += 1) await send(index);
};

export const list = async (product: Product): Promise<readonly Line[]> => {
  const skus = await readSkus(product, SKUS);
  const send = async (index: number): Promise<boolean> =>
    isWhole((await product.ask(LIST, { skus: pageOf(skus, index, SIZE) })).data, SIZE);
  await warmUp(skus.slice(0, SKUS / 5), send);
  const floor = await runLoad(LOAD, () => askFloor(product));
  const samples = await runLoad(LOAD, send);
  const busy = await runCallers(CALLERS, send);
  const floorBusy = await runCallers(CALLERS, () => askFloor(product));
  const perSecond = (count: number): number => count / CALLERS.seconds;
  return [
    ...percentileLines('floor', durationsOf(floor), `{ __typename } at the gateway, ${LOAD.perSecond} requests/s`),
    ...percentileLines(
      'list50',
      durationsOf(samples),
      `list of ${SIZE} items with title and price, ${LOAD.perSecond} lists/s`,
    ),
    overFloor('list50', samples, floor),
    {
      key: 'list50_rps',
      value: perSecond(busy.length),
      meaning: `lists of ${SIZE} items/s, ${CALLERS.callers} callers without a pause`,
    },
    { key: 'floor_rps', value: perSecond(floorBusy.length), meaning: 'the same with { __typename }' },
    {
      key: 'list50_whole_share',
      value: wholeShare([...samples, ...busy]),
      meaning: 'of all lists, answered whole (1)',
    },
  ];
};

type PageEntry = {
  readonly confidence: { readonly level: string };
  readonly byLocation: {
    readonly edges: readonly { readonly node: { readonly location: { readonly name: string } | null } }[];
  };
  readonly variant: { readonly title: string } | null;
};

const isWholePage = (data: Readonly<Record<string, unknown>> | null): boolean => {
  const [entry] = (data?.availability ?? []) as readonly PageEntry[];
  return (
    typeof entry?.variant?.title === 'string' &&
    entry.byLocation.edges.every(({ node }) => typeof node.location?.name === 'string')
  );
};

export const page = async (product: Product): Promise<readonly Line[]> => {
  const skus = await readSkus(product, SKUS);
  const send = async (index: number): Promise<boolean> =>
    isWholePage((await product.ask(PAGE, { sku: skus[index % skus.length] })).data);
  await warmUp(skus, send);
  const samples = await runLoad(LOAD, send);
  const busy = await runCallers(CALLERS, send);
  return [
    ...percentileLines(
      'page',
      durationsOf(samples),
      `product page: one item, 3 nearest places that have it, freshness, confidence; ${LOAD.perSecond} pages/s`,
    ),
    {
      key: 'page_rps',
      value: busy.length / CALLERS.seconds,
      meaning: `pages/s, ${CALLERS.callers} callers without a pause`,
    },
    { key: 'page_whole_share', value: wholeShare([...samples, ...busy]), meaning: 'of all pages, answered whole (1)' },
  ];
};
