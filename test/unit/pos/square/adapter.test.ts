/** The adapter against a vendor that follows a script: what does not happen on good days. */
import { describe, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { OutboundRequest, OutboundResponse, Upstream } from '#runtime/resilience/upstream.ts';
import { squareAdapter } from '#subgraphs/pos/adapters/square/adapter.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';

const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'DETAIL', correlationId: 'c' };

type Answer = (body: Readonly<Record<string, unknown>>, request: OutboundRequest) => unknown;

const LOCATIONS = { locations: [{ id: 'L1', name: 'Berlin (ST-1)', timezone: 'Europe/Berlin' }] };
const VARIATIONS = {
  objects: [{ type: 'ITEM_VARIATION', id: 'V1', item_variation_data: { sku: 'P1' } }],
  latest_time: '2026-03-01T00:00:00Z',
};
const countOf = (place: number) => ({
  catalog_object_id: 'V1',
  location_id: 'L1',
  state: 'IN_STOCK',
  quantity: '1',
  calculated_at: new Date(Date.UTC(2026, 2, 2, 8, 0, 0, place)).toISOString(),
});

const open = (
  answers: Readonly<Record<string, Answer>>,
  options: unknown = {},
): { readonly port: PosPort; readonly sent: OutboundRequest[]; readonly clock: TestClock } => {
  const sent: OutboundRequest[] = [];
  const clock = createTestClock();
  const script: Readonly<Record<string, Answer>> = {
    ListLocations: () => LOCATIONS,
    SearchCatalogObjects: () => VARIATIONS,
    BatchRetrieveInventoryChanges: () => ({}),
    ...answers,
  };
  const upstream: Upstream = {
    send: async (request) => {
      sent.push(request);
      const given = await script[request.operation]?.(request.body ? JSON.parse(request.body) : {}, request);
      const whole =
        typeof given === 'object' && given !== null && 'status' in given ? (given as OutboundResponse) : null;
      return whole ?? { status: 200, headers: {}, text: JSON.stringify(given) };
    },
  };
  const port = squareAdapter.open(
    {
      connection: 'pos-test',
      baseUrl: 'https://vendor.invalid/',
      credentials: { accessToken: 'secret-token', signatureKey: 'k' },
      options: squareAdapter.options.parse(options),
    },
    { upstream, clock, ids: systemIds, log: silentLog },
  );
  return { port, sent, clock };
};

const operations = (sent: readonly OutboundRequest[], name: string) =>
  sent.filter(({ operation }) => operation === name);
