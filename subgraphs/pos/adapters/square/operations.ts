/**
 * What a store does with a pickup, written to Square once. Every step reads the order first and writes only if that can
 * still lead to the wanted state; after a reply that was lost it is read again. README, "Operations".
 */
import { createHash } from 'node:crypto';
import type { CallOptions } from '#model/call.ts';
import { decimalOf, type Money } from '#model/money.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import { writeOnce } from '#runtime/resilience/write-once.ts';
import type { PickupOutcome, PickupRefusal, PickupTask, PosPort } from '#subgraphs/pos/port.ts';
import type { SquareClient } from './client.ts';
import type { Directory } from './directory.ts';
import type { ItemIndex } from './items.ts';
import { moneyOf, pickupsOf, toPickupTask } from './mapping.ts';
import { createShelfCount } from './shelf-count.ts';
import type { StoreDirectory } from './stores.ts';
import type { WireFulfillment, WireOrder } from './wire.ts';

export type OperationOptions = {
  readonly connection: string;
  /** Whether what is still due on a pickup was paid in the web shop. */
  readonly pickupsPaidInShop: boolean;
};

export type OperationDeps = {
  readonly client: SquareClient;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly ids: Ids;
};

type Target = 'READY' | 'COLLECTED' | 'SHORT';

/** What Square calls the wanted state, and from which of its states it is reached. */
const STEPS: Readonly<Record<Target, { readonly state: string; readonly from: readonly string[] }>> = {
  READY: { state: 'PREPARED', from: ['PROPOSED', 'RESERVED'] },
  COLLECTED: { state: 'COMPLETED', from: ['PROPOSED', 'RESERVED', 'PREPARED'] },
  SHORT: { state: 'FAILED', from: ['PROPOSED', 'RESERVED', 'PREPARED'] },
};

/** An order that others change this often in a row is left to them. */
const MOST_CONFLICTS = 5;

const PAID_IN = 'Web shop';

/** An idempotency key for Square, at most 45 characters; equal parts give equal keys. */
const keyOf = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

const refused = (reason: PickupRefusal, message: string, task: PickupTask | null = null): PickupOutcome => ({
  outcome: 'REFUSED',
  reason,
  message,
  task,
});

const dueOf = (order: WireOrder): Money | null => {
  const due = moneyOf(order.net_amount_due_money);
  return due && due.amountMinor > 0 ? due : null;
};

export type Standing = 'REACHED' | 'UNREACHABLE' | { readonly pickups: readonly WireFulfillment[] };

/** How an order that reads as `task` stands to the target: there, out of reach, or these pickups are to be moved. Pure. */
export const standingOf = (order: WireOrder, task: PickupTask, target: Target): Standing => {
  if (task.state === target) return 'REACHED';
  const open: readonly string[] = ['REQUESTED', 'ACCEPTED', 'PICKING', ...(target === 'READY' ? [] : ['READY'])];
  if (!open.includes(task.state)) return 'UNREACHABLE';
  return { pickups: pickupsOf(order).filter(({ state }) => STEPS[target].from.includes(state ?? '')) };
};

type Seen = {
  readonly order: WireOrder;
  readonly task: PickupTask;
  readonly items: ItemIndex;
  readonly stores: StoreDirectory;
};

