/**
 * Who is believed about what. Authority is data: first in a list is believed first; a later one may only add progress
 * where the earlier ones have not spoken.
 */
import type { SystemKind } from '#model/identifiers.ts';
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';

/** Who handles the goods of a line, which decides who is believed about them. */
export type FulfilmentScope = 'warehouse' | 'pickup' | 'store-shipping' | 'marketplace';

export type OrderPolicy = {
  /** Whose document defines what was ordered. */
  readonly definition: readonly SystemKind[];
  readonly payment: readonly SystemKind[];
  readonly fulfilment: Readonly<Record<FulfilmentScope, readonly SystemKind[]>>;
  /** Who may add that goods which have left have arrived. */
  readonly delivery: readonly SystemKind[];
  readonly returnedGoods: readonly SystemKind[];
  readonly refund: readonly SystemKind[];
  readonly promise: readonly SystemKind[];
  readonly settlement: readonly SystemKind[];
  /** Amounts that differ by no more than this agree: every line is rounded by itself. Minor units. */
  readonly settlementToleranceMinor: number;
  /** Codes of places where a marketplace keeps and sends our goods itself. */
  readonly marketplaceLocations: readonly string[];
  /** Systems may differ for this long before it counts as a disagreement: news travels at different speeds. */
  readonly graceMs: number;
  /** The shopper is reminded this long before waiting goods go back to the shelf. */
  readonly pickupNoticeMs: number;
  /** Goods may be sent back this long after they arrived. */
  readonly returnWindowMs: number;
  /** Failed delivery attempts after which the shopper has to act. */
  readonly failedAttempts: number;
};

const DAY_MS = 24 * 3_600_000;

export const DEFAULT_ORDER_POLICY: OrderPolicy = {
  definition: ['marketplace', 'erp', 'pos'],
  payment: ['erp', 'marketplace', 'pos', 'wms'],
  fulfilment: {
    warehouse: ['wms', 'erp', 'marketplace', 'pos'],
    pickup: ['pos', 'erp', 'marketplace', 'wms'],
    'store-shipping': ['pos', 'wms', 'erp', 'marketplace'],
    marketplace: ['marketplace'],
  },
  delivery: ['marketplace', 'wms', 'erp', 'pos'],
  returnedGoods: ['wms', 'pos', 'erp', 'marketplace'],
  refund: ['erp', 'marketplace', 'pos', 'wms'],
  promise: ['marketplace', 'erp', 'pos', 'wms'],
  settlement: ['marketplace', 'erp'],
  settlementToleranceMinor: 2,
  marketplaceLocations: [],
  graceMs: 15 * 60_000,
  pickupNoticeMs: DAY_MS,
  returnWindowMs: 30 * DAY_MS,
  failedAttempts: 2,
};

const SCOPE_OF_METHOD: Readonly<Record<FulfilmentMethod, FulfilmentScope>> = {
  SHIP_TO_HOME: 'warehouse',
  SAME_DAY: 'warehouse',
  DIGITAL: 'warehouse',
  PICKUP_IN_STORE: 'pickup',
  CURBSIDE: 'pickup',
  SHIP_TO_STORE: 'store-shipping',
  SHIP_FROM_STORE: 'store-shipping',
};

export const scopeOfLine = (
  method: FulfilmentMethod,
  locationCode: string | null,
  policy: OrderPolicy,
): FulfilmentScope =>
  locationCode !== null && policy.marketplaceLocations.includes(locationCode) ? 'marketplace' : SCOPE_OF_METHOD[method];
