/** GraphQL to port and back, nothing else. */
import { codeOfLocationId, locationIdOf, skuOfVariantId } from '#model/identifiers.ts';
import { decimalOf } from '#model/money.ts';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { askAll } from '#runtime/inlet/ask.ts';
import type { Resolvers, SourceStamp } from '#schema/generated/pos.ts';
import { type LoaderDeps, loadersOf } from './loaders.ts';
import { isOpenAt } from './opening.ts';
import type { LocationParent, Provenance } from './parents.ts';
import { pageOfTasks } from './task-page.ts';

const MAX_PAGE = 100;
const MAX_LOCATIONS = 250;

const locationOf = ({ locationCode }: { readonly locationCode: string }): LocationParent => ({
  id: locationIdOf(locationCode),
});

const stampOf = (parent: Provenance & { readonly asOf: string; readonly version?: string }): SourceStamp => ({
  system: parent.connection,
  asOf: parent.asOf,
  fetchedAt: parent.fetchedAt,
  cache: 'MISS',
  version: parent.version ?? null,
});

const codeOf = (locationId: string, argument: string): string => {
  const code = codeOfLocationId(locationId);
  if (code !== null) return code;
  throw new Failure('BAD_INPUT', `${argument}: "${locationId}" is not a location id.`, { field: argument });
};

const codesOf = (locationIds: readonly string[] | null | undefined): readonly string[] | null => {
  if (!locationIds) return null;
  if (locationIds.length > MAX_LOCATIONS) {
    throw new Failure('BAD_INPUT', `locationIds: at most ${MAX_LOCATIONS}, not ${locationIds.length}.`, {
      field: 'locationIds',
    });
  }
  return locationIds.map((id) => codeOf(id, 'locationIds'));
};

const pageSize = (first: number): number => {
  if (first >= 1 && first <= MAX_PAGE) return first;
  throw new Failure('BAD_INPUT', `first: 1 to ${MAX_PAGE}, not ${first}.`, { field: 'first' });
};

export const createPosResolvers = (deps: LoaderDeps): Resolvers => ({
  DateTime: scalars.DateTime,
  Decimal: scalars.Decimal,

  Query: {
    posTransaction: (_root, { id }, context) => loadersOf(deps, context).transaction.load(id),
    pickupTask: (_root, { id }, context) => loadersOf(deps, context).task.load(id),
    storePickupTasks: async (_root, { locationId, states, first, after }, context) => {
      const size = pageSize(first);
      const code = codeOf(locationId, 'locationId');
      const { answers } = await askAll(
        deps.connections,
        (port) => port.storePickupTasks(code, states ?? null, context),
        deps,
      );
      const fetchedAt = isoOf(deps.clock.now());
      const tasks = answers.flatMap(({ connection, answer }) =>
        answer.map((task) => ({ ...task, connection, fetchedAt })),
      );
      return pageOfTasks(tasks, size, after ?? null);
    },
  },

  Location: {
    __resolveReference: ({ id }) => ({ id }),
    store: ({ id }, _args, context) => {
      const code = codeOfLocationId(id);
      return code === null ? null : loadersOf(deps, context).store.load(code);
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
      return sku === null ? [] : loadersOf(deps, context).aliases.load(sku);
    },
    posStock: ({ id }, { locationIds }, context) => {
      const sku = skuOfVariantId(id);
      const codes = codesOf(locationIds);
      return sku === null ? [] : loadersOf(deps, context).stock(codes).load(sku);
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
    __resolveReference: ({ id }, context) => loadersOf(deps, context).transaction.load(id),
    location: locationOf,
    orderReference: (transaction) => transaction.orderReference ?? null,
    total: ({ total }) => ({ amount: decimalOf(total), currency: total.currency }),
    stamp: stampOf,
  },

  PickupTask: {
    __resolveReference: ({ id }, context) => loadersOf(deps, context).task.load(id),
    location: locationOf,
    readyAt: (task) => task.readyAt ?? null,
    collectedAt: (task) => task.collectedAt ?? null,
    expiresAt: (task) => task.expiresAt ?? null,
    stamp: stampOf,
  },
});
