/** Decoders of the fields we read, and no others. Square leaves out empty lists and sends null for unset fields. */
import { type ZodType, z } from 'zod';
import { Failure } from '#runtime/failure.ts';

const text = z.string().nullish();
const instant = z.iso.datetime({ offset: true });
/** Decimal text with up to 5 fraction digits; stock may be negative. */
const decimal = z.string().regex(/^-?\d+(\.\d{1,5})?$/, 'expected a decimal number as text');
const listOf = <T extends ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items): readonly z.output<T>[] => items ?? []);

const wireMoney = z.object({ amount: z.int(), currency: z.string() });

const wireAddress = z.object({
  address_line_1: text,
  address_line_2: text,
  address_line_3: text,
  locality: text,
  administrative_district_level_1: text,
  postal_code: text,
  country: text,
});

const wireLocation = z.object({
  id: z.string(),
  name: text,
  status: text,
  timezone: text,
  country: text,
  phone_number: text,
  address: wireAddress.nullish(),
  coordinates: z.object({ latitude: z.number().nullish(), longitude: z.number().nullish() }).nullish(),
  business_hours: z
    .object({ periods: listOf(z.object({ day_of_week: text, start_local_time: text, end_local_time: text })) })
    .nullish(),
});

const wireVariation = z.object({
  id: z.string(),
  type: z.string(),
  is_deleted: z.boolean().nullish(),
  present_at_all_locations: z.boolean().nullish(),
  present_at_location_ids: listOf(z.string()),
  absent_at_location_ids: listOf(z.string()),
  item_variation_data: z.object({ sku: text, upc: text }).nullish(),
});

export const wireCount = z.object({
  catalog_object_id: z.string(),
  location_id: z.string(),
  state: z.string(),
  quantity: decimal,
  calculated_at: instant,
});

const wireFulfillment = z.object({
  uid: text,
  type: text,
  state: text,
  line_item_application: text,
  entries: listOf(z.object({ line_item_uid: z.string(), quantity: decimal })),
  pickup_details: z
    .object({
      recipient: z.object({ email_address: text, phone_number: text }).nullish(),
      is_curbside_pickup: z.boolean().nullish(),
      placed_at: instant.nullish(),
      ready_at: instant.nullish(),
      picked_up_at: instant.nullish(),
      expires_at: instant.nullish(),
      expired_at: instant.nullish(),
      rejected_at: instant.nullish(),
    })
    .nullish(),
});

const wireOrder = z.object({
  id: z.string(),
  location_id: z.string(),
  reference_id: text,
  metadata: z.record(z.string(), z.string()).nullish(),
  state: z.string(),
  version: z.int().nullish(),
  created_at: instant,
  updated_at: instant,
  source: z.object({ name: text }).nullish(),
  line_items: listOf(z.object({ uid: text, catalog_object_id: text, item_type: text, quantity: decimal })),
  fulfillments: listOf(wireFulfillment),
  returns: listOf(z.object({ source_order_id: text })),
  tenders: listOf(z.object({ type: z.string(), amount_money: wireMoney.nullish() })),
  total_money: wireMoney.nullish(),
  net_amounts: z.object({ total_money: wireMoney.nullish() }).nullish(),
  net_amount_due_money: wireMoney.nullish(),
});

const wirePhysicalCount = z.object({
  reference_id: text,
  catalog_object_id: text,
  location_id: text,
  state: text,
  occurred_at: instant.nullish(),
});

export type WireMoney = z.output<typeof wireMoney>;
export type WireLocation = z.output<typeof wireLocation>;
export type WireVariation = z.output<typeof wireVariation>;
export type WireCount = z.output<typeof wireCount>;
export type WirePhysicalCount = z.output<typeof wirePhysicalCount>;
export type WireFulfillment = z.output<typeof wireFulfillment>;
export type WireOrder = z.output<typeof wireOrder>;
export type WireLine = WireOrder['line_items'][number];

export const locationsBody = z.object({ locations: listOf(wireLocation) });
export const catalogSearchBody = z.object({ objects: listOf(wireVariation), cursor: text, latest_time: text });
export const catalogObjectsBody = z.object({ objects: listOf(wireVariation) });
export const countsBody = z.object({ counts: listOf(wireCount), cursor: text });
export const ordersBody = z.object({ orders: listOf(wireOrder), cursor: text });

export const orderBody = z.object({ order: wireOrder });
export const inventoryChangesBody = z.object({
  changes: listOf(z.object({ physical_count: wirePhysicalCount.nullish() })),
  cursor: text,
});
/** Of these writes only that they were taken is read: what they did is read where it shows. */
export const writtenBody = z.object({});

export const errorsBody = z.object({
  errors: z.array(z.object({ category: z.string(), code: z.string(), detail: text, field: text })).min(1),
});

/** What every delivery carries, whatever its type. */
export const eventEnvelope = z.object({
  type: z.string(),
  event_id: z.string().min(1),
  data: z.object({ id: text }).nullish(),
});
export const countEvent = z.object({
  data: z.object({ object: z.object({ inventory_counts: listOf(wireCount) }).nullish() }),
});
export const locationEvent = z.object({ data: z.object({ id: z.string() }) });
/** The three order events name the order in data.id. */
export const orderEvent = z.object({ data: z.object({ id: z.string().min(1) }) });

/** "counts[3].quantity" from zod's path. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (done, step) =>
      typeof step === 'number' ? `${done}[${step}]` : done === '' ? String(step) : `${done}.${String(step)}`,
    '',
  );

/** Decodes parsed JSON or throws UPSTREAM_MALFORMED naming the first field that is not as documented. */
export const decode = <T>(schema: ZodType<T>, body: unknown, source: { connection: string; operation: string }): T => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue ? pathOf(issue.path) : '';
  throw new Failure(
    'UPSTREAM_MALFORMED',
    `${source.connection}: the answer to ${source.operation} is not as documented at "${field}": ${issue?.message ?? 'unknown'}.`,
    { system: source.connection, field },
  );
};

export const parseJson = (body: string, source: { connection: string; operation: string }): unknown => {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Failure('UPSTREAM_MALFORMED', `${source.connection}: the answer to ${source.operation} is not JSON.`, {
      system: source.connection,
      cause,
    });
  }
};
