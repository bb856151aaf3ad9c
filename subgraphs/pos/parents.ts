/** What stands behind a GraphQL type in this subgraph: the port's answer and which connection gave it, when. */
import type { Provenance } from '#runtime/graphql/stamp.ts';
import type { PickupLine, PickupTask, PosAlias, PosStock, PosTransaction, StoreProfile } from './port.ts';

export type LocationParent = { readonly id: string };
export type VariantParent = { readonly id: string };
export type StoreProfileParent = StoreProfile;
export type PosAliasParent = PosAlias;
export type PosStockParent = PosStock & Provenance;
export type PosTransactionParent = PosTransaction & Provenance;
export type PickupTaskParent = PickupTask & Provenance;
export type PickupLineParent = PickupLine;
