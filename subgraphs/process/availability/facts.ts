/** What availability is worked out from. Everything here is a statement of a source or of our own order book. */
import type { SystemKind } from '#model/identifiers.ts';
import type { GeoPoint, LocationKind, PlaceServices } from '#model/location.ts';
import type { ItemLifecycle } from '#model/product.ts';
import type { StockReading } from '#model/stock.ts';
import type { ExpectedSupply } from '#model/supply.ts';
import type { SalesRate } from './rates.ts';

/** One system's word about one SKU at one location, and through which connection it came. */
export type SourceReading = {
  readonly system: SystemKind;
  readonly connection: string;
  readonly locationCode: string;
  readonly reading: StockReading;
  /** When we took it in, epoch milliseconds. */
  readonly receivedAtMs: number;
  /** The later of the source's own time and our reading: until then the number is proven by itself. Epoch milliseconds. */
  readonly provenMs: number;
};

/** Units promised to orders. `locationCode` null: promised, but not known to any one location. */
export type Demand = {
  /** The channel whose orders these are; left out when only their sum is known. */
  readonly channel?: string;
  readonly locationCode: string | null;
  /** The location's systems do not know of these yet. */
  readonly unreleased: number;
  /** Released to the location: contained in its number when the source keeps reservations. */
  readonly released: number;
};

/** Units held for a shopper at one place. It counts for nothing from `expiresAtMs` on, whoever looks. */
export type Hold = {
  /** The channel that sells to the shopper. */
  readonly channel?: string;
  readonly reservationId: string;
  readonly locationCode: string;
  readonly quantity: number;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
};

/** Units of these holds that still count. */
export const heldAt = (holds: readonly Hold[], nowMs: number): number =>
  holds.reduce((sum, { quantity, expiresAtMs }) => (expiresAtMs > nowMs ? sum + quantity : sum), 0);

/** What has been learnt of one item at one place. Times are epoch milliseconds. */
export type Learnt = {
  readonly rate: SalesRate;
  /** When units that should have been there could not be found. */
  readonly shortPickAtMs: number | null;
  /** When somebody counted it. */
  readonly countedAtMs: number | null;
};

/** All that one system knows to be on its way to one place, soonest first. */
export type PlaceSupply = {
  readonly system: SystemKind;
  readonly locationCode: string;
  readonly supplies: readonly ExpectedSupply[];
};

export type ItemFacts = {
  readonly sku: string;
  readonly title: string;
  readonly lifecycle: ItemLifecycle;
  readonly readings: readonly SourceReading[];
  readonly demand: readonly Demand[];
  readonly holds: readonly Hold[];
  /** By location code. */
  readonly learnt?: ReadonlyMap<string, Learnt>;
  readonly supplies?: readonly PlaceSupply[];
};

/** What is known of a place. `kind` null: no master data yet, so no rule can be applied and nothing is sold from it. */
export type Place = {
  readonly code: string;
  readonly name: string;
  readonly kind: LocationKind | null;
  readonly position?: GeoPoint;
  readonly timeZone?: string;
  /** ISO 3166-1 alpha-2 */
  readonly country?: string;
  readonly services?: PlaceServices;
};

/** One stream of a connection, as the intake knows it. `stream` "push" stands for pushed deliveries. */
export type Feed = {
  readonly connection: string;
  readonly system: SystemKind;
  readonly stream: string;
  readonly carriesStock: boolean;
  /** Since when everything the stream holds has been taken in at least once, epoch milliseconds. */
  readonly completeSinceMs: number | null;
  /** Last proof that the stream told us all it had, epoch milliseconds. */
  readonly lastContactMs: number | null;
};

/** A configured account whose stock counts. */
export type StockConnection = { readonly connection: string; readonly system: SystemKind };

/** How well we are in touch with one connection's stock. */
export type Contact = {
  readonly system: SystemKind;
  readonly lastContactMs: number | null;
  /** Everything it holds has been taken in at least once: what it did not mention, it does not keep. */
  readonly loaded: boolean;
};

export type Contacts = ReadonlyMap<string, Contact>;

/** Everything shared by all items. */
export type World = {
  readonly places: ReadonlyMap<string, Place>;
  readonly contacts: Contacts;
};
