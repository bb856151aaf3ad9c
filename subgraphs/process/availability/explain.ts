/** Every number, rule and source behind one answer, as data and as sentences that an operator can read out. */
import type { LocationKind } from '#model/location.ts';
import type { StockPosition } from '#model/stock.ts';
import { spokenDuration } from '#subgraphs/process/policy/duration.ts';
import type { Assessment, ExclusionReason, LocationAssessment } from './assessment.ts';
import { NOT_FOR_SALE } from './conclusion.ts';

export type AppliedRule = {
  readonly id: string;
  readonly kind: string;
  /** Units by which the rule changed the answer; 0 for a rule that only decided whose number counts. */
  readonly effect: number;
  /** Where the rule is written: a path in throughline.yaml, or the system or order book the number comes from. */
  readonly source: string;
};

type BufferName = 'safetyStock' | 'channelBuffer' | 'stalenessBuffer' | 'ringFencedForOthers';
const BUFFERS: readonly BufferName[] = ['safetyStock', 'channelBuffer', 'stalenessBuffer', 'ringFencedForOthers'];
const BUFFER_WORDS: Readonly<Record<BufferName, string>> = {
  safetyStock: 'held as safety stock',
  channelBuffer: 'held back from this channel',
  stalenessBuffer: 'held back for sales not heard of yet',
  ringFencedForOthers: 'kept for other channels',
};
/** Beyond these, locations are summed up in one sentence: 300 stores are not read out. */
const TOLD_ONE_BY_ONE = 8;

/** Spreads what was withheld over the buffers in their order, so that the parts sum to `withheld`. */
export const withheldByBuffer = (position: StockPosition): ReadonlyMap<BufferName, number> => {
  const parts = new Map<BufferName, number>();
  let left = position.withheld;
  for (const buffer of BUFFERS) {
    const part = Math.min(left, position[buffer]);
    if (part > 0) parts.set(buffer, part);
    left -= part;
  }
  return parts;
};

const excludedText = (reason: ExclusionReason, channel: string): string => {
  switch (reason.code) {
    case 'NOT_SOLD_FROM':
      return `${channel} does not sell from it`;
    case 'NOT_ASKED':
      return 'not among the locations asked for';
    case 'NOT_BY_METHOD':
      return 'it does not serve the methods asked for';
    case 'NO_MASTER_DATA':
      return 'no master data for this location, so no rule can be applied';
    case 'NO_AUTHORITY':
      return `no reading from ${reason.systems.join(', ')}`;
    case 'SYSTEM_NOT_LOADED':
      return `waiting for ${reason.system}: its stock has not been read through yet`;
    case 'SYSTEM_SILENT':
      return `${reason.system} silent for ${spokenDuration(reason.silentMs)} (limit ${spokenDuration(reason.limitMs)})`;
  }
};

export const reasonOf = (location: LocationAssessment, channel: string): string | null =>
  location.excluded === null ? null : excludedText(location.excluded, channel);

const rulePath = (assessment: Assessment, buffer: BufferName, kind: LocationKind): string => {
  const channel = `process.channels.${assessment.question.channel}`;
  const { sku } = assessment.item;
  const { items } = assessment.question.rules;
  if (buffer === 'ringFencedForOthers') return 'process.channels.*.ringFences';
  if (buffer === 'safetyStock' && Object.hasOwn(items, sku) && items[sku]?.safetyStock?.[kind] !== undefined)
    return `${channel}.items.${sku}.safetyStock.${kind}`;
  return buffer === 'stalenessBuffer' ? `${channel}.unseenSales` : `${channel}.${buffer}.${kind}`;
};

/**
 * Rules with their summed effect. What the counted locations report (on hand less what is unusable or reserved), plus what
 * silent locations would have added, plus all effects, is the answer.
 */
export const appliedRules = (assessment: Assessment): readonly AppliedRule[] => {
  const { channel } = assessment.question;
  const rules = new Map<string, AppliedRule>();
  const add = (id: string, kind: string, effect: number, source: string): void => {
    rules.set(id, { id, kind, effect: (rules.get(id)?.effect ?? 0) + effect, source });
  };
  let summed = 0;
  for (const location of assessment.locations) {
    const { place, position, source, excluded, cappedBuffer } = location;
    if (excluded?.code === 'SYSTEM_SILENT') {
      add(
        `silence:${excluded.system}`,
        'SYSTEM_SILENT',
        -(position?.sellable ?? 0),
        `process.staleness.${excluded.system}`,
      );
    } else if (excluded?.code === 'SYSTEM_NOT_LOADED') {
      add(
        `not-loaded:${excluded.system}`,
        'SYSTEM_NOT_LOADED',
        -(position?.sellable ?? 0),
        `connection of ${excluded.system}`,
      );
    }
    if (excluded !== null || position === null || source === null || place.kind === null) continue;
    summed += position.sellable;
    add(`authority:${place.kind}:${source.system}`, 'AUTHORITY', 0, `process.authority.stock.${place.kind}`);
    if (position.unpostedDemand > 0) add('unposted-demand', 'UNPOSTED_DEMAND', -position.unpostedDemand, 'order book');
    if (position.reservedSoft > 0) add('holds', 'HELD_FOR_SHOPPERS', -position.reservedSoft, 'reservations');
    if (position.shortage > 0) add('clamp', 'SHORTAGE_NOT_NETTED', position.shortage, 'stock ledger');
    if (cappedBuffer > 0)
      add(`buffer-cap:${place.kind}`, 'BUFFER_CAPPED', 0, `process.channels.${channel}.bufferCap.${place.kind}`);
    for (const [buffer, units] of withheldByBuffer(position)) {
      add(
        `${buffer}:${place.kind}`,
        buffer.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
        -units,
        rulePath(assessment, buffer, place.kind),
      );
    }
  }
  const unallocated = Math.min(summed, assessment.unallocated);
  if (unallocated > 0) add('unallocated-demand', 'UNALLOCATED_DEMAND', -unallocated, 'order book');
  let left = summed - unallocated;
  if (assessment.components !== null) {
    // What stands at the places are complete bundles; parts, their orders and their quotas decide how many may be sold.
    add('bundle', 'BUNDLE', assessment.offered - left, `process.bundles.${assessment.item.sku}`);
    left = assessment.offered;
  }
  const { lifecycle } = assessment.item;
  if (NOT_FOR_SALE.has(lifecycle)) {
    add(`lifecycle:${lifecycle}`, 'NOT_FOR_SALE', -left, 'item master');
  } else if (assessment.quotaLeft !== null) {
    add('quota', 'QUOTA', -Math.max(0, left - assessment.quotaLeft), `process.channels.${channel}.quotas`);
  }
  if (assessment.limitPerOrder !== null)
    add('limit-per-order', 'LIMIT_PER_ORDER', 0, `process.channels.${channel}.limitPerOrder`);
  if (assessment.question.onlyAt !== null)
    add('asked-locations', 'LOCATION_FILTER', 0, `the request's locationIds for ${channel}`);
  return [...rules.values()];
};

