/**
 * Applies what systems say about orders: finds or makes the order, merges, and tells what has changed.
 *
 * A document that comes before its order waits under its references; nothing is lost and nothing is guessed. Everything
 * happens under locks on the references and then on the order rows, so that one order is only ever changed by one.
 */
import type { OrderReference } from '#model/change.ts';
import { documentKeyOf, hasDefined, joinVersions, type StoredClaim, sameKnowledge } from '#model/order/claims.ts';
import { channelOfClaims } from '#model/order/merge.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import { tags } from '#model/tags.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { type ExceptionKey, resolveExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { Applier, ApplierContext, ChannelEntry, ReplacedHold } from '#subgraphs/process/intake/applier.ts';
import { type Advanced, advance, farewell, type Told } from './advance.ts';
import { endedDisagreements } from './disagreements.ts';
import { incomingClaims } from './incoming.ts';
import type { OrderKeys } from './keys.ts';
import {
  type Cluster,
  canonicalReference,
  clusterClaims,
  contradicting,
  referenceText,
  survivorOf,
} from './matching.ts';
import { endedMismatch, newMismatch } from './settlements.ts';
import {
  lockNames,
  lockOrders,
  mergeInto,
  type OrderHead,
  type OrderWrite,
  readDocuments,
  readDocumentsOfOrders,
  readReferences,
  readWaiting,
  type StoredDocument,
  writeOrders,
  writeWaiting,
} from './store.ts';

export type OrderOptions = {
  readonly policy: OrderPolicy;
  /** The channel's own name for what documents call it; the fallback for documents that name none. */
  readonly channelNamed: (claimed: string | null) => string;
};
export type OrderApplierDeps = { readonly keys: OrderKeys; readonly clock: Clock };

/** The joined version of each document. */
type Documents = ReadonlyMap<string, StoredClaim>;

const joinAll = (claims: readonly StoredClaim[]): Map<string, StoredClaim> => {
  const joined = new Map<string, StoredClaim>();
  for (const claim of claims)
    joined.set(documentKeyOf(claim), joinVersions(joined.get(documentKeyOf(claim)) ?? claim, claim));
  return joined;
};

const distinctReferences = (claims: readonly StoredClaim[]): readonly OrderReference[] => [
  ...new Map(
    claims.flatMap(({ references }) => references).map((reference) => [referenceText(reference), reference]),
  ).values(),
];

type Surroundings = {
  /** The batch's documents as they were known before, and those that waited for them. */
  readonly stored: ReadonlyMap<string, StoredDocument>;
  readonly orderOfReference: ReadonlyMap<string, string>;
  /** Claims of the batch and waiting documents that they set free. */
  readonly claims: readonly StoredClaim[];
};

type Reach = { readonly claims: readonly StoredClaim[]; readonly references: readonly OrderReference[] };

/** The claims with everything that waits for them. Waiting documents may name further references: followed to the end. */
const reachOf = async (tx: Sql, incoming: readonly StoredClaim[]): Promise<Reach> => {
  const claims = [...incoming];
  const byKey = new Set(incoming.map(documentKeyOf));
  const references = new Map<string, OrderReference>();
  let fresh: readonly StoredClaim[] = incoming;
  while (fresh.length > 0) {
    const named = distinctReferences(fresh).filter((reference) => !references.has(referenceText(reference)));
    for (const reference of named) references.set(referenceText(reference), reference);
    if (named.length === 0) break;
    fresh = (await readWaiting(tx, named)).flatMap(({ claim }) => (byKey.has(documentKeyOf(claim)) ? [] : [claim]));
    for (const claim of fresh) {
      byKey.add(documentKeyOf(claim));
      claims.push(claim);
    }
  }
  return { claims, references: [...references.values()] };
};

/**
 * Everything the claims touch, under lock. What has to be locked is known for certain only under lock, and locks must be
 * taken in one order: where more turns out to be needed, all are given back and taken again.
 */
