/**
 * Tells what channels may sell of items now. Whoever changes something that answers are made of calls this in the same
 * transaction, under the items' locks. What was last announced is kept per SKU, so that "before" is what channels were
 * really told, not what it would be if worked out again now.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { ChannelEntry } from '#subgraphs/process/intake/applier.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { type Assessment, type Question, type Scope, type StockStatus, scopeOf, type Velocity } from './assessment.ts';
import type { ItemFacts, World } from './facts.ts';
import { assess } from './policy.ts';
import { questionOf } from './question.ts';
import { sourcingRules } from './rules.ts';
import type { SourcingRules } from './sources.ts';
import * as store from './store.ts';
import { relatedTo } from './ties.ts';

/** The journal channel on which everything about availability is told. */
export const AVAILABILITY_CHANNEL = 'availability';
export const AVAILABILITY_ENTRY = 'AVAILABILITY_CHANGED';

/** What a channel saw change. A SKU whose numbers changed without any channel seeing it has an entry with none. */
export type ChannelChange = {
  readonly previousStatus: StockStatus;
  readonly status: StockStatus;
  readonly previousSellable: number | null;
  readonly sellable: number | null;
};
export type AvailabilityPayload = { readonly sku: string; readonly channels: Readonly<Record<string, ChannelChange>> };

/** A channel may sell another quantity of the answer's item than it was last told. */
export type SellableChange = { readonly channel: string; readonly answer: Assessment };

export type AnnouncerOptions = { readonly policy: ProcessPolicy; readonly velocity?: Velocity };
export type AnnouncerDeps = {
  readonly clock: Clock;
  /** Told in the same transaction what channels may sell now, so that nothing that must follow can be lost. */
  readonly onSellable?: (tx: Sql, changes: readonly SellableChange[]) => Promise<void>;
};

export type Announcement = {
  readonly items: readonly ItemFacts[];
  readonly world: World;
  /** What was announced before, as `lockSkus` returned it. */
  readonly states: ReadonlyMap<string, store.AvailabilityState>;
  readonly correlationId: string;
  /** Only items that some channel sees differently: their facts have not changed. */
  readonly onlyChanged?: boolean;
};

/** Writes what is announced and returns the entries for the journal, which the caller appends last. */
export type Announce = (tx: Sql, announcement: Announcement) => Promise<readonly ChannelEntry[]>;

export const createAnnouncer = (options: AnnouncerOptions, deps: AnnouncerDeps): Announce => {
  const { policy, velocity } = options;

  /** The items with all others that their answers depend on, as this transaction sees them. */
  const rulesWith = async (tx: Sql, items: readonly ItemFacts[]): Promise<SourcingRules> => {
    const known = new Map(items.map((item) => [item.sku, item]));
    const others = [...relatedTo(policy, known.keys())].filter((sku) => !known.has(sku));
    const read = others.length === 0 ? [] : await store.readItems(tx, others, (text) => text);
    for (const item of read) known.set(item.sku, item);
    return sourcingRules(policy, (sku) => known.get(sku), velocity);
  };

  /** What each channel sees of an item now, compared with what it was last told. */
  const channelChanges = (
    item: ItemFacts,
    announced: store.AvailabilityState['channels'],
    asked: readonly (readonly [Question, Scope])[],
    world: World,
    rules: SourcingRules,
    nowMs: number,
  ) => {
    const channels: Record<string, ChannelChange> = {};
    const told: Record<string, store.Announced> = {};
    const moved: SellableChange[] = [];
    for (const [question, scope] of asked) {
      const answer = assess(item, question, scope, world, rules, nowMs);
      const { status, sellable } = answer;
      const { status: previousStatus, sellable: previousSellable } = announced[question.channel] ?? {
        status: 'UNKNOWN' as const,
        sellable: null,
      };
      told[question.channel] = { status, sellable };
      if (status !== previousStatus || sellable !== previousSellable)
        channels[question.channel] = { previousStatus, status, previousSellable, sellable };
      if (sellable !== previousSellable) moved.push({ channel: question.channel, answer });
    }
    return { channels, told, moved };
  };

  return async (tx, { items, world, states, correlationId, onlyChanged = false }) => {
    const rules = await rulesWith(tx, items);
    const nowMs = deps.clock.now();
    const asked = Object.keys(policy.channels).map((channel) => {
      const question = questionOf({ channel }, policy, world.places);
      return [question, scopeOf(world.places, question.rules)] as const;
    });
    const entries: ChannelEntry[] = [];
    const saved: store.AvailabilityState[] = [];
    const sellables: SellableChange[] = [];
    for (const item of items) {
      const state = states.get(item.sku);
      if (!state) continue;
      const { channels, told, moved } = channelChanges(item, state.channels, asked, world, rules, nowMs);
      if (onlyChanged && Object.keys(channels).length === 0) continue;
      const version = state.version + 1;
      saved.push({ sku: item.sku, version, channels: told });
      const payload: AvailabilityPayload = { sku: item.sku, channels };
      entries.push({
        channel: AVAILABILITY_CHANNEL,
        subject: item.sku,
        version,
        type: AVAILABILITY_ENTRY,
        payload,
        correlationId,
      });
      sellables.push(...moved);
    }
    await store.saveStates(tx, saved);
    if (sellables.length > 0) await deps.onSellable?.(tx, sellables);
    return entries;
  };
};
