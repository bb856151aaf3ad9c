/** A vendor's own limits, refused as that vendor refuses. */
import { expect, it } from '@jest/globals';
import { amazonSimulator } from '#subgraphs/marketplace/adapters/amazon/simulator/simulator.ts';
import { createTestClock } from '#test/support/clock.ts';
import { createVirtualVendor } from '#test/support/virtual-vendor.ts';
import { FACTS } from './callers.ts';

it('Amazon tells the rate with what it serves, and nothing at all when it refuses', async () => {
  const clock = createTestClock();
  await using vendor = createVirtualVendor(amazonSimulator, { clock });
  const caller = await FACTS.amazon?.open(vendor);
  const startMs = clock.now();
  const tell = async () => {
    const response = await caller?.read();
    const { status, headers } = response ?? Response.error();
    return [status, headers.get('x-amzn-ratelimit-limit'), headers.get('retry-after')];
  };
  for (let call = 1; call <= 10; call++) expect(await tell()).toEqual([200, '5', null]);
  expect(await tell()).toEqual([429, null, null]);
  await clock.advance(200);
  expect(await tell()).toEqual([200, '5', null]);
  expect(vendor.ledger().limits).toEqual({
    'listings.getListingsItem': {
      ratePerSecond: 5,
      burst: 10,
      admittedAtMs: [...Array.from({ length: 10 }, () => startMs), startMs + 200],
      refusedAtMs: [startMs],
      heldCalls: 0,
    },
  });
});
