/** What stands behind the GraphQL types of promises. */
import type { FutureSupply } from './ahead.ts';
import type { MethodAnswer } from './by-method.ts';
import type { DeliveryPromise } from './delivery-promise.ts';
import type { PickupOffer } from './pickup.ts';

export type DeliveryPromiseParent = DeliveryPromise;
export type FutureSupplyParent = FutureSupply;
export type MethodAvailabilityParent = MethodAnswer;
export type PickupOfferParent = PickupOffer;
