/** Two processes call with one account: together they keep its law, and use it up. */
import { expect, it } from '@jest/globals';
import { createMemoryQuotaStore } from '#runtime/resilience/quota/memory-store.ts';
import { raise, SHOP } from './demand.ts';
import { amazon, openWorld } from './worlds.ts';

const SECONDS = 120;
const { ratePerSecond, burst } = { ratePerSecond: 5, burst: 5 };

it.each([1, 2, 3])(
  'no window of what arrives from both holds more than the rate and the burst allow, journeys %i',
  async (seed) => {
    await using world = openWorld(amazon, seed);
    const { clock, vendor } = world;
    const quotas = createMemoryQuotaStore({ clock });
    const replicas = [await world.openReplica(quotas), await world.openReplica(quotas)];
    const startMs = clock.now();
    await raise({ perSecond: 3 * ratePerSecond, seconds: SECONDS, mix: SHOP, patienceMs: 10_000 }, replicas, clock);

    const limit = vendor.ledger().limits['listings.searchListingsItems'];
    const { admittedAtMs = [], refusedAtMs = [] } = limit ?? {};
    const arrivals = [...admittedAtMs, ...refusedAtMs].toSorted((a, b) => a - b);
    const broken = arrivals.flatMap((fromMs, from) =>
      arrivals.slice(from).flatMap((toMs, more) => {
        const allowed = burst + (ratePerSecond * (toMs - fromMs)) / 1000;
        return more + 1 > allowed + 1e-6 ? [{ fromMs, toMs, calls: more + 1, allowed }] : [];
      }),
    );
    expect(broken).toEqual([]);
    const during = arrivals.filter((atMs) => atMs >= startMs && atMs < startMs + SECONDS * 1000).length;
    expect(during / (ratePerSecond * SECONDS + burst)).toBeGreaterThanOrEqual(0.95);
  },
);
