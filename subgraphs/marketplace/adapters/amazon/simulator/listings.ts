/** Listings Items API 2021-08-01: read, search, and the patch of a quantity. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';
import {
  filtersOf,
  instantOf,
  integerOf,
  invalidInput,
  jsonBody,
  listOf,
  notFound,
  ok,
  onlyKnown,
  Refusal,
  readToken,
  required,
  tokenOf,
  wordsOf,
} from './answers.ts';
import { SIM_AMAZON } from './constants.ts';
import type { Happenings } from './happenings.ts';
import type { SimListing, World } from './world.ts';

const DATA_SETS = [
  'summaries',
  'attributes',
  'issues',
  'offers',
  'fulfillmentAvailability',
  'procurement',
  'relationships',
  'productTypes',
] as const;
const IDENTIFIER_TYPES = ['ASIN', 'EAN', 'FNSKU', 'GTIN', 'ISBN', 'JAN', 'MINSAN', 'SKU', 'UPC'] as const;
const PATCH_OPS = ['add', 'replace', 'merge', 'delete'] as const;
const PRODUCT_TYPE = 'HOME';
/** A search ends here, however much it found. */
const MOST_FOUND = 1_000;
const FBA_CHANNEL = 'AMAZON_EU';

type Issue = {
  readonly code: string;
  readonly message: string;
  readonly severity: 'ERROR' | 'WARNING';
  readonly attributeNames?: readonly string[];
  readonly categories: readonly string[];
  readonly enforcements?: unknown;
  readonly marketplaceIds?: readonly string[];
};

const fnSkuOf = (listing: SimListing): string => `X0${listing.asin.slice(2)}`;

const issuesOf = (listing: SimListing): readonly Issue[] =>
  listing.suppressed
    ? [
        {
          code: '18155',
          message: 'The price is below the minimum price of the listing.',
          severity: 'ERROR',
          categories: ['INVALID_PRICE'],
          enforcements: { actions: [{ action: 'LISTING_SUPPRESSED' }], exemption: { status: 'NOT_EXEMPT' } },
          marketplaceIds: [SIM_AMAZON.marketplace.marketplaceId],
        },
      ]
    : [];

const availabilityOf = (listing: SimListing) =>
  listing.fulfilment === 'FBA'
    ? [{ fulfillmentChannelCode: FBA_CHANNEL }]
    : [{ fulfillmentChannelCode: 'DEFAULT', quantity: listing.quantity }];

const attributesOf = (listing: SimListing) => ({
  item_name: [{ value: listing.title, language_tag: 'de_DE', marketplace_id: SIM_AMAZON.marketplace.marketplaceId }],
  externally_assigned_product_identifier: [
    { type: 'ean', value: listing.gtin13, marketplace_id: SIM_AMAZON.marketplace.marketplaceId },
  ],
  fulfillment_availability: [
    listing.fulfilment === 'FBA'
      ? { fulfillment_channel_code: FBA_CHANNEL }
      : {
          fulfillment_channel_code: 'DEFAULT',
          quantity: listing.quantity,
          ...(listing.leadTimeDays === null ? {} : { lead_time_to_ship_max_days: listing.leadTimeDays }),
        },
  ],
});

const itemBody = (listing: SimListing, data: ReadonlySet<string>) => ({
  sku: listing.sellerSku,
  ...(data.has('summaries')
    ? {
        summaries: [
          {
            marketplaceId: SIM_AMAZON.marketplace.marketplaceId,
            asin: listing.asin,
            productType: PRODUCT_TYPE,
            conditionType: 'new_new',
            status: listing.statuses,
            ...(listing.fulfilment === 'FBA' ? { fnSku: fnSkuOf(listing) } : {}),
            itemName: listing.title,
            createdDate: isoOf(listing.createdMs),
            lastUpdatedDate: isoOf(listing.updatedMs),
          },
        ],
      }
    : {}),
  ...(data.has('attributes') ? { attributes: attributesOf(listing) } : {}),
  ...(data.has('issues') ? { issues: issuesOf(listing) } : {}),
  ...(data.has('fulfillmentAvailability') ? { fulfillmentAvailability: availabilityOf(listing) } : {}),
});

const answersTo = (listing: SimListing, type: string, identifiers: readonly string[]): boolean => {
  switch (type) {
    case 'SKU':
      return identifiers.includes(listing.sellerSku);
    case 'ASIN':
      return identifiers.includes(listing.asin);
    case 'EAN':
      return identifiers.includes(listing.gtin13);
    case 'GTIN':
      return identifiers.some((value) => value.padStart(14, '0') === listing.gtin13.padStart(14, '0'));
    case 'FNSKU':
      return listing.fulfilment === 'FBA' && identifiers.includes(fnSkuOf(listing));
    default:
      return false;
  }
};