const surroundingsOf = async (tx: Sql, incoming: readonly StoredClaim[]): Promise<Surroundings> => {
  let reach: Reach = { claims: incoming, references: distinctReferences(incoming) };
  for (;;) {
    const names = new Set([...reach.references.map(referenceText), ...reach.claims.map(documentKeyOf)]);
    await tx.query('savepoint order_names');
    await lockNames(tx, [...names]);
    reach = await reachOf(tx, incoming);
    const complete =
      reach.references.every((reference) => names.has(referenceText(reference))) &&
      reach.claims.every((claim) => names.has(documentKeyOf(claim)));
    if (complete) break;
    await tx.query('rollback to savepoint order_names');
  }
  const { claims, references } = reach;
  const documents = await readDocuments(tx, claims.map(documentKeyOf));
  return {
    stored: new Map(documents.map((document) => [documentKeyOf(document.claim), document])),
    orderOfReference: await readReferences(tx, references),
    claims,
  };
};

const suspect = (context: ApplierContext, claim: StoredClaim, orderId: string | undefined): void => {
  const { system: _system, connection: _connection, observedAt: _observedAt, ...change } = claim;
  const document = `${claim.documentType} ${claim.documentId}`;
  context.raise(
    {
      kind: 'DUPLICATE_SUSPECT',
      nature: 'BUSINESS',
      subject: documentKeyOf(claim),
      message: `${document} carries the number of another order (${claim.references.map(({ value }) => value).join(', ')}). It was not applied, so that two shoppers' orders are not mixed: give one of them another number.`,
      ...(orderId === undefined ? {} : { orderId }),
    },
    change,
  );
};

