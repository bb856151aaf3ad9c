/** Claims as they come out of a batch: every item named by its SKU, every proof sealed. */

import type { OrderClaim } from '#model/change.ts';
import type { ItemReference } from '#model/identifiers.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import type { ApplierContext } from '#subgraphs/process/intake/applier.ts';
import { aliasKey } from '#subgraphs/process/intake/crosswalk.ts';
import type { OrderKeys } from './keys.ts';

const withSealedProofs = (claim: OrderClaim, keys: OrderKeys): OrderClaim =>
  claim.customer ? { ...claim, customer: keys.seal(claim.customer) } : claim;

const describeDocument = ({ documentType, documentId }: OrderClaim): string => `${documentType} ${documentId}`;

/** Null when an item is not known: the claim is put on record and comes back when its mapping arrives. */
const resolved = async (claim: OrderClaim, context: ApplierContext): Promise<OrderClaim | null> => {
  let complete = true;
  const skuFirst = async (items: readonly ItemReference[]): Promise<readonly ItemReference[]> => {
    const sku = await context.crosswalk.skuOf(items);
    if (sku !== null) return [{ scheme: 'sku', value: sku }, ...items.filter(({ scheme }) => scheme !== 'sku')];
    complete = false;
    const names = items.map(aliasKey);
    context.raise(
      {
        kind: 'IDENTIFIER_UNMAPPED',
        nature: 'BUSINESS',
        subject: names.join(' '),
        message: `No item is known as ${names.join(' or ')} (first seen in ${describeDocument(claim)}). The document is kept and applied by itself once the ERP maps the name to one item.`,
      },
      claim,
    );
    return items;
  };
  const lines = [];
  for (const line of claim.lines ?? []) lines.push({ ...line, items: await skuFirst(line.items) });
  const progress = [];
  for (const entry of claim.progress ?? []) progress.push({ ...entry, items: await skuFirst(entry.items) });
  if (!complete) return null;
  return { ...claim, ...(claim.lines ? { lines } : {}), ...(claim.progress ? { progress } : {}) };
};

/** The batch's claims that can be used. What cannot be used is raised, never guessed at. */
export const incomingClaims = async (context: ApplierContext, keys: OrderKeys): Promise<readonly StoredClaim[]> => {
  const { batch } = context;
  const usable: StoredClaim[] = [];
  for (const change of batch.changes) {
    if (change.kind !== 'order-claim') continue;
    const claim = withSealedProofs(change, keys);
    if (claim.references.length === 0) {
      context.raise({
        kind: claim.documentType === 'return-receipt' ? 'RETURN_SYNC' : 'SCHEMA_MISMATCH',
        nature: 'BUSINESS',
        subject: describeDocument(claim),
        message: `${describeDocument(claim)} names no order, so it belongs to none. Enter the order's number in the document; it is taken up with its next change.`,
      });
      continue;
    }
    const known = await resolved(claim, context);
    if (known)
      usable.push({ ...known, system: batch.system, connection: batch.connection, observedAt: batch.observedAt });
  }
  return usable;
};
