/** GraphQL to port and back, nothing else. */
import {
  codeOfLocationId,
  codeOfProductId,
  locationIdOf,
  productIdOf,
  skuOfVariantId,
  variantIdOf,
} from '#model/identifiers.ts';
import type { Location } from '#model/location.ts';
import { decimalOf, type Money } from '#model/money.ts';
import { Failure } from '#runtime/failure.ts';
import { badInput, codesOf } from '#runtime/graphql/arguments.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { stampOf } from '#runtime/graphql/stamp.ts';
import type { CatalogFilter, LocationFilter, Resolvers, VariantIdentifier } from '#schema/generated/erp.ts';
import { referenceOf } from './identifier.ts';
import { type LoaderDeps, loadersOf } from './loaders.ts';
import { edgesOf, windowOf } from './paging.ts';
import type { LocationParent, VariantParent } from './parents.ts';
import type { CatalogQuery } from './port.ts';

const MAX_BATCH = 250;

const moneyOf = (value: Money): { readonly amount: string; readonly currency: string } => ({
  amount: decimalOf(value),
  currency: value.currency,
});

const queryOf = (filter: CatalogFilter | null | undefined): Omit<CatalogQuery, 'offset' | 'limit'> => ({
  ...(filter?.search ? { search: filter.search } : {}),
  ...(filter?.productIds
    ? { productCodes: codesOf(filter.productIds, 'filter.productIds', 'product', codeOfProductId) }
    : {}),
  ...(filter?.lifecycle ? { lifecycle: filter.lifecycle } : {}),
  ...(filter?.category ? { category: filter.category } : {}),
});

const matches = (location: Location, filter: LocationFilter | null | undefined): boolean =>
  (!filter?.kinds || filter.kinds.includes(location.kind)) &&
  (!filter?.country || location.address?.country === filter.country) &&
  (!filter?.ids || filter.ids.includes(locationIdOf(location.code)));

export const createErpResolvers = (deps: LoaderDeps): Resolvers => {
  const variantBy = async (
    by: VariantIdentifier,
    at: string,
    context: RequestContext,
  ): Promise<VariantParent | null> => {
    const reference = referenceOf(by, at);
    return reference === null ? null : loadersOf(deps, context).variant(reference);
  };

  /** The place behind a parent that may know no more than its code. A place that vanished from the ERP is a failure. */
  const knownLocation = async (parent: LocationParent, context: RequestContext): Promise<Location> => {
    if (parent.known) return parent.known;
    const known = await loadersOf(deps, context).place(parent.code);
    if (known) return known;
    throw new Failure('NOT_MAPPED', `The ERP does not know the place "${parent.code}".`, { field: 'location' });
  };

  return {
    DateTime: scalars.DateTime,
    Decimal: scalars.Decimal,

    Query: {
      variant: (_root, { by }, context) => variantBy(by, 'by', context),
      variantsBy: async (_root, { by }, context) => {
        if (by.length > MAX_BATCH) throw badInput('by', `at most ${MAX_BATCH} identifiers, not ${by.length}.`);
        const references = by.map((identifier, place) => referenceOf(identifier, `by[${place}]`));
        const { variant } = loadersOf(deps, context);
        return Promise.all(references.map((reference) => (reference === null ? null : variant(reference))));
      },
      catalog: async (_root, { filter, ...page }, context) => {
        // One ERP masters the items; the first configured one is it.
        const [master] = deps.erps;
        const query = queryOf(filter);
        const ask = async (offset: number, limit: number) =>
          (await master?.catalogPage.read({ ...query, offset, limit }, context))?.value;
        const window = await windowOf(page, async () => (await ask(0, 1))?.total ?? null);
        const found = window.limit === 0 ? undefined : await ask(window.offset, window.limit);
        return { ...edgesOf(found?.items ?? [], window, found?.nextOffset != null), totalCount: found?.total ?? null };
      },
      location: async (_root, { id }, context) => {
        const code = codeOfLocationId(id);
        const known = code === null ? null : await loadersOf(deps, context).place(code);
        return known ? { code: known.code, known } : null;
      },
      locations: async (_root, { filter, ...page }, context) => {
        const all = [...(await loadersOf(deps, context).places()).values()]
          .filter((location) => matches(location, filter))
          .toSorted((a, b) => (a.code < b.code ? -1 : 1));
        const window = await windowOf(page, async () => all.length);
        const end = window.offset + window.limit;
        const nodes = all.slice(window.offset, end).map((known): LocationParent => ({ code: known.code, known }));
        return edgesOf(nodes, window, end < all.length);
      },
      erpSalesOrder: (_root, { number }, context) => loadersOf(deps, context).salesOrder(number),
    },

    Product: {
      __resolveReference: ({ id }, context) => {
        const code = codeOfProductId(id);
        return code === null ? null : loadersOf(deps, context).product(code);
      },
      id: ({ code }) => productIdOf(code),
      variants: async (product, _args, context) => {
        const loaders = loadersOf(deps, context);
        const skus = product.skus ?? (await loaders.product(product.code))?.skus ?? [];
        // An ERP that fails here must not make the product look empty.
        const variants = await Promise.all(skus.map((value) => loaders.variant({ scheme: 'sku', value })));
        return variants.filter((entry) => entry !== null);
      },
    },

    Variant: {
      __resolveReference: (reference, context) => {
        const sku =
          'id' in reference && reference.id ? skuOfVariantId(reference.id) : 'sku' in reference ? reference.sku : null;
        return sku ? loadersOf(deps, context).variant({ scheme: 'sku', value: sku }) : null;
      },
      id: ({ sku }) => variantIdOf(sku),
      gtin: ({ gtin }) => gtin ?? null,
      product: ({ productCode, productTitle }) => ({ code: productCode, title: productTitle }),
      listPrice: ({ listPrice }) => (listPrice ? moneyOf(listPrice) : null),
      erpStock: ({ sku }, { locationIds }, context) => {
        const locationCodes = locationIds ? codesOf(locationIds, 'locationIds', 'location', codeOfLocationId) : null;
        return loadersOf(deps, context).stock({ sku, locationCodes });
      },
    },

    ErpStock: {
      location: ({ locationCode }) => ({ code: locationCode }),
      onHand: ({ onHand }) => String(onHand),
      reserved: ({ reserved }) => String(reserved),
      onOrder: ({ onOrder }) => String(onOrder),
      blocked: ({ blocked }) => String(blocked),
      stamp: stampOf,
    },

    Location: {
      __resolveReference: async ({ id }, context) => {
        const code = codeOfLocationId(id);
        const known = code === null ? null : await loadersOf(deps, context).place(code);
        return known ? { code: known.code, known } : null;
      },
      id: ({ code }) => locationIdOf(code),
      name: async (parent, _args, context) => (await knownLocation(parent, context)).name,
      kind: async (parent, _args, context) => (await knownLocation(parent, context)).kind,
      gln: async (parent, _args, context) => (await knownLocation(parent, context)).gln ?? null,
      address: async (parent, _args, context) => (await knownLocation(parent, context)).address ?? null,
      position: async (parent, _args, context) => (await knownLocation(parent, context)).position ?? null,
      timeZone: async (parent, _args, context) => (await knownLocation(parent, context)).timeZone,
    },

    ErpSalesOrder: {
      __resolveReference: ({ number }, context) => loadersOf(deps, context).salesOrder(number),
      total: ({ total }) => moneyOf(total),
      stamp: stampOf,
    },

    ErpInvoice: {
      total: ({ total }) => moneyOf(total),
      postedAt: ({ postedAt }) => postedAt ?? null,
    },
  };
};
