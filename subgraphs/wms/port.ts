/** What we need of any warehouse system, in canonical terms. A capability that a vendor lacks is absent from its port. */
import type { CallOptions } from '#model/call.ts';
import type { PolledStream, PushInlet, RestateStock } from '#model/inlet.ts';
import type { CarrierCutoff } from '#model/location.ts';
import type { ExpectedSupply } from '#model/supply.ts';

export type WmsStock = {
  readonly sku: string;
  readonly locationCode: string;
  /** Physically in the building, in any zone. */
  readonly onHand: number;
  /** Assigned to shipments, still on the shelf. */
  readonly allocated: number;
  /** Taken off the shelf, not yet left. */
  readonly picked: number;
  readonly damaged: number;
  readonly qualityHold: number;
  readonly returnsPendingInspection: number;
  readonly inbound: readonly ExpectedSupply[];
  readonly sequence?: string;
  readonly asOf: string;
};

export type WmsShipmentState = 'RELEASED' | 'WAVED' | 'PICKING' | 'PACKED' | 'MANIFESTED' | 'SHIPPED' | 'CANCELLED';
export type WmsShipment = {
  readonly id: string;
  readonly orderReference: string;
  readonly originCode: string;
  readonly state: WmsShipmentState;
  readonly lines: readonly {
    readonly sku: string;
    readonly ordered: number;
    readonly picked: number;
    readonly shipped: number;
    readonly short: number;
  }[];
  readonly parcels: readonly {
    readonly sscc?: string;
    readonly carrier: string;
    readonly trackingNumber?: string;
    readonly trackingUrl?: string;
    readonly shippedAt?: string;
  }[];
  readonly asOf: string;
  readonly version?: string;
};

export type ReturnDisposition = 'PENDING_INSPECTION' | 'RESTOCKED' | 'DAMAGED' | 'REFURBISH' | 'DISPOSED' | 'MISSING';
export type WmsReturnReceipt = {
  readonly id: string;
  readonly rmaNumber?: string;
  readonly orderReference: string;
  readonly receivedAt?: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly disposition: ReturnDisposition;
  }[];
  readonly asOf: string;
  readonly version?: string;
};

export type WarehouseProfile = {
  readonly locationCode: string;
  readonly carrierCutoffs: readonly CarrierCutoff[];
  readonly dailyPickCapacity?: number;
  readonly remainingPickCapacity?: number;
};

/** Results keep the order of what was asked; null where the WMS does not know it. */
export type WmsPort = {
  /** All pairs of the given SKUs and locations (all locations when none are named); pairs never stocked may be left out. */
  stock(
    skus: readonly string[],
    locationCodes: readonly string[] | null,
    call: CallOptions,
  ): Promise<readonly WmsStock[]>;
  shipments(ids: readonly string[], call: CallOptions): Promise<readonly (WmsShipment | null)[]>;
  returnReceipts(ids: readonly string[], call: CallOptions): Promise<readonly (WmsReturnReceipt | null)[]>;
  /** Absent when the vendor keeps no cut-offs or capacities. */
  warehouses?(locationCodes: readonly string[], call: CallOptions): Promise<readonly (WarehouseProfile | null)[]>;
  readonly streams: readonly PolledStream[];
  readonly push?: PushInlet;
  readonly restate?: RestateStock;
};
