/** How a plain caller speaks to each vendor's simulator: the least that shows what a fault does to it. */
import { SIM_AMAZON } from '#subgraphs/marketplace/adapters/amazon/simulator/constants.ts';
import { SIM_SQUARE_ACCESS_TOKEN } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import type { VirtualVendor } from '#test/support/virtual-vendor.ts';

export type Caller = {
  read(): Promise<Response>;
  /** Writes one thing under a business key of its own each time. */
  write(): Promise<Response>;
};

export type VendorFacts = {
  /** Signs in where that is needed. */
  open(vendor: VirtualVendor): Promise<Caller>;
  /** A field in the answer of `read`, dotted. */
  readonly field: string;
  /** Makes the vendor send webhooks about something new each time; absent for a vendor that pushes nothing. */
  readonly happens?: (number: number) => { readonly kind: string } & Readonly<Record<string, unknown>>;
};

const asJson = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const square: VendorFacts = {
  open: async ({ fetch, url }) => {
    const send = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${SIM_SQUARE_ACCESS_TOKEN}` },
      });
    const { locations } = (await (await send('/v2/locations')).json()) as { locations: { id: string }[] };
    const line = { name: 'Pin', quantity: '1', base_price_money: { amount: 100, currency: 'EUR' } };
    let written = 0;
    return {
      read: () => send('/v2/locations'),
      write: () => {
        written += 1;
        const order = { location_id: locations[0]?.id, reference_id: `W-${written}`, line_items: [line] };
        return send('/v2/orders', asJson({ idempotency_key: `key-${written}`, order }));
      },
    };
  },
  field: 'locations.name',
  happens: () => ({ kind: 'sale', locationCode: 'ST-BERLIN', sku: 'P1000-S', quantity: 1 }),
};

const amazon: VendorFacts = {
  open: async ({ fetch, url }) => {
    const granted = await fetch(`${url}/auth/o2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: SIM_AMAZON.refreshToken,
        client_id: SIM_AMAZON.clientId,
        client_secret: SIM_AMAZON.clientSecret,
      }),
    });
    const { access_token } = (await granted.json()) as { access_token: string };
    const listing = `${url}/listings/2021-08-01/items/${SIM_AMAZON.sellerId}/P1002-S?marketplaceIds=${SIM_AMAZON.marketplace.marketplaceId}`;
    const send = (init: RequestInit = {}): Promise<Response> =>
      fetch(listing, {
        ...init,
        headers: { ...init.headers, 'user-agent': 'test/1', 'x-amz-access-token': access_token },
      });
    let quantity = 0;
    return {
      read: () => send(),
      write: () => {
        quantity += 1;
        const value = [{ fulfillment_channel_code: 'DEFAULT', quantity }];
        const patches = [{ op: 'merge', path: '/attributes/fulfillment_availability', value }];
        return send({ ...asJson({ productType: 'HOME', patches }), method: 'PATCH' });
      },
    };
  },
  field: 'sku',
  happens: (number) => ({
    kind: 'newOrder',
    sellerSku: 'P1002-S',
    quantity: 1,
    number: `302-${String(number).padStart(7, '0')}-0000001`,
  }),
};

const tryton: VendorFacts = {
  open: async ({ fetch, url }) => {
    const rpc = (
      method: string,
      params: readonly unknown[],
      headers: Record<string, string> = {},
    ): Promise<Response> => {
      const init = asJson({ id: 1, method, params });
      return fetch(`${url}/retail/`, { ...init, headers: { ...init.headers, ...headers } });
    };
    const login = await rpc('common.db.login', ['admin', { password: 'admin' }]);
    const { result } = (await login.json()) as { result: [number, string] };
    const session = Buffer.from(`admin:${result[0]}:${result[1]}`).toString('base64');
    const authorization = { authorization: `Session ${session}` };
    let written = 0;
    return {
      read: () => rpc('model.company.company.search_read', [[], 0, 1, null, ['rec_name'], {}], authorization),
      write: () => {
        written += 1;
        return rpc('model.party.party.create', [[{ name: `Party ${written}` }], {}], authorization);
      },
    };
  },
  field: 'result.rec_name',
};

export const FACTS: Readonly<Record<string, VendorFacts>> = { square, amazon, tryton };
