import { describe, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { silentLog } from '#runtime/log.ts';
import { createOpenOrdersView, type OpenOrdersPage } from '#subgraphs/marketplace/adapters/amazon/open-orders.ts';
import type { MarketplaceOrder } from '#subgraphs/marketplace/port.ts';
import { createTestClock } from '#test/support/clock.ts';

const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'DETAIL', correlationId: 'c' };
const LAG_MS = 120_000;

const setup = () => {
  const clock = createTestClock();
  const pages: (OpenOrdersPage | Error)[] = [];
  const gates: Promise<void>[] = [];
  let reads = 0;
  const view = createOpenOrdersView({
    clock,
    log: silentLog,
    lagMs: LAG_MS,
    isOpen: ({ rawStatus }) => rawStatus === 'UNSHIPPED',
    readPage: async () => {
      reads += 1;
      await gates.shift();
      const page = pages.shift() ?? { orders: [] };
      if (page instanceof Error) throw page;
      return page;
    },
  });
  const order = (externalId: string, rawStatus = 'UNSHIPPED', ageMs = 600_000): MarketplaceOrder => ({
    marketplace: 'AMAZON_DE',
    externalId,
    rawStatus,
    fulfilledBy: 'MERCHANT',
    acknowledgement: 'NOT_REQUIRED',
    asOf: isoOf(clock.now() - ageMs),
  });
  const ids = async (): Promise<readonly string[]> =>
    (await view.list(CALL)).orders.map(({ externalId }) => externalId).toSorted();
  return { clock, gates, ids, order, pages, reads: () => reads, view };
};

describe('the view of open orders', () => {
  it('is searched once and then kept up by what is read anyway', async () => {
    const { ids, order, pages, reads, view } = setup();
    pages.push({ orders: [order('a'), order('b')] });
    expect(await ids()).toEqual(['a', 'b']);
    view.observe([order('b', 'SHIPPED', 0), order('c', 'UNSHIPPED', 0)]);
    expect(await ids()).toEqual(['a', 'c']);
    expect(reads()).toBe(1);
  });

  it('lets an older statement change nothing', async () => {
    const { ids, order, pages, view } = setup();
    pages.push({ orders: [order('a', 'UNSHIPPED', 1_000)] });
    expect(await ids()).toEqual(['a']);
    view.observe([order('a', 'CANCELLED', 5_000)]);
    expect(await ids()).toEqual(['a']);
  });

  it('does not bring back an order that was shipped while the search ran', async () => {
    const { gates, ids, order, pages, view } = setup();
    const gate = Promise.withResolvers<void>();
    gates.push(gate.promise);
    pages.push({ orders: [order('a', 'UNSHIPPED', 600_000), order('b')] });
    const listed = ids();
    view.observe([order('a', 'SHIPPED', 1_000)]);
    gate.resolve();
    expect(await listed).toEqual(['b']);
  });

  it('keeps an order that is too young for the search, and drops one that it does not find any more', async () => {
    const { clock, ids, order, pages, view } = setup();
    view.observe([order('young', 'UNSHIPPED', 10_000), order('old', 'UNSHIPPED', 3_600_000)]);
    pages.push({ orders: [order('a')] });
    expect(await ids()).toEqual(['a', 'young']);
    expect((await view.list(CALL)).asOf).toBe(isoOf(clock.now() - LAG_MS));
  });

  it('is searched anew when nobody has kept it up, and not while the stream does', async () => {
    const { clock, ids, pages, reads, view, order } = setup();
    pages.push({ orders: [order('a')] }, { orders: [order('b')] });
    await ids();
    await clock.advance(15 * 60_000);
    view.confirm(isoOf(clock.now() - LAG_MS));
    await clock.advance(15 * 60_000);
    expect(await ids()).toEqual(['a']);
    expect(reads()).toBe(1);
    await clock.advance(30 * 60_000);
    expect(await ids()).toEqual(['b']);
    expect(reads()).toBe(2);
  });

  it('is served as it was when it cannot be renewed, and says how old it is', async () => {
    const { clock, ids, order, pages, view } = setup();
    pages.push({ orders: [order('a')] }, new Failure('UPSTREAM_UNAVAILABLE', 'down'));
    await ids();
    const searchedAt = isoOf(clock.now() - LAG_MS);
    await clock.advance(3_600_000);
    expect(await view.list(CALL)).toMatchObject({ orders: [{ externalId: 'a' }], asOf: searchedAt });
  });

  it('fails while it was never whole', async () => {
    const { pages, view } = setup();
    pages.push(new Failure('UPSTREAM_UNAVAILABLE', 'down'));
    await expect(view.list(CALL)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('says when there are more than it reads', async () => {
    const { order, pages, reads, view } = setup();
    for (let page = 0; page < 12; page++) pages.push({ orders: [order(`o${page}`)], nextPage: String(page + 1) });
    const { complete, orders } = await view.list(CALL);
    expect(complete).toBe(false);
    expect(orders).toHaveLength(10);
    expect(reads()).toBe(10);
  });

  it('is searched once for all who ask at the same time, even when the first of them goes away', async () => {
    const { gates, order, pages, reads, view } = setup();
    const gate = Promise.withResolvers<void>();
    gates.push(gate.promise);
    pages.push({ orders: [order('a')] });
    const gone = new AbortController();
    const both = [view.list({ ...CALL, signal: gone.signal }), view.list(CALL)];
    gone.abort();
    gate.resolve();
    const [, second] = await Promise.all(both);
    expect(second?.orders).toHaveLength(1);
    expect(reads()).toBe(1);
  });
});
