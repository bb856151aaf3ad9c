/** Small Square objects for tests, as they come out of the decoders. */
import type {
  WireCount,
  WireFulfillment,
  WireLocation,
  WireOrder,
  WireVariation,
} from '#subgraphs/pos/adapters/square/wire.ts';

export const location = (id: string, name: string, rest: Partial<WireLocation> = {}): WireLocation => ({
  id,
  name,
  status: 'ACTIVE',
  timezone: 'Europe/Berlin',
  country: 'DE',
  phone_number: null,
  address: null,
  coordinates: null,
  business_hours: null,
  ...rest,
});

export const variation = (
  id: string,
  names: { readonly sku?: string | null; readonly upc?: string | null },
  presentAt: readonly string[] | null = null,
  rest: Partial<WireVariation> = {},
): WireVariation => ({
  id,
  type: 'ITEM_VARIATION',
  is_deleted: false,
  present_at_all_locations: presentAt === null,
  present_at_location_ids: presentAt ?? [],
  absent_at_location_ids: [],
  item_variation_data: { sku: names.sku ?? null, upc: names.upc ?? null },
  ...rest,
});

export const count = (
  variationId: string,
  locationId: string,
  quantity: string,
  rest: Partial<WireCount> = {},
): WireCount => ({
  catalog_object_id: variationId,
  location_id: locationId,
  state: 'IN_STOCK',
  quantity,
  calculated_at: '2026-03-02T09:00:00.000Z',
  ...rest,
});

export const pickup = (state: string, rest: Partial<WireFulfillment> = {}): WireFulfillment => ({
  uid: 'F1',
  type: 'PICKUP',
  state,
  line_item_application: 'ALL',
  entries: [],
  pickup_details: {
    recipient: { email_address: 'erika@example.org', phone_number: null },
    is_curbside_pickup: null,
    placed_at: '2026-03-02T08:00:00.000Z',
    ready_at: null,
    picked_up_at: null,
    expires_at: null,
    expired_at: null,
    rejected_at: null,
  },
  ...rest,
});

export const order = (rest: Partial<WireOrder> = {}): WireOrder => ({
  id: 'O1',
  location_id: 'L1',
  reference_id: 'WEB-1',
  state: 'OPEN',
  version: 3,
  created_at: '2026-03-02T08:00:00.000Z',
  updated_at: '2026-03-02T09:00:00.000Z',
  source: { name: 'Webshop' },
  line_items: [{ uid: 'U1', catalog_object_id: 'V1', item_type: 'ITEM', quantity: '2' }],
  fulfillments: [pickup('PROPOSED')],
  returns: [],
  tenders: [],
  total_money: { amount: 1980, currency: 'EUR' },
  net_amounts: { total_money: { amount: 1980, currency: 'EUR' } },
  ...rest,
});
