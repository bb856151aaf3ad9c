/** What stands behind a GraphQL type in this subgraph: the port's answer and which connection gave it, when. */

import type { ExpectedSupply } from '#model/supply.ts';
import type { Provenance } from '#runtime/graphql/stamp.ts';
import type { WarehouseProfile, WmsReturnReceipt, WmsShipment, WmsStock } from './port.ts';

export type LocationParent = { readonly id: string };
export type VariantParent = { readonly id: string };
export type WarehouseProfileParent = WarehouseProfile;
export type InboundSupplyParent = ExpectedSupply;
export type WmsStockParent = WmsStock & Provenance;
export type WmsShipmentParent = WmsShipment & Provenance;
export type WmsShipmentLineParent = WmsShipment['lines'][number];
export type WmsParcelParent = WmsShipment['parcels'][number];
export type WmsReturnReceiptParent = WmsReturnReceipt & Provenance;
export type WmsReturnLineParent = WmsReturnReceipt['lines'][number];
