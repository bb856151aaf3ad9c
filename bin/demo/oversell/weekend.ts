/**
 * A weekend's promotion as it would happen to anybody: which stores, what lies in them, who comes when and wants what. The
 * same seed draws the same weekend, so that two ways to run a shop meet the same shoppers. Times are shop time, shown as UTC.
 */
import { createRandom } from '#simulation/random.ts';

export type SpeedClass = 'fast' | 'normal' | 'slow';
export type SalesChannel = 'amazon' | 'web';

export type WeekendOptions = {
  readonly stores: number;
  /** How many items of each class. */
  readonly items: Readonly<Record<SpeedClass, number>>;
  readonly seed: number;
  /** Only a part of the weekend, in whole hours since its beginning; what is in stock is then meant for that part. */
  readonly hours?: { readonly from: number; readonly to: number };
};

export type Item = { readonly sku: string; readonly class: SpeedClass };

/** One item at one place before anybody came. `counted` is what the till or the warehouse believes, `there` what is. */
export type Shelf = {
  readonly place: string;
  readonly sku: string;
  readonly counted: number;
  readonly there: number;
};

/** Wants one unit. `store` null: online, through `channel`. */
export type Shopper =
  | { readonly atMs: number; readonly sku: string; readonly store: string; readonly channel: null }
  | { readonly atMs: number; readonly sku: string; readonly store: null; readonly channel: SalesChannel };

export type Span = { readonly fromMs: number; readonly toMs: number };

export type Weekend = {
  readonly startMs: number;
  readonly endMs: number;
  readonly open: readonly Span[];
  /** While the promotion is on air. */
  readonly peaks: readonly Span[];
  readonly warehouse: string;
  readonly stores: readonly string[];
  readonly items: readonly Item[];
  readonly shelves: readonly Shelf[];
  /** Oldest first. */
  readonly shoppers: readonly Shopper[];
  /** No till is heard. */
  readonly silence: Span;
  /** The marketplace takes hardly any calls. */
  readonly throttling: Span;
};

export const isWithin = ({ fromMs, toMs }: Span, atMs: number): boolean => atMs >= fromMs && atMs < toMs;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 10, 28);
const HOURS = 48;

/** By hour of the weekend, how many walk in and how many shop online, relative to each other. */
const STORE_HOURS = [
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 7, 9, 10, 10, 10, 10, 9, 8, 7, 5, 4, 0, 0, 0],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 7, 9, 10, 10, 9, 8, 6, 0, 0, 0, 0, 0, 0],
];
const ONLINE_HOURS = [
  ...[2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 9, 10, 10, 7, 4],
  ...[2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 7, 7, 7, 8, 9, 10, 10, 9, 6, 3],
];
const at = (hour: number, minute = 0): number => START_MS + hour * HOUR_MS + minute * MINUTE_MS;
const spanOf = (fromMs: number, minutes: number): Span => ({ fromMs, toMs: fromMs + minutes * MINUTE_MS });

/**
 * While the promotion is on air, the fast sellers sell this many times faster, in stores and online: in a store once in three
 * minutes.
 */
const PEAKS: readonly (Span & { readonly times: number })[] = [
  { ...spanOf(at(12), 45), times: 12 },
  { ...spanOf(at(20), 30), times: 12 },
  { ...spanOf(at(24 + 15), 60), times: 12 },
];

/** Units wanted over the weekend: by walk-ins of one store, and by each channel. */
const DEMAND: Readonly<Record<SpeedClass, { readonly store: number } & Readonly<Record<SalesChannel, number>>>> = {
  fast: { store: 60, amazon: 1_200, web: 900 },
  normal: { store: 3, amazon: 90, web: 70 },
  slow: { store: 0.4, amazon: 12, web: 10 },
};
/** What is in stock, of what is wanted, from the scarcest item of the class to the most plentiful: promoted items run out. */
const COVER: Readonly<Record<SpeedClass, readonly [least: number, most: number]>> = {
  fast: [0.5, 0.8],
  normal: [0.5, 1.2],
  slow: [0.5, 1.5],
};
const WAREHOUSE_SHARE = 0.15;
/** How often a count is right, as published for stores and distribution centres. */
const ACCURACY = { store: 0.9, warehouse: 0.995 };
/** Channels sell for this many stores; a smaller company sells as much less. */
const FULL_STORES = 180;

type Random = () => number;
type Hours = NonNullable<WeekendOptions['hours']>;

const poisson = (mean: number, random: Random): number => {
  if (mean > 30) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count += 1;
  return count;
};

