/**
 * What a transaction does round every change of holds: the locks, the facts as they are under them, and telling
 * channels what they may sell now.
 */
import type { Sql } from '#runtime/storage/database.ts';
import type { Announce } from '#subgraphs/process/availability/announce.ts';
import type { Velocity } from '#subgraphs/process/availability/assessment.ts';
import { contactsOf } from '#subgraphs/process/availability/contacts.ts';
import type { ItemFacts, StockConnection, World } from '#subgraphs/process/availability/facts.ts';
import { sourcingRules } from '#subgraphs/process/availability/rules.ts';
import type { SourcingRules } from '#subgraphs/process/availability/sources.ts';
import { type AvailabilityState, lockSkus, readItems, readPlaces } from '#subgraphs/process/availability/store.ts';
import { relatedTo, touchedByDemand } from '#subgraphs/process/availability/ties.ts';
import { answerTags, changesEntries } from '#subgraphs/process/changes/entry.ts';
import type { ChannelEntry } from '#subgraphs/process/intake/applier.ts';
import { readFeeds } from '#subgraphs/process/intake/feeds.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';

export type LedgerOptions = {
  readonly policy: ProcessPolicy;
  readonly stockConnections: readonly StockConnection[];
  readonly velocity?: Velocity;
};
export type LedgerDeps = { readonly announce: Announce };

/** Items under lock: nobody else changes their stock, demand or holds until the transaction ends. */
export type Locked = {
  /** Items whose answers may change with the locked ones. */
  readonly skus: readonly string[];
  readonly states: ReadonlyMap<string, AvailabilityState>;
};

/** Every item that answers for the locked ones depend on, the rules that ask for them, and the world. */
export type Facts = {
  readonly items: ReadonlyMap<string, ItemFacts>;
  readonly rules: SourcingRules;
  readonly world: World;
};

export type Ledger = {
  lock(tx: Sql, skus: readonly string[]): Promise<Locked>;
  read(tx: Sql, locked: Locked): Promise<Facts>;
  /** Returns the entries that the journal gets last. `facts`: with the holds as they are now. */
  tell(tx: Sql, locked: Locked, facts: Facts, correlationId: string): Promise<readonly ChannelEntry[]>;
};

export const createLedger = ({ policy, stockConnections, velocity }: LedgerOptions, deps: LedgerDeps): Ledger => {
  return {
    lock: async (tx, wanted) => {
      const skus = [...touchedByDemand(policy, wanted)].sort();
      return { skus, states: await lockSkus(tx, skus) };
    },
    read: async (tx, { skus }) => {
      const read = await readItems(tx, [...relatedTo(policy, skus)], (text) => text);
      const items = new Map(read.map((item) => [item.sku, item]));
      const world = { places: await readPlaces(tx), contacts: contactsOf(await readFeeds(tx), stockConnections) };
      return { items, rules: sourcingRules(policy, (sku) => items.get(sku), velocity), world };
    },
    tell: async (tx, { skus, states }, { items, world }, correlationId) => {
      const held = skus.flatMap((sku) => items.get(sku) ?? []);
      const entries = await deps.announce(tx, { items: held, world, states, correlationId });
      return [...entries, ...changesEntries(answerTags(entries), correlationId)];
    },
  };
};
