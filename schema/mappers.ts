/**
 * Which TypeScript type stands behind a GraphQL type in a subgraph's resolvers, where it is not the generated one:
 * `{ <subgraph>: { <GraphQL type>: '<#zone module>#<exported type>' } }`.
 */
export const mappers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  erp: {
    ErpInvoice: '#subgraphs/erp/parents.ts#ErpInvoiceParent',
    ErpSalesOrder: '#subgraphs/erp/parents.ts#ErpSalesOrderParent',
    ErpStock: '#subgraphs/erp/parents.ts#ErpStockParent',
    Location: '#subgraphs/erp/parents.ts#LocationParent',
    Product: '#subgraphs/erp/parents.ts#ProductParent',
    Variant: '#subgraphs/erp/parents.ts#VariantParent',
  },
  pos: {
    Location: '#subgraphs/pos/parents.ts#LocationParent',
    PickupLine: '#subgraphs/pos/parents.ts#PickupLineParent',
    PickupTask: '#subgraphs/pos/parents.ts#PickupTaskParent',
    PosAlias: '#subgraphs/pos/parents.ts#PosAliasParent',
    PosStock: '#subgraphs/pos/parents.ts#PosStockParent',
    PosTransaction: '#subgraphs/pos/parents.ts#PosTransactionParent',
    StoreProfile: '#subgraphs/pos/parents.ts#StoreProfileParent',
    Variant: '#subgraphs/pos/parents.ts#VariantParent',
  },
  wms: {
    InboundSupply: '#subgraphs/wms/parents.ts#InboundSupplyParent',
    Location: '#subgraphs/wms/parents.ts#LocationParent',
    Variant: '#subgraphs/wms/parents.ts#VariantParent',
    WarehouseProfile: '#subgraphs/wms/parents.ts#WarehouseProfileParent',
    WmsParcel: '#subgraphs/wms/parents.ts#WmsParcelParent',
    WmsReturnLine: '#subgraphs/wms/parents.ts#WmsReturnLineParent',
    WmsReturnReceipt: '#subgraphs/wms/parents.ts#WmsReturnReceiptParent',
    WmsShipment: '#subgraphs/wms/parents.ts#WmsShipmentParent',
    WmsShipmentLine: '#subgraphs/wms/parents.ts#WmsShipmentLineParent',
    WmsStock: '#subgraphs/wms/parents.ts#WmsStockParent',
  },
  marketplace: {
    Listing: '#subgraphs/marketplace/parents.ts#ListingParent',
    MarketplaceDeadline: '#subgraphs/marketplace/parents.ts#DeadlineParent',
    MarketplaceOrder: '#subgraphs/marketplace/parents.ts#MarketplaceOrderParent',
    SettlementLine: '#subgraphs/marketplace/parents.ts#SettlementLineParent',
    SettlementReport: '#subgraphs/marketplace/parents.ts#SettlementReportParent',
    Variant: '#subgraphs/marketplace/parents.ts#VariantParent',
  },
  process: {
    Availability: '#subgraphs/process/availability/parents.ts#AvailabilityParent',
    BasketLineAvailability: '#subgraphs/process/reservation/parents.ts#BasketLineAvailabilityParent',
    IntegrationException: '#subgraphs/process/exceptions/store.ts#StoredException',
    InventoryDrift: '#subgraphs/process/reconciliation/drift.ts#StoredDrift',
    LocationAvailability: '#subgraphs/process/availability/parents.ts#LocationAvailabilityParent',
    Order: '#subgraphs/process/order-status/parents.ts#OrderParent',
    OrderStatusChanged: '#subgraphs/process/order-status/parents.ts#OrderStatusChangedParent',
    Reservation: '#subgraphs/process/reservation/parents.ts#ReservationParent',
    ReservationLine: '#subgraphs/process/reservation/parents.ts#ReservationLineParent',
    Return: '#subgraphs/process/order-status/parents.ts#ReturnParent',
    StockPosition: '#subgraphs/process/availability/parents.ts#StockPositionParent',
    Variant: '#subgraphs/process/availability/parents.ts#VariantParent',
  },
};
