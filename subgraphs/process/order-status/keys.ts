/**
 * Keys of this retailer's orders: unguessable ids, and hashes of what shoppers prove an order with.
 *
 * All come from one secret that the database chose once, so that every replica gives the same order the same id, and
 * none of it can be computed from the outside.
 */
import { createHmac } from 'node:crypto';
import type { CustomerProofs, OrderReference } from '#model/change.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Sql } from '#runtime/storage/database.ts';

export type ProofKind = 'customerRef' | 'email' | 'phone' | 'postalCode';

export type OrderKeys = {
  orderId(reference: OrderReference): string;
  /** Id of a parcel ("shp") or return ("ret") of an order. */
  partId(kind: 'shp' | 'ret', orderId: string, key: string): string;
  /** Keyed hash of a proof in its normal form; null when nothing of it is left to compare. */
  proofOf(kind: ProofKind, value: string): string | null;
  /** The proofs as hashes in place of what they were. Sealing what is sealed changes nothing. */
  seal(proofs: CustomerProofs): CustomerProofs;
  /** Hash of a guess's target or of who guessed. */
  guessBucket(kind: 'number' | 'caller' | 'address', value: string): string;
};

export const PROOF_KINDS: readonly ProofKind[] = ['customerRef', 'email', 'phone', 'postalCode'];
const SEALED = 'sealed:';
const SEALED_FORM = /^sealed:[A-Za-z0-9_-]{43}$/;

/** National and international writing of one number end alike; what comes before is not compared. */
const SIGNIFICANT_PHONE_DIGITS = 9;
/** Fewer could be guessed. */
const FEWEST_PHONE_DIGITS = 6;

export const normalProof = (kind: ProofKind, value: string): string => {
  const text = value.normalize('NFKC').trim();
  switch (kind) {
    case 'customerRef':
      return text;
    case 'email':
      return text.toLowerCase();
    case 'phone': {
      const digits = text.replaceAll(/\D/g, '').replace(/^0+/, '');
      return digits.length < FEWEST_PHONE_DIGITS ? '' : digits.slice(-SIGNIFICANT_PHONE_DIGITS);
    }
    case 'postalCode':
      return text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  }
};

export const createOrderKeys = (secret: string): OrderKeys => {
  const hash = (purpose: string, ...parts: readonly string[]): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([purpose, ...parts]))
      .digest('base64url');

  const proofOf: OrderKeys['proofOf'] = (kind, value) => {
    const normal = normalProof(kind, value);
    return normal === '' ? null : `${SEALED}${hash('proof', kind, normal)}`;
  };
  return {
    orderId: ({ scheme, value }) => `ord_${hash('order', scheme, value)}`,
    partId: (kind, orderId, key) => `${kind}_${hash('part', kind, orderId, key)}`,
    proofOf,
    seal: (proofs) =>
      Object.fromEntries(
        PROOF_KINDS.flatMap((kind) => {
          const value = proofs[kind];
          const sealed = value === undefined ? null : SEALED_FORM.test(value) ? value : proofOf(kind, value);
          return sealed === null ? [] : [[kind, sealed]];
        }),
      ),
    guessBucket: (kind, value) => hash('guess', kind, value),
  };
};

/** Reads the secret, or makes it when this is the first start. Needs ORDER_MIGRATION. */
export const openOrderKeys = async (database: Sql, deps: { readonly ids: Ids }): Promise<OrderKeys> => {
  await database.query('insert into process.order_secret (name, value) values ($1, $2) on conflict do nothing', [
    'orders',
    deps.ids.token(32),
  ]);
  const [row] = await database.query<{ value: string }>('select value from process.order_secret where name = $1', [
    'orders',
  ]);
  if (!row) throw new Error('the secret of order ids has vanished from process.order_secret');
  return createOrderKeys(row.value);
};
