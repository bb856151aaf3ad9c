/** Goods that are on their way to a place: what will be there, and when. */

export type SupplyKind = 'PURCHASE_ORDER' | 'TRANSFER' | 'RETURN';

export type ExpectedSupply = {
  /** The source's own number of what brings it: a purchase order, a transfer, a return. */
  readonly reference: string;
  /** Whole units still to come; what was received already is stock. */
  readonly quantity: number;
  /** Until when it will have arrived, ISO instant. */
  readonly expectedAt: string;
  readonly kind: SupplyKind;
};
