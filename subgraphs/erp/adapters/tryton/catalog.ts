/** Reads items by any of their names, products by code, and the catalogue page by page. */

import { z } from 'zod';
import type { CallOptions, Page } from '#model/call.ts';
import type { ItemReference } from '#model/identifiers.ts';
import type { ItemLifecycle, Product, Variant } from '#model/product.ts';
import type { TrytonClient } from '#vendors/tryton/client.ts';
import type { CatalogQuery } from '../../port.ts';
import type { CompanyReader } from './company.ts';
import { codesOf, nameKey, referenceOf } from './identifiers.ts';
import { variantOf } from './mapping.ts';
import {
  IDENTIFIER_FIELDS,
  type IdentifierRow,
  identifierRow,
  PRODUCT_FIELDS,
  type ProductRow,
  productRow,
  TEMPLATE_FIELDS,
  templateRow,
} from './wire.ts';

/** Tryton hides what is inactive unless told otherwise, and a discontinued item may still be on order. */
export const EVEN_INACTIVE = { active_test: false } as const;

/** Things that are sold as articles: they have a code and are not services (shipping costs, gift wrapping). */
export const ITEMS_ONLY: readonly unknown[] = [
  ['code', '!=', null],
  ['type', '!=', 'service'],
];

const LIFECYCLE_CLAUSES: Readonly<Record<ItemLifecycle, readonly unknown[] | null>> = {
  ACTIVE: [
    ['active', '=', true],
    ['template.active', '=', true],
    ['salable', '=', true],
  ],
  BLOCKED: [
    ['active', '=', true],
    ['template.active', '=', true],
    ['salable', '=', false],
  ],
  DISCONTINUED: ['OR', ['active', '=', false], ['template.active', '=', false]],
  // Tryton knows no item that is not one yet.
  DRAFT: null,
};

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** The search that a catalogue query means, or null when nothing can match it. Pure. */
export const catalogDomain = (query: Omit<CatalogQuery, 'offset' | 'limit'>): readonly unknown[] | null => {
  const lifecycles = query.lifecycle?.map((lifecycle) => LIFECYCLE_CLAUSES[lifecycle]).filter((part) => part !== null);
  if (lifecycles?.length === 0 || query.productCodes?.length === 0) return null;
  const search = query.search?.trim();
  return [
    ...ITEMS_ONLY,
    ...(lifecycles === undefined ? [] : [['OR', ...lifecycles]]),
    ...(query.productCodes === undefined ? [] : [['template.code', 'in', query.productCodes]]),
    ...(query.category === undefined ? [] : [['template.categories.name', '=', query.category]]),
    ...(search ? [['rec_name', 'ilike', `%${escapeLike(search)}%`]] : []),
  ];
};

/** Codes need not be unique in Tryton: the active product wins, then the one that was there first. */
const preferred = (rows: readonly ProductRow[]): readonly ProductRow[] =>
  rows.toSorted((a, b) => Number(a.active) - Number(b.active) || b.id - a.id);

const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

export type CatalogReader = {
  variants(references: readonly ItemReference[], call: CallOptions): Promise<readonly (Variant | null)[]>;
  products(codes: readonly string[], call: CallOptions): Promise<readonly (Product | null)[]>;
  catalog(query: CatalogQuery, call: CallOptions): Promise<Page<Variant>>;
};

export const createCatalogReader = (deps: {
  readonly client: TrytonClient;
  readonly company: CompanyReader;
}): CatalogReader => {
  const { client } = deps;

  const identifiersOf = async (
    references: readonly ItemReference[],
    call: CallOptions,
  ): Promise<readonly IdentifierRow[]> => {
    const codes = [...new Set(references.flatMap(codesOf))];
    if (codes.length === 0) return [];
    const domain = [['code', 'in', codes]];
    return client.searchRead('product.identifier', { domain }, IDENTIFIER_FIELDS, identifierRow, { call });
  };

  const productsWhere = async (
    skus: readonly string[],
    ids: readonly number[],
    call: CallOptions,
  ): Promise<readonly ProductRow[]> => {
    // Searched, not read: one id that has gone meanwhile would refuse all of them.
    const clauses = [
      skus.length > 0 ? ['code', 'in', skus] : undefined,
      ids.length > 0 ? ['id', 'in', ids] : undefined,
    ];
    if (!clauses.some(isDefined)) return [];
    return client.searchRead(
      'product.product',
      { domain: ['OR', ...clauses.filter(isDefined)] },
      PRODUCT_FIELDS,
      productRow,
      { call, context: EVEN_INACTIVE },
    );
  };

  return {
    variants: async (references, call) => {
      if (references.length === 0) return [];
      const [{ currency }, identifiers] = await Promise.all([deps.company(call), identifiersOf(references, call)]);
      const skus = references.flatMap((reference) => (reference.scheme === 'sku' ? [reference.value] : []));
      const rows = preferred(
        await productsWhere([...new Set(skus)], [...new Set(identifiers.map((row) => row.product))], call),
      );
      const bySku = new Map(rows.map((row) => [row.code, row]));
      const byId = new Map(rows.map((row) => [row.id, row]));
      const byName = new Map<string, ProductRow>();
      for (const identifier of identifiers) {
        const reference = referenceOf(identifier);
        const row = byId.get(identifier.product);
        if (reference !== null && row !== undefined) byName.set(nameKey(reference), row);
      }
      return references.map((reference) => {
        const row = reference.scheme === 'sku' ? bySku.get(reference.value) : byName.get(nameKey(reference));
        return row === undefined ? null : variantOf(row, currency);
      });
    },

    products: async (codes, call) => {
      if (codes.length === 0) return [];
      const rows = await client.searchRead(
        'product.template',
        { domain: [['code', 'in', [...new Set(codes)]]], order: [['id', 'DESC']] },
        TEMPLATE_FIELDS,
        templateRow,
        { call, context: EVEN_INACTIVE },
      );
      const byCode = new Map(rows.map((row) => [row.code, row]));
      return codes.map((code) => {
        const row = byCode.get(code);
        if (row === undefined) return null;
        const skus = row['products.'].toSorted((a, b) => a.id - b.id).flatMap((product) => product.code ?? []);
        return { code, title: row.name, skus };
      });
    },

    catalog: async (query, call) => {
      const domain = catalogDomain(query);
      if (domain === null) return { items: [], nextOffset: null, total: 0 };
      const [{ currency }, total, rows] = await Promise.all([
        deps.company(call),
        client.call('product.product', 'search_count', [domain], {
          call,
          context: EVEN_INACTIVE,
          idempotent: true,
          decode: z.number().int(),
        }),
        client.searchRead(
          'product.product',
          {
            domain,
            offset: query.offset,
            limit: query.limit,
            order: [
              ['code', 'ASC'],
              ['id', 'ASC'],
            ],
          },
          PRODUCT_FIELDS,
          productRow,
          { call, context: EVEN_INACTIVE },
        ),
      ]);
      const end = query.offset + rows.length;
      return {
        items: rows.flatMap((row) => variantOf(row, currency) ?? []),
        nextOffset: end < total ? end : null,
        total,
      };
    },
  };
};