export const createOrderApplier = (options: OrderOptions, deps: OrderApplierDeps): Applier => {
  const { policy, channelNamed } = options;
  const { keys, clock } = deps;

  return async (context) => {
    const incoming = await incomingClaims(context, keys);
    if (incoming.length === 0) return { applied: 0, entries: [], demandChanged: [], touched: [] };
    const { tx, batch } = context;
    const told: Told = { observedAt: batch.observedAt, correlationId: batch.correlationId };
    const now = isoOf(clock.now());
    const { stored, orderOfReference, claims } = await surroundingsOf(tx, incoming);
    const orderOfDocument = new Map(
      [...stored].flatMap(([key, { orderId }]) => (orderId === null ? [] : [[key, orderId] as const])),
    );
    const clusters = clusterClaims(claims, { orderOfReference, orderOfDocument });
    const orderIds = [...new Set(clusters.flatMap((cluster) => cluster.orderIds))];
    const heads = new Map((await lockOrders(tx, orderIds)).map((head) => [head.id, head]));
    const documentsOfOrder = Map.groupBy(await readDocumentsOfOrders(tx, orderIds), ({ orderId }) => orderId ?? '');
    const fromBatch = new Set(incoming);

    const entries: ChannelEntry[] = [];
    const writes: OrderWrite[] = [];
    const waiting: StoredClaim[] = [];
    const awaited: string[] = [];
    const skus = new Set<string>();
    const replacedHolds: ReplacedHold[] = [];
    const over: ExceptionKey[] = [];
    const touched: string[] = [];
    let applied = 0;
    const take = (advanced: Advanced): void => {
      writes.push(advanced.write);
      touched.push(tags.order(advanced.write.id));
      entries.push(...advanced.entries);
      for (const sku of advanced.skus) skus.add(sku);
      const { id, state } = advanced.write;
      const previous = heads.get(id)?.state ?? null;
      over.push(...endedDisagreements(id, previous, state), ...endedMismatch(id, previous, state));
      const mismatch = newMismatch(id, previous, state);
      if (mismatch) context.raise(mismatch);
    };

    const knownOf = (cluster: Cluster): readonly StoredClaim[] =>
      cluster.orderIds.flatMap((id) => documentsOfOrder.get(id) ?? []).map(({ claim }) => claim);

    /** Orders that turn out to be one become one; `null` where that would mix orders that were sold apart. */
    const unite = async (cluster: Cluster): Promise<OrderHead | null> => {
      const own = cluster.orderIds.flatMap((id) => heads.get(id) ?? []);
      const survivorId = survivorOf(
        own.map(({ id, hasChannelNumber, state }) => ({ id, hasChannelNumber, placedAt: state.placedAt })),
      );
      const survivor = own.find(({ id }) => id === survivorId) ?? null;
      if (!survivor || own.length < 2) return survivor;
      if (contradicting([], knownOf(cluster)).length > 0) return null;
      const others = own.filter(({ id }) => id !== survivor.id);
      for (const head of others) take(farewell(head, survivor.id, told));
      await mergeInto(
        tx,
        others.map(({ id }) => id),
        survivor.id,
      );
      return survivor;
    };

    const applyCluster = async (cluster: Cluster): Promise<void> => {
      const head = await unite(cluster);
      if (!head && cluster.orderIds.length > 0) {
        for (const claim of cluster.claims) if (fromBatch.has(claim)) suspect(context, claim, cluster.orderIds[0]);
        return;
      }
      const known = knownOf(cluster);
      const refused = new Set(contradicting(known, cluster.claims));
      for (const claim of refused) suspect(context, claim, head?.id);
      const arriving = cluster.claims.filter((claim) => !refused.has(claim));
      const before: Documents = joinAll([
        ...known,
        ...arriving.flatMap((claim) => stored.get(documentKeyOf(claim))?.claim ?? []),
      ]);
      const after: Documents = joinAll([...before.values(), ...arriving]);
      const isNews = (claim: StoredClaim): boolean => {
        const earlier = before.get(documentKeyOf(claim));
        return !earlier || !sameKnowledge(joinVersions(earlier, earlier), joinVersions(earlier, claim));
      };
      const news = arriving.filter((claim) => fromBatch.has(claim) && isNews(claim));
      applied += news.length;
      touched.push(...news.map((claim) => tags.document(claim.connection, claim.documentType, claim.documentId)));

      // New words, and documents that have waited for this order or belonged to another one.
      const tied = new Set((documentsOfOrder.get(head?.id ?? '') ?? []).map(({ claim }) => documentKeyOf(claim)));
      const changed = [...after].filter(([key, claim]) => !tied.has(key) || isNews(claim)).map(([, claim]) => claim);
      if (!head && ![...after.values()].some(hasDefined)) {
        waiting.push(...changed);
        return;
      }
      const reference = canonicalReference([...after.values()]);
      if (changed.length === 0 || !reference) return;
      const all = [...after.values()];
      const id = head?.id ?? keys.orderId(reference);
      // An order's channel is settled when it is made: its stream and its readers depend on it.
      const channel = head?.channel ?? channelNamed(channelOfClaims(all, policy));
      const isNew = (reference: OrderReference): boolean => !orderOfReference.has(referenceText(reference));
      const references = distinctReferences(changed).filter(isNew);
      const proofsChanged = changed.some((claim) => claim.customer ?? before.get(documentKeyOf(claim))?.customer);
      const target = { id, channel, claims: all, changed, references, proofsChanged, now, ...told };
      take(advance(head, target, policy, keys));
      for (const reservationId of new Set(all.flatMap(({ reservationIds }) => reservationIds ?? [])))
        replacedHolds.push({ reservationId, orderId: id });
      awaited.push(...changed.map(documentKeyOf).filter((key) => stored.get(key)?.orderId === null));
    };

    for (const cluster of clusters) await applyCluster(cluster);
    const message = { correlationId: told.correlationId, at: now };
    await writeOrders(tx, writes, awaited, message);
    await writeWaiting(tx, waiting, message);
    await resolveExceptions(tx, over, now);
    return { applied, entries, demandChanged: [...skus], replacedHolds, touched };
  };
};