const stream = (port: PosPort, name: string) => {
  const found = port.streams.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no stream ${name}`);
  return found;
};
const refusedWith = (status: number, text: string) => ({ status, headers: {}, text });

describe('requests', () => {
  it('carry token and version, and are all reads that may be repeated', async () => {
    const { port, sent } = open({ BatchRetrieveInventoryCounts: () => ({}) });
    await port.stock(['P1'], null, CALL);
    expect(sent.map(({ operation }) => operation)).toEqual([
      'ListLocations',
      'SearchCatalogObjects',
      'BatchRetrieveInventoryCounts',
    ]);
    for (const request of sent) {
      expect(request.url).toMatch(/^https:\/\/vendor\.invalid\/v2\//);
      expect(request.headers).toMatchObject({ authorization: 'Bearer secret-token', 'square-version': '2025-08-20' });
      expect(request.idempotent).toBe(true);
    }
  });

  it('names are asked for once, however many callers wait for them', async () => {
    const { port, sent } = open({ BatchRetrieveInventoryCounts: () => ({}) });
    await Promise.all(Array.from({ length: 20 }, () => port.stock(['P1'], null, CALL)));
    expect(operations(sent, 'ListLocations')).toHaveLength(1);
    expect(operations(sent, 'SearchCatalogObjects')).toHaveLength(1);
  });

  it('a caller that gives up does not take the names away from the others', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const { port } = open({
      ListLocations: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const impatient = new AbortController();
    const first = port.stores(['ST-1'], { ...CALL, signal: impatient.signal });
    const second = port.stores(['ST-1'], CALL);
    impatient.abort();
    await expect(first).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    answer(LOCATIONS);
    expect(await second).toMatchObject([{ locationCode: 'ST-1' }]);
  });

  it('old names serve while new ones are read, and when they cannot be', async () => {
    let broken = false;
    const { port, sent, clock } = open({
      ListLocations: () => (broken ? refusedWith(403, 'no') : LOCATIONS),
    });
    expect(await port.stores(['ST-1'], CALL)).toMatchObject([{ locationCode: 'ST-1' }]);
    broken = true;
    await clock.advance(600_000);
    expect(await port.stores(['ST-1'], CALL)).toMatchObject([{ locationCode: 'ST-1' }]);
    expect(operations(sent, 'ListLocations')).toHaveLength(2);
  });

  it('names that changed are read again from where the last reading ended', async () => {
    const { port, sent, clock } = open({ BatchRetrieveInventoryCounts: () => ({}) });
    await port.aliases(['P1'], CALL);
    await clock.advance(600_000);
    await port.aliases(['P1'], CALL);
    const bodies = operations(sent, 'SearchCatalogObjects').map(({ body }) => JSON.parse(body ?? ''));
    expect(bodies[0]).not.toHaveProperty('begin_time');
    expect(bodies[1]).toMatchObject({ begin_time: '2026-03-01T00:00:00Z', include_deleted_objects: true });
  });
});

describe('refusals', () => {
  it("name Square's words, the field and the remedy, and never the token", async () => {
    const errors = [
      { category: 'AUTHENTICATION_ERROR', code: 'INSUFFICIENT_SCOPES', detail: 'ITEMS_READ is missing.' },
    ];
    const { port } = open({ SearchCatalogObjects: () => refusedWith(403, JSON.stringify({ errors })) });
    const failure = await port.stock(['P1'], null, CALL).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'UPSTREAM_REFUSED',
      message: expect.stringMatching(
        /AUTHENTICATION_ERROR\/INSUFFICIENT_SCOPES: ITEMS_READ is missing.*Check the access token/,
      ),
    });
    expect(String(failure)).not.toContain('secret-token');
  });

  it('a page of a proxy counts by its status', async () => {
    const { port } = open({ ListLocations: () => refusedWith(403, '<html>Forbidden</html>') });
    await expect(port.stores(['ST-1'], CALL)).rejects.toMatchObject({
      code: 'UPSTREAM_REFUSED',
      message: expect.stringContaining('HTTP 403'),
    });
  });

  it.each([
    ['not JSON', () => refusedWith(200, 'oops'), undefined],
    ['no number', () => ({ counts: [{ ...countOf(0), quantity: 'many' }] }), 'counts[0].quantity'],
    [
      'a number that is not text',
      () => ({ counts: [countOf(1), { ...countOf(0), quantity: 1 }] }),
      'counts[1].quantity',
    ],
    ['no time', () => ({ counts: [{ ...countOf(0), calculated_at: 'noon' }] }), 'counts[0].calculated_at'],
    ['a list that is none', () => ({ counts: {} }), 'counts'],
  ])('an answer with %s is malformed', async (_what, answer, field) => {
    const { port } = open({ BatchRetrieveInventoryCounts: answer });
    await expect(port.stock(['P1'], null, CALL)).rejects.toMatchObject({
      code: 'UPSTREAM_MALFORMED',
      details: field === undefined ? {} : { field },
    });
  });

  it('a cursor that comes back unchanged would never end', async () => {
    const { port } = open({ BatchRetrieveInventoryCounts: () => ({ counts: [countOf(0)], cursor: 'again' }) });
    await expect(port.stock(['P1'], null, CALL)).rejects.toMatchObject({
      code: 'UPSTREAM_MALFORMED',
      details: { field: 'cursor' },
    });
  });
});

describe('streams', () => {
  const since = (port: PosPort) =>
    stream(port, 'stock')
      .poll(null, CALL)
      .then(({ watermark }) => watermark);

  it('an account in which nothing was ever counted is read from its beginning, again and again', async () => {
    const { port, sent } = open({ BatchRetrieveInventoryCounts: () => ({}) });
    const watermark = await since(port);
    const polled = await stream(port, 'stock').poll(watermark, CALL);
    expect(polled).toEqual({ changes: [], rejected: [], watermark, more: false });
    expect(JSON.parse(operations(sent, 'BatchRetrieveInventoryCounts').at(-1)?.body ?? '')).not.toHaveProperty(
      'updated_after',
    );
  });

  it('looks back a little, and starts anew in parts when too much has changed', async () => {
    let pages = 0;
    let flood = false;
    const { port, sent } = open({
      BatchRetrieveInventoryCounts: (body) => {
        if (!flood || body.limit === 1 || body.catalog_object_ids) return { counts: [countOf(1)] };
        pages += 1;
        return { counts: [countOf(2)], cursor: `page ${pages}` };
      },
    });
    const watermark = await since(port);
    await stream(port, 'stock').poll(watermark, CALL);
    for (const operation of ['BatchRetrieveInventoryCounts', 'BatchRetrieveInventoryChanges']) {
      const { body } = operations(sent, operation).at(-1) ?? {};
      expect(JSON.parse(body ?? '')).toMatchObject({ updated_after: '2026-03-02T07:59:30.001Z' });
    }
    flood = true;
    const polled = await stream(port, 'stock').poll(watermark, CALL);
    expect(pages).toBe(10);
    expect(polled).toMatchObject({ changes: [], more: true });
    expect(JSON.parse(polled.watermark)).toMatchObject({ read: 'all', after: '' });
  });

  it('a store that is new makes everything be read again', async () => {
    const locations = { locations: [...LOCATIONS.locations] };
    const { port } = open({
      ListLocations: () => locations,
      BatchRetrieveInventoryCounts: () => ({ counts: [countOf(0)] }),
      SearchOrders: () => ({}),
    });
    const stock = await since(port);
    const orders = (await stream(port, 'orders').poll(null, CALL)).watermark;
    locations.locations.push({ id: 'L2', name: 'Hamburg (ST-2)', timezone: 'Europe/Berlin' });
    await stream(port, 'locations').poll(null, CALL);
    const again = await stream(port, 'stock').poll(stock, CALL);
    expect(again.changes).toHaveLength(1);
    expect(again.watermark).not.toBe(stock);
    expect((await stream(port, 'orders').poll(orders, CALL)).watermark).not.toBe(orders);
  });

  it('a counted thing that the catalog does not know is reported, once it was looked for', async () => {
    let unknown = false;
    const { port, sent } = open({
      BatchRetrieveInventoryCounts: () => ({ counts: [{ ...countOf(0), catalog_object_id: unknown ? 'GONE' : 'V1' }] }),
      BatchRetrieveCatalogObjects: () => ({}),
    });
    const watermark = await since(port);
    unknown = true;
    const polled = await stream(port, 'stock').poll(watermark, CALL);
    expect(polled.changes).toEqual([]);
    expect(polled.rejected).toEqual([
      expect.objectContaining({ kind: 'IDENTIFIER_UNMAPPED', subject: 'variation:GONE' }),
    ]);
    expect(
      operations(sent, 'BatchRetrieveCatalogObjects').map(({ body }) => JSON.parse(body ?? '').object_ids),
    ).toEqual([['GONE']]);
  });

  it('an item with more local names than one question may hold is asked for in parts', async () => {
    const stores = Array.from({ length: 1_200 }, (_, place) => ({ id: `L${place}`, name: `Shop (ST-${place})` }));
    const gtin = '4000000000013';
    const aliases = stores.map(({ id }, place) => ({
      type: 'ITEM_VARIATION',
      id: `A${place}`,
      present_at_all_locations: false,
      present_at_location_ids: [id],
      item_variation_data: { sku: `LOCAL-${place}`, upc: gtin },
    }));
    const canonical = { type: 'ITEM_VARIATION', id: 'V1', item_variation_data: { sku: 'P1', upc: gtin } };
    const { port, sent } = open({
      ListLocations: () => ({ locations: stores }),
      SearchCatalogObjects: () => ({ objects: [canonical, ...aliases] }),
      BatchRetrieveInventoryCounts: (body) => ({
        counts: ((body.catalog_object_ids ?? []) as readonly string[])
          .filter((id) => id === 'V1' || id === 'A0')
          .map((id) => ({ ...countOf(0), catalog_object_id: id, location_id: 'L0', quantity: '3' })),
      }),
    });
    const polled = await stream(port, 'stock').poll(null, CALL);
    expect(polled.changes).toMatchObject([{ kind: 'stock', locationCode: 'ST-0', reading: { onHand: 6 } }]);
    const asked = operations(sent, 'BatchRetrieveInventoryCounts').flatMap(
      ({ body }) => JSON.parse(body ?? '').catalog_object_ids?.length ?? [],
    );
    expect(asked).toEqual([1000, 201]);
  });

  it('a thing without any name is reported and does not hold up the others', async () => {
    const nameless = { type: 'ITEM_VARIATION', id: 'V2', item_variation_data: { name: 'Something' } };
    const { port } = open({
      SearchCatalogObjects: () => ({ objects: [...VARIATIONS.objects, nameless] }),
      BatchRetrieveInventoryCounts: () => ({ counts: [countOf(0), { ...countOf(0), catalog_object_id: 'V2' }] }),
    });
    const polled = await stream(port, 'stock').poll(null, CALL);
    expect(polled.changes).toHaveLength(1);
    expect(polled.rejected).toEqual([
      expect.objectContaining({ kind: 'IDENTIFIER_UNMAPPED', subject: 'variation:V2' }),
    ]);
  });

  it.each(['', '{}', '{"read":"all"}', 'null'])('a watermark that is not ours is refused: %j', async (watermark) => {
    const { port } = open({});
    for (const name of ['stock', 'orders']) {
      await expect(stream(port, name).poll(watermark, CALL)).rejects.toMatchObject({
        details: { field: 'watermark' },
        message: expect.stringContaining(name),
      });
    }
  });

  it('a location without a code is reported, and its counts are not asked for', async () => {
    const { port, sent } = open({
      ListLocations: () => ({ locations: [...LOCATIONS.locations, { id: 'L9', name: 'Pop-up' }] }),
      BatchRetrieveInventoryCounts: () => ({}),
    });
    const polled = await stream(port, 'locations').poll(null, CALL);
    expect(polled.rejected.map(({ subject }) => subject)).toEqual(['location:L9']);
    await port.stock(['P1'], null, CALL);
    expect(JSON.parse(sent.at(-1)?.body ?? '').location_ids).toEqual(['L1']);
  });
});

describe('deliveries', () => {
  const push = (port: PosPort, type: string, data: unknown) => {
    const rawBody = Buffer.from(JSON.stringify({ type, event_id: 'E1', data }));
    if (!port.push) throw new Error('the port takes no deliveries');
    return port.push.read({ headers: {}, rawBody, url: 'https://us.invalid' }, CALL);
  };
  const counts = (...inventory_counts: unknown[]) => ({ type: 'inventory_counts', object: { inventory_counts } });

  it('counts that say everything are taken as they are', async () => {
    const { port, sent } = open({});
    const read = await push(port, 'inventory.count.updated', counts({ ...countOf(0), quantity: '7' }));
    expect(read.changes).toMatchObject([{ kind: 'stock', locationCode: 'ST-1', reading: { onHand: 7 } }]);
    expect(operations(sent, 'BatchRetrieveInventoryCounts')).toHaveLength(0);
  });

  it('counts that say only a part make us ask', async () => {
    const { port, sent } = open({
      BatchRetrieveInventoryCounts: () => ({ counts: [{ ...countOf(0), quantity: '4' }] }),
    });
    const read = await push(port, 'inventory.count.updated', counts({ ...countOf(0), state: 'WASTE', quantity: '1' }));
    expect(read.changes).toMatchObject([{ kind: 'stock', reading: { onHand: 4 } }]);
    expect(operations(sent, 'BatchRetrieveInventoryCounts')).toHaveLength(1);
  });

  it('counts of a location without a code say nothing here; the locations are looked at again first', async () => {
    const { port, sent, clock } = open({});
    await port.stores(['ST-1'], CALL);
    await clock.advance(31_000);
    const foreign = counts({ ...countOf(0), location_id: 'L9' });
    expect(await push(port, 'inventory.count.updated', foreign)).toEqual({ changes: [], rejected: [] });
    expect(await push(port, 'inventory.count.updated', foreign)).toEqual({ changes: [], rejected: [] });
    expect(operations(sent, 'ListLocations')).toHaveLength(2); // once more, not once per delivery
  });

  it('an order that cannot be read yet is left to the poll', async () => {
    const { port } = open({ BatchRetrieveOrders: () => ({}) });
    expect(await push(port, 'order.created', { type: 'order_created', id: 'O1' })).toEqual({
      changes: [],
      rejected: [],
    });
  });

  it('an announced order that cannot be asked for is a failure: it must be delivered again', async () => {
    const { port } = open({ BatchRetrieveOrders: () => refusedWith(403, '') });
    await expect(push(port, 'order.updated', { type: 'order_updated', id: 'O1' })).rejects.toMatchObject({
      code: 'UPSTREAM_REFUSED',
    });
  });

  it.each([
    ['inventory.count.updated', counts({ ...countOf(0), quantity: null }), 'data.object.inventory_counts[0].quantity'],
    ['order.updated', {}, 'data.id'],
  ])('a body that is not as documented names its field: %s', async (type, data, field) => {
    const { port } = open({});
    await expect(push(port, type, data)).rejects.toMatchObject({ code: 'UPSTREAM_MALFORMED', details: { field } });
  });

  it('a changed catalog is read again', async () => {
    const { port, sent } = open({});
    await push(port, 'catalog.version.updated', { type: 'catalog_version' });
    expect(operations(sent, 'SearchCatalogObjects')).toHaveLength(1);
  });

  it('a location that changed is told, or reported', async () => {
    const { port } = open({
      ListLocations: () => ({ locations: [...LOCATIONS.locations, { id: 'L9', name: 'Pop-up' }] }),
    });
    expect((await push(port, 'location.updated', { type: 'Location', id: 'L1' })).changes).toMatchObject([
      { code: 'ST-1' },
    ]);
    expect(await push(port, 'location.created', { type: 'Location', id: 'L9' })).toMatchObject({
      changes: [],
      rejected: [{ kind: 'IDENTIFIER_UNMAPPED', subject: 'location:L9' }],
    });
  });
});
