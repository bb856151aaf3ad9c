/** GraphQL to port and back, nothing else. */
import { codeOfLocationId, locationIdOf, skuOfVariantId } from '#model/identifiers.ts';
import { Failure } from '#runtime/failure.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import type { Resolvers, SourceStamp } from '#schema/generated/wms.ts';
import { type LoaderDeps, loadersOf } from './loaders.ts';
import type { LocationParent, Provenance } from './parents.ts';

const MAX_LOCATIONS = 250;

const locationOf = (code: string): LocationParent => ({ id: locationIdOf(code) });

const stampOf = (
  parent: Provenance & { readonly asOf: string; readonly version?: string; readonly sequence?: string },
): SourceStamp => ({
  system: parent.connection,
  asOf: parent.asOf,
  fetchedAt: parent.fetchedAt,
  cache: 'MISS',
  version: parent.version ?? parent.sequence ?? null,
});

const codesOf = (locationIds: readonly string[] | null | undefined): readonly string[] | null => {
  if (!locationIds) return null;
  const badInput = (message: string): Failure =>
    new Failure('BAD_INPUT', `locationIds: ${message}`, { field: 'locationIds' });
  if (locationIds.length > MAX_LOCATIONS) throw badInput(`at most ${MAX_LOCATIONS}, not ${locationIds.length}.`);
  return locationIds.map((id) => {
    const code = codeOfLocationId(id);
    if (code === null) throw badInput(`"${id}" is not a location id.`);
    return code;
  });
};

export const createWmsResolvers = (deps: LoaderDeps): Resolvers => ({
  DateTime: scalars.DateTime,
  Decimal: scalars.Decimal,

  Query: {
    wmsShipment: (_root, { id }, context) => loadersOf(deps, context).shipment.load(id),
    wmsReturnReceipt: (_root, { id }, context) => loadersOf(deps, context).returnReceipt.load(id),
  },

  Location: {
    __resolveReference: ({ id }) => ({ id }),
    warehouse: ({ id }, _args, context) => {
      const code = codeOfLocationId(id);
      return code === null ? null : loadersOf(deps, context).warehouse.load(code);
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
      const codes = codesOf(locationIds);
      return sku === null ? [] : loadersOf(deps, context).stock(codes).load(sku);
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
    __resolveReference: ({ id }, context) => loadersOf(deps, context).shipment.load(id),
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
    __resolveReference: ({ id }, context) => loadersOf(deps, context).returnReceipt.load(id),
    rmaNumber: ({ rmaNumber }) => rmaNumber ?? null,
    receivedAt: ({ receivedAt }) => receivedAt ?? null,
    stamp: stampOf,
  },

  WmsReturnLine: { quantity: ({ quantity }) => String(quantity) },
});
