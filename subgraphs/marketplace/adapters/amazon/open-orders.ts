/**
 * The orders that wait for us, kept in memory. Searching Amazon for them costs a call that comes back once in three
 * minutes, so they are searched once and then kept up by what the order stream and the notifications read anyway.
 */
import type { CallOptions } from '#model/call.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { MarketplaceOrder, OpenOrders } from '#subgraphs/marketplace/port.ts';

export type OpenOrdersPage = { readonly orders: readonly MarketplaceOrder[]; readonly nextPage?: string };

export type OpenOrdersDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** Orders younger than this are not found by a search yet. */
  readonly lagMs: number;
  isOpen(order: MarketplaceOrder): boolean;
  readPage(page: string | undefined, call: CallOptions): Promise<OpenOrdersPage>;
};

export type OpenOrdersView = {
  /** Takes in what was read anyway. Older statements about an order change nothing. */
  observe(orders: readonly MarketplaceOrder[]): void;
  /** Every change up to this instant has been observed. */
  confirm(asOf: string): void;
  list(call: CallOptions): Promise<OpenOrders>;
};

/** A search of this many pages leaves half of the burst of 20 to the order stream. */
const MAX_PAGES = 10;
/** Without the stream (it runs in another replica) the view is searched anew when it is older than this. */
const OLDEST_MS = 20 * 60_000;

/** `order` is null for one that is known not to wait any more. */
type Entry = { readonly asOfMs: number; readonly order: MarketplaceOrder | null };

export const createOpenOrdersView = (deps: OpenOrdersDeps): OpenOrdersView => {
  const { clock, log } = deps;
  const entries = new Map<string, Entry>();
  let wholeAtMs: number | null = null;
  let complete = true;
  let search: Promise<void> | null = null;

  const observe = (orders: readonly MarketplaceOrder[]): void => {
    for (const order of orders) {
      const asOfMs = Date.parse(order.asOf);
      const known = entries.get(order.externalId);
      if (known !== undefined && known.asOfMs > asOfMs) continue;
      const isOpen = deps.isOpen(order);
      // A closed order is remembered only while a search runs: its older, open state may still come in with a page.
      if (isOpen || search !== null) entries.set(order.externalId, { asOfMs, order: isOpen ? order : null });
      else entries.delete(order.externalId);
    }
  };

  const searchAll = async (call: CallOptions): Promise<void> => {
    const knownUntilMs = clock.now() - deps.lagMs;
    const found = new Set<string>();
    let page: string | undefined;
    let pages = 0;
    do {
      const answer = await deps.readPage(page, call);
      observe(answer.orders);
      for (const { externalId } of answer.orders) found.add(externalId);
      page = answer.nextPage;
      pages += 1;
    } while (page !== undefined && pages < MAX_PAGES);
    complete = page === undefined;
    for (const [id, entry] of entries) {
      const isGone = complete && !found.has(id) && entry.asOfMs < knownUntilMs;
      if (entry.order === null || isGone) entries.delete(id);
    }
    wholeAtMs = knownUntilMs;
  };

  return {
    observe,
    confirm: (asOf) => {
      if (wholeAtMs !== null) wholeAtMs = Math.max(wholeAtMs, Date.parse(asOf));
    },
    list: async (call) => {
      if (wholeAtMs === null || clock.now() - wholeAtMs > OLDEST_MS) {
        // Serves every caller that waits, so no single caller's cancellation may end it.
        search ??= searchAll({ ...call, signal: new AbortController().signal }).finally(() => {
          search = null;
        });
        try {
          await search;
        } catch (error) {
          // An old list that says how old it is serves better than none.
          if (wholeAtMs === null) throw error;
          log.warn({ error: error instanceof Error ? error.message : String(error) }, 'open orders not renewed');
        }
      }
      return {
        orders: [...entries.values()].flatMap(({ order }) => order ?? []),
        asOf: isoOf(wholeAtMs ?? clock.now()),
        complete,
      };
    },
  };
};