type Moments = {
  /** The part of the weekend's demand that falls into the hours. */
  readonly share: number;
  /** A moment of the hours, as likely as the time of day and the peaks make it. */
  next(): number;
};

const createMoments = (weights: readonly number[], peaks: typeof PEAKS, hours: Hours, random: Random): Moments => {
  const sums: number[] = [];
  let all = 0;
  let total = 0;
  for (let minute = 0; minute < HOURS * 60; minute++) {
    const fromMs = START_MS + minute * MINUTE_MS;
    const peak = peaks.find((span) => isWithin(span, fromMs))?.times ?? 1;
    const weight = (weights[Math.floor(minute / 60)] ?? 0) * peak;
    all += weight;
    if (minute >= hours.from * 60 && minute < hours.to * 60) total += weight;
    sums.push(total);
  }
  return {
    share: total / all,
    next: () => {
      const wanted = random() * total;
      let low = 0;
      let high = sums.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((sums[middle] ?? 0) > wanted) high = middle;
        else low = middle + 1;
      }
      return START_MS + low * MINUTE_MS + Math.floor(random() * MINUTE_MS);
    },
  };
};

/** Mostly one or two are missing that the count still has; sometimes one is there that nobody counted. */
const thereOf = (counted: number, accuracy: number, random: Random): number => {
  if (random() < accuracy) return counted;
  const kind = random();
  const difference = kind < 0.5 ? -1 : kind < 0.75 ? -2 : 1;
  return Math.max(0, counted + difference);
};

export const drawWeekend = ({
  stores: count,
  items: wanted,
  seed,
  hours = { from: 0, to: HOURS },
}: WeekendOptions): Weekend => {
  const random = createRandom(seed);
  const warehouse = 'WH-NORD';
  const stores = Array.from({ length: count }, (_, index) => `ST-${String(index + 1).padStart(3, '0')}`);
  const classes = ['fast', 'normal', 'slow'] as const;
  const items = classes.flatMap((speed) =>
    Array.from({ length: wanted[speed] }, (_, index) => ({
      sku: `${speed.toUpperCase()}-${String(index + 1).padStart(2, '0')}`,
      class: speed,
    })),
  );
  /** Some stores are busier than others. */
  const sizes = stores.map(() => 0.5 + random());
  const allSizes = sizes.reduce((sum, size) => sum + size, 0);
  const shelves: Shelf[] = [];
  const shoppers: Shopper[] = [];

  for (const { sku, class: speed } of items) {
    const demand = DEMAND[speed];
    const peaks = speed === 'fast' ? PEAKS : [];
    const inStore = createMoments(STORE_HOURS, peaks, hours, random);
    const online = createMoments(ONLINE_HOURS, peaks, hours, random);
    const [least, most] = COVER[speed];
    const perStore = demand.store * inStore.share;
    const perChannel = (channel: SalesChannel): number => (demand[channel] * online.share * count) / FULL_STORES;
    const units = (perStore * count + perChannel('amazon') + perChannel('web')) * (least + (most - least) * random());
    const inWarehouse = Math.round(units * WAREHOUSE_SHARE);
    shelves.push({
      place: warehouse,
      sku,
      counted: inWarehouse,
      there: thereOf(inWarehouse, ACCURACY.warehouse, random),
    });
    for (const [index, store] of stores.entries()) {
      const share = (sizes[index] ?? 0) / allSizes;
      const counted = poisson((units - inWarehouse) * share, random);
      shelves.push({ place: store, sku, counted, there: thereOf(counted, ACCURACY.store, random) });
      const walkIns = poisson(perStore * count * share, random);
      for (let n = 0; n < walkIns; n++) shoppers.push({ atMs: inStore.next(), sku, store, channel: null });
    }
    for (const channel of ['amazon', 'web'] as const) {
      const visitors = poisson(perChannel(channel), random);
      for (let n = 0; n < visitors; n++) shoppers.push({ atMs: online.next(), sku, store: null, channel });
    }
  }
  return {
    startMs: at(hours.from),
    endMs: at(hours.to),
    open: [
      { fromMs: at(9), toMs: at(21) },
      { fromMs: at(24 + 10), toMs: at(24 + 18) },
    ],
    peaks: PEAKS.map(({ fromMs, toMs }) => ({ fromMs, toMs })),
    warehouse,
    stores,
    items,
    shelves,
    shoppers: shoppers.toSorted((a, b) => a.atMs - b.atMs),
    silence: spanOf(at(20, 10), 10),
    throttling: spanOf(at(24 + 15, 20), 15),
  };
};
