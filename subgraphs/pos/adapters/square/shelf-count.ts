/** The count that a short pick makes of the item: what was found, and what is set aside for other customers. */
import type { CallOptions } from '#model/call.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import { writeOnce } from '#runtime/resilience/write-once.ts';
import { readPages, type SquareClient } from './client.ts';
import { countedAt, type ItemGroup, type ItemIndex } from './items.ts';
import { goodsOf } from './mapping.ts';
import type { Store } from './stores.ts';
import type { WireOrder } from './wire.ts';

export type ShelfCount = {
  readonly order: WireOrder;
  readonly items: ItemIndex;
  readonly store: Store;
  readonly lineId: string;
  readonly foundQuantity: number;
  /** Stands for the caller's key. */
  readonly key: string;
};

/** Open orders are few, those set aside fewer. */
const MAX_PAGES = 10;

/** Units of the item that wait for customers in these orders. */
export const setAsideIn = (orders: readonly WireOrder[], group: ItemGroup, items: ItemIndex): number =>
  orders
    .flatMap(goodsOf)
    .filter(({ variationId }) => items.ofVariation(variationId) === group)
    .reduce((sum, { units }) => sum + units, 0);

/** Resolves once the count is in Square's history, by this call or by an earlier one with the same key and content. */
export const createShelfCount = (
  { connection }: { readonly connection: string },
  deps: { readonly client: SquareClient; readonly clock: Clock; readonly ids: Ids },
): ((count: ShelfCount, call: CallOptions) => Promise<'WRITTEN' | 'KEY_REUSED'>) => {
  const { client, clock } = deps;

  const setAside = async (
    { items, order, store }: ShelfCount,
    group: ItemGroup,
    call: CallOptions,
  ): Promise<number> => {
    const query = {
      locationIds: [store.id],
      fulfillmentStates: ['PREPARED'],
      sort: { field: 'CREATED_AT', order: 'DESC' } as const,
    };
    const { items: ready } = await readPages((cursor) => client.pickupOrders(query, cursor, call), {
      connection,
      maxPages: MAX_PAGES,
    });
    const others = ready.filter(({ id, state }) => id !== order.id && state === 'OPEN');
    return setAsideIn(others, group, items);
  };

  return async (count, call) => {
    const { foundQuantity, items, key, lineId, order, store } = count;
    const line = goodsOf(order).find(({ id }) => id === lineId);
    const group = line ? items.ofVariation(line.variationId) : null;
    const variations = group ? countedAt(group, store.id) : [];
    const holder = variations.find(({ id }) => id === line?.variationId) ?? variations[0];
    // An item that is not counted at this store has no shelf to be mended.
    if (!group || !holder) return 'WRITTEN';
    const variationIds = variations.map(({ id }) => id);
    const referenceId = `${key}/${lineId}/${foundQuantity}`;

    const find = async (asking: CallOptions): Promise<'WRITTEN' | 'KEY_REUSED' | null> => {
      // Exclusive, and an order may be counted for in the moment in which it was made.
      const after = isoOf(Date.parse(order.created_at) - 1);
      const query = { variationIds, locationIds: [store.id], after };
      const { items: counts } = await readPages((cursor) => client.physicalCounts(query, cursor, asking), {
        connection,
      });
      const known = counts.map((counted) => counted.reference_id).find((reference) => reference?.startsWith(`${key}/`));
      if (!known) return null;
      return known === referenceId ? 'WRITTEN' : 'KEY_REUSED';
    };

    const before = await find(call);
    if (before) return before;
    const waiting = await setAside(count, group, call);
    const update = {
      counts: variations.map(({ id }) => ({
        variationId: id,
        quantity: id === holder.id ? foundQuantity + waiting : 0,
      })),
      locationId: store.id,
      occurredAt: isoOf(clock.now()),
      referenceId,
      idempotencyKey: key,
    };
    return writeOnce(
      {
        connection,
        businessKey: `the count of ${group.sku ?? group.key} at ${store.code}`,
        send: (sending) => client.writeCounts(update, sending),
        find,
      },
      call,
      deps,
    );
  };
};
