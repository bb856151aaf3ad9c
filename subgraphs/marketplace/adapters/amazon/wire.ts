/**
 * Amazon's answers, decoded: only the fields we read, exactly as they are written on the wire. Words that Amazon may
 * add to (statuses, types) are read as text; mapping.ts decides what an unknown one means.
 */
import { z } from 'zod';
import { Failure } from '#runtime/failure.ts';

const text = z.string().min(1);
const decimalText = z.string().regex(/^-?\d+(\.\d+)?$/, 'is not a decimal number');
const instant = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'is not an ISO 8601 instant');
const count = z.number().int();

// --- Login with Amazon -----------------------------------------------------------------------------------------------

export const accessTokenSchema = z.object({ access_token: text, expires_in: z.number().positive() });
export const tokenErrorSchema = z.object({ error: text, error_description: z.string().optional() });

// --- Errors ----------------------------------------------------------------------------------------------------------

export const errorListSchema = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string().optional(), details: z.string().optional() })),
});

// --- Orders 2026-01-01 -----------------------------------------------------------------------------------------------

const moneySchema = z.object({ amount: decimalText, currencyCode: text });
const windowSchema = z.object({ earliestDateTime: instant.optional(), latestDateTime: instant.optional() });

const orderItemSchema = z.object({
  orderItemId: text,
  quantityOrdered: count,
  product: z.object({ sellerSku: z.string().optional() }),
  fulfillment: z.object({ quantityFulfilled: count.optional(), quantityUnfulfilled: count.optional() }).optional(),
  cancellation: z
    .object({
      cancellationRequest: z.object({ requester: z.string().optional() }).optional(),
      cancellationExecution: z.object({ cancelledBy: z.string().optional() }).optional(),
    })
    .optional(),
});

const packageSchema = z.object({
  packageReferenceId: text,
  createdTime: instant.optional(),
  shipTime: instant.optional(),
  carrier: z.string().optional(),
  trackingNumber: z.string().optional(),
  packageStatus: z.object({ status: text, detailedStatus: z.string().optional() }).optional(),
  packageItems: z.array(z.object({ orderItemId: text, quantity: count })).optional(),
});

export const orderSchema = z.object({
  orderId: text,
  createdTime: instant,
  lastUpdatedTime: instant,
  programs: z.array(z.string()).optional(),
  salesChannel: z.object({ channelName: text, marketplaceId: z.string().optional() }),
  proceeds: z
    .object({
      grandTotal: moneySchema.optional(),
      breakdowns: z.array(z.object({ type: text, subtotal: moneySchema })).optional(),
    })
    .optional(),
  // Optional in Amazon's model because it is a data set of its own; we always ask for it.
  fulfillment: z.object({
    fulfillmentStatus: text,
    fulfilledBy: z.string().optional(),
    shipByWindow: windowSchema.optional(),
    deliverByWindow: windowSchema.optional(),
  }),
  orderItems: z.array(orderItemSchema),
  packages: z.array(packageSchema).optional(),
});
export type AmazonOrder = z.infer<typeof orderSchema>;
export type AmazonPackage = z.infer<typeof packageSchema>;
export type AmazonWindow = z.infer<typeof windowSchema>;

export const getOrderSchema = z.object({ order: orderSchema });
/** Orders stay undecoded here: one malformed order must not take the page down with it. */
export const searchOrdersSchema = z.object({
  orders: z.array(z.unknown()),
  pagination: z.object({ nextToken: z.string().optional() }).optional(),
});
/** What names an order that could not be decoded. */
export const orderIdentitySchema = z.object({ orderId: text });

// --- Orders v0 -------------------------------------------------------------------------------------------------------

const moneyV0Schema = z.object({ CurrencyCode: text, Amount: decimalText });

const orderV0Schema = z.object({
  AmazonOrderId: text,
  LastUpdateDate: instant,
  OrderStatus: text,
  FulfillmentChannel: z.string().optional(),
  MarketplaceId: z.string().optional(),
  LatestShipDate: instant.optional(),
  LatestDeliveryDate: instant.optional(),
  OrderTotal: moneyV0Schema.optional(),
});
export type AmazonOrderV0 = z.infer<typeof orderV0Schema>;

export const getOrdersV0Schema = z.object({
  payload: z.object({ Orders: z.array(orderV0Schema), NextToken: z.string().optional() }),
});

// --- Listings 2021-08-01 ---------------------------------------------------------------------------------------------

const issueSchema = z.object({
  code: z.string(),
  message: z.string(),
  severity: z.string(),
  enforcements: z.object({ actions: z.array(z.object({ action: z.string() })) }).optional(),
  marketplaceIds: z.array(z.string()).optional(),
});

const externalIdentifierSchema = z.object({ type: z.string().optional(), value: z.string().optional() });

