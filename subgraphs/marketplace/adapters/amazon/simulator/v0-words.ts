/** What Orders v0 and the notifications share: the old spelling of statuses, and counts over the whole order. */
import type { SimOrder, SimStatus } from './world.ts';

export const V0_WORD: Readonly<Record<SimStatus, string>> = {
  PENDING_AVAILABILITY: 'PendingAvailability',
  PENDING: 'Pending',
  UNSHIPPED: 'Unshipped',
  PARTIALLY_SHIPPED: 'PartiallyShipped',
  SHIPPED: 'Shipped',
  CANCELLED: 'Canceled',
  UNFULFILLABLE: 'Unfulfillable',
};

export const countsOf = (order: SimOrder): { readonly shipped: number; readonly unshipped: number } => {
  const shipped = order.items.reduce((sum, item) => sum + item.shipped, 0);
  const ordered = order.items.reduce((sum, item) => sum + item.quantity, 0);
  return { shipped, unshipped: order.status === 'CANCELLED' ? 0 : ordered - shipped };
};
