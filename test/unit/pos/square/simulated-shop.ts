/** A simulated Square without a socket, and the words in which its tests speak to it. */
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import type { SimDelivery, SimRequest, SimResponse, Simulator } from '#simulation/simulator.ts';
import { squareSimulator } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import { createTestClock } from '#test/support/clock.ts';

export type Body = Readonly<Record<string, unknown>>;

export const SKU = 'P1000-S';
export const STORE = 'ST-BERLIN';

export type SimulatedShop = {
  readonly simulator: Simulator;
  readonly deliveries: readonly SimDelivery[];
  /** Business keys, in the order written. */
  readonly writes: readonly string[];
  send(method: string, path: string, body?: unknown, headers?: Body): Promise<SimResponse>;
  act(command: Body): Body;
  locationId(code: string): Promise<string>;
  variationId(sku: string): Promise<string>;
  /** The quantities that are in stock, as they are on the wire. */
  inStock(sku: string, code: string): Promise<readonly unknown[]>;
};

/** Status, code and field of a refusal. */
export const errorOf = (response: SimResponse): unknown => {
  const [error] = (response.body as { readonly errors: readonly { readonly code: string; readonly field?: string }[] })
    .errors;
  return [response.status, error?.code, error?.field];
};

export const openSimulatedShop = (): SimulatedShop => {
  const clock = createTestClock();
  const deliveries: SimDelivery[] = [];
  const writes: string[] = [];
  const simulator = squareSimulator.create(drawCompany({ size: 'small', nowMs: clock.now() }), {
    clock,
    ids: systemIds,
    log: silentLog,
    deliver: (delivery) => deliveries.push(delivery),
    recordWrite: (key) => writes.push(key),
  });

  const send = async (method: string, path: string, body?: unknown, headers: Body = {}): Promise<SimResponse> => {
    const [below = '', query = ''] = path.split('?');
    const request: SimRequest = {
      method,
      path: below,
      query: new URLSearchParams(query),
      headers: {
        authorization: 'Bearer sim-square-token',
        'content-type': 'application/json',
        'square-version': '2025-08-20',
        ...headers,
      } as SimRequest['headers'],
      rawBody: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    };
    return simulator.handle(request);
  };
  const act = (command: Body): Body => simulator.act(command) as Body;

  const locationId = async (code: string): Promise<string> => {
    const { body } = await send('GET', '/v2/locations');
    const { locations } = body as { readonly locations: readonly { readonly id: string; readonly name: string }[] };
    return locations.find(({ name }) => name.endsWith(`(${code})`))?.id ?? '';
  };
  const variationId = async (sku: string): Promise<string> => {
    const query = { exact_query: { attribute_name: 'sku', attribute_value: sku } };
    const { body } = await send('POST', '/v2/catalog/search', { object_types: ['ITEM_VARIATION'], query });
    return (body as { readonly objects: readonly { readonly id: string }[] }).objects[0]?.id ?? '';
  };
  const inStock = async (sku: string, code: string): Promise<readonly unknown[]> => {
    const { body } = await send('POST', '/v2/inventory/counts/batch-retrieve', {
      catalog_object_ids: [await variationId(sku)],
      location_ids: [await locationId(code)],
      states: ['IN_STOCK'],
    });
    return ((body as { readonly counts?: readonly { readonly quantity: string }[] }).counts ?? []).map(
      ({ quantity }) => quantity,
    );
  };
  return { simulator, deliveries, writes, send, act, locationId, variationId, inStock };
};
