/** What a test, a demo or a person may make happen in the simulated stores. */

import { gtinCheckDigit } from '#model/identifiers.ts';
import { isoOf } from '#runtime/clock.ts';
import { SimActError, type SimulatorDeps } from '#simulation/simulator.ts';
import type { Catalog, SimVariation } from './catalog.ts';
import type { Inventory } from './inventory.ts';
import type { Locations, SimLocation } from './locations.ts';
import { inState, mayBecome, type OrderBook } from './order-book.ts';
import { dueMinorOf, type FulfillmentState, type SimLine, type SimOrder } from './order-wire.ts';
import { type Json, orderIdOf, uidOf } from './protocol.ts';
import { recipientOf } from './seed.ts';
import { EVENT_TYPES, type Webhooks } from './webhooks.ts';

export type ActShop = {
  readonly currency: string;
  readonly catalog: Catalog;
  readonly locations: Locations;
  readonly inventory: Inventory;
  readonly orders: OrderBook;
  readonly webhooks: Webhooks;
  readonly signatureKey: string;
};

type Command = Json;
type Act = (command: Command) => Json;

const HOUR_MS = 3_600_000;

// --- reading a command -----------------------------------------------------------------------------------------------

const optionalTextIn = (command: Command, name: string): string | undefined => {
  const value = command[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new SimActError(`${name}: must be a text that is not empty`);
};
const textIn = (command: Command, name: string): string => {
  const value = optionalTextIn(command, name);
  if (value === undefined) throw new SimActError(`${name}: is needed`);
  return value;
};
const wholeIn = (
  command: Command,
  name: string,
  rule: { readonly min: number; readonly otherwise?: number },
): number => {
  const value = command[name] ?? rule.otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= rule.min) return value;
  throw new SimActError(`${name}: must be a whole number of at least ${rule.min}`);
};

/** `only`: the names that the command may carry besides its kind. */
const checkNames = (command: Command, only: readonly string[]): void => {
  const unknown = Object.keys(command).find((name) => name !== 'kind' && !only.includes(name));
  if (unknown !== undefined)
    throw new SimActError(`${unknown}: not known to "${String(command.kind)}"; known are ${only.join(', ')}`);
};

const LINE_NAMES = ['sku', 'quantity'];

