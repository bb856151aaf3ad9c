import type { ItemReference } from '#model/identifiers.ts';
import type { Money } from '#model/money.ts';

export type ItemLifecycle = 'DRAFT' | 'ACTIVE' | 'DISCONTINUED' | 'BLOCKED';

/** One sellable item as the ERP masters it. */
export type Variant = {
  readonly sku: string;
  readonly gtin?: string;
  readonly productCode: string;
  readonly productTitle: string;
  readonly title: string;
  readonly lifecycle: ItemLifecycle;
  readonly unitOfMeasure: string;
  readonly listPrice?: Money;
  /** Other names of the same item: POS aliases, listings, further barcodes. The SKU itself is not repeated. */
  readonly aliases: readonly ItemReference[];
};

export type Product = { readonly code: string; readonly title: string; readonly skus: readonly string[] };
