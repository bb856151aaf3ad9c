/** What a person or a test can make happen in the simulated account. */
import type { Clock } from '#runtime/clock.ts';
import { SimActError } from '#simulation/simulator.ts';
import { SIM_AMAZON } from './constants.ts';
import type { Events } from './events.ts';
import type { Happenings } from './happenings.ts';
import type { ReportsApi } from './reports.ts';
import type { SimListing, SimOrder, World } from './world.ts';

type Given = Readonly<Record<string, unknown>>;
type Field<T> = (value: unknown, name: string) => T;

const wrong = (name: string, message: string): SimActError => new SimActError(`${name}: ${message}`);

const text: Field<string> = (value, name) => {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(name, 'must be text that is not empty');
};
const url: Field<string> = (value, name) => {
  const address = text(value, name);
  if (URL.canParse(address)) return address;
  throw wrong(name, 'must be a URL');
};
const units: Field<number> = (value, name) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw wrong(name, 'must be a whole number of at least 1');
};
const cents: Field<number> = (value, name) => {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrong(name, 'must be a whole number of cents');
};
const flag: Field<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'must be true or false');
};
const orderNumber: Field<string> = (value, name) => {
  if (typeof value === 'string' && /^\d{3}-\d{7}-\d{7}$/.test(value)) return value;
  throw wrong(name, 'must be of the form 123-1234567-1234567');
};
const unitsBySku: Field<ReadonlyMap<string, number>> = (value, name) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(name, 'must map seller SKUs to units');
  return new Map(Object.entries(value).map(([sku, quantity]) => [sku, units(quantity, `${name}.${sku}`)]));
};

const STATES = ['ACTIVE', 'INACTIVE', 'SUPPRESSED'] as const;
const state: Field<(typeof STATES)[number]> = (value, name) => {
  const known = STATES.find((word) => word === value);
  if (known !== undefined) return known;
  throw wrong(name, `must be one of ${STATES.join(', ')}`);
};

const optional = <T>(given: Given, name: string, field: Field<T>): T | undefined =>
  given[name] === undefined ? undefined : field(given[name], name);

/** Where invented shoppers live. */
const SHOPPER = {
  name: 'Kim Muster',
  email: 'kim.muster@shopper.example',
  phone: '+49 30 5550100',
  street: 'Musterweg 1',
  postalCode: '10115',
  city: 'Berlin',
} as const;

export type Acts = (command: Readonly<Record<string, unknown>>) => unknown;

export const createActs = (
  world: World,
  deps: {
    readonly clock: Clock;
    readonly events: Events;
    readonly happenings: Happenings;
    readonly reports: Pick<ReportsApi, 'settle'>;
  },
): Acts => {
  const { events, happenings } = deps;
  let made = 0;

  const listingOf = (sellerSku: string): SimListing => {
    const listing = world.listings.get(sellerSku);
    if (listing === undefined) throw wrong('sellerSku', `there is no listing "${sellerSku}"`);
    return listing;
  };
  const orderOf = (given: Given): SimOrder => {
    const number = orderNumber(given.number, 'number');
    const order = world.orders.get(number);
    if (order === undefined) throw wrong('number', `there is no order ${number}`);
    return order;
  };
  const done = (problem: string | null, number: string): unknown => {
    if (problem !== null) throw new SimActError(problem);
    return { number, status: world.orders.get(number)?.status };
  };
  const nextNumber = (): string => {
    made += 1;
    return `304-${String(1_000_000 + Math.floor(made / 10_000_000))}-${String(made).padStart(7, '0')}`;
  };

  const newOrder = (given: Given): unknown => {
    const number = optional(given, 'number', orderNumber) ?? nextNumber();
    const lines = [
      { listing: listingOf(text(given.sellerSku, 'sellerSku')), quantity: units(given.quantity, 'quantity') },
    ];
    const pending = optional(given, 'pending', flag) ?? false;
    return done(happenings.order({ number, lines, pending, buyer: SHOPPER }), number);
  };

  const ship = (given: Given): unknown => {
    const order = orderOf(given);
    const wanted = optional(given, 'quantities', unitsBySku);
    for (const sellerSku of wanted?.keys() ?? []) {
      if (!order.items.some((item) => item.sellerSku === sellerSku)) {
        throw wrong(`quantities.${sellerSku}`, `order ${order.number} has no such item`);
      }
    }
    const left = order.items.map((item) => {
      const quantity = wanted === undefined ? item.quantity - item.shipped : (wanted.get(item.sellerSku) ?? 0);
      return [item.orderItemId, quantity] as const;
    });
    const referenceId = String(order.packages.length + 1);
    const parcel = {
      referenceId,
      carrier: optional(given, 'carrier', text) ?? 'DHL',
      trackingNumber: optional(given, 'trackingNumber', text) ?? `SIM${order.number.replaceAll('-', '')}${referenceId}`,
      shippedMs: deps.clock.now(),
      quantities: new Map(left.filter(([, quantity]) => quantity > 0)),
    };
    return done(happenings.ship(order, parcel), order.number);
  };

  const onOrder =
    (happen: (order: SimOrder) => string | null) =>
    (given: Given): unknown => {
      const order = orderOf(given);
      return done(happen(order), order.number);
    };

  const settle = (given: Given): unknown => {
    const order = orderOf(given);
    if (order.items.every((item) => item.shipped === 0)) throw wrong('number', `nothing of ${order.number} has left`);
    const reportId = deps.reports.settle(order, {
      shortMinor: optional(given, 'short', cents) ?? 0,
      correctionMinor: optional(given, 'correction', cents) ?? null,
      broken: optional(given, 'broken', flag) ?? false,
    });
    return { number: order.number, reportId };
  };

  /** By kind: the fields it knows, and what it does. */
  const kinds: Readonly<
    Record<string, { readonly fields: readonly string[]; readonly act: (given: Given) => unknown }>
  > = {
    subscribe: {
      fields: ['url', 'apiKey', 'secret'],
      act: (given) => {
        const apiKey = optional(given, 'apiKey', text) ?? optional(given, 'secret', text) ?? SIM_AMAZON.destinationKey;
        events.subscribe({ url: url(given.url, 'url'), apiKey });
        return { subscribed: [...events.subscriptions.keys()] };
      },
    },
    newOrder: { fields: ['sellerSku', 'quantity', 'number', 'pending'], act: newOrder },
    authorize: { fields: ['number'], act: onOrder(happenings.authorize) },
    ship: { fields: ['number', 'quantities', 'carrier', 'trackingNumber'], act: ship },
    deliver: { fields: ['number'], act: onOrder(happenings.deliver) },
    requestCancellation: { fields: ['number'], act: onOrder(happenings.requestCancellation) },
    cancel: { fields: ['number'], act: onOrder(happenings.cancel) },
    settle: { fields: ['number', 'short', 'correction', 'broken'], act: settle },
    setListingState: {
      fields: ['sellerSku', 'state'],
      act: (given) => {
        const listing = listingOf(text(given.sellerSku, 'sellerSku'));
        const wanted = state(given.state, 'state');
        happenings.setState(listing, wanted);
        return { sellerSku: listing.sellerSku, state: wanted };
      },
    },
  };

  return (given) => {
    const kind = String(given.kind);
    const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (known === undefined) throw wrong('kind', `must be one of ${Object.keys(kinds).join(', ')}`);
    const unknown = Object.keys(given).find((name) => name !== 'kind' && !known.fields.includes(name));
    if (unknown !== undefined) throw wrong(unknown, `unknown for "${kind}"; allowed: ${known.fields.join(', ')}`);
    return known.act(given);
  };
};