export const createOperations = (
  { connection, pickupsPaidInShop }: OperationOptions,
  deps: OperationDeps,
): Required<Pick<PosPort, 'markReady' | 'confirmCollected' | 'reportShort'>> => {
  const { client, directory } = deps;
  const countShelf = createShelfCount({ connection }, deps);

  const orderNow = async (id: string, call: CallOptions): Promise<WireOrder | null> =>
    (await client.orders([id], call))[0] ?? null;

  const look = async (id: string, call: CallOptions): Promise<Seen | null> => {
    const order = await orderNow(id, call);
    if (!order) return null;
    const variationIds = order.line_items.flatMap(({ catalog_object_id: variation }) => variation ?? []);
    const [stores, items] = await Promise.all([
      directory.storesKnowing([order.location_id], call),
      directory.itemsKnowing(variationIds, call),
    ]);
    const task = toPickupTask(order, items, stores);
    return task && { order, task, items, stores };
  };

  const unknown = (id: string): PickupOutcome => refused('UNKNOWN_TASK', `${connection} knows no pickup "${id}".`);

  const refusalOf = ({ order, task }: Seen, standing: Standing, target: Target): PickupOutcome | null => {
    if (standing === 'UNREACHABLE') {
      return refused('WRONG_STATE', `Pickup ${task.id} is ${task.state} and cannot become ${target}.`, task);
    }
    return standing === 'REACHED' || typeof order.version === 'number'
      ? null
      : refused('NOT_OPERABLE', `Pickup ${task.id} was made at the till: only the till can change it.`, task);
  };

  /** Books what the web shop was paid. Square takes the goods out of stock only once an order is paid. */
  const settle = async ({ order, task }: Seen, call: CallOptions): Promise<PickupOutcome | null> => {
    const due = dueOf(order);
    if (!due) return null;
    if (!pickupsPaidInShop) {
      const amount = `${decimalOf(due)} ${due.currency}`;
      return refused('PAYMENT_DUE', `Pickup ${task.id} is not paid: take ${amount} at the till first.`, task);
    }
    const idempotencyKey = keyOf('payment', order.id, due.amountMinor);
    const payment = { orderId: order.id, locationId: order.location_id, amount: due, source: PAID_IN, idempotencyKey };
    await writeOnce(
      {
        connection,
        businessKey: `the payment of pickup ${task.orderReference}`,
        send: (sending) => client.recordPayment(payment, sending),
        find: async (asking) => {
          const now = await orderNow(order.id, asking);
          return now && !dueOf(now) ? 'WRITTEN' : null;
        },
      },
      call,
      deps,
    );
    return null;
  };

  type Move = { readonly target: Target; readonly key: string; readonly reason?: string };

  /** One try; CONFLICT when the order is not as it was seen any more. */
  const move = (
    { order, task }: Seen,
    pickups: readonly WireFulfillment[],
    { key, reason, target }: Move,
    call: CallOptions,
  ): Promise<WireOrder | 'CONFLICT' | 'KEY_REUSED'> => {
    const version = order.version ?? 0;
    const update = {
      orderId: order.id,
      locationId: order.location_id,
      version,
      fulfillmentUids: pickups.flatMap(({ uid }) => uid ?? []),
      state: STEPS[target].state,
      ...(reason === undefined ? {} : { cancelReason: reason }),
      idempotencyKey: key,
    };
    return writeOnce(
      {
        connection,
        businessKey: `pickup ${task.orderReference} as ${target}`,
        send: (sending) => client.updateOrder(update, sending),
        // The same version: it was not written. Another one: whoever made it, the order has to be looked at anew.
        find: async (asking) => ((await orderNow(order.id, asking))?.version === version ? null : 'CONFLICT'),
      },
      call,
      deps,
    );
  };

  const bring = async (id: string, wanted: Move, call: CallOptions): Promise<PickupOutcome> => {
    let conflicts = 0;
    for (;;) {
      const seen = await look(id, call);
      if (!seen) return unknown(id);
      const { items, order, stores, task } = seen;
      const standing = standingOf(order, task, wanted.target);
      const refusal = refusalOf(seen, standing, wanted.target);
      if (refusal) return refusal;
      if (standing === 'REACHED' || standing === 'UNREACHABLE') return { outcome: 'DONE', task };
      if (conflicts === MOST_CONFLICTS) {
        return refused('WRONG_STATE', `Pickup ${id} is being changed by others; look at it and repeat.`, task);
      }
      // What was refused under a key may be remembered with it: a later version is sent under one of its own.
      const key = conflicts === 0 ? wanted.key : keyOf(wanted.key, order.version ?? 0);
      const written = await move(seen, standing.pickups, { ...wanted, key }, call);
      if (written === 'KEY_REUSED') return refused('KEY_REUSED', 'The key was used for another operation.', task);
      if (written !== 'CONFLICT') {
        const now = toPickupTask(written, items, stores);
        return now ? { outcome: 'DONE', task: now } : unknown(id);
      }
      conflicts += 1;
    }
  };

  return {
    markReady: ({ idempotencyKey, taskId }, call) =>
      bring(taskId, { target: 'READY', key: keyOf('order', idempotencyKey) }, call),

    confirmCollected: async ({ idempotencyKey, taskId }, call) => {
      const seen = await look(taskId, call);
      if (!seen) return unknown(taskId);
      const standing = standingOf(seen.order, seen.task, 'COLLECTED');
      const refusal = refusalOf(seen, standing, 'COLLECTED') ?? (await settle(seen, call));
      return refusal ?? bring(taskId, { target: 'COLLECTED', key: keyOf('order', idempotencyKey) }, call);
    },

    reportShort: async ({ foundQuantity, idempotencyKey, lineId, taskId }, call) => {
      const seen = await look(taskId, call);
      if (!seen) return unknown(taskId);
      const { order, stores, task } = seen;
      const refusal = refusalOf(seen, standingOf(order, task, 'SHORT'), 'SHORT');
      if (refusal) return refusal;
      const line = task.lines.find(({ id }) => id === lineId);
      const store = stores.ofId(order.location_id);
      if (!line || !store) return refused('UNKNOWN_LINE', `Pickup ${taskId} has no line "${lineId}".`, task);
      if (foundQuantity >= line.quantity) {
        const message = `All ${line.quantity} units were found: that is no short pick.`;
        return refused('QUANTITY', message, task);
      }
      const key = keyOf('short', idempotencyKey);
      const counted = await countShelf({ ...seen, store, lineId, foundQuantity, key }, call);
      if (counted === 'KEY_REUSED') {
        return refused('KEY_REUSED', 'The key was used for another short pick.', task);
      }
      const reason = `Short pick: ${foundQuantity} of ${line.quantity} found${line.sku ? ` of ${line.sku}` : ''}`;
      return bring(taskId, { target: 'SHORT', key, reason: reason.slice(0, 100) }, call);
    },
  };
};