export const listingSchema = z.object({
  sku: text,
  summaries: z.array(
    z.object({
      marketplaceId: text,
      productType: text,
      status: z.array(z.string()),
      fnSku: z.string().optional(),
      lastUpdatedDate: instant,
    }),
  ),
  issues: z.array(issueSchema).optional(),
  // Attributes differ by product type and are Amazon's least stable part: read the one we use, or nothing.
  attributes: z
    .object({ externally_assigned_product_identifier: z.array(externalIdentifierSchema).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  fulfillmentAvailability: z.array(z.object({ fulfillmentChannelCode: text, quantity: count.optional() })).optional(),
});
export type AmazonListing = z.infer<typeof listingSchema>;

export const searchListingsSchema = z.object({
  numberOfResults: count,
  pagination: z.object({ nextToken: z.string().optional() }).optional(),
  items: z.array(z.unknown()),
});
export const listingIdentitySchema = z.object({ sku: text });

export const submissionSchema = z.object({
  sku: text,
  status: text,
  submissionId: text,
  issues: z.array(issueSchema).optional(),
});
export type AmazonSubmission = z.infer<typeof submissionSchema>;

// --- FBA inventory v1 ------------------------------------------------------------------------------------------------

const inventorySummarySchema = z.object({
  sellerSku: text,
  lastUpdatedTime: z.string().optional(),
  inventoryDetails: z.object({
    fulfillableQuantity: count.optional(),
    inboundWorkingQuantity: count.optional(),
    inboundShippedQuantity: count.optional(),
    inboundReceivingQuantity: count.optional(),
    reservedQuantity: z.object({ totalReservedQuantity: count.optional() }).optional(),
    researchingQuantity: z.object({ totalResearchingQuantity: count.optional() }).optional(),
    unfulfillableQuantity: z.object({ totalUnfulfillableQuantity: count.optional() }).optional(),
  }),
});
export type AmazonInventorySummary = z.infer<typeof inventorySummarySchema>;

export const inventorySummariesSchema = z.object({
  payload: z.object({ inventorySummaries: z.array(inventorySummarySchema) }),
  pagination: z.object({ nextToken: z.string().optional() }).optional(),
});

// --- Reports 2021-06-30 ----------------------------------------------------------------------------------------------

const reportSchema = z.object({
  reportId: text,
  reportType: text,
  processingStatus: text,
  createdTime: instant,
  dataStartTime: instant.optional(),
  dataEndTime: instant.optional(),
  reportDocumentId: z.string().optional(),
  marketplaceIds: z.array(z.string()).optional(),
});
export type AmazonReport = z.infer<typeof reportSchema>;

export const reportsSchema = z.object({ reports: z.array(reportSchema), nextToken: z.string().optional() });
export const reportDocumentSchema = z.object({ url: text, compressionAlgorithm: z.string().optional() });

// --- Notifications ---------------------------------------------------------------------------------------------------

const notificationSchema = z.object({
  NotificationType: text,
  EventTime: instant.optional(),
  Payload: z.unknown(),
  NotificationMetadata: z.object({ NotificationId: text }),
});
export type AmazonNotification = z.infer<typeof notificationSchema>;

/** Feed and report notifications are written in camelCase, all others in PascalCase. */
const camelNotificationSchema = z
  .object({
    notificationType: text,
    eventTime: instant.optional(),
    payload: z.unknown(),
    notificationMetadata: z.object({ notificationId: text }),
  })
  .transform(
    (value): AmazonNotification => ({
      NotificationType: value.notificationType,
      EventTime: value.eventTime,
      Payload: value.payload,
      NotificationMetadata: { NotificationId: value.notificationMetadata.notificationId },
    }),
  );

/** The envelope that EventBridge posts to an API destination. */
export const eventBridgeSchema = z.object({ detail: z.union([notificationSchema, camelNotificationSchema]) });

export const orderChangePayloadSchema = z.object({
  OrderChangeNotification: z.object({ SellerId: text, AmazonOrderId: text }),
});
export const mfnQuantityPayloadSchema = z.object({
  SellerId: text,
  FulfillmentChannelCode: text,
  Sku: text,
  Quantity: count,
});
/** Status and issue changes of a listing: both name the listing, and only the name is used. */
export const listingSignalPayloadSchema = z.object({ SellerId: text, Sku: text, MarketplaceId: z.string().optional() });

// --- Decoding --------------------------------------------------------------------------------------------------------

const issueAt = (error: z.ZodError): { readonly field: string; readonly message: string } => {
  const [issue] = error.issues;
  return { field: issue?.path.join('.') || '(body)', message: issue?.message ?? 'is malformed' };
};

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly field: string; readonly message: string };

export const tryDecode = <T>(schema: z.ZodType<T>, value: unknown): Decoded<T> => {
  const parsed = schema.safeParse(value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, ...issueAt(parsed.error) };
};

/** Throws UPSTREAM_MALFORMED naming the connection, the operation and the field. */
export const decode = <T>(schema: z.ZodType<T>, value: unknown, connection: string, operation: string): T => {
  const decoded = tryDecode(schema, value);
  if (decoded.ok) return decoded.value;
  throw malformed(connection, operation, decoded.field, decoded.message);
};

export const malformed = (connection: string, operation: string, field: string, message: string): Failure =>
  new Failure('UPSTREAM_MALFORMED', `${connection}: ${operation}: field "${field}": ${message}.`, {
    system: connection,
    field,
  });
