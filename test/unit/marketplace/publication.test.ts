import { describe, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import { Failure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import type { MarketplacePort, PublishQuantity, PublishResult } from '#subgraphs/marketplace/port.ts';
import { createPublication, inputErrors } from '#subgraphs/marketplace/publication.ts';
import { createTestClock } from '#test/support/clock.ts';

const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'DETAIL', correlationId: 'c' };

const accepted = ({ listingId, marketplace }: PublishQuantity): PublishResult => ({
  marketplace,
  listingId,
  outcome: 'ACCEPTED',
  submissionId: `sub-${listingId}`,
});

const setup = (publish: (quantity: PublishQuantity) => PublishResult = accepted) => {
  const clock = createTestClock();
  const published: (readonly PublishQuantity[])[] = [];
  const port: MarketplacePort = {
    marketplaces: ['AMAZON_DE'],
    listings: async () => [],
    listingsOf: async () => [],
    orders: async () => [],
    publishQuantities: async (quantities) => {
      published.push(quantities);
      return quantities.map(publish);
    },
    streams: [],
  };
  const shelf = createShelf({ connection: 'amazon-main' }, { clock, ids: systemIds, log: silentLog });
  const owners = new Map([['AMAZON_DE', { connection: 'amazon-main', port, shelf }]]);
  return { clock, published, publication: createPublication({ owners, clock }) };
};

const input = (over: Partial<Parameters<ReturnType<typeof setup>['publication']['publish']>[0]> = {}) => ({
  marketplace: 'AMAZON_DE',
  items: [{ sku: 'A', quantity: 3 }],
  idempotencyKey: 'k1',
  ...over,
});

describe('publishing quantities', () => {
  it('tells each listing by itself, with the path of the item that went wrong', async () => {
    const { publication } = setup((wanted) => {
      const { listingId, marketplace } = wanted;
      const key = { marketplace, listingId };
      if (listingId === 'FBA')
        return { ...key, outcome: 'REFUSED', reason: 'NOT_MERCHANT_FULFILLED', message: 'kept there' };
      if (listingId === 'GONE') return { ...key, outcome: 'REFUSED', reason: 'UNKNOWN_LISTING', message: 'not there' };
      if (listingId === 'NO') return { ...key, outcome: 'REFUSED', reason: 'REJECTED', message: 'no' };
      if (listingId === 'LATER') {
        return { ...key, outcome: 'FAILED', code: 'UPSTREAM_RATE_LIMITED', message: 'later', retryAfterMs: 1500.4 };
      }
      return accepted(wanted);
    });
    const items = ['A', 'FBA', 'GONE', 'NO', 'LATER'].map((sku) => ({ sku, quantity: 1 }));
    const payload = await publication.publish(input({ items }), CALL);
    expect(payload.results.map(({ outcome, sku }) => [sku, outcome])).toEqual([
      ['A', 'ACCEPTED'],
      ['FBA', 'SKIPPED'],
      ['GONE', 'REFUSED'],
      ['NO', 'REFUSED'],
      ['LATER', 'FAILED'],
    ]);
    expect(payload.results[0]?.submissionId).toBe('sub-A');
    expect(payload.results[4]?.retryAfterMs).toBe(1501);
    expect(payload.userErrors.map(({ code, path }) => [code, path?.join('.')])).toEqual([
      ['LISTING_NOT_MERCHANT_FULFILLED', 'input.items.1'],
      ['LISTING_UNKNOWN', 'input.items.2'],
      ['LISTING_REFUSED', 'input.items.3'],
      ['UPSTREAM_RATE_LIMITED', 'input.items.4'],
    ]);
  });

  it('addresses a listing by its own id where it differs from the SKU', async () => {
    const { publication, published } = setup();
    const { results } = await publication.publish(
      input({ items: [{ sku: 'P1000-S', listingId: 'LEG-70007', quantity: 2 }] }),
      CALL,
    );
    expect(published).toEqual([[{ marketplace: 'AMAZON_DE', listingId: 'LEG-70007', quantity: 2 }]]);
    expect(results).toMatchObject([{ sku: 'P1000-S', listingId: 'LEG-70007', outcome: 'ACCEPTED' }]);
  });

  it('answers a repetition from memory and sets nothing', async () => {
    const { publication, published } = setup();
    const [first, second] = await Promise.all([publication.publish(input(), CALL), publication.publish(input(), CALL)]);
    expect(second).toEqual(first);
    expect(await publication.publish(input(), CALL)).toEqual(first);
    expect(published).toHaveLength(1);
  });

  it('refuses the same key for other content, and sets nothing', async () => {
    const { publication, published } = setup();
    await publication.publish(input(), CALL);
    const conflict = await publication.publish(input({ items: [{ sku: 'A', quantity: 4 }] }), CALL);
    expect(conflict).toMatchObject({ results: [], userErrors: [{ code: 'IDEMPOTENCY_CONFLICT' }] });
    expect(published).toHaveLength(1);
  });

  it('forgets a key after ten minutes', async () => {
    const { clock, publication, published } = setup();
    await publication.publish(input(), CALL);
    await clock.advance(10 * 60_000);
    await publication.publish(input({ items: [{ sku: 'A', quantity: 4 }] }), CALL);
    expect(published).toHaveLength(2);
  });

  it('tries again under the same key what failed', async () => {
    let turn = 0;
    const { publication, published } = setup((wanted) => {
      turn += 1;
      const { listingId, marketplace } = wanted;
      return turn > 1
        ? accepted(wanted)
        : { marketplace, listingId, outcome: 'FAILED', code: 'UPSTREAM_TIMEOUT', message: 'm' };
    });
    expect((await publication.publish(input(), CALL)).results).toMatchObject([{ outcome: 'FAILED' }]);
    expect((await publication.publish(input(), CALL)).results).toMatchObject([{ outcome: 'ACCEPTED' }]);
    expect(published).toHaveLength(2);
  });

  it('tells of a marketplace that cannot be asked as FAILED items, and lets bugs through', async () => {
    const down = setup(() => {
      throw new Failure('CIRCUIT_OPEN', 'paused', { retryAfterMs: 5_000 });
    });
    expect(await down.publication.publish(input(), CALL)).toMatchObject({
      results: [{ outcome: 'FAILED', retryAfterMs: 5_000 }],
      userErrors: [{ code: 'CIRCUIT_OPEN', path: ['input', 'items', '0'] }],
    });
    const broken = setup(() => {
      throw new TypeError('a bug');
    });
    await expect(broken.publication.publish(input(), CALL)).rejects.toThrow('a bug');
  });
});

describe('the input of a publication', () => {
  it.each([
    [{}, []],
    [{ marketplace: 'EBAY' }, ['input.marketplace']],
    [{ idempotencyKey: ' ' }, ['input.idempotencyKey']],
    [{ idempotencyKey: 'x'.repeat(201) }, ['input.idempotencyKey']],
    [{ items: [] }, ['input.items']],
    [{ items: Array.from({ length: 251 }, (_, index) => ({ sku: `S${index}`, quantity: 1 })) }, ['input.items']],
    [{ items: [{ sku: 'A', quantity: -1 }] }, ['input.items.0.quantity']],
    [{ items: [{ sku: 'A', quantity: 1_000_001 }] }, ['input.items.0.quantity']],
    [{ items: [{ sku: '', quantity: 1 }] }, ['input.items.0.sku']],
    [
      {
        items: [
          { sku: 'A', quantity: 1 },
          { sku: 'B', listingId: 'A', quantity: 1 },
        ],
      },
      ['input.items.1'],
    ],
  ])('%j is wrong at %j', (over, paths) => {
    const errors = inputErrors(input(over), ['AMAZON_DE']);
    expect(errors.map(({ path }) => path?.join('.'))).toEqual(paths);
    expect(errors.every(({ code }) => code === 'BAD_INPUT')).toBe(true);
  });
});
