/** A flash sale: 10,000 list pages over 200 items in a minute, beside what the same demand costs when it is passed through. */
import { systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { createLog } from '#runtime/log.ts';
import { createSimulatorControl } from '#simulation/control.ts';
import { erpAdapters } from '#subgraphs/erp/adapters/registry.ts';
import { accountsOf, readConfig } from '../../config.ts';
import { readEnvironment } from '../../environment.ts';
import { type Line, percentile } from '../figures.ts';
import { runLoad } from '../load.ts';
import { openProduct, type Product } from '../product.ts';
import { isWhole, LIST, pageOf, readSkus } from './shop.ts';

const QUESTIONS = 10_000;
const SECONDS = 60;
const PAGE = 10;
const SKUS = 200;
/** What one call to the ERP can take, see subgraphs/erp/readings.ts. */
const PER_CALL = 100;
/** Passing through is measured on as many questions as the ERP answers in reasonable time; the count per question is exact. */
const PASSED_THROUGH = 500;
const AT_ONCE = 8;

const callsOf = async (product: Product): Promise<number> => {
  const ledgers = await Promise.all(['tryton', 'square', 'amazon'].map((vendor) => product.vendor(vendor).ledger()));
  return ledgers.reduce((sum, { calls }) => sum + calls, 0);
};

/** The same questions without anything kept: one batched read at the ERP for each, counted by the ERP. */
const passThrough = async (
  variables: NodeJS.ProcessEnv,
  simulator: string,
  skus: readonly string[],
): Promise<number> => {
  const environment = readEnvironment({ ...variables, SIMULATOR_URL: simulator });
  const accounts = accountsOf(readConfig(environment), 'erp', environment);
  const [erp] = openConnections(accounts, erpAdapters, {
    clock: systemClock,
    ids: systemIds,
    log: createLog({ name: 'bench', level: 'silent' }),
  });
  if (!erp) throw new Error('throughline.yaml connects no ERP');
  const call = { signal: new AbortController().signal, callClass: 'CHECKOUT', correlationId: 'bench' } as const;
  await erp.port.variants([{ scheme: 'sku', value: skus[0] ?? '' }], call); // signs in
  const control = createSimulatorControl({ url: simulator, vendor: 'tryton' }, { fetch });
  const backgroundPerMs = await background(control);
  const startMs = systemClock.now();
  await control.resetLedger();
  for (let from = 0; from < PASSED_THROUGH; from += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, PASSED_THROUGH - from) }, (_, place) => from + place);
    await Promise.all(
      indexes.map((index) =>
        erp.port.variants(
          pageOf(skus, index, PAGE).map((value) => ({ scheme: 'sku', value })),
          call,
        ),
      ),
    );
  }
  const { calls } = await control.ledger();
  return Math.max(0, calls - backgroundPerMs * (systemClock.now() - startMs)) / PASSED_THROUGH;
};

/** Polling goes on behind the demand: its calls per millisecond, so that they are not counted as the shop's. */
const background = async (control: {
  resetLedger(): Promise<void>;
  ledger(): Promise<{ readonly calls: number }>;
}): Promise<number> => {
  await control.resetLedger();
  const quietMs = 15_000;
  await systemClock.delay(quietMs);
  return (await control.ledger()).calls / quietMs;
};

export const flash = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  await using product = await openProduct(variables);
  const skus = await readSkus(product, SKUS);
  const vendors = ['tryton', 'square', 'amazon'].map((vendor) => product.vendor(vendor));
  const quiet = await Promise.all(vendors.map(background));
  await Promise.all(vendors.map((vendor) => vendor.resetLedger()));
  const startMs = systemClock.now();
  const samples = await runLoad({ perSecond: QUESTIONS / SECONDS, seconds: SECONDS }, async (index) =>
    isWhole((await product.ask(LIST, { skus: pageOf(skus, index, PAGE) })).data, PAGE),
  );
  const tookMs = systemClock.now() - startMs;
  const all = await callsOf(product);
  const polled = quiet.reduce((sum, perMs) => sum + perMs * tookMs, 0);
  const calls = Math.max(0, all - polled);
  const passedPerQuestion = await passThrough(variables, product.stage.urls.simulator ?? '', skus);
  const passed = passedPerQuestion * QUESTIONS;
  const minimum = Math.ceil(SKUS / PER_CALL);
  return [
    {
      key: 'flash_calls_share',
      value: calls / passed,
      meaning: `system calls, of what passing through makes (<= 0.05): ${calls.toFixed(0)} (and ${polled.toFixed(0)} polls) against ${passed.toFixed(0)}`,
    },
    {
      key: 'flash_calls_over_minimum',
      value: calls / minimum,
      meaning: `times the theoretical minimum of ${minimum} calls (each item once, ${PER_CALL} at a time)`,
    },
    {
      key: 'flash_answered_share',
      value: samples.filter(({ result }) => result).length / QUESTIONS,
      meaning: 'list pages answered whole, with their age (1)',
    },
    {
      key: 'flash_list_p99_ms',
      value: percentile(
        samples.map(({ durationMs }) => durationMs),
        0.99,
      ),
      meaning: `list page of ${PAGE} items under the load`,
    },
    { key: 'flash_seconds', value: tookMs / 1000, meaning: `for ${QUESTIONS} questions, wanted in ${SECONDS}` },
  ];
};
