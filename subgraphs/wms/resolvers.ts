/** GraphQL to port and back, nothing else. */
import { codeOfLocationId, locationIdOf, skuOfVariantId } from '#model/identifiers.ts';
import { codesOf } from '#runtime/graphql/arguments.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { stampOf } from '#runtime/graphql/stamp.ts';
import type { Resolvers } from '#schema/generated/wms.ts';
import { type LoaderDeps, loadersOf } from './loaders.ts';
import type { LocationParent } from './parents.ts';

const locationOf = (code: string): LocationParent => ({ id: locationIdOf(code) });

const codesIn = (locationIds: readonly string[] | null | undefined): readonly string[] | null =>
  locationIds ? codesOf(locationIds, 'locationIds', 'location', codeOfLocationId) : null;

export const createWmsResolvers = (deps: LoaderDeps): Resolvers => ({
  DateTime: scalars.DateTime,
  Decimal: scalars.Decimal,

  Query: {
    wmsShipment: (_root, { id }, context) => loadersOf(deps, context).shipment(id),
    wmsReturnReceipt: (_root, { id }, context) => loadersOf(deps, context).returnReceipt(id),
  },

  Location: {
    __resolveReference: ({ id }) => ({ id }),
    warehouse: ({ id }, _args, context) => {
      const code = codeOfLocationId(id);
      return code === null ? null : loadersOf(deps, context).warehouse(code);
    },
  },

  WarehouseProfile: {
    dailyPickCapacity: (profile) => profile.dailyPickCapacity ?? null,
    remainingPickCapacity: (profile) => profile.remainingPickCapacity ?? null,
  },

  Variant: {
    __resolveReference: ({ id }) => ({ id }),
    wmsStock: ({ id }, { locationIds }, context) => {
      const sku = skuOfVariantId(id);
      const locationCodes = codesIn(locationIds);
      return sku === null ? [] : loadersOf(deps, context).stock({ sku, locationCodes });
    },
  },

  WmsStock: {
    location: ({ locationCode }) => locationOf(locationCode),
    onHand: ({ onHand }) => String(onHand),
    allocated: ({ allocated }) => String(allocated),
    picked: ({ picked }) => String(picked),
    damaged: ({ damaged }) => String(damaged),
    qualityHold: ({ qualityHold }) => String(qualityHold),
    returnsPendingInspection: ({ returnsPendingInspection }) => String(returnsPendingInspection),
    sequence: ({ sequence }) => sequence ?? null,
    stamp: stampOf,
  },

  InboundSupply: { quantity: ({ quantity }) => String(quantity) },

  WmsShipment: {
    __resolveReference: ({ id }, context) => loadersOf(deps, context).shipment(id),
    origin: ({ originCode }) => locationOf(originCode),
    stamp: stampOf,
  },

  WmsShipmentLine: {
    ordered: ({ ordered }) => String(ordered),
    picked: ({ picked }) => String(picked),
    shipped: ({ shipped }) => String(shipped),
    short: ({ short }) => String(short),
  },

  WmsParcel: {
    sscc: ({ sscc }) => sscc ?? null,
    trackingNumber: ({ trackingNumber }) => trackingNumber ?? null,
    trackingUrl: ({ trackingUrl }) => trackingUrl ?? null,
    shippedAt: ({ shippedAt }) => shippedAt ?? null,
  },

  WmsReturnReceipt: {
    __resolveReference: ({ id }, context) => loadersOf(deps, context).returnReceipt(id),
    rmaNumber: ({ rmaNumber }) => rmaNumber ?? null,
    receivedAt: ({ receivedAt }) => receivedAt ?? null,
    stamp: stampOf,
  },

  WmsReturnLine: { quantity: ({ quantity }) => String(quantity) },
});
