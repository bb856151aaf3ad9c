/**
 * Spreads every line's ordered quantity over buckets, by authority.
 *
 * Per SKU and scope the systems are asked in the order of their authority. Within a system, documents that hold units
 * (shipments, pickups) come before documents about the order as a whole. A unit that a higher authority speaks of is
 * its to tell; a lower one places only units nobody higher spoke of. Two stages reach further, because the higher
 * authority's knowledge ends there: goods that left may be told delivered, and goods may come back.
 */
import type { SystemKind } from '#model/identifiers.ts';
import { type Evidence, evidenceOf, isOrderDocument, type StoredClaim, skuOfItems } from '#model/order/claims.ts';
import type { DefinedLine } from '#model/order/lines.ts';
import type { FulfilmentScope, OrderPolicy } from '#model/order/policy.ts';
import {
  ACTIVE_BUCKETS,
  addInto,
  additionOf,
  MOST_ADVANCED_FIRST,
  type MutableQuantities,
  sumOf,
  takeOut,
  trimmed,
  whole,
} from '#model/order/quantities.ts';
import { emptyQuantities, LINE_BUCKETS, type LineBucket, type LineQuantities } from '#model/order/vocabulary.ts';

type BucketEvidence = Partial<Record<LineBucket, Evidence>>;
/** What one system says of one SKU, in one kind of document. */
type Statement = { readonly quantities: MutableQuantities; readonly evidence: Evidence };
export type PlacedLine = {
  readonly line: DefinedLine;
  readonly quantities: LineQuantities;
  readonly evidence: BucketEvidence;
};

const newestOf = (claims: readonly StoredClaim[]): Evidence | null =>
  claims
    .map(evidenceOf)
    .reduce<Evidence | null>((best, next) => (best && best.effectiveAt >= next.effectiveAt ? best : next), null);

/** A shipment or pickup that was called off: what it held is nobody's again, unless it had left. */
const isCalledOff = (claim: StoredClaim): boolean =>
  claim.cancelled === true || claim.shipment?.state === 'CANCELLED' || claim.pickup?.state === 'CANCELLED';

/** The units of a SKU as one document places them. Goods that came back had arrived: the return itself is added later. */
const placedBy = (claim: StoredClaim, sku: string): MutableQuantities => {
  const quantities = emptyQuantities();
  for (const { items, quantities: stated } of claim.progress ?? []) {
    if (skuOfItems(items) === sku) addInto(quantities, stated);
  }
  quantities[claim.pickup ? 'collected' : 'delivered'] += quantities.returned;
  quantities.returned = 0;
  if (claim.shipment?.state === 'DELIVERED') {
    quantities.delivered += quantities.shipped;
    quantities.shipped = 0;
  }
  return quantities;
};

const whatLeft = ({
  shipped,
  delivered,
  collected,
}: LineQuantities): Pick<LineQuantities, 'shipped' | 'delivered' | 'collected'> => ({
  shipped,
  delivered,
  collected,
});

const orderedIn = (claims: readonly StoredClaim[], sku: string): number =>
  claims
    .flatMap(({ lines }) => lines ?? [])
    .reduce((sum, line) => sum + (skuOfItems(line.items) === sku ? whole(line.ordered) : 0), 0);

/** Units called off with their whole document, unless a live document of the same system has taken their place. */
const calledOff = (
  cancelled: readonly StoredClaim[],
  live: readonly StoredClaim[],
  sku: string,
  ordered: number,
): number => {
  if (cancelled.length === 0) return 0;
  const named = cancelled.some(({ lines }) => lines === undefined) ? ordered : orderedIn(cancelled, sku);
  const covered =
    live.length === 0 ? 0 : live.some(({ lines }) => lines === undefined) ? ordered : orderedIn(live, sku);
  return Math.max(0, Math.min(named, ordered - covered));
};

