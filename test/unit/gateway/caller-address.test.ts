/** Only the gateway says where a caller is: what callers write into its header is not passed on. */
import { expect, test } from '@jest/globals';
import { ServedScope } from '#gateway/http/served-scope.ts';
import { createRequestHeads } from '#gateway/upstream/request-head.ts';
import { DEFAULT_FRESHNESS } from '#runtime/graphql/purpose.ts';
import type { RouteRequest } from '#runtime/http/routes.ts';

const CALLER = { audience: 'shoppers', correlationId: 'c-12345678', freshness: DEFAULT_FRESHNESS };

const headOf = (headers: RouteRequest['headers'], trustedProxies: number): readonly string[] => {
  const request: RouteRequest = {
    method: 'POST',
    path: '/graphql',
    url: '/graphql',
    query: new URLSearchParams(),
    headers,
    rawBody: new Uint8Array(),
    remoteAddress: '203.0.113.7',
    isGone: false,
    signal: new AbortController().signal,
  };
  const time = { workEndsMs: 1_000, answerEndsMs: 1_500 };
  const scope = new ServedScope(request, CALLER, time, () => undefined, trustedProxies);
  const head = createRequestHeads(new URL('http://127.0.0.1:4005/graphql')).of(scope, 500, 2);
  return (head ?? '').split('\r\n').filter((line) => line.startsWith('x-caller-address'));
};

test.each<[RouteRequest['headers'], number, readonly string[]]>([
  [{}, 0, ['x-caller-address: 203.0.113.7']],
  [{ 'x-caller-address': '6.6.6.6', 'x-forwarded-for': '6.6.6.6' }, 0, ['x-caller-address: 203.0.113.7']],
  [
    { 'x-caller-address': '6.6.6.6', 'x-forwarded-for': '6.6.6.6, 198.51.100.9' },
    1,
    ['x-caller-address: 198.51.100.9'],
  ],
  [{ 'x-caller-address': '6.6.6.6' }, 1, []],
])('%p behind %p proxies: %p', (headers, proxies, expected) => {
  expect(headOf(headers, proxies)).toEqual(expected);
});
