/** Claims for tests of order status, written the way an operator would tell the story. */
import type { ClaimedLine, OrderClaim } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import type { LineQuantities } from '#model/order/vocabulary.ts';

export const CONNECTION: Readonly<Record<SystemKind, string>> = {
  erp: 'erp-main',
  wms: 'wms-main',
  pos: 'pos-main',
  marketplace: 'shop-main',
};

const START_MS = Date.parse('2026-11-20T08:00:00.000Z');
/** Minutes after the morning the order was placed. */
export const at = (minutes: number): string => new Date(START_MS + minutes * 60_000).toISOString();

type Told = Partial<Omit<OrderClaim, 'kind'>> & { readonly minutes?: number };

export const claim = (system: SystemKind, told: Told): StoredClaim => {
  const { minutes = 0, ...rest } = told;
  return {
    kind: 'order-claim',
    documentType: 'sales-order',
    documentId: 'D1',
    references: [{ scheme: 'channel', value: '1001' }],
    sequence: String(minutes + 1),
    effectiveAt: at(minutes),
    rawStatus: 'any',
    ...rest,
    system,
    connection: CONNECTION[system],
    observedAt: at(minutes),
  };
};

export const line = (sku: string, ordered: number, rest: Partial<ClaimedLine> = {}): ClaimedLine => ({
  lineRef: `${sku}-${ordered}`,
  items: [{ scheme: 'sku', value: sku }],
  ordered,
  method: 'SHIP_TO_HOME',
  ...rest,
});

export const progress = (
  sku: string,
  quantities: Partial<LineQuantities>,
): NonNullable<OrderClaim['progress']>[number] => ({
  items: [{ scheme: 'sku', value: sku }],
  quantities,
});

export const erpOrder = (told: Told): StoredClaim =>
  claim('erp', { documentType: 'sales-order', documentId: 'SO-1', ...told });
export const channelOrder = (told: Told): StoredClaim =>
  claim('marketplace', { documentType: 'marketplace-order', documentId: 'M-1', channel: 'shop', ...told });
export const shipment = (documentId: string, told: Told): StoredClaim =>
  claim('wms', { documentType: 'shipment', documentId, ...told });
export const pickup = (told: Told): StoredClaim => claim('pos', { documentType: 'pickup', documentId: 'P-1', ...told });