/** One system's statements of a SKU, the more telling first. */
const statementsOf = (claims: readonly StoredClaim[], sku: string, ordered: number): readonly Statement[] => {
  const statements: Statement[] = [];
  const add = (speakers: readonly StoredClaim[], quantities: MutableQuantities): void => {
    const evidence = newestOf(speakers);
    if (evidence && sumOf(quantities) > 0) statements.push({ quantities, evidence });
  };

  const holding = claims.filter((claim) => !isOrderDocument(claim) && claim.documentType !== 'return-receipt');
  const held = emptyQuantities();
  for (const claim of holding)
    addInto(held, isCalledOff(claim) ? whatLeft(placedBy(claim, sku)) : { ...placedBy(claim, sku), cancelled: 0 });
  add(
    holding.filter((claim) => sumOf(placedBy(claim, sku)) > 0),
    held,
  );

  const whole = claims.filter(isOrderDocument);
  const live = whole.filter((claim) => !claim.cancelled);
  const cancelled = whole.filter((claim) => claim.cancelled);
  const told = emptyQuantities();
  for (const claim of live) addInto(told, placedBy(claim, sku));
  // A document called off keeps what has left before; its plans are void.
  for (const claim of cancelled) addInto(told, whatLeft(placedBy(claim, sku)));
  told.cancelled += Math.max(0, calledOff(cancelled, live, sku, ordered) - sumOf(whatLeft(told)));
  add(
    whole.filter((claim) => claim.cancelled || sumOf(placedBy(claim, sku)) > 0),
    told,
  );
  return statements;
};

const hasOwn = (group: { readonly scope: FulfilmentScope }, bucket: LineBucket): boolean =>
  bucket === 'readyForPickup' || bucket === 'collected' ? group.scope === 'pickup' : group.scope !== 'pickup';

/** A statement about a SKU that is ordered in several scopes, divided: each bucket first to the scope it is typical of. */
const divided = (
  statement: LineQuantities,
  groups: readonly { readonly scope: FulfilmentScope; readonly ordered: number }[],
): readonly MutableQuantities[] => {
  const shares = groups.map(() => emptyQuantities());
  const rest: MutableQuantities = { ...statement };
  for (const typical of [true, false]) {
    for (const [index, group] of groups.entries()) {
      const share = shares[index];
      if (!share) continue;
      const buckets = [...MOST_ADVANCED_FIRST, 'cancelled' as const].filter(
        (bucket) => !typical || hasOwn(group, bucket),
      );
      addInto(share, takeOut(rest, Math.max(0, group.ordered - sumOf(share)), buckets));
    }
  }
  return shares;
};

type Group = { readonly scope: FulfilmentScope; readonly lines: readonly DefinedLine[]; readonly ordered: number };
/** Used up by the groups of a SKU one after the other. */
type GivenUp = { up: number; readonly evidence: Evidence | null };
type Placed = { readonly quantities: MutableQuantities; readonly evidence: BucketEvidence };

/** Systems of the scope in authority order, each with its statements for this group. */
const place = (
  group: Group,
  bySystem: ReadonlyMap<SystemKind, readonly Statement[]>,
  given: GivenUp,
  policy: OrderPolicy,
): Placed => {
  const quantities = emptyQuantities();
  const evidence: BucketEvidence = {};
  const authorities = policy.fulfilment[group.scope];
  for (const system of authorities) {
    for (const statement of bySystem.get(system) ?? []) {
      const stated = trimmed(statement.quantities, group.ordered);
      // On the way to a store, "nothing done here yet" says nothing about goods that another system has sent.
      if (group.scope === 'store-shipping') stated.open = 0;
      const addition = additionOf(quantities, stated);
      for (const bucket of LINE_BUCKETS) {
        if (addition[bucket] === 0) continue;
        quantities[bucket] += addition[bucket];
        evidence[bucket] ??= statement.evidence;
      }
    }
  }
  const nobodys = group.ordered - sumOf(quantities);
  const abandoned = Math.min(nobodys, given.up);
  if (abandoned > 0 && given.evidence) {
    quantities.cancelled += abandoned;
    evidence.cancelled ??= given.evidence;
    given.up -= abandoned;
  }
  quantities.open += nobodys - abandoned;
  if (group.scope === 'marketplace') return { quantities, evidence };
  for (const system of policy.delivery) {
    for (const statement of bySystem.get(system) ?? []) {
      const news = Math.min(
        trimmed(statement.quantities, group.ordered).delivered - quantities.delivered,
        quantities.shipped,
      );
      if (news <= 0) continue;
      quantities.shipped -= news;
      quantities.delivered += news;
      evidence.delivered = statement.evidence;
    }
  }
  return { quantities, evidence };
};

/**
 * Units that a warehouse or store has given up. They will not come if nobody else holds them, unless a document of the
 * order is on hold: then somebody still has to decide.
 */
const givenUp = (claims: readonly StoredClaim[], sku: string): GivenUp => {
  const undecided = claims.some((claim) => isOrderDocument(claim) && !claim.cancelled && claim.onHold);
  const speakers = undecided
    ? []
    : claims.filter((claim) => !isOrderDocument(claim) && placedBy(claim, sku).cancelled > 0);
  return { up: speakers.reduce((sum, claim) => sum + placedBy(claim, sku).cancelled, 0), evidence: newestOf(speakers) };
};