type QuantityPatch =
  | { readonly ok: true; readonly quantity: number; readonly keepsLeadTime: boolean }
  | { readonly ok: false; readonly issue: Issue };

const invalid = (message: string): QuantityPatch => ({
  ok: false,
  issue: {
    code: '90000900',
    message,
    severity: 'ERROR',
    attributeNames: ['fulfillment_availability'],
    categories: ['INVALID_ATTRIBUTE'],
  },
});

/** What cannot be parsed is a bad request; what can be, but is wrong, is an invalid submission. */
const quantityPatchOf = (patches: readonly unknown[]): QuantityPatch => {
  const [patch, ...more] = patches;
  if (more.length > 0 || typeof patch !== 'object' || patch === null)
    throw invalidInput('one patch of one attribute is understood here');
  const { op, path, value } = patch as Readonly<Record<string, unknown>>;
  if (typeof op !== 'string' || !(PATCH_OPS as readonly string[]).includes(op))
    throw invalidInput('patches.op is not known');
  if (typeof path !== 'string' || !/^\/attributes\/[a-z_]+$/.test(path))
    throw invalidInput('patches.path must be /attributes/<name>');
  if (path !== '/attributes/fulfillment_availability')
    return invalid(`The attribute of ${path} cannot be changed here.`);
  const [entry] = Array.isArray(value) ? value : [];
  if (typeof entry !== 'object' || entry === null) throw invalidInput('patches.value must be a list of objects');
  const fields = entry as Readonly<Record<string, unknown>>;
  if (fields.fulfillment_channel_code !== 'DEFAULT') return invalid('The fulfillment channel must be DEFAULT.');
  const { quantity } = fields;
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 0) {
    return invalid('The quantity must be a whole number that is not negative.');
  }
  return { ok: true, quantity, keepsLeadTime: op === 'merge' || 'lead_time_to_ship_max_days' in fields };
};

export type ListingsApi = {
  get(sellerId: string, sku: string, query: URLSearchParams): SimResponse;
  search(sellerId: string, query: URLSearchParams): SimResponse;
  patch(sellerId: string, sku: string, request: SimRequest): SimResponse;
};

