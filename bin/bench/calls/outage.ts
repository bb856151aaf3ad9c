/** A system is down for a minute while the shop goes on: what it is asked meanwhile, and how soon it is believed again. */
import { systemClock } from '#runtime/clock.ts';
import type { Line } from '../figures.ts';
import { percentile } from '../figures.ts';
import { runLoad } from '../load.ts';
import { openProduct, type Product } from '../product.ts';
import { isWhole, LIST, pageOf, readSkus } from './shop.ts';

const SECONDS = 60;
const PER_SECOND = 50;
const PAGE = 10;
const SKUS = 200;
/** The ERP and the warehouse are the same product: one outage, two connections that each look for its return. */
const CONNECTIONS = 2;

/** Asks for a reading that must not be kept from before, until one comes; seconds since `fromMs`. */
const secondsToFresh = async (product: Product, sku: string, fromMs: number): Promise<number> => {
  for (;;) {
    const { data } = await product.ask(
      'query Fresh($sku: String!) { variant(by: { sku: $sku }) { erpStock { stamp { fetchedAt } } } }',
      { sku },
      { 'x-purpose': 'CART', 'x-max-age-ms': '0', 'x-time-budget-ms': '2000' },
    );
    const stock = (data?.variant as { erpStock?: { stamp: { fetchedAt: string } }[] } | null)?.erpStock ?? [];
    if (stock.some(({ stamp }) => Date.parse(stamp.fetchedAt) >= fromMs)) return (systemClock.now() - fromMs) / 1000;
    await systemClock.delay(50);
  }
};

export const outage = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  await using product = await openProduct(variables);
  const skus = await readSkus(product, SKUS);
  const tryton = product.vendor('tryton');
  // The shop has been open for a while: everything that is going to be asked has been asked before.
  await runLoad({ perSecond: PER_SECOND, seconds: 5 }, (index) =>
    product.ask(LIST, { skus: pageOf(skus, index, PAGE) }),
  );

  await tryton.addFault({ kind: 'unavailable' });
  await tryton.resetLedger();
  const samples = await runLoad({ perSecond: PER_SECOND, seconds: SECONDS }, async (index) => {
    const answer = await product.ask(LIST, { skus: pageOf(skus, index, PAGE) });
    return { whole: isWhole(answer.data, PAGE) };
  });
  const { calls } = await tryton.ledger();
  await tryton.clearFaults();
  const backMs = systemClock.now();
  const recoveryS = await secondsToFresh(product, skus[0] ?? '', backMs);

  const answered = samples.filter(({ result }) => result.whole).length;
  return [
    {
      key: 'outage_calls_per_request',
      value: calls / samples.length,
      meaning: `calls to the dead system per shop request (<= 0.1); ${calls} calls, ${samples.length} requests`,
    },
    {
      key: 'outage_answered_share',
      value: answered / samples.length,
      meaning: 'list pages answered whole, with their age (1)',
    },
    {
      key: 'outage_calls_per_5s_and_connection',
      value: calls / (SECONDS / 5) / CONNECTIONS,
      meaning: 'calls to the dead system per 5 s and connection, the opening of the circuit included',
    },
    {
      key: 'outage_list_p99_ms',
      value: percentile(
        samples.map(({ durationMs }) => durationMs),
        0.99,
      ),
      meaning: 'list page during the outage',
    },
    { key: 'outage_recovery_s', value: recoveryS, meaning: 'first fresh answer after the return (<= 10)' },
  ];
};
