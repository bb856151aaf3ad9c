/**
 * Claims as they are kept: which version of a document counts. Versions form a semilattice (joining is commutative,
 * associative and idempotent), so that the order in which they arrive, and how often, cannot matter.
 */
import type { OrderClaim, OrderDocumentType } from '#model/change.ts';
import type { ItemReference, SystemKind } from '#model/identifiers.ts';

type Window = { readonly earliest: string; readonly latest: string };

/** A claim with who said it. Items are resolved: each names its SKU. */
export type StoredClaim = OrderClaim & {
  readonly system: SystemKind;
  readonly connection: string;
  readonly observedAt: string;
  /** What the document's earliest known version promised. */
  readonly firstPromise?: { readonly window: Window; readonly sequence: string; readonly effectiveAt: string };
  /** Earliest effective time among the document's known versions. */
  readonly firstEffectiveAt?: string;
  /** Some known version of the document states what was ordered, whatever the one that counts does. */
  readonly hasDefined?: true;
};

/** Where a statement comes from. */
export type Evidence = {
  /** The connection that said it. */
  readonly system: string;
  readonly effectiveAt: string;
  readonly observedAt: string;
  readonly sequence: string;
};

export const evidenceOf = (claim: StoredClaim): Evidence => ({
  system: claim.connection,
  effectiveAt: claim.effectiveAt,
  observedAt: claim.observedAt,
  sequence: claim.sequence,
});

export const documentKeyOf = (
  claim: Pick<StoredClaim, 'system' | 'connection' | 'documentType' | 'documentId'>,
): string => `${claim.system}:${claim.connection}:${claim.documentType}:${claim.documentId}`;

/** Documents that speak of the order as a whole; the others speak of the units they hold. */
const ORDER_DOCUMENTS: readonly OrderDocumentType[] = ['sales-order', 'marketplace-order'];
export const isOrderDocument = (claim: Pick<StoredClaim, 'documentType'>): boolean =>
  ORDER_DOCUMENTS.includes(claim.documentType);

/** A document that can bring an order into being: it states what was ordered. */
export const isDefining = (claim: Pick<StoredClaim, 'documentType' | 'lines'>): boolean =>
  isOrderDocument(claim) && (claim.lines?.length ?? 0) > 0;

/** Whether it has ever brought an order into being: which of its versions comes first must not decide that. */
export const hasDefined = (claim: StoredClaim): boolean => claim.hasDefined === true || isDefining(claim);

/** The SKU of a resolved item. */
export const skuOfItems = (items: readonly ItemReference[]): string =>
  items.find(({ scheme }) => scheme === 'sku')?.value ?? '';

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const timeOf = (instant: string): number => Date.parse(instant) || 0;

/** By time, and by their text where two texts mean the same instant. */
export const compareInstants = (a: string, b: string): number => timeOf(a) - timeOf(b) || compareText(a, b);

const compareSequence = (a: string, b: string): number => {
  const numeric = (text: string): boolean => /^\d+$/.test(text);
  if (numeric(a) !== numeric(b)) return numeric(a) ? 1 : -1;
  if (!numeric(a)) return 0;
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** JSON with sorted keys: the same content always gives the same text. */
const canonicalText = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b)))
      : inner,
  );

const contentOf = ({
  firstPromise: _promise,
  firstEffectiveAt: _at,
  hasDefined: _defined,
  ...content
}: StoredClaim): unknown => content;

/**
 * Which of two versions of one document is the newer: by the source's sequence, else by its time. Only where the source
 * gives no order at all (a corrected re-delivery) does the time of observation decide, and the content last.
 */
export const compareVersions = (a: StoredClaim, b: StoredClaim): number =>
  compareSequence(a.sequence, b.sequence) ||
  timeOf(a.effectiveAt) - timeOf(b.effectiveAt) ||
  timeOf(a.observedAt) - timeOf(b.observedAt) ||
  compareText(canonicalText(contentOf(a)), canonicalText(contentOf(b)));

/** Whether two joined versions say and remember the same; when we heard it does not matter. */
export const sameKnowledge = (a: StoredClaim, b: StoredClaim): boolean =>
  canonicalText({ ...a, observedAt: '' }) === canonicalText({ ...b, observedAt: '' });

type FirstPromise = NonNullable<StoredClaim['firstPromise']>;

const firstPromiseOf = (claim: StoredClaim): FirstPromise | undefined =>
  claim.firstPromise ??
  (claim.promise && { window: claim.promise, sequence: claim.sequence, effectiveAt: claim.effectiveAt });

const earlierPromise = (a: FirstPromise | undefined, b: FirstPromise | undefined): FirstPromise | undefined => {
  if (!a || !b) return a ?? b;
  const order =
    compareSequence(a.sequence, b.sequence) ||
    timeOf(a.effectiveAt) - timeOf(b.effectiveAt) ||
    compareText(canonicalText(a.window), canonicalText(b.window));
  return order <= 0 ? a : b;
};

/** Two versions of one document as one: the newer's words, and what must be remembered of the older. */
export const joinVersions = (a: StoredClaim, b: StoredClaim): StoredClaim => {
  const newer = compareVersions(a, b) >= 0 ? a : b;
  const firstPromise = earlierPromise(firstPromiseOf(a), firstPromiseOf(b));
  const [first] = [a.firstEffectiveAt ?? a.effectiveAt, b.firstEffectiveAt ?? b.effectiveAt].sort(compareInstants);
  return {
    ...newer,
    ...(firstPromise ? { firstPromise } : {}),
    ...(first === undefined ? {} : { firstEffectiveAt: first }),
    ...(hasDefined(a) || hasDefined(b) ? { hasDefined: true } : {}),
  };
};

/** The version of each document that counts, in the order of their keys. */
export const latestClaims = (claims: readonly StoredClaim[]): readonly StoredClaim[] => {
  const byDocument = new Map<string, StoredClaim>();
  for (const claim of claims) {
    const key = documentKeyOf(claim);
    byDocument.set(key, joinVersions(byDocument.get(key) ?? claim, claim));
  }
  return [...byDocument].sort(([a], [b]) => compareText(a, b)).map(([, claim]) => claim);
};