const subtractions = (position: StockPosition): readonly string[] => {
  const parts: readonly (readonly [number, string])[] = [
    [position.damaged, 'damaged'],
    [position.qualityHold, 'on quality hold'],
    [position.returnsPending, 'returned and not inspected'],
    [position.reservedHard, 'reserved'],
    [position.reservedSoft, 'held for shoppers'],
    [position.unpostedDemand, 'promised to orders it does not know of yet'],
    ...[...withheldByBuffer(position)].map(([buffer, units]) => [units, BUFFER_WORDS[buffer]] as const),
  ];
  return parts.filter(([units]) => units !== 0).map(([units, words]) => `${units} ${words}`);
};

const locationText = (location: LocationAssessment, channel: string): string => {
  const { place, position, source, excluded, ageMs } = location;
  if (position === null || source === null)
    return `${place.code} is not counted: ${excluded ? excludedText(excluded, channel) : 'no reading'}.`;
  const details = [
    `${position.onHand} on hand (${source.system}, ${spokenDuration(ageMs)} ago)`,
    ...subtractions(position),
  ].join(', ');
  const owes = position.shortage > 0 ? ` It owes ${position.shortage}, which no other location pays for.` : '';
  if (excluded !== null)
    return `${place.code} is not counted: ${excludedText(excluded, channel)}; it last had ${details}.`;
  return `${place.code} has ${details}: ${position.sellable} sellable.${owes}`;
};

const headline = (assessment: Assessment): string => {
  const { item, question, sellable, status, confidence } = assessment;
  const missing = confidence.missingSystems.length > 0 ? ` (without ${confidence.missingSystems.join(', ')})` : '';
  if (sellable === null) return `${item.sku} for ${question.channel}: unknown${missing}.`;
  return `${item.sku} for ${question.channel}: ${sellable} sellable${missing}, shown as ${status}.`;
};

export const explanationText = (assessment: Assessment): string => {
  const { channel } = assessment.question;
  const rank = (location: LocationAssessment): number =>
    (location.excluded === null ? 1_000_000 : 0) + (location.position?.sellable ?? -1);
  const ordered = assessment.locations.toSorted((a, b) => rank(b) - rank(a) || (a.place.code < b.place.code ? -1 : 1));
  const told = ordered.slice(0, TOLD_ONE_BY_ONE);
  const rest = ordered.slice(TOLD_ONE_BY_ONE);
  const sentences = [headline(assessment), ...told.map((location) => locationText(location, channel))];
  if (rest.length > 0) {
    const counted = rest.filter((location) => location.excluded === null);
    const units = counted.reduce((sum, { position }) => sum + (position?.sellable ?? 0), 0);
    sentences.push(
      `${rest.length} more locations: ${counted.length} counted with ${units} sellable, ${rest.length - counted.length} not counted.`,
    );
  }
  for (const { sku, quantity, answer } of assessment.components ?? []) {
    const units = answer === null ? 'the item master does not have it' : (answer.sellable ?? 'unknown');
    sentences.push(`One bundle takes ${quantity} of ${sku}, of which the channel may sell: ${units}.`);
  }
  const capped = assessment.locations.filter(({ excluded, cappedBuffer }) => excluded === null && cappedBuffer > 0);
  if (capped.length > 0) {
    const units = capped.reduce((sum, { cappedBuffer }) => sum + cappedBuffer, 0);
    sentences.push(`Caution would hold back ${units} more; the channel's bufferCap does not let it.`);
  }
  if (assessment.quotaLeft !== null) sentences.push(`The channel's quota leaves ${assessment.quotaLeft}.`);
  if (assessment.limitPerOrder !== null) sentences.push(`One order may have ${assessment.limitPerOrder}.`);
  if (assessment.unallocated > 0)
    sentences.push(
      `${assessment.unallocated} are promised to orders without a location yet and are taken off the sum.`,
    );
  if (assessment.item.lifecycle === 'DRAFT' || assessment.item.lifecycle === 'BLOCKED') {
    sentences.push(
      `The item is ${assessment.item.lifecycle.toLowerCase()} in the item master, so none of it is offered.`,
    );
  }
  return sentences.join(' ');
};
