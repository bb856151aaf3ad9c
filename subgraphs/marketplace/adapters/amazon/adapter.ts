/** Amazon Selling Partner API as a marketplace. */
import { z } from 'zod';
import type { Adapter } from '#runtime/adapter.ts';
import { isoOf } from '#runtime/clock.ts';
import type { MarketplacePort } from '#subgraphs/marketplace/port.ts';
import { createAmazonClient } from './client.ts';
import { amazonLimits } from './limits.ts';
import { createListingSweep } from './listing-sweep.ts';
import { createListings } from './listings.ts';
import { toHeldStock } from './mapping.ts';
import { createNotifications } from './notifications.ts';
import { createOrders } from './orders.ts';
import { createReports } from './reports.ts';
import { createAccessTokens } from './token.ts';
import { createTransport, USER_AGENT } from './transport.ts';

const LWA_TOKEN_URL = 'https://api.amazon.com/auth/o2/token';

/** A simulator or proxy in place of the API answers for the token service too. */
const tokenUrlFor = (baseUrl: string): string =>
  new URL(baseUrl).hostname.endsWith('.amazon.com') ? LWA_TOKEN_URL : `${baseUrl}/auth/o2/token`;

const name = z.string().min(1, 'must not be empty');

const optionsSchema = z
  .strictObject({
    /** The seller's id (merchant token), part of every listing's address. */
    sellerId: name,
    marketplaces: z
      .array(
        z.strictObject({
          /** How the graph calls it, e.g. AMAZON_DE. */
          name: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be upper case letters, digits and "_", e.g. AMAZON_DE'),
          /** Amazon's id, e.g. A1PA6795UKMFR9 for amazon.de. */
          marketplaceId: name,
          /** Sales channel of its orders, where it differs from the connection's. */
          channel: name.optional(),
          /** Location code put on the lines that Amazon ships from its own warehouses. */
          warehouse: name.optional(),
        }),
      )
      .min(1, 'must name at least one marketplace')
      .max(50, 'must name at most 50 marketplaces, which is what one call may ask for')
      .refine((list) => new Set(list.map((entry) => entry.name)).size === list.length, 'names a marketplace twice')
      .refine(
        (list) => new Set(list.map((entry) => entry.marketplaceId)).size === list.length,
        'has a marketplaceId twice',
      ),
    /** Sales channel of the orders. */
    channel: name.default('amazon'),
    /** Where access tokens come from. Default: Login with Amazon for Amazon's own hosts, else the same host. */
    tokenUrl: z.url('must be a URL').optional(),
    /** Seconds between polls of orders. 180 is what the quota of 0.0056 per second allows without any reserve. */
    orderPollSeconds: z
      .number()
      .min(180, 'must be at least 180: the quota allows one search in about 179 seconds')
      .default(300),
    /** Days that the first poll of orders reads back. */
    orderHistoryDays: z.number().int().min(1).max(730, 'must be at most 730: Amazon shows no older orders').default(90),
    /** Seconds between polls of listings. */
    listingPollSeconds: z.number().min(10, 'must be at least 10').default(60),
    /** Seconds between looks for finished settlement reports, which come about every two weeks. */
    settlementPollSeconds: z.number().min(300, 'must be at least 300: the list is kept for 5 minutes').default(3600),
  })
  .describe('Amazon Selling Partner account');

export type AmazonOptions = z.infer<typeof optionsSchema>;

export const amazonAdapter: Adapter<MarketplacePort, AmazonOptions> = {
  vendor: 'amazon',
  options: optionsSchema,
  credentials: ['clientId', 'clientSecret', 'refreshToken', 'destinationKey'],
  limits: amazonLimits,
  open: (account, deps) => {
    const { baseUrl, connection, credentials, options } = account;
    const { clock, log, upstream } = deps;
    const marketplaces = options.marketplaces.map((entry) => ({ ...entry, channel: entry.channel ?? options.channel }));
    const secret = (key: string): string => credentials[key] ?? '';
    const tokens = createAccessTokens(
      {
        connection,
        tokenUrl: options.tokenUrl ?? tokenUrlFor(baseUrl),
        clientId: secret('clientId'),
        clientSecret: secret('clientSecret'),
        refreshToken: secret('refreshToken'),
        userAgent: USER_AGENT,
      },
      { upstream, clock },
    );
    const client = createAmazonClient(
      {
        connection,
        sellerId: options.sellerId,
        marketplaceIds: marketplaces.map(({ marketplaceId }) => marketplaceId),
      },
      createTransport({ connection, baseUrl }, { upstream, tokens, clock }),
    );
    const listings = createListings({ connection, marketplaces }, { client, clock, log });
    const orders = createOrders(
      {
        connection,
        marketplaces,
        pollMs: options.orderPollSeconds * 1000,
        historyDays: options.orderHistoryDays,
      },
      { client, clock, log },
    );
    const reports = createReports(
      { connection, marketplaces, pollMs: options.settlementPollSeconds * 1000 },
      { client, clock, log },
    );
    return {
      marketplaces: marketplaces.map((marketplace) => marketplace.name),
      listings: listings.listings,
      listingsOf: listings.listingsOf,
      publishQuantities: listings.publishQuantities,
      orders: orders.orders,
      openOrders: orders.openOrders,
      heldStock: async (marketplaceName, sellerSkus, call) => {
        const marketplace = marketplaces.find((entry) => entry.name === marketplaceName);
        if (marketplace === undefined || sellerSkus.length === 0) return sellerSkus.map(() => null);
        const wanted = [...new Set(sellerSkus)];
        const summaries = await client.inventorySummaries(marketplace.marketplaceId, wanted, call);
        const readAt = isoOf(clock.now());
        const held = new Map(
          summaries.map((summary) => [summary.sellerSku, toHeldStock(marketplace.name, summary, readAt)]),
        );
        return sellerSkus.map((sku) => held.get(sku) ?? null);
      },
      settlementReports: reports.settlementReports,
      streams: [
        createListingSweep(
          { connection, marketplaces, pollMs: options.listingPollSeconds * 1000 },
          { client, clock, log },
        ),
        orders.stream,
        reports.stream,
      ],
      push: createNotifications(
        {
          connection,
          sellerId: options.sellerId,
          marketplaces,
          destinationKeys: [secret('destinationKey'), secret('destinationKeyNext')].filter((key) => key !== ''),
        },
        { orders, listings, clock, log },
      ),
    };
  },
};
