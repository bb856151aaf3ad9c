/** What stands behind the GraphQL types of baskets. */
import type { FulfilmentOption } from './basket.ts';

export type FulfilmentOptionParent = FulfilmentOption;
