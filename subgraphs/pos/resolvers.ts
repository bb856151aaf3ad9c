/** GraphQL to port and back, nothing else. */
import { codeOfLocationId, locationIdOf, skuOfVariantId, variantIdOf } from '#model/identifiers.ts';
import { decimalOf } from '#model/money.ts';
import { badInput, codesOf, pageSize } from '#runtime/graphql/arguments.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { stampOf } from '#runtime/graphql/stamp.ts';
import type { Resolvers } from '#schema/generated/pos.ts';
import { type LoaderDeps, loadersOf } from './loaders.ts';
import { isOpenAt } from './opening.ts';
import type { LocationParent } from './parents.ts';
import type { PosConnection } from './readings.ts';
import { createStoreOperations } from './store-operations.ts';
import { pageOfTasks } from './task-page.ts';

const MAX_PAGE = 100;

const locationOf = ({ locationCode }: { readonly locationCode: string }): LocationParent => ({
  id: locationIdOf(locationCode),
});

const codeOf = (locationId: string, argument: string): string => {
  const code = codeOfLocationId(locationId);
  if (code === null) throw badInput(argument, `"${locationId}" is not a location id.`);
  return code;
};

const codesIn = (locationIds: readonly string[] | null | undefined): readonly string[] | null =>
  locationIds ? codesOf(locationIds, 'locationIds', 'location', codeOfLocationId) : null;

export type PosResolverDeps = LoaderDeps & { readonly connections: readonly PosConnection[] };

export const createPosResolvers = (deps: PosResolverDeps): Resolvers => {
  const operations = createStoreOperations({
    ...deps,
    find: (taskId, context) => loadersOf(deps, context).task(taskId),
  });
  return {
    DateTime: scalars.DateTime,
    Decimal: scalars.Decimal,

    Query: {
      posTransaction: (_root, { id }, context) => loadersOf(deps, context).transaction(id),
      pickupTask: (_root, { id }, context) => loadersOf(deps, context).task(id),
      storePickupTasks: async (_root, { locationId, states, first, after }, context) => {
        const size = pageSize(first, MAX_PAGE);
        const locationCode = codeOf(locationId, 'locationId');
        const tasks = await loadersOf(deps, context).taskList({ locationCode, states: states ?? null });
        return pageOfTasks(tasks, size, after ?? null);
      },
    },

    Mutation: {
      markReadyForPickup: (_root, { input }, context) => operations.markReady(input, context),
      confirmCollected: (_root, { input }, context) => operations.confirmCollected(input, context),
      reportShortPick: (_root, { input }, context) => operations.reportShort(input, context),
    },

    Location: {
      __resolveReference: ({ id }) => ({ id }),
      store: ({ id }, _args, context) => {
        const code = codeOfLocationId(id);
        return code === null ? null : loadersOf(deps, context).store(code);
      },
    },

    StoreProfile: {
      phone: (store) => store.phone ?? null,
      openNow: (store) => store.active && isOpenAt(store.openingHours, deps.clock.now(), store.timeZone),
    },

    Variant: {
      __resolveReference: ({ id }) => ({ id }),
      posAliases: ({ id }, _args, context) => {
        const sku = skuOfVariantId(id);
        return sku === null ? [] : loadersOf(deps, context).aliases(sku);
      },
      posStock: ({ id }, { locationIds }, context) => {
        const sku = skuOfVariantId(id);
        const locationCodes = codesIn(locationIds);
        return sku === null ? [] : loadersOf(deps, context).stock({ sku, locationCodes });
      },
    },

    PosAlias: { location: locationOf },

    PosStock: {
      location: locationOf,
      onHand: (stock) => String(stock.onHand),
      soldSinceLastPosting: (stock) => String(stock.soldSinceLastPosting),
      damaged: (stock) => String(stock.damaged),
      lastCountedAt: (stock) => stock.lastCountedAt ?? null,
      sequence: (stock) => stock.sequence ?? null,
      stamp: stampOf,
    },

    PosTransaction: {
      __resolveReference: ({ id }, context) => loadersOf(deps, context).transaction(id),
      location: locationOf,
      orderReference: (transaction) => transaction.orderReference ?? null,
      total: ({ total }) => ({ amount: decimalOf(total), currency: total.currency }),
      stamp: stampOf,
    },

    PickupTask: {
      __resolveReference: ({ id }, context) => loadersOf(deps, context).task(id),
      location: locationOf,
      readyAt: (task) => task.readyAt ?? null,
      collectedAt: (task) => task.collectedAt ?? null,
      expiresAt: (task) => task.expiresAt ?? null,
      stamp: stampOf,
    },

    PickupLine: { variant: ({ sku }) => (sku === undefined ? null : { id: variantIdOf(sku) }) },
  };
};
