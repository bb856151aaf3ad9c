/** What each vendor's answers say about its limits. */
import { describe, expect, it } from '@jest/globals';
import type { OutboundResponse, UpstreamLimits, VendorSignals } from '#runtime/resilience/upstream.ts';
import { amazonLimits } from '#subgraphs/marketplace/adapters/amazon/limits.ts';
import { squareLimits } from '#subgraphs/pos/adapters/square/limits.ts';
import { trytonLimits } from '#vendors/tryton/limits.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 9);

const answer = (status: number, headers: OutboundResponse['headers']): OutboundResponse => ({
  status,
  headers,
  text: '',
});

const VENDORS: readonly (readonly [vendor: string, limits: UpstreamLimits, operation: string])[] = [
  ['amazon', amazonLimits, 'orders.get'],
  ['square', squareLimits, 'locations.list'],
  ['tryton', trytonLimits, 'sale.sale.read'],
];

const FORMS: readonly (readonly [headers: OutboundResponse['headers'], signals: VendorSignals])[] = [
  [{ 'retry-after': '7' }, { throttled: true, holdMs: 7_000 }],
  [{ 'retry-after': 'Mon, 02 Mar 2026 09:00:05 GMT' }, { throttled: true, holdMs: 5_000 }],
  [{ 'retry-after': 'Mon, 02 Mar 2026 08:00:00 GMT' }, { throttled: true, holdMs: 0 }],
  [{ 'retry-after': String(NOW_MS + 2_500) }, { throttled: true, holdMs: 2_500 }],
  [{ 'retry-after': 'soon' }, { throttled: true }],
  [{}, { throttled: true }],
];

describe.each(VENDORS)('an answer of %s', (_vendor, limits, operation) => {
  it.each(FORMS)('429 with %j is a refusal for rate', (headers, signals) => {
    expect(limits.readSignals(answer(429, headers), NOW_MS, operation)).toEqual(signals);
  });

  it.each([200, 400, 401, 403, 404, 500, 503])('%i is none, whatever its Retry-After says', (status) => {
    expect(limits.readSignals(answer(status, { 'retry-after': '7' }), NOW_MS, operation)).toEqual({ throttled: false });
  });

  it('names quotas by unique names', () => {
    const names = limits.quotas.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('Square', () => {
  it.each([
    [{ 'x-ratelimit-reset': String(NOW_MS / 1000 + 3) }, 3_000],
    [{ 'retry-after': 'soon', 'x-ratelimit-reset': String(NOW_MS / 1000 + 3) }, 3_000],
    [{ 'retry-after': '7', 'x-ratelimit-reset': String(NOW_MS / 1000 + 3) }, 7_000],
  ])('%j: the reset counts where Retry-After says nothing', (headers, holdMs) => {
    const signals = squareLimits.readSignals(answer(429, headers), NOW_MS, 'locations.list');
    expect(signals).toEqual({ throttled: true, holdMs });
  });
});

describe('Amazon', () => {
  it.each([200, 400, 404])('tells the rate of the operation on %i', (status) => {
    const signals = amazonLimits.readSignals(answer(status, { 'x-amzn-ratelimit-limit': '2.5' }), NOW_MS, 'orders.get');
    expect(signals).toEqual({ throttled: false, limits: { 'orders.get': { ratePerSecond: 2.5 } } });
  });

  it.each(['', '0', '-1', 'fast', 'NaN', 'Infinity'])('a rate of "%s" teaches nothing', (value) => {
    const signals = amazonLimits.readSignals(answer(200, { 'x-amzn-ratelimit-limit': value }), NOW_MS, 'orders.get');
    expect(signals).toEqual({ throttled: false });
  });
});
