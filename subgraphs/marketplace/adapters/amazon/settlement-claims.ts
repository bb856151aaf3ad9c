/** What a settlement report says of each order in it, as documents of those orders. Pure. */
import type { OrderClaim } from '#model/change.ts';
import type { SettlementComponent } from '#model/order/settlement.ts';
import type { SettlementReport } from '#subgraphs/marketplace/port.ts';

/** The end of a local day, taken generously: a parcel of that day belongs to the report. */
const endOfDay = (day: string): string => `${day}T23:59:59.999Z`;

/** In the order in which the report names them. Amounts that belong to no order (subscription, storage) are left out. */
export const toSettlementClaims = (report: SettlementReport): readonly OrderClaim[] => {
  const byOrder = new Map<string, Partial<Record<SettlementComponent, number>>>();
  for (const { orderExternalId, component, amount } of report.lines) {
    if (orderExternalId === undefined) continue;
    const amounts = byOrder.get(orderExternalId) ?? {};
    amounts[component] = (amounts[component] ?? 0) + amount.amountMinor;
    byOrder.set(orderExternalId, amounts);
  }
  return [...byOrder].map(
    ([orderId, amounts]): OrderClaim => ({
      kind: 'order-claim',
      documentType: 'settlement',
      documentId: `${report.id}/${orderId}`,
      references: [{ scheme: 'channel', value: orderId }],
      sequence: String(Date.parse(report.asOf)),
      effectiveAt: report.asOf,
      rawStatus: 'settlement report',
      settlement: {
        reportId: report.id,
        currency: report.netTotal.currency,
        amounts,
        netMinor: Object.values(amounts).reduce((sum, amount) => sum + amount, 0),
        periodEnd: endOfDay(report.to),
      },
    }),
  );
};
