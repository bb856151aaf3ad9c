/** When a parcel arrives, and from which places a basket is sent in how many parcels. Pure. */
import { addDays, isoWeekday, type TimeZone } from './time-zone.ts';

/** Longer breaks than this are not waited for. */
const HORIZON_DAYS = 90;

/** One carrier's service from one place to the destination in question. */
export type ShippingService = {
  readonly name: string;
  /** Minutes since local midnight; ordered at this minute it is too late for the day. */
  readonly cutoffMinute: number;
  /** Working days between the order's day and the one on which the parcel leaves. */
  readonly handlingDays: number;
  /** Working days on the road. */
  readonly transitDays: { readonly min: number; readonly max: number };
  /** ISO weekdays on which parcels are packed and carried. */
  readonly workingDays: ReadonlySet<number>;
};

export type Dispatch = {
  readonly zone: TimeZone;
  /** Whether nothing is packed or carried on this local date, whatever the weekday. */
  isClosedOn(date: string): boolean;
};

export type DeliveryDates = {
  /** Local dates, the origin's. */
  readonly earliest: string;
  readonly latest: string;
  /** Ordered at this instant or later, it leaves later. */
  readonly orderUntilMs: number;
};

const isWorking = (date: string, { workingDays }: ShippingService, { isClosedOn }: Dispatch): boolean =>
  workingDays.has(isoWeekday(date)) && !isClosedOn(date);

/** So many working days after a date; null beyond the horizon. */
const afterWorkingDays = (from: string, days: number, service: ShippingService, dispatch: Dispatch): string | null => {
  let left = days;
  let date = from;
  for (let passed = 0; left > 0; passed++) {
    if (passed > HORIZON_DAYS) return null;
    date = addDays(date, 1);
    if (isWorking(date, service, dispatch)) left -= 1;
  }
  return date;
};

/** Null when nothing leaves within the horizon. `riskDays` are working days by which a doubtful delivery may be late. */
export const deliveryDates = (
  service: ShippingService,
  dispatch: Dispatch,
  nowMs: number,
  riskDays: number,
): DeliveryDates | null => {
  const today = dispatch.zone.localOf(nowMs).date;
  for (let day = 0; day <= HORIZON_DAYS; day++) {
    const date = addDays(today, day);
    const orderUntilMs = dispatch.zone.instantOf(date, service.cutoffMinute);
    if (orderUntilMs <= nowMs || !isWorking(date, service, dispatch)) continue;
    const { min, max } = service.transitDays;
    const earliest = afterWorkingDays(date, service.handlingDays + min, service, dispatch);
    const latest = afterWorkingDays(date, service.handlingDays + max + riskDays, service, dispatch);
    return earliest === null || latest === null ? null : { earliest, latest, orderUntilMs };
  }
  return null;
};

export type BasketLine = { readonly sku: string; readonly quantity: number };

/** A place that can send something of the basket, with what it may send of each SKU and how. */
export type Origin = Dispatch & {
  readonly code: string;
  readonly units: ReadonlyMap<string, number>;
  readonly services: readonly ShippingService[];
};

/** What one place sends. */
export type Parcel = { readonly origin: Origin; readonly lines: readonly BasketLine[] };

export type DeliveryOption<Confidence> = {
  readonly service: string;
  /** When everything has arrived. */
  readonly earliest: string;
  readonly latest: string;
  readonly orderWithinSeconds: number;
  readonly parcels: readonly Parcel[];
  readonly confidence: Confidence;
};

/** The same SKU on two lines is one demand. */
export const summedLines = (lines: readonly BasketLine[]): readonly BasketLine[] => {
  const units = new Map<string, number>();
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return [...units].map(([sku, quantity]) => ({ sku, quantity }));
};

const takenFrom = (origin: Origin, wanted: readonly BasketLine[]): readonly BasketLine[] =>
  wanted
    .map(({ sku, quantity }) => ({ sku, quantity: Math.min(quantity, origin.units.get(sku) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);

const unitsOf = (lines: readonly BasketLine[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

const without = (wanted: readonly BasketLine[], taken: readonly BasketLine[]): readonly BasketLine[] =>
  wanted
    .map(({ sku, quantity }) => ({
      sku,
      quantity: quantity - (taken.find((line) => line.sku === sku)?.quantity ?? 0),
    }))
    .filter(({ quantity }) => quantity > 0);

/**
 * The whole basket from one place if any has it all, else the place that can send most, then the one that can send most
 * of the rest, and so on. `origins` come in the order of preference among equals. Null when the places together lack
 * something.
 */
export const parcelsFor = (lines: readonly BasketLine[], origins: readonly Origin[]): readonly Parcel[] | null => {
  const parcels: Parcel[] = [];
  let wanted = summedLines(lines);
  let left = [...origins];
  while (wanted.length > 0) {
    let best: Parcel | null = null;
    for (const origin of left) {
      const taken = takenFrom(origin, wanted);
      if (unitsOf(taken) > unitsOf(best?.lines ?? [])) best = { origin, lines: taken };
    }
    if (best === null) return null;
    parcels.push(best);
    wanted = without(wanted, best.lines);
    left = left.filter((origin) => origin !== best.origin);
  }
  return parcels;
};

const serviceOf = (origin: Origin, name: string): ShippingService | undefined =>
  origin.services.find((service) => service.name === name);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * One option per service that can bring the whole basket, the soonest first. `judge` says how sure a set of parcels is
 * and how many working days later it may come for that.
 */
export const deliveryOptions = <Confidence>(
  lines: readonly BasketLine[],
  origins: readonly Origin[],
  nowMs: number,
  judge: (parcels: readonly Parcel[]) => { readonly confidence: Confidence; readonly riskDays: number },
): readonly DeliveryOption<Confidence>[] => {
  const names = [...new Set(origins.flatMap(({ services }) => services.map(({ name }) => name)))];
  const optionOf = (name: string): DeliveryOption<Confidence> | null => {
    const datesFrom = (origin: Origin, riskDays: number): DeliveryDates | null => {
      const service = serviceOf(origin, name);
      return service === undefined ? null : deliveryDates(service, origin, nowMs, riskDays);
    };
    const soonestFirst = origins
      .flatMap((origin) => {
        const dates = datesFrom(origin, 0);
        return dates === null ? [] : [{ origin, dates }];
      })
      .sort(
        (a, b) =>
          compare(a.dates.latest, b.dates.latest) ||
          compare(a.dates.earliest, b.dates.earliest) ||
          compare(a.origin.code, b.origin.code),
      )
      .map(({ origin }) => origin);
    const parcels = parcelsFor(lines, soonestFirst);
    if (parcels === null || parcels.length === 0) return null;
    const { confidence, riskDays } = judge(parcels);
    const dates = parcels.flatMap(({ origin }) => datesFrom(origin, riskDays) ?? []);
    if (dates.length < parcels.length) return null;
    const latestOf = (field: 'earliest' | 'latest'): string =>
      dates
        .map((each) => each[field])
        .sort(compare)
        .at(-1) ?? '';
    const orderUntilMs = Math.min(...dates.map((each) => each.orderUntilMs));
    return {
      service: name,
      earliest: latestOf('earliest'),
      latest: latestOf('latest'),
      orderWithinSeconds: Math.floor((orderUntilMs - nowMs) / 1000),
      parcels,
      confidence,
    };
  };
  return names
    .flatMap((name) => optionOf(name) ?? [])
    .sort((a, b) => compare(a.latest, b.latest) || compare(a.earliest, b.earliest) || compare(a.service, b.service));
};
