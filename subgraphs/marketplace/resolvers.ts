/** GraphQL to port and back, nothing else. */
import { skuOfVariantId, variantIdOf } from '#model/identifiers.ts';
import { decimalOf, type Money } from '#model/money.ts';
import { Failure } from '#runtime/failure.ts';
import { pageSize } from '#runtime/graphql/arguments.ts';
import { pageOf } from '#runtime/graphql/pages.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { stampOf } from '#runtime/graphql/stamp.ts';
import type { Resolvers } from '#schema/generated/marketplace.ts';
import { readDeadlines } from './deadlines.ts';
import { type LoaderDeps, loadersOf } from './loaders.ts';
import type { ListingParent } from './parents.ts';
import { createPublication } from './publication.ts';

const MAX_DEADLINES = 250;
const MAX_REPORTS = 100;
const MAX_LINES = 1_000;
const WEEK_MINUTES = 10_080;

const moneyOf = (value: Money) => ({ amount: decimalOf(value), currency: value.currency });

/** The item a listing says it sells. Its SKU may be an old name, then nobody resolves the id and the field is null. */
const variantIdOfListing = (listing: ListingParent): string | null => {
  if (listing.variantId !== undefined) return listing.variantId;
  const sku = listing.items.find(({ scheme }) => scheme === 'sku')?.value;
  return sku === undefined ? null : variantIdOf(sku);
};

/** Days count down, so that the newest report comes first. */
const reportKey = (report: { readonly to: string; readonly id: string }): readonly [number, string] => [
  -Date.parse(report.to),
  report.id,
];

export const createMarketplaceResolvers = (deps: LoaderDeps): Resolvers => {
  const publication = createPublication(deps);

  const knownMarketplace = (name: string | null | undefined): string | null => {
    if (name === null || name === undefined || deps.owners.has(name)) return name ?? null;
    const known = [...deps.owners.keys()].join(', ') || 'none';
    throw new Failure('BAD_INPUT', `marketplace: "${name}" is not configured; known: ${known}.`, {
      field: 'marketplace',
    });
  };

  return {
    DateTime: scalars.DateTime,
    Date: scalars.Date,
    Decimal: scalars.Decimal,

    Query: {
      marketplaceOrder: (_root, { externalId, marketplace }, context) =>
        loadersOf(deps, context).order({ marketplace: knownMarketplace(marketplace) ?? '', externalId }),
      marketplaceDeadlines: (_root, { after, first, marketplace, withinMinutes }, context) => {
        const minutes = withinMinutes ?? 60;
        if (minutes < 0 || minutes > WEEK_MINUTES) {
          throw new Failure('BAD_INPUT', `withinMinutes: 0 to ${WEEK_MINUTES}, not ${minutes}.`, {
            field: 'withinMinutes',
          });
        }
        const question = {
          marketplace: knownMarketplace(marketplace),
          withinMinutes: minutes,
          first: pageSize(first ?? 50, MAX_DEADLINES),
          after: after ?? null,
        };
        return readDeadlines(question, deps, context);
      },
      settlementReport: async (_root, { id }, context) =>
        (await loadersOf(deps, context).settlements({})).find((report) => report.id === id) ?? null,
      settlementReports: async (_root, { after, first, from, marketplace, to }, context) => {
        const wanted = knownMarketplace(marketplace);
        const size = pageSize(first ?? 20, MAX_REPORTS);
        const range = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
        const reports = await loadersOf(deps, context).settlements(range);
        const matching = reports.filter((report) => wanted === null || report.marketplace === wanted);
        return pageOf(matching, reportKey, { first: size, after: after ?? null, shape: [0, ''] });
      },
    },

    Mutation: {
      publishListingQuantities: (_root, { input }, context) => publication.publish(input, context),
    },

    Variant: {
      __resolveReference: ({ gtin, id }) => ({ id, gtin: gtin ?? null }),
      listings: ({ gtin, id }, { marketplaces }, context) => {
        const sku = skuOfVariantId(id);
        if (sku === null) return [];
        for (const name of marketplaces ?? []) knownMarketplace(name);
        return loadersOf(deps, context).listingsOf({
          sku,
          ...(gtin ? { gtin } : {}),
          marketplaces: marketplaces ?? null,
        });
      },
    },

    Listing: {
      __resolveReference: ({ listingId, marketplace }, context) =>
        loadersOf(deps, context).listing({ marketplace, listingId }),
      variant: (listing) => {
        const id = variantIdOfListing(listing);
        return id === null ? null : { id };
      },
      publishedAt: (listing) => listing.publishedAt ?? null,
      stamp: stampOf,
    },

    MarketplaceOrder: {
      __resolveReference: ({ externalId, marketplace }, context) =>
        loadersOf(deps, context).order({ marketplace, externalId }),
      acknowledgeBy: (order) => order.acknowledgeBy ?? null,
      shipBy: (order) => order.shipBy ?? null,
      deliverBy: (order) => order.deliverBy ?? null,
      total: ({ total }) => (total === undefined ? null : moneyOf(total)),
      stamp: stampOf,
    },

    MarketplaceDeadline: { clock: () => 'SHIP' },

    SettlementReport: {
      __resolveReference: async ({ id }, context) =>
        (await loadersOf(deps, context).settlements({})).find((report) => report.id === id) ?? null,
      period: ({ from, to }) => ({ from, to }),
      lines: ({ lines }, { after, first }) =>
        pageOf(lines, (_line, index) => [index], {
          first: pageSize(first ?? 100, MAX_LINES),
          after: after ?? null,
          shape: [0],
        }),
      netTotal: ({ netTotal }) => moneyOf(netTotal),
      stamp: stampOf,
    },

    SettlementLine: {
      orderExternalId: (line) => line.orderExternalId ?? null,
      amount: ({ amount }) => moneyOf(amount),
    },
  };
};