export const createListingsApi = (
  world: World,
  deps: { readonly clock: Clock; readonly ids: Ids; readonly happenings: Happenings },
): ListingsApi => {
  const checkSeller = (sellerId: string): void => {
    if (sellerId !== SIM_AMAZON.sellerId) {
      throw new Refusal(403, { code: 'Unauthorized', message: 'Access to requested resource is denied.', details: '' });
    }
  };
  const checkMarketplace = (query: URLSearchParams): boolean =>
    required(listOf(query, 'marketplaceIds'), 'marketplaceIds').includes(SIM_AMAZON.marketplace.marketplaceId);
  const dataOf = (query: URLSearchParams): ReadonlySet<string> =>
    new Set(wordsOf(query, 'includedData', DATA_SETS) ?? ['summaries']);

  return {
    get: (sellerId, sku, query) => {
      checkSeller(sellerId);
      onlyKnown(query, ['marketplaceIds', 'issueLocale', 'includedData']);
      const data = dataOf(query);
      const listing = checkMarketplace(query) ? world.listings.get(sku) : undefined;
      if (listing === undefined) throw notFound(`SKU '${sku}' not found in marketplace`);
      return ok(itemBody(listing, data));
    },

    search: (sellerId, query) => {
      checkSeller(sellerId);
      onlyKnown(query, [
        'marketplaceIds',
        'issueLocale',
        'includedData',
        'identifiers',
        'identifiersType',
        'createdAfter',
        'createdBefore',
        'lastUpdatedAfter',
        'lastUpdatedBefore',
        'withStatus',
        'withoutStatus',
        'sortBy',
        'sortOrder',
        'pageSize',
        'pageToken',
      ]);
      const data = dataOf(query);
      const isHere = checkMarketplace(query);
      const identifiers = listOf(query, 'identifiers', 20);
      const type = wordsOf(query, 'identifiersType', IDENTIFIER_TYPES)?.[0];
      if ((identifiers === null) !== (type === undefined))
        throw invalidInput('identifiers and identifiersType go together');
      const within = (name: 'created' | 'lastUpdated', atMs: number): boolean =>
        atMs >= (instantOf(query, `${name}After`) ?? Number.NEGATIVE_INFINITY) &&
        atMs <= (instantOf(query, `${name}Before`) ?? Number.POSITIVE_INFINITY);
      const withStatus = wordsOf(query, 'withStatus', ['BUYABLE', 'DISCOVERABLE']);
      const withoutStatus = wordsOf(query, 'withoutStatus', ['BUYABLE', 'DISCOVERABLE']);
      const sortBy = wordsOf(query, 'sortBy', ['sku', 'createdDate', 'lastUpdatedDate'])?.[0] ?? 'lastUpdatedDate';
      const direction = (wordsOf(query, 'sortOrder', ['ASC', 'DESC'])?.[0] ?? 'DESC') === 'ASC' ? 1 : -1;
      const size = integerOf(query, 'pageSize', 1, 20, 10);
      const keyOf = (listing: SimListing): string => {
        if (sortBy === 'sku') return listing.sellerSku;
        const atMs = sortBy === 'createdDate' ? listing.createdMs : listing.updatedMs;
        return `${String(atMs).padStart(15, '0')} ${listing.sellerSku}`;
      };
      const found = [...world.listings.values()]
        .filter(
          (listing) =>
            isHere &&
            (identifiers === null || answersTo(listing, type ?? '', identifiers)) &&
            within('created', listing.createdMs) &&
            within('lastUpdated', listing.updatedMs) &&
            (withStatus?.every((status) => listing.statuses.some((word) => word === status)) ?? true) &&
            !(withoutStatus?.some((status) => listing.statuses.some((word) => word === status)) ?? false),
        )
        .map((listing) => ({ listing, key: keyOf(listing) }))
        .sort((a, b) => (a.key < b.key ? -direction : direction));

      const filters = filtersOf(query, ['pageToken', 'pageSize']);
      const token = query.get('pageToken');
      const at = token === null ? { shown: 0, after: null } : positionOf(readToken(token, filters).position);
      const { after } = at;
      const left = after === null ? found : found.filter(({ key }) => (direction === 1 ? key > after : key < after));
      const page = left.slice(0, Math.min(size, MOST_FOUND - at.shown));
      const shown = at.shown + page.length;
      const last = page.at(-1);
      const hasNext = last !== undefined && left.length > page.length && shown < MOST_FOUND;
      return ok({
        numberOfResults: found.length,
        ...(hasNext
          ? {
              pagination: {
                nextToken: tokenOf({ position: `${shown} ${last.key}`, filters, madeAtMs: deps.clock.now() }),
              },
            }
          : {}),
        items: page.map(({ listing }) => itemBody(listing, data)),
      });
    },

    patch: (sellerId, sku, request) => {
      checkSeller(sellerId);
      onlyKnown(request.query, ['marketplaceIds', 'includedData', 'mode', 'issueLocale']);
      const isPreview = wordsOf(request.query, 'mode', ['VALIDATION_PREVIEW']) !== null;
      wordsOf(request.query, 'includedData', ['identifiers', 'issues']);
      const listing = checkMarketplace(request.query) ? world.listings.get(sku) : undefined;
      // Not a 404: this operation does not know one.
      if (listing === undefined) throw invalidInput(`there is no listing with the SKU "${sku}"`);
      const body = jsonBody(request);
      const productType = required(body.productType, 'productType');
      if (!Array.isArray(body.patches) || body.patches.length === 0) throw invalidInput('patches is required');
      const patch = quantityPatchOf(body.patches);
      const answer = (status: 'ACCEPTED' | 'VALID' | 'INVALID', issues: readonly Issue[]): SimResponse =>
        ok({ sku, status, submissionId: deps.ids.uuid(), issues });
      if (!patch.ok) return answer('INVALID', [patch.issue]);
      if (productType !== PRODUCT_TYPE && productType !== 'PRODUCT') {
        const message = `The listing is of the product type ${PRODUCT_TYPE}.`;
        return answer('INVALID', [{ code: '90000901', message, severity: 'ERROR', categories: ['INVALID_ATTRIBUTE'] }]);
      }
      if (isPreview) return answer('VALID', []);
      // As on Amazon: the DEFAULT channel makes a listing the merchant's, wherever its stock was before.
      listing.fulfilment = 'MFN';
      if (!patch.keepsLeadTime) listing.leadTimeDays = null;
      deps.happenings.setQuantity(listing, patch.quantity);
      return answer('ACCEPTED', []);
    },
  };
};

const positionOf = (position: string): { readonly shown: number; readonly after: string } => {
  const blank = position.indexOf(' ');
  return { shown: Number(position.slice(0, blank)), after: position.slice(blank + 1) };
};
