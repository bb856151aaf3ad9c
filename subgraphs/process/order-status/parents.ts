/** What stands behind the GraphQL types of orders. */

import type { OrderState, ReturnPart } from '#model/order/state.ts';
import type { CustomerOrderStatus, OrderEventType, StatusAxis } from '#model/order/vocabulary.ts';

export type OrderParent = {
  readonly id: string;
  readonly channel: string;
  readonly sequence: number;
  readonly state: OrderState;
  readonly correlationId: string;
};

export type ShipmentParent = { readonly order: OrderParent; readonly key: string };
export type ReturnParent = { readonly order: OrderParent; readonly part: ReturnPart };

export type OrderStatusChangedParent = {
  readonly __typename: 'OrderStatusChanged';
  readonly eventId: string;
  readonly cursor: string;
  readonly sequence: number;
  readonly type: OrderEventType;
  readonly previousStatus: CustomerOrderStatus;
  readonly status: CustomerOrderStatus;
  readonly changedAxes: readonly StatusAxis[];
  readonly occurredAt: string;
  readonly observedAt: string;
  readonly system: string;
  readonly correlationId: string;
  readonly replayed: boolean;
  /** The order is read when it is asked for. */
  readonly orderId: string;
};

export type OrderStreamItem =
  | OrderStatusChangedParent
  | { readonly __typename: 'OrderSnapshot'; readonly cursor: string; readonly order: OrderParent }
  | { readonly __typename: 'Lagged'; readonly from: string | null; readonly to: string; readonly missed: number | null }
  | { readonly __typename: 'Heartbeat'; readonly cursor: string; readonly at: string };
