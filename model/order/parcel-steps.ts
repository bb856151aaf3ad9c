/** Steps of parcels: scans, the last mile, trouble. */

import type { Evidence } from '#model/order/claims.ts';
import type { Step } from '#model/order/difference.ts';
import type { OrderFacts, OrderState, ShipmentPart } from '#model/order/state.ts';
import type { ShipmentState } from '#model/order/vocabulary.ts';
import { failedAttemptsOf } from '#model/order/word.ts';

const PLANNED: readonly ShipmentState[] = ['LABEL_CREATED', 'INFO_RECEIVED'];
const TROUBLE: readonly ShipmentState[] = ['DELAYED', 'EXCEPTION'];

/** Whether a parcel looks the same to a shopper. Which lines it holds is told by units; plans are not worth telling. */
export const sameParcel = (a: ShipmentPart, b: ShipmentPart): boolean => looks(a) === looks(b);

const looks = ({ state, carrier, trackingNumber, trackingUrl, estimatedDelivery, events }: ShipmentPart): string =>
  JSON.stringify([
    PLANNED.includes(state) ? 'PLANNED' : state,
    carrier,
    trackingNumber,
    trackingUrl,
    estimatedDelivery?.earliest,
    estimatedDelivery?.latest,
    events.filter((event) => !PLANNED.includes(event.state)),
  ]);

const before = (facts: OrderFacts, key: string): ShipmentPart | undefined =>
  facts.shipments.find((parcel) => parcel.key === key);

const isStepBack = (previous: ShipmentPart, next: ShipmentPart): boolean => {
  if (previous.state === 'DELIVERED') return next.state !== 'DELIVERED' && next.state !== 'RETURNED_TO_SENDER';
  if (previous.state === 'OUT_FOR_DELIVERY') return next.state === 'IN_TRANSIT' || PLANNED.includes(next.state);
  return previous.state === 'CANCELLED'
    ? next.state !== 'CANCELLED'
    : !PLANNED.includes(previous.state) && PLANNED.includes(next.state);
};

export type Regression<T> = {
  readonly changed: boolean;
  readonly corrected: readonly T[];
  readonly evidence: readonly Evidence[];
  readonly keys: readonly string[];
};

/** Parcels that stepped back or are no longer spoken of. */
export const regressedParcels = (previous: OrderFacts, next: OrderState): Regression<ShipmentPart> => {
  const back = next.shipments.filter((parcel) => {
    const earlier = before(previous, parcel.key);
    return earlier !== undefined && isStepBack(earlier, parcel);
  });
  const gone = previous.shipments.filter(({ key }) => !next.shipments.some((parcel) => parcel.key === key));
  return {
    changed: back.length > 0 || gone.length > 0,
    corrected: previous.shipments
      .filter((parcel) => !gone.includes(parcel))
      .map((parcel) => back.find(({ key }) => key === parcel.key) ?? parcel),
    evidence: back.map(({ evidence }) => evidence),
    keys: [...back, ...gone].map(({ key }) => key),
  };
};

/** The parcel with the next state's details but without the news that a step of its own will bring. */
const withoutNews = (parcel: ShipmentPart, earlier: ShipmentPart | undefined): ShipmentPart => ({
  ...parcel,
  state: earlier?.state ?? 'IN_TRANSIT',
  events: parcel.events.filter(
    ({ state }) =>
      state !== 'DELIVERY_ATTEMPTED' || failedAttemptsOf(earlier ?? { state: 'IN_TRANSIT', events: [] }) > 0,
  ),
});

type ParcelSteps = {
  readonly tracking: readonly Step[];
  readonly outForDelivery: readonly Step[];
  readonly attempted: readonly Step[];
  readonly delayed: readonly Step[];
  /** Arrived parcels arrive together with their units. */
  readonly arrive: (facts: OrderFacts) => OrderFacts;
};

export const parcelSteps = (
  previous: OrderFacts,
  next: OrderState,
  told: { readonly movedLines: ReadonlySet<string>; readonly released: boolean },
): ParcelSteps => {
  const regressed = new Set(regressedParcels(previous, next).keys);
  const changed = next.shipments.filter((parcel) => {
    const earlier = before(previous, parcel.key);
    return !regressed.has(parcel.key) && (earlier === undefined || !sameParcel(earlier, parcel));
  });
  const isNew = (parcel: ShipmentPart, states: readonly ShipmentState[]): boolean => {
    const earlier = before(previous, parcel.key);
    return states.includes(parcel.state) && (earlier === undefined || !states.includes(earlier.state));
  };
  const out = changed.filter((parcel) => isNew(parcel, ['OUT_FOR_DELIVERY']));
  const attempted = changed.filter(
    (parcel) =>
      failedAttemptsOf(parcel) > failedAttemptsOf(before(previous, parcel.key) ?? { state: 'IN_TRANSIT', events: [] }),
  );
  const troubled = changed.filter((parcel) => isNew(parcel, TROUBLE));
  const news = new Set([...out, ...attempted, ...troubled].map(({ key }) => key));
  const covered = (parcel: ShipmentPart): boolean =>
    news.has(parcel.key) ||
    parcel.lines.some(({ lineId }) => told.movedLines.has(lineId)) ||
    (before(previous, parcel.key) === undefined &&
      (told.released || (PLANNED.includes(parcel.state) && parcel.trackingNumber === null))) ||
    parcel.state === 'CANCELLED';
  const scanned = changed.filter((parcel) => !covered(parcel));

  const replace =
    (parcels: readonly ShipmentPart[]) =>
    (facts: OrderFacts): OrderFacts => ({
      ...facts,
      shipments: [...facts.shipments.filter(({ key }) => !parcels.some((parcel) => parcel.key === key)), ...parcels],
    });
  const step = (type: Step['type'], parcels: readonly ShipmentPart[], change: Step['change']): readonly Step[] =>
    parcels.length === 0
      ? []
      : [
          {
            type,
            axes: ['FULFILMENT'],
            evidence: parcels.map(({ evidence }) => evidence),
            about: parcels.map(({ key }) => key),
            change,
          },
        ];
  const details = changed.map((parcel) =>
    news.has(parcel.key) ? withoutNews(parcel, before(previous, parcel.key)) : parcel,
  );
  const becomesLate = !previous.late && next.late;
  return {
    tracking: step('TRACKING_UPDATED', scanned, replace(details)),
    outForDelivery: step('OUT_FOR_DELIVERY', out, replace(out)),
    attempted: step('DELIVERY_ATTEMPTED', attempted, replace(attempted)),
    delayed:
      troubled.length > 0
        ? step('DELAYED', troubled, (facts) => ({ ...replace(troubled)(facts), late: next.late }))
        : becomesLate
          ? [
              {
                type: 'DELAYED',
                axes: ['FULFILMENT'],
                evidence: [],
                at: next.promise?.latest ?? next.placedAt,
                change: (facts) => ({ ...facts, late: true }),
              },
            ]
          : [],
    arrive: replace(changed.filter(({ state }) => state === 'DELIVERED')),
  };
};
