/** The ERP subgraph's readings: sales orders by number, items by every name they have, stock by item and place. */
import { describe, expect, it } from '@jest/globals';
import { locationIdOf } from '#model/identifiers.ts';
import { LIFETIMES, LOW_STOCK_UNITS } from '#model/lifetimes.ts';
import type { Variant } from '#model/product.ts';
import { tags } from '#model/tags.ts';
import { Failure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import type { ErpPort, ErpSalesOrder, ErpStock } from '#subgraphs/erp/port.ts';
import { createErpSubgraph } from '#subgraphs/erp/subgraph.ts';
import { askedSchema } from '#test/support/asked-schema.ts';
import { createTestClock } from '#test/support/clock.ts';
import { readingsBattery } from '#test/support/readings-battery.ts';
import { withShortWaits } from '#test/support/short-waits.ts';

const NOTHING: ErpPort = {
  variants: async (references) => references.map(() => null),
  products: async (codes) => codes.map(() => null),
  catalog: async () => ({ items: [], nextOffset: null, total: 0 }),
  locations: async () => [],
  stock: async () => [],
  salesOrders: async (numbers) => numbers.map(() => null),
  streams: [],
};
const AS_OF = '2026-03-02T08:00:00.000Z';

readingsBattery({
  name: 'sales orders',
  lifetime: LIFETIMES.document,
  maxKeys: 100,
  tagOf: (number) => tags.document('under-test', 'sales-order', number),
  open: (lookup, shelf) => {
    const salesOrder = (number: string, documentStatus: string): ErpSalesOrder => ({
      number,
      documentStatus,
      posting: 'POSTED',
      invoices: [],
      total: { amountMinor: 2_490, currency: 'EUR' },
      externalReferences: [],
      asOf: AS_OF,
    });
    const port: ErpPort = {
      ...NOTHING,
      salesOrders: async (numbers, call) =>
        (await lookup(numbers, call)).map((status, place) =>
          status === null ? null : salesOrder(numbers[place] ?? '', status),
        ),
    };
    return createErpSubgraph({ connections: [{ connection: 'under-test', port, shelf }], log: silentLog });
  },
  field: (number) => `erpSalesOrder(number: "${number}") { status: documentStatus stamp { fetchedAt cache } }`,
});

/** Two ERPs over ports of the test's own, each with its shelf, and the subgraph over both. */
const openErps = (...ports: readonly Partial<ErpPort>[]) => {
  const clock = withShortWaits(createTestClock());
  const ids = { ...systemIds, random: () => 0 };
  const connections = ports.map((port, place) => ({
    connection: `erp-${place + 1}`,
    port: { ...NOTHING, ...port },
    shelf: createShelf({ connection: `erp-${place + 1}` }, { clock, ids, log: silentLog }),
  }));
  return { clock, connections, ask: askedSchema(createErpSubgraph({ connections, log: silentLog })) };
};

const variantOf = (sku: string, title = sku): Variant => ({
  sku,
  productCode: 'P1',
  productTitle: 'Product 1',
  title,
  lifecycle: 'ACTIVE',
  unitOfMeasure: 'u',
  aliases: [],
});

describe('items', () => {
  const BY_GTIN = '{ variant(by: { gtin: "4006381333931" }) { title } }';

  it('found by another name are dropped by a change of the item', async () => {
    let title = 'Old title';
    const { ask, connections } = openErps({
      variants: async (references) => references.map(() => variantOf('A', title)),
    });
    expect((await ask(BY_GTIN)).data.variant).toEqual({ title: 'Old title' });
    title = 'New title';
    expect((await ask(BY_GTIN)).data.variant).toEqual({ title: 'Old title' });
    connections[0]?.shelf.drop([tags.variant('A')]);
    expect((await ask(BY_GTIN)).data.variant).toEqual({ title: 'New title' });
  });

  it('on a page of the catalogue too, and pages are told apart by all that was asked', async () => {
    const asked: unknown[] = [];
    const { ask, connections } = openErps({
      catalog: async (query) => {
        asked.push(query);
        return { items: [variantOf(query.search ?? 'A')], nextOffset: null, total: 1 };
      },
    });
    const page = (filter: string) => ask(`{ catalog(first: 5, filter: ${filter}) { edges { node { sku } } } }`);
    await Promise.all([page('{}'), page('{}'), page('{ search: "B" }')]);
    await Promise.all([page('{}'), page('{ search: "B" }'), page('{ search: "B", lifecycle: [ACTIVE] }')]);
    expect(asked).toHaveLength(3);
    connections[0]?.shelf.drop([tags.variant('A')]);
    await Promise.all([page('{}'), page('{ search: "B" }')]);
    expect(asked).toHaveLength(4);
  });

  it('that the first ERP knows do not wait for the second, which hangs', async () => {
    const { ask } = openErps(
      {
        variants: async (references) => references.map(() => variantOf('A')),
        locations: async () => [{ code: 'ST-1', name: 'Store', kind: 'STORE', timeZone: 'Europe/Berlin' }],
      },
      { variants: () => new Promise(() => {}), locations: () => new Promise(() => {}) },
    );
    const { data } = await ask(
      `{ variant(by: { sku: "A" }) { sku } location(id: "${locationIdOf('ST-1')}") { name } }`,
    );
    expect(data).toEqual({ variant: { sku: 'A' }, location: { name: 'Store' } });
  });

  it('that the first ERP cannot be asked about are told by the second; what both do not know is null', async () => {
    const { ask } = openErps(
      {
        variants: async (references) => {
          if (references.some(({ value }) => value === 'A')) throw new Failure('CIRCUIT_OPEN', 'erp-1: paused.');
          return references.map(() => null);
        },
      },
      { variants: async (references) => references.map(({ value }) => (value === 'A' ? variantOf('A') : null)) },
    );
    expect((await ask('{ variant(by: { sku: "A" }) { sku } }')).data).toEqual({ variant: { sku: 'A' } });
    expect((await ask('{ variant(by: { sku: "B" }) { sku } }')).data).toEqual({ variant: null });
  });
});

describe('stock', () => {
  const stockAt = (onHand: (sku: string) => number) => {
    const calls: { readonly skus: readonly string[]; readonly codes: readonly string[] | null }[] = [];
    const port: Partial<ErpPort> = {
      variants: async (references) => references.map(({ value }) => variantOf(value)),
      stock: async (skus, codes) => {
        calls.push({ skus, codes });
        return skus.flatMap((sku) =>
          (codes ?? ['WH-1', 'WH-2']).map(
            (locationCode): ErpStock => ({
              sku,
              locationCode,
              onHand: onHand(sku),
              reserved: 0,
              onOrder: 0,
              blocked: 0,
              basis: 'PHYSICAL',
              asOf: AS_OF,
            }),
          ),
        );
      },
    };
    return { ...openErps(port), calls };
  };
  const question = (sku: string, ...codes: readonly string[]) => {
    const at = codes.length === 0 ? '' : `(locationIds: ${JSON.stringify(codes.map(locationIdOf))})`;
    return `{ variant(by: { sku: "${sku}" }) { erpStock${at} { onHand stamp { cache } } } }`;
  };

  it('of many items at the same places is one call, whatever the order of the places; other places are another', async () => {
    const { ask, calls } = stockAt(() => 10);
    await Promise.all([
      ask(question('A', 'WH-1', 'WH-2')),
      ask(question('B', 'WH-2', 'WH-1')),
      ask(question('A', 'WH-2', 'WH-1')),
      ask(question('C')),
    ]);
    expect(calls.map(({ codes, skus }) => [skus, codes?.toSorted() ?? null])).toEqual([
      [
        ['A', 'B'],
        ['WH-1', 'WH-2'],
      ],
      [['C'], null],
    ]);
  });

  it('that is low is renewed sooner', async () => {
    const { ask, clock } = stockAt((sku) => (sku === 'LOW' ? LOW_STOCK_UNITS : LOW_STOCK_UNITS + 1));
    const cacheOf = async (sku: string) => (await ask(question(sku, 'WH-1'))).data.variant.erpStock[0].stamp.cache;
    expect([await cacheOf('LOW'), await cacheOf('PLENTY')]).toEqual(['MISS', 'MISS']);
    await clock.advance(5_000);
    expect([await cacheOf('LOW'), await cacheOf('PLENTY')]).toEqual(['STALE_WHILE_REVALIDATE', 'HIT']);
    await clock.advance(10_000);
    expect(await cacheOf('PLENTY')).toBe('STALE_WHILE_REVALIDATE');
  });

  it('is dropped by a change of the item anywhere', async () => {
    const { ask, calls, connections } = stockAt(() => 10);
    await Promise.all([ask(question('A', 'WH-1')), ask(question('A')), ask(question('B'))]);
    connections[0]?.shelf.drop([tags.stock('A')]);
    await Promise.all([ask(question('A', 'WH-1')), ask(question('A')), ask(question('B'))]);
    expect(calls.slice(2).map(({ skus }) => skus)).toEqual([['A'], ['A']]);
  });
});
