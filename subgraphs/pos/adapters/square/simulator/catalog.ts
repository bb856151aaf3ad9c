/**
 * The item library. One ITEM per product, one ITEM_VARIATION per SKU with its barcode as `upc`; where a store has its
 * own name for a SKU, a further variation with that name as `sku`, the same `upc`, present at that store only.
 */
import { isoOf } from '#runtime/clock.ts';
import type { Company } from '#simulation/company/company.ts';
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';
import {
  bodyOf,
  catalogIdOf,
  cursorOf,
  invalid,
  type Json,
  listMember,
  optionalBoolean,
  optionalInstant,
  optionalInteger,
  optionalObject,
  optionalTexts,
  positionOf,
  text,
} from './protocol.ts';

export type SimVariation = {
  readonly id: string;
  readonly itemId: string;
  readonly sku: string;
  readonly gtin: string | null;
  readonly title: string;
  readonly priceMinor: number;
  /** Null: everywhere. */
  readonly presentAt: readonly string[] | null;
  readonly updatedMs: number;
  readonly deleted: boolean;
};
type SimItem = { readonly id: string; readonly name: string; readonly updatedMs: number };

export type Catalog = {
  list(request: SimRequest): SimResponse;
  search(request: SimRequest): SimResponse;
  batchRetrieve(request: SimRequest): SimResponse;
  variation(id: string): SimVariation | null;
  /** The variation that the till of a location finds under a SKU. */
  sold(sku: string, locationId: string): SimVariation | null;
  add(item: Omit<SimVariation, 'id' | 'itemId' | 'deleted'>): SimVariation;
  remove(sku: string, nowMs: number): SimVariation | null;
  skusAt(locationId: string): readonly string[];
};

const TYPES = [
  'ITEM',
  'IMAGE',
  'CATEGORY',
  'ITEM_VARIATION',
  'TAX',
  'DISCOUNT',
  'MODIFIER_LIST',
  'MODIFIER',
  'PRICING_RULE',
  'PRODUCT_SET',
  'TIME_PERIOD',
  'MEASUREMENT_UNIT',
  'SUBSCRIPTION_PLAN_VARIATION',
  'ITEM_OPTION',
  'ITEM_OPTION_VAL',
  'CUSTOM_ATTRIBUTE_DEFINITION',
  'QUICK_AMOUNTS_SETTINGS',
  'SUBSCRIPTION_PLAN',
  'AVAILABILITY_PERIOD',
];
const LIST_PAGE = 100;
const SEARCH_PAGE = 100;
const MAX_SEARCH_PAGE = 1000;
const MAX_IDS = 1000;
const DAY_MS = 86_400_000;

const isPresent = (variation: SimVariation, locationId: string): boolean =>
  variation.presentAt === null || variation.presentAt.includes(locationId);

