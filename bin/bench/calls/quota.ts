/** Three times the quota for two minutes: what is sent, what is refused, who waits and who is turned away. */
import type { CallClass } from '#model/call.ts';
import { systemClock } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { RetryAfterForm } from '#simulation/host/faults.ts';
import { type Line, percentile } from '../figures.ts';
import { runLoad, type Sample } from '../load.ts';
import { openPos, openSimulator } from './vendor.ts';

const SECONDS = 120;
const LEARNING_MS = 30_000;
const LIMIT = { ratePerSecond: 20, burst: 20 } as const;
const STORES = ['ST-BERLIN', 'ST-HAMBURG', 'ST-MUENCHEN'] as const;
/** Of every twelve calls: one checkout, three product pages, eight lists. */
const MIX: readonly CallClass[] = [
  'CHECKOUT',
  'DETAIL',
  'BROWSE',
  'BROWSE',
  'BROWSE',
  'DETAIL',
  'BROWSE',
  'BROWSE',
  'BROWSE',
  'DETAIL',
  'BROWSE',
  'BROWSE',
];
const PATIENCE_MS = 10_000;

type Case = { readonly name: string; readonly form: RetryAfterForm; readonly isPublished: boolean };

/** The vendor's limit is known from its documentation, or has to be found out from each form of its refusals. */
const CASES: readonly Case[] = [
  { name: 'published', form: 'none', isPublished: true },
  { name: 'seconds', form: 'seconds', isPublished: false },
  { name: 'http_date', form: 'http-date', isPublished: false },
  { name: 'epoch_ms', form: 'epoch-ms', isPublished: false },
  { name: 'untold', form: 'none', isPublished: false },
];

type Outcome = { readonly callClass: CallClass; readonly outcome: string };
type Seen = {
  readonly name: string;
  readonly used: number;
  readonly refusedShare: number;
  readonly violations: number;
  readonly samples: readonly Sample<Outcome>[];
};

const play = async (variables: NodeJS.ProcessEnv, { name, form, isPublished }: Case): Promise<Seen> => {
  await using simulator = await openSimulator(variables);
  const control = simulator.control('square');
  const { port } = openPos(variables, {
    simulator: simulator.url,
    ...(isPublished ? { published: { name: 'account', operations: 'all', shape: { kind: 'bucket', ...LIMIT } } } : {}),
  });
  const ask = async (callClass: CallClass, index: number): Promise<Outcome> => {
    const deadlineMs = systemClock.now() + PATIENCE_MS;
    try {
      await port.storePickupTasks(STORES[index % STORES.length] ?? STORES[0], null, {
        callClass,
        correlationId: `bench-${index}`,
        signal: AbortSignal.timeout(PATIENCE_MS),
        deadlineMs,
      });
      return { callClass, outcome: 'ok' };
    } catch (error) {
      return { callClass, outcome: isFailure(error) ? error.code : String(error) };
    }
  };
  await ask('CHECKOUT', 0); // the places' names, read once
  const fault = await control.addFault({ kind: 'quota', ...LIMIT, retryAfter: form });
  await control.resetLedger();
  const startMs = systemClock.now();
  const samples = await runLoad({ perSecond: 3 * LIMIT.ratePerSecond, seconds: SECONDS }, (index) =>
    ask(MIX[index % MIX.length] ?? 'BROWSE', index),
  );
  const { limits } = await control.ledger();
  const seen = Object.values(limits);
  if (seen.length === 0) throw new Error(`the ledger knows nothing of the limit that fault ${fault.id} imposes`);
  const within = (atMs: number): boolean => atMs < startMs + SECONDS * 1000;
  const admitted = seen.flatMap(({ admittedAtMs }) => admittedAtMs).filter(within);
  const refused = seen.flatMap(({ refusedAtMs }) => refusedAtMs).filter(within);
  const later = (times: readonly number[]): number => times.filter((atMs) => atMs >= startMs + LEARNING_MS).length;
  return {
    name,
    used: admitted.length / (LIMIT.ratePerSecond * SECONDS + LIMIT.burst),
    refusedShare: later(refused) / Math.max(1, later(refused) + later(admitted)),
    violations: seen.reduce((sum, { heldCalls }) => sum + heldCalls, 0),
    samples,
  };
};

export const quota = async (variables: NodeJS.ProcessEnv): Promise<readonly Line[]> => {
  const all = await Promise.all(CASES.map((one) => play(variables, one)));
  const checkout = all.flatMap(({ samples }) => samples.filter(({ result }) => result.callClass === 'CHECKOUT'));
  const browse = all.flatMap(({ samples }) => samples.filter(({ result }) => result.callClass === 'BROWSE'));
  const shareOf = (samples: readonly Sample<Outcome>[], outcome: string): number =>
    samples.filter(({ result }) => result.outcome === outcome).length / samples.length;
  return [
    {
      key: 'hold_violations',
      value: all.reduce((sum, { violations }) => sum + violations, 0),
      meaning: 'calls that came before a told hold had ended (0)',
    },
    {
      key: 'quota_used',
      value: Math.min(...all.map(({ used }) => used)),
      meaning: 'of rate x time + burst, the worst case of those below (>= 0.95)',
    },
    {
      key: 'vendor_429_share',
      value: Math.max(...all.map(({ refusedShare }) => refusedShare)),
      meaning: 'refused by the vendor after the first 30 s, the worst case (<= 0.001)',
    },
    {
      key: 'checkout_wait_p99_ms',
      value: percentile(
        checkout.map(({ durationMs }) => durationMs),
        0.99,
      ),
      meaning: 'checkout, waiting and call (<= 2000)',
    },
    { key: 'checkout_ok_share', value: shareOf(checkout, 'ok'), meaning: 'checkouts answered' },
    { key: 'browse_ok_share', value: shareOf(browse, 'ok'), meaning: 'lists answered' },
    { key: 'browse_shed_share', value: shareOf(browse, 'LOAD_SHED'), meaning: 'lists turned away at once' },
    ...all.flatMap(({ name, used, refusedShare }) => [
      { key: `quota_used_${name}`, value: used, meaning: 'quota used' },
      { key: `vendor_429_share_${name}`, value: refusedShare, meaning: 'refused after the first 30 s' },
    ]),
  ];
};
