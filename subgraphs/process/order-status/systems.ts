/** The documents behind an order, as references to the entities of the system subgraphs. Pure. */
import type { DocumentReference, OrderState } from '#model/order/state.ts';

export type OrderSystems = {
  readonly erp: { readonly number: string } | null;
  readonly pos: readonly { readonly id: string }[];
  readonly pickupTasks: readonly { readonly id: string }[];
  readonly wms: readonly { readonly id: string }[];
  readonly marketplace: { readonly marketplace: string; readonly externalId: string } | null;
  readonly returnReceipts: readonly { readonly id: string }[];
};

const idOf = ({ documentId }: DocumentReference): { readonly id: string } => ({ id: documentId });

/** Documents that were called off come last: the leading one is alive where any is. */
const livingFirst = (documents: readonly DocumentReference[]): readonly DocumentReference[] =>
  documents.toSorted((a, b) => Number(a.cancelled) - Number(b.cancelled));

export const systemsOf = ({ documents }: Pick<OrderState, 'documents'>): OrderSystems => {
  const of = (
    system: DocumentReference['system'],
    documentType: DocumentReference['documentType'],
  ): readonly DocumentReference[] =>
    livingFirst(documents.filter((document) => document.system === system && document.documentType === documentType));
  const [sale] = of('erp', 'sales-order');
  // A marketplace's order can be pointed at only where its documents tell which marketplace it is on.
  const sold = of('marketplace', 'marketplace-order').find(({ marketplace }) => marketplace !== null);
  return {
    erp: sale ? { number: sale.documentId } : null,
    pos: of('pos', 'sales-order').map(idOf),
    pickupTasks: of('pos', 'pickup').map(idOf),
    wms: of('wms', 'shipment').map(idOf),
    marketplace: sold?.marketplace ? { marketplace: sold.marketplace, externalId: sold.documentId } : null,
    returnReceipts: of('wms', 'return-receipt').map(idOf),
  };
};