export const createActs = (shop: ActShop, deps: SimulatorDeps): ((command: Command) => Json) => {
  const nowMs = (): number => deps.clock.now();

  const locationIn = (command: Command): SimLocation => {
    const code = textIn(command, 'locationCode');
    const location = shop.locations.ofCode(code);
    if (location) return location;
    const known = shop.locations.all().flatMap((entry) => entry.code ?? []);
    throw new SimActError(
      `locationCode: there is no store "${code}"; there are ${known.slice(0, 5).join(', ')}${known.length > 5 ? ' ...' : ''}`,
    );
  };

  const variationIn = (command: Command, location: SimLocation): SimVariation => {
    const sku = textIn(command, 'sku');
    const variation = shop.catalog.sold(sku, location.id);
    if (variation) return variation;
    const known = shop.catalog.skusAt(location.id).slice(0, 3).join(', ');
    throw new SimActError(`sku: the till of ${location.code} does not know "${sku}"; it knows ${known} ...`);
  };

  /** `{ sku, quantity }`, or several of them in `lines`. */
  const linesIn = (command: Command, location: SimLocation): readonly SimLine[] => {
    const given = command.lines;
    if (given !== undefined && (!Array.isArray(given) || given.length === 0)) {
      throw new SimActError('lines: must be a list of { sku, quantity } that is not empty');
    }
    const entries: readonly Command[] = given ?? [command];
    return entries.map((entry) => {
      if (typeof entry !== 'object' || entry === null) throw new SimActError('lines: each must be { sku, quantity }');
      if (given !== undefined) checkNames({ ...entry, kind: 'line' }, LINE_NAMES);
      const variation = variationIn(entry, location);
      return {
        uid: uidOf(deps.ids.uuid()),
        variationId: variation.id,
        name: variation.title,
        quantity: wholeIn(entry, 'quantity', { min: 1, otherwise: 1 }),
        unitMinor: variation.priceMinor,
      };
    });
  };

  const stockAt = (lines: readonly SimLine[], location: SimLocation): Json => ({
    stock: lines.map((line) => ({
      sku: line.variationId === null ? null : (shop.catalog.variation(line.variationId)?.sku ?? null),
      inStock: line.variationId === null ? 0 : shop.inventory.onHand(line.variationId, location.id),
    })),
  });

  const orderIn = (command: Command): SimOrder => {
    const reference = textIn(command, 'reference');
    const order = shop.orders.ofReference(reference);
    if (order?.pickup) return order;
    throw new SimActError(`reference: there is no pickup order "${reference}"`);
  };

  // --- the till ------------------------------------------------------------------------------------------------------

  const tillOrder = (location: SimLocation, rest: Pick<SimOrder, 'lines' | 'returned' | 'tenders'>): SimOrder => ({
    id: orderIdOf(deps.ids.uuid()),
    locationId: location.id,
    referenceId: null,
    source: 'Point of Sale',
    state: 'COMPLETED',
    version: null,
    createdMs: nowMs(),
    updatedMs: nowMs(),
    closedMs: nowMs(),
    pickup: null,
    ...rest,
  });

  const sale: Act = (command) => {
    checkNames(command, ['locationCode', 'lines', ...LINE_NAMES]);
    const location = locationIn(command);
    const lines = linesIn(command, location);
    const amountMinor = lines.reduce((sum, line) => sum + line.unitMinor * line.quantity, 0);
    const tender = { id: uidOf(deps.ids.uuid()), type: 'CARD', amountMinor } as const;
    const order = shop.orders.create(tillOrder(location, { lines, returned: null, tenders: [tender] }));
    shop.webhooks.emit('payment.created', {
      type: 'payment',
      id: tender.id,
      object: {
        payment: {
          id: tender.id,
          order_id: order.id,
          location_id: location.id,
          created_at: isoOf(nowMs()),
          status: 'COMPLETED',
          source_type: 'CARD',
          amount_money: { amount: amountMinor, currency: shop.currency },
        },
      },
    });
    return { orderId: order.id, ...stockAt(lines, location) };
  };

  const giveBack: Act = (command) => {
    checkNames(command, ['locationCode', 'lines', ...LINE_NAMES]);
    const location = locationIn(command);
    const lines = linesIn(command, location);
    const order = shop.orders.create(
      tillOrder(location, { lines: [], returned: { sourceOrderId: null, lines }, tenders: [] }),
    );
    move(lines, location, 'UNLINKED_RETURN', 'IN_STOCK');
    return { orderId: order.id, ...stockAt(lines, location) };
  };

  const move = (lines: readonly SimLine[], location: SimLocation, from: string, to: string): void => {
    shop.inventory.move(
      lines.flatMap((line) =>
        line.variationId === null
          ? []
          : [{ variationId: line.variationId, locationId: location.id, from, to, quantity: line.quantity }],
      ),
    );
  };

  const waste: Act = (command) => {
    checkNames(command, ['locationCode', 'lines', ...LINE_NAMES]);
    const location = locationIn(command);
    const lines = linesIn(command, location);
    move(lines, location, 'IN_STOCK', 'WASTE');
    return stockAt(lines, location);
  };

  const count: Act = (command) => {
    checkNames(command, ['locationCode', ...LINE_NAMES]);
    const location = locationIn(command);
    const variation = variationIn(command, location);
    shop.inventory.count(variation.id, location.id, wholeIn(command, 'quantity', { min: 0 }));
    return { stock: [{ sku: variation.sku, inStock: shop.inventory.onHand(variation.id, location.id) }] };
  };

  // --- pickups -------------------------------------------------------------------------------------------------------

  const customerIn = (command: Command): Json => {
    const given = command.customer;
    if (given === undefined) {
      return recipientOf({ name: 'Erika Mustermann', email: 'erika@example.org', phone: '+49 30 901820' });
    }
    if (typeof given !== 'object' || given === null) throw new SimActError('customer: must be { name, email, phone }');
    const customer: Command = { ...given };
    return recipientOf({
      name: textIn(customer, 'name'),
      email: textIn(customer, 'email'),
      phone: textIn(customer, 'phone'),
    });
  };

  const pickupOrder: Act = (command) => {
    checkNames(command, ['locationCode', 'reference', 'lines', 'customer', 'reservationId', ...LINE_NAMES]);
    const location = locationIn(command);
    const referenceId = textIn(command, 'reference');
    if (referenceId.length > 40) throw new SimActError('reference: at most 40 characters');
    if (shop.orders.ofReference(referenceId))
      throw new SimActError(`reference: there is an order "${referenceId}" already`);
    const reservationId = optionalTextIn(command, 'reservationId');
    const order = shop.orders.create({
      ...tillOrder(location, { lines: linesIn(command, location), returned: null, tenders: [] }),
      referenceId,
      ...(reservationId === undefined ? {} : { metadata: { reservation_id: reservationId } }),
      source: 'Webshop',
      state: 'OPEN',
      version: 1,
      closedMs: null,
      pickup: {
        uid: uidOf(deps.ids.uuid()),
        state: 'PROPOSED',
        details: {
          recipient: customerIn(command),
          schedule_type: 'SCHEDULED',
          pickup_at: isoOf(nowMs() + 2 * HOUR_MS),
          placed_at: isoOf(nowMs()),
          expires_at: isoOf(nowMs() + 7 * 24 * HOUR_MS),
        },
      },
    });
    return { orderId: order.id };
  };

  const advance =
    (state: FulfillmentState): Act =>
    (command) => {
      checkNames(command, ['reference']);
      const order = orderIn(command);
      const { pickup } = order;
      if (!pickup || !mayBecome(pickup.state, state)) {
        throw new SimActError(
          `reference: the pickup of "${order.referenceId}" is ${pickup?.state} and cannot become ${state}`,
        );
      }
      const dueMinor = dueMinorOf(order);
      // Paid in the web shop: the till books it as paid elsewhere when it hands the goods over.
      const paid =
        state === 'COMPLETED' && dueMinor > 0
          ? {
              tenders: [
                ...order.tenders,
                { id: uidOf(deps.ids.uuid()), type: 'OTHER' as const, amountMinor: dueMinor },
              ],
            }
          : {};
      const next = shop.orders.update(order, { ...paid, pickup: inState(pickup, state, nowMs()) });
      return { orderId: next.id, state: next.pickup?.state ?? null, version: next.version };
    };

  // --- the account ---------------------------------------------------------------------------------------------------

  const gtinIn = (command: Command): string | null => {
    const gtin = optionalTextIn(command, 'gtin');
    if (gtin === undefined) return null;
    if (!/^\d{12,14}$/.test(gtin) || gtinCheckDigit(gtin.slice(0, -1)) !== Number(gtin.at(-1))) {
      throw new SimActError('gtin: must be 12 to 14 digits with a right check digit');
    }
    return gtin;
  };

  const catalogChanged = (): void =>
    shop.webhooks.emit('catalog.version.updated', {
      type: 'catalog_version',
      id: deps.ids.uuid(),
      object: { catalog_version: { updated_at: isoOf(nowMs()) } },
    });

  const addItem: Act = (command) => {
    checkNames(command, ['locationCode', 'sku', 'gtin', 'quantity']);
    const location = locationIn(command);
    const sku = textIn(command, 'sku');
    if (shop.catalog.sold(sku, location.id)) throw new SimActError(`sku: "${sku}" is sold at ${location.code} already`);
    const variation = shop.catalog.add({
      sku,
      gtin: gtinIn(command),
      title: `Item ${sku}`,
      priceMinor: 1990,
      presentAt: [location.id],
      updatedMs: nowMs(),
    });
    catalogChanged();
    shop.inventory.count(variation.id, location.id, wholeIn(command, 'quantity', { min: 0, otherwise: 5 }));
    return { variationId: variation.id };
  };

  const removeItem: Act = (command) => {
    checkNames(command, ['sku']);
    const sku = textIn(command, 'sku');
    const variation = shop.catalog.remove(sku, nowMs());
    if (!variation) throw new SimActError(`sku: "${sku}" is not in the catalog`);
    catalogChanged();
    return { variationId: variation.id };
  };

  const addLocation: Act = (command) => {
    checkNames(command, ['name']);
    const location = shop.locations.add(textIn(command, 'name'), isoOf(nowMs()));
    shop.webhooks.emit('location.created', { type: 'Location', id: location.id }, location.id);
    return { locationId: location.id };
  };

  const subscribe: Act = (command) => {
    checkNames(command, ['url', 'secret', 'signatureKey', 'eventTypes']);
    const url = textIn(command, 'url');
    if (!URL.canParse(url)) throw new SimActError('url: must be a URL');
    const types = command.eventTypes ?? EVENT_TYPES;
    if (!Array.isArray(types) || !types.every((type) => EVENT_TYPES.some((known) => known === type))) {
      throw new SimActError(`eventTypes: must be some of ${EVENT_TYPES.join(', ')}`);
    }
    const key = optionalTextIn(command, 'signatureKey') ?? optionalTextIn(command, 'secret') ?? shop.signatureKey;
    return { subscriptionId: shop.webhooks.subscribe(url, key, types) };
  };

  const acts: Readonly<Record<string, Act>> = {
    subscribe,
    sale,
    return: giveBack,
    waste,
    damage: waste,
    count,
    pickupOrder,
    accept: advance('RESERVED'),
    prepare: advance('PREPARED'),
    collect: advance('COMPLETED'),
    cancel: advance('CANCELED'),
    short: advance('FAILED'),
    addItem,
    removeItem,
    addLocation,
  };

  return (command) => {
    const act = Object.hasOwn(acts, String(command.kind)) ? acts[String(command.kind)] : undefined;
    if (!act)
      throw new SimActError(`kind: "${String(command.kind)}" is not known; known are ${Object.keys(acts).join(', ')}`);
    return act(command);
  };
};