const onLines = (group: Group, placed: Placed): readonly PlacedLine[] => {
  const rest = { ...placed.quantities };
  return group.lines.map((line) => {
    const quantities = takeOut(rest, line.ordered, [...MOST_ADVANCED_FIRST, 'cancelled']);
    return { line, quantities, evidence: placed.evidence };
  });
};

/** Goods that came back, by whoever is believed about that, taken from the lines whose goods had gone furthest. */
const withReturns = (
  lines: readonly PlacedLine[],
  sku: string,
  claims: readonly StoredClaim[],
  policy: OrderPolicy,
): readonly PlacedLine[] => {
  const returnedBy = (claim: StoredClaim): number =>
    (claim.progress ?? []).reduce(
      (sum, { items, quantities }) => sum + (skuOfItems(items) === sku ? whole(quantities.returned ?? 0) : 0),
      0,
    );
  const ranked = policy.returnedGoods.map((system) => claims.filter((claim) => claim.system === system));
  const receipts = claims.filter((claim) => claim.documentType === 'return-receipt');
  const speakers = [receipts, ...ranked]
    .map((group) => group.filter((claim) => returnedBy(claim) > 0))
    .find((group) => group.length > 0);
  const evidence = newestOf(speakers ?? []);
  if (!speakers || !evidence) return lines;
  let left = speakers.reduce((sum, claim) => sum + returnedBy(claim), 0);
  const changed = lines.map(({ line, quantities, evidence: known }) => ({
    line,
    quantities: { ...quantities },
    evidence: { ...known },
  }));
  for (const buckets of [
    ['collected', 'delivered'],
    ['shipped'],
    [...ACTIVE_BUCKETS].reverse(),
  ] as readonly LineBucket[][]) {
    for (const { quantities, evidence: known } of changed) {
      const back = sumOf(takeOut(quantities, left, buckets));
      left -= back;
      quantities.returned += back;
      if (back > 0) known.returned = evidence;
    }
  }
  return changed;
};

const spokenBuckets = ({ line, quantities, evidence }: PlacedLine): PlacedLine => ({
  line,
  quantities,
  evidence: Object.fromEntries(Object.entries(evidence).filter(([bucket]) => quantities[bucket as LineBucket] > 0)),
});

const groupsOf = (lines: readonly DefinedLine[]): readonly Group[] => {
  const byScope = Map.groupBy(lines, ({ scope }) => scope);
  return [...byScope].map(([scope, own]) => ({
    scope,
    lines: own,
    ordered: own.reduce((sum, { ordered }) => sum + ordered, 0),
  }));
};

const placeSku = (
  sku: string,
  lines: readonly DefinedLine[],
  claims: readonly StoredClaim[],
  policy: OrderPolicy,
): readonly PlacedLine[] => {
  const ordered = lines.reduce((sum, line) => sum + line.ordered, 0);
  const groups = groupsOf(lines);
  const systems = [...new Set(claims.map(({ system }) => system))];
  const given = givenUp(claims, sku);
  const statements = systems.flatMap((system) =>
    statementsOf(
      claims.filter((claim) => claim.system === system),
      sku,
      ordered,
    ).map((statement) => ({
      system,
      evidence: statement.evidence,
      shares: groups.length === 1 ? [statement.quantities] : divided(trimmed(statement.quantities, ordered), groups),
    })),
  );
  const placed = groups.flatMap((group, index) => {
    const bySystem = new Map<SystemKind, Statement[]>();
    for (const { system, evidence, shares } of statements) {
      const quantities = shares[index];
      if (quantities && sumOf(quantities) > 0)
        bySystem.set(system, [...(bySystem.get(system) ?? []), { quantities, evidence }]);
    }
    return onLines(group, place(group, bySystem, given, policy));
  });
  return withReturns(placed, sku, claims, policy).map(spokenBuckets);
};

/** Every defined line with its units in buckets that sum to the ordered quantity. Lines keep their order. */
export const placeUnits = (
  lines: readonly DefinedLine[],
  claims: readonly StoredClaim[],
  policy: OrderPolicy,
): readonly PlacedLine[] => {
  const placed = new Map<string, PlacedLine>();
  for (const [sku, own] of Map.groupBy(lines, ({ sku: key }) => key)) {
    for (const result of placeSku(sku, own, claims, policy)) placed.set(result.line.id, result);
  }
  return lines.flatMap((line) => placed.get(line.id) ?? []);
};
