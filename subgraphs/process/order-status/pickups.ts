/**
 * What stores have to hand out: which stores an order concerns, what the journal tells them, and who waits where.
 *
 * One journal channel serves all stores, with the store as the subject: hundreds of feeds cost one read per stretch and one
 * head row, and a feed is woken for its own store only. Every event of an order that is, or just was, to be collected in a
 * store is told there, so that sequences are as gapless as anywhere.
 */
import type { OrderState } from '#model/order/state.ts';
import type { JournalEntry } from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { ChannelEntry } from '#subgraphs/process/intake/applier.ts';
import type { OrderEventPayload } from './advance.ts';
import type { PagedOrder, PagePlace } from './queries.ts';

export const PICKUPS_STREAM = 'pickups';
export const subjectOfStore = (code: string): string => `store/${code}`;

/** Codes of the stores where goods of the order are to be collected, or were. */
export const pickupPlacesOf = (state: Pick<OrderState, 'lines' | 'pickups'> | null): readonly string[] =>
  [
    ...new Set([
      ...(state?.lines ?? []).flatMap(({ method, locationCode }) =>
        (method === 'PICKUP_IN_STORE' || method === 'CURBSIDE') && locationCode !== null ? [locationCode] : [],
      ),
      ...(state?.pickups ?? []).map(({ locationCode }) => locationCode),
    ]),
  ].sort();

type StoreEventPayload = OrderEventPayload & {
  readonly orderId: string;
  readonly sequence: number;
  readonly channel: string;
};

/** The entries of an order's stream once more, for each store. */
export const storeEntries = (
  orderEntries: readonly ChannelEntry[],
  channel: string,
  places: readonly string[],
): readonly ChannelEntry[] =>
  places.flatMap((code) =>
    orderEntries.map(({ subject, version, type, payload, correlationId }) => ({
      channel: PICKUPS_STREAM,
      subject: subjectOfStore(code),
      type,
      payload: {
        ...(payload as OrderEventPayload),
        orderId: subject,
        sequence: version ?? 0,
        channel,
      } satisfies StoreEventPayload,
      correlationId,
    })),
  );

/** The event as the order's own stream tells it, and the sales channel it belongs to. */
export const orderEntryOf = (entry: JournalEntry): { readonly channel: string; readonly entry: JournalEntry } => {
  const { orderId, sequence, channel } = entry.payload as StoreEventPayload;
  return { channel, entry: { ...entry, subject: orderId, version: sequence } };
};

/** Orders in these states with goods to be collected in the store, newest first. `channel` null: of all channels. */
export const readStorePickups = (
  sql: Sql,
  query: { readonly code: string; readonly channel: string | null; readonly statuses: readonly string[] },
  after: PagePlace | null,
  limit: number,
): Promise<readonly PagedOrder[]> =>
  sql.query<PagedOrder>(
    `select o.id, o.channel, o.sequence, o.state, o.correlation_id as "correlationId", o.placed_at as "placedAt"
     from process.orders o
     where o.merged_into is null and o.pickup_places @> array[$1::text] and ($2::text is null or o.channel = $2)
       and o.status = any($3) and ($4::timestamptz is null or (o.placed_at, o.id) < ($4::timestamptz, $5::text))
     order by o.placed_at desc, o.id desc limit $6`,
    [query.code, query.channel, query.statuses, after?.placedAt ?? null, after?.id ?? null, limit],
  );
