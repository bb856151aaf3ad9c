/** Every twentieth call to a system hangs for half a minute: the page that needs it, and the page that does not. */
import { locationIdOf } from '#model/identifiers.ts';
import { type Line, percentile } from '../figures.ts';
import { runLoad } from '../load.ts';
import { type Answer, openProduct } from '../product.ts';
import { pageOf, readSkus } from './shop.ts';

const SECONDS = 60;
const PER_SECOND = 10;
const BUDGET_MS = 2_000;
const PAGE = 5;

/** Needs the ERP now: nothing kept will do. */
const NEEDING = `query Needing($skus: [String!]!, $places: [ID!]!) {
  availability(skus: $skus, context: { channel: "web" }) { status asOf variant { sku erpStock(locationIds: $places) { onHand stamp { fetchedAt cache } } } }
}`;
const WITHOUT = `query Without($skus: [String!]!) {
  availability(skus: $skus, context: { channel: "web" }) { status asOf freshness sellableQuantity }
}`;

type Judged = { readonly labelled: boolean; readonly partial: boolean };

type Entry = {
  readonly variant: { readonly erpStock: readonly { readonly stamp: { readonly cache: string } }[] | null } | null;
};

/** An answer that is not whole must say so: an error with a code for what is missing, or a stamp that tells its age. */
const judge = ({ data, errors }: Answer): Judged => {
  const list = (data?.availability ?? []) as readonly Entry[];
  const missing = list.some(({ variant }) => !variant?.erpStock);
  const old = list.some(({ variant }) => variant?.erpStock?.some(({ stamp }) => stamp.cache.startsWith('STALE')));
  const named = errors.some(({ extensions }) => typeof extensions?.code === 'string');
  return { partial: missing || old, labelled: list.length === PAGE && (!missing || named) };
};

export const hang = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  await using product = await openProduct(variables);
  const skus = await readSkus(product, 200);
  const fresh = { 'x-purpose': 'CART', 'x-max-age-ms': '0', 'x-time-budget-ms': String(BUDGET_MS) };
  const needing = async (index: number): Promise<Judged> =>
    judge(await product.ask(NEEDING, { skus: pageOf(skus, index, PAGE), places: [locationIdOf('WH-NORD')] }, fresh));
  const without = async (index: number): Promise<boolean> =>
    (await product.ask(WITHOUT, { skus: pageOf(skus, index, PAGE) })).errors.length === 0;
  const load = { perSecond: PER_SECOND, seconds: SECONDS };
  const both = () => Promise.all([runLoad(load, needing), runLoad(load, without)]);
  const p99 = (samples: readonly { readonly durationMs: number }[]): number =>
    percentile(
      samples.map(({ durationMs }) => durationMs),
      0.99,
    );

  await Promise.all([runLoad({ ...load, seconds: 5 }, needing), runLoad({ ...load, seconds: 5 }, without)]);
  const [whole, calm] = await both();
  await product.vendor('tryton').addFault({ kind: 'hang', hangMs: 30_000, match: { probability: 0.05 } });
  const [hit, unmoved] = await both();
  return [
    { key: 'hang_needing_p99_ms', value: p99(hit), meaning: `page that needs the system, budget ${BUDGET_MS} ms` },
    {
      key: 'hang_labelled_share',
      value: hit.filter(({ result }) => result.labelled).length / hit.length,
      meaning: 'of these pages: whole, or what is missing or old is named (1)',
    },
    {
      key: 'hang_calm_partial_share',
      value: whole.filter(({ result }) => result.partial).length / whole.length,
      meaning: 'of the same pages without hangs: something missing or old',
    },
    {
      key: 'hang_calm_needing_p99_ms',
      value: p99(whole),
      meaning: 'the same page without hangs',
    },
    {
      key: 'hang_partial_share',
      value: hit.filter(({ result }) => result.partial).length / hit.length,
      meaning: 'of these pages: something missing or old',
    },
    {
      key: 'hang_other_p99_ratio',
      value: p99(unmoved) / p99(calm),
      meaning: `page that does not need it, p99 with hangs over without: ${p99(unmoved).toFixed(1)} ms / ${p99(calm).toFixed(1)} ms`,
    },
    {
      key: 'hang_other_answered_share',
      value: unmoved.filter(({ result }) => result).length / unmoved.length,
      meaning: 'of these pages: without any error (1)',
    },
  ];
};