export const createCatalog = (company: Company, locationIdOfCode: (code: string) => string | null): Catalog => {
  const items = new Map<string, SimItem>();
  const variations = new Map<string, SimVariation>();
  const bySku = new Map<string, string[]>();
  const seededMs = Date.parse(company.startedAt) - 30 * DAY_MS;

  const keep = (variation: SimVariation): SimVariation => {
    const ids = bySku.get(variation.sku) ?? [];
    if (!ids.includes(variation.id)) bySku.set(variation.sku, [...ids, variation.id]);
    variations.set(variation.id, variation);
    return variation;
  };

  for (const { code, name } of company.products) {
    const id = catalogIdOf(`item ${code}`);
    items.set(id, { id, name, updatedMs: seededMs });
  }
  for (const item of company.items) {
    const shared = {
      itemId: catalogIdOf(`item ${item.productCode}`),
      gtin: item.gtin13,
      title: item.title,
      priceMinor: item.priceMinor,
      updatedMs: seededMs,
      deleted: false,
    };
    keep({ ...shared, id: catalogIdOf(`variation ${item.sku}`), sku: item.sku, presentAt: null });
    for (const { storeCode, alias } of item.posAliases) {
      const locationId = locationIdOfCode(storeCode);
      if (locationId === null) continue;
      keep({ ...shared, id: catalogIdOf(`variation ${storeCode} ${alias}`), sku: alias, presentAt: [locationId] });
    }
  }

  const wireHead = (entry: { readonly id: string; readonly updatedMs: number }): Json => ({
    id: entry.id,
    updated_at: isoOf(entry.updatedMs),
    version: entry.updatedMs,
  });
  const variationWire = (variation: SimVariation): Json => ({
    type: 'ITEM_VARIATION',
    ...wireHead(variation),
    is_deleted: variation.deleted,
    present_at_all_locations: variation.presentAt === null,
    ...(variation.presentAt === null ? {} : { present_at_location_ids: variation.presentAt }),
    item_variation_data: {
      item_id: variation.itemId,
      name: variation.title,
      sku: variation.sku,
      ...(variation.gtin === null ? {} : { upc: variation.gtin }),
      pricing_type: 'FIXED_PRICING',
      price_money: { amount: variation.priceMinor, currency: company.currency },
      track_inventory: true,
      sellable: true,
      stockable: true,
    },
  });
  const itemWire = (item: SimItem): Json => ({
    type: 'ITEM',
    ...wireHead(item),
    is_deleted: false,
    present_at_all_locations: true,
    item_data: {
      name: item.name,
      product_type: 'REGULAR',
      variations: [...variations.values()].filter((v) => v.itemId === item.id && !v.deleted).map(variationWire),
    },
  });

  const updatedMs = (): number =>
    [...items.values(), ...variations.values()].reduce((latest, entry) => Math.max(latest, entry.updatedMs), 0);

  type Selection = { readonly types: readonly string[]; readonly afterMs: number; readonly deleted: boolean };
  /** Sorted by id: the order in which pages are turned. */
  const select = ({ types, afterMs, deleted }: Selection): readonly (SimItem | SimVariation)[] =>
    [
      ...(types.includes('ITEM') ? items.values() : []),
      ...(types.includes('ITEM_VARIATION') ? [...variations.values()].filter((v) => deleted || !v.deleted) : []),
    ]
      .filter((entry) => entry.updatedMs > afterMs)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  const wireOf = (entry: SimItem | SimVariation): Json => ('sku' in entry ? variationWire(entry) : itemWire(entry));

  const pageOf = (entries: readonly (SimItem | SimVariation)[], query: Json, size: number): Json => {
    const after = positionOf(query);
    const left = after === null ? entries : entries.filter((entry) => entry.id > after);
    const page = left.slice(0, size);
    const last = page.at(-1);
    return {
      ...(last && left.length > page.length ? { cursor: cursorOf(query, last.id) } : {}),
      ...listMember('objects', page.map(wireOf)),
    };
  };

  /** Only what exact_query and set_query on a variation's sku or upc ask for; other queries are not simulated. */
  const matcherOf = (query: Json | undefined): ((entry: SimItem | SimVariation) => boolean) => {
    if (!query) return () => true;
    const exact = optionalObject(query, 'exact_query', 'query.');
    const set = optionalObject(query, 'set_query', 'query.');
    const given = exact ?? set;
    if (!given || Object.keys(query).length !== 1) {
      throw invalid('INVALID_VALUE', 'The simulator knows exact_query or set_query, one at a time.', 'query');
    }
    const at = exact ? 'query.exact_query.' : 'query.set_query.';
    const attribute = text(given, 'attribute_name', { oneOf: ['sku', 'upc'] }, at);
    const values = exact
      ? [text(given, 'attribute_value', {}, at)]
      : (optionalTexts(given, 'attribute_values', { maxEntries: 250 }, at) ?? []);
    const wanted = new Set(values.map((value) => value.toLowerCase()));
    return (entry) => 'sku' in entry && wanted.has(String(attribute === 'sku' ? entry.sku : entry.gtin).toLowerCase());
  };

  return {
    list: (request) => {
      const types = (request.query.get('types') ?? 'ITEM,CATEGORY,TAX,DISCOUNT,MODIFIER_LIST,IMAGE')
        .toUpperCase()
        .split(',');
      const unknown = types.find((type) => !TYPES.includes(type));
      if (unknown !== undefined) throw invalid('INVALID_ENUM_VALUE', `"${unknown}" is no catalog type.`, 'types');
      const query = { types, cursor: request.query.get('cursor') ?? undefined };
      return { status: 200, body: pageOf(select({ types, afterMs: -1, deleted: false }), query, LIST_PAGE) };
    },

    search: (request) => {
      const body = bodyOf(request, [
        'cursor',
        'object_types',
        'include_deleted_objects',
        'include_related_objects',
        'begin_time',
        'query',
        'limit',
        'include_category_path_to_root',
      ]);
      const limit = optionalInteger(body, 'limit') ?? SEARCH_PAGE;
      const entries = select({
        types: optionalTexts(body, 'object_types', { oneOf: TYPES }) ?? ['ITEM'],
        afterMs: optionalInstant(body, 'begin_time') ?? -1,
        deleted: optionalBoolean(body, 'include_deleted_objects') ?? false,
      }).filter(matcherOf(optionalObject(body, 'query')));
      // A limit out of range is ignored, not refused.
      const size = limit >= 1 && limit <= MAX_SEARCH_PAGE ? limit : SEARCH_PAGE;
      return { status: 200, body: { ...pageOf(entries, body, size), latest_time: isoOf(updatedMs()) } };
    },

    batchRetrieve: (request) => {
      const body = bodyOf(request, [
        'object_ids',
        'include_related_objects',
        'catalog_version',
        'include_deleted_objects',
        'include_category_path_to_root',
      ]);
      const ids = optionalTexts(body, 'object_ids', { maxEntries: MAX_IDS });
      if (!ids) throw invalid('MISSING_REQUIRED_PARAMETER', 'The parameter is required.', 'object_ids');
      const deleted = optionalBoolean(body, 'include_deleted_objects') ?? false;
      const found = [...new Set(ids)].flatMap((id) => variations.get(id) ?? items.get(id) ?? []);
      const shown = found.filter((entry) => deleted || !('sku' in entry && entry.deleted));
      return { status: 200, body: listMember('objects', shown.map(wireOf)) };
    },

    variation: (id) => variations.get(id) ?? null,
    sold: (sku, locationId) =>
      (bySku.get(sku) ?? [])
        .flatMap((id) => variations.get(id) ?? [])
        .find((variation) => !variation.deleted && isPresent(variation, locationId)) ?? null,
    add: (wanted) => {
      const itemId = catalogIdOf(`item of ${wanted.sku}`);
      items.set(itemId, { id: itemId, name: wanted.title, updatedMs: wanted.updatedMs });
      const id = catalogIdOf(`variation ${wanted.sku} at ${wanted.presentAt?.join(' ') ?? 'all'}`);
      return keep({ ...wanted, id, itemId, deleted: false });
    },
    remove: (sku, nowMs) => {
      const id = bySku.get(sku)?.find((entry) => variations.get(entry)?.deleted === false);
      const variation = id === undefined ? undefined : variations.get(id);
      return variation ? keep({ ...variation, deleted: true, updatedMs: nowMs }) : null;
    },
    skusAt: (locationId) =>
      [...variations.values()].filter((v) => !v.deleted && isPresent(v, locationId)).map((v) => v.sku),
  };
};
