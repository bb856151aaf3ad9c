/** Our decoders against the examples in the vendor's own description. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import type { ZodType } from 'zod';
import * as wire from '#subgraphs/pos/adapters/square/wire.ts';
import { SPECS_DIRECTORY, suiteWhen } from './specs.ts';

const SPEC = path.join(SPECS_DIRECTORY, 'square', 'api.json');

type Description = {
  readonly components: { readonly schemas: Readonly<Record<string, { readonly example?: unknown }>> };
};
const schemas = existsSync(SPEC) ? (JSON.parse(readFileSync(SPEC, 'utf8')) as Description).components.schemas : {};
const exampleOf = (schema: string): unknown => schemas[schema]?.example;

const DECODERS: readonly (readonly [schema: string, decoder: ZodType])[] = [
  ['ListLocationsResponse', wire.locationsBody],
  ['SearchCatalogObjectsResponse', wire.catalogSearchBody],
  ['BatchRetrieveCatalogObjectsResponse', wire.catalogObjectsBody],
  ['BatchRetrieveInventoryCountsResponse', wire.countsBody],
  ['SearchOrdersResponse', wire.ordersBody],
  ['InventoryCountUpdatedEvent', wire.countEvent],
  ['OrderCreatedEvent', wire.orderEvent],
  ['OrderUpdatedEvent', wire.orderEvent],
  ['OrderFulfillmentUpdatedEvent', wire.orderEvent],
  ['LocationUpdatedEvent', wire.locationEvent],
  ['CatalogVersionUpdatedEvent', wire.eventEnvelope],
  ['PaymentCreatedEvent', wire.eventEnvelope],
];

suiteWhen(existsSync(SPEC), "the vendor's examples")("the vendor's examples", () => {
  it.each(DECODERS)('%s', (schema, decoder) => {
    expect(exampleOf(schema)).toBeDefined();
    expect(decoder.safeParse(exampleOf(schema)).error).toBeUndefined();
  });

  // The example of BatchRetrieveOrders is cut short (no state, no times); these hold whole orders.
  it.each(['RetrieveOrderResponse', 'UpdateOrderResponse', 'PayOrderResponse'])('the order in %s', (schema) => {
    const { order } = exampleOf(schema) as { readonly order: { readonly id: string } };
    const decoded = wire.ordersBody.parse({ orders: [order] });
    expect(decoded.orders[0]).toMatchObject({
      id: order.id,
      location_id: expect.any(String),
      state: expect.any(String),
    });
  });

  it('a count reads as it stands there', () => {
    const { counts } = wire.countsBody.parse(exampleOf('BatchRetrieveInventoryCountsResponse'));
    expect(counts).toEqual([
      {
        catalog_object_id: 'W62UWFY35CWMYGVWK6TWJDNI',
        location_id: '59TNP9SA8VGDA',
        state: 'IN_STOCK',
        quantity: '79',
        calculated_at: '2016-11-16T22:28:01.223Z',
      },
    ]);
  });
});
