/** What stands behind a GraphQL type in this subgraph: the port's answer and which connection gave it, when. */

import type { Location } from '#model/location.ts';
import type { Product, Variant } from '#model/product.ts';
import type { Provenance } from '#runtime/graphql/stamp.ts';
import type { ErpInvoice, ErpSalesOrder, ErpStock } from './port.ts';

export type VariantParent = Variant;
/** A product is known by its code before it is looked up: through one of its variants, with its title. */
export type ProductParent = Pick<Product, 'code' | 'title'> & { readonly skus?: readonly string[] };
/** A place is known by its code alone where something merely lies there. */
export type LocationParent = { readonly code: string; readonly known?: Location };
export type ErpStockParent = ErpStock & Provenance;
export type ErpSalesOrderParent = ErpSalesOrder & Provenance;
export type ErpInvoiceParent = ErpInvoice;
