/** When a basket is delivered, as a promise that can be held against us. Pure. */
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';
import { Failure } from '#runtime/failure.ts';
import type { Assessment, Confidence, Destination, Question } from '#subgraphs/process/availability/assessment.ts';
import { bundleOf, expandItems } from '#subgraphs/process/availability/bundles.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { PromiseRules } from './by-method.ts';
import { type BasketLine, summedLines } from './delivery.ts';
import { serves } from './methods.ts';
import { type Delivery, deliveriesOf, isSameDay } from './shipments.ts';
import { promiseToken } from './token.ts';

export const MAX_LINES = 100;
const MAX_QUANTITY = 1_000_000;

export type PromisedDelivery = {
  readonly method: FulfilmentMethod;
  readonly service: string;
  readonly earliest: string;
  readonly latest: string;
  readonly orderWithinSeconds: number;
  readonly splitInto: number;
  readonly confidence: Confidence;
};

export type DeliveryPromise = {
  readonly options: readonly PromisedDelivery[];
  readonly validUntilMs: number;
  readonly promiseToken: string | null;
};

/** The asked items, each SKU once; throws BAD_INPUT naming a line that is no order. */
export const basketOf = (items: readonly BasketLine[]): readonly BasketLine[] => {
  const bad = (field: string, message: string): Failure => new Failure('BAD_INPUT', `${field}: ${message}`, { field });
  if (items.length === 0 || items.length > MAX_LINES)
    throw bad('items', `between 1 and ${MAX_LINES} lines are possible, got ${items.length}.`);
  for (const [index, { quantity }] of items.entries()) {
    if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY)
      throw bad(`items[${index}].quantity`, `must be between 1 and ${MAX_QUANTITY}, got ${quantity}.`);
  }
  return summedLines(items);
};

/** SKUs whose stock decides on a basket: those asked for, and the parts of bundles among them. */
export const skusBehind = (basket: readonly BasketLine[], { bundles }: ProcessPolicy): readonly string[] => [
  ...new Set([...basket, ...expandItems(bundles, basket)].map(({ sku }) => sku)),
];

const enough = (answers: ReadonlyMap<string, Assessment>, { sku, quantity }: BasketLine): boolean => {
  const answer = answers.get(sku);
  return answer?.sellable != null && answer.sellable >= quantity && quantity <= (answer.limitPerOrder ?? quantity);
};

const hasEnough = (answers: ReadonlyMap<string, Assessment>, { sku, quantity }: BasketLine): boolean =>
  (answers.get(sku)?.sellable ?? 0) >= quantity;

const methodOf = (delivery: Delivery, stores: ReadonlySet<string>, nowMs: number): FulfilmentMethod => {
  if (isSameDay(delivery, nowMs)) return 'SAME_DAY';
  return delivery.parcels.every(({ origin }) => stores.has(origin.code)) ? 'SHIP_FROM_STORE' : 'SHIP_TO_HOME';
};

/** A delivery is asked for by its own name, or by that of deliveries in general. */
const isAsked = (method: FulfilmentMethod, { methods }: Question): boolean =>
  methods === null || methods.includes(method) || methods.includes('SHIP_TO_HOME');

/**
 * `answers` are about all SKUs behind the basket. Only deliveries of everything are promised; bundles that must be
 * complete at one place are not parted.
 */
export const deliveryPromise = (
  basket: readonly BasketLine[],
  answers: readonly Assessment[],
  destination: Destination,
  question: Question,
  nowMs: number,
  rules: PromiseRules & { readonly secret: string | null },
): DeliveryPromise => {
  const { policy, secret } = rules;
  const bySku = new Map(answers.map((answer) => [answer.item.sku, answer]));
  const lines = expandItems(policy.bundles, basket);
  const parts = lines.flatMap(({ sku }) => bySku.get(sku) ?? []);
  const isPossible = basket.every((line) => enough(bySku, line)) && lines.every((line) => hasEnough(bySku, line));
  const whole = basket.some(({ sku }) => bundleOf(policy.bundles, sku)?.combine === false);
  const stores = new Set(
    parts.flatMap(({ locations }) => locations.flatMap(({ place }) => (place.kind === 'STORE' ? [place.code] : []))),
  );
  const deliveries = isPossible
    ? deliveriesOf(lines, parts, destination, ({ place }) => serves(place, 'SHIP_TO_HOME', policy), { ...rules, nowMs })
        .filter(({ parcels }) => !whole || parcels.length === 1)
        .map((delivery) => ({ ...delivery, method: methodOf(delivery, stores, nowMs) }))
        .filter(({ method }) => isAsked(method, question))
    : [];
  const options = deliveries.map(({ parcels, method, service, earliest, latest, orderWithinSeconds, confidence }) => ({
    method,
    service,
    earliest,
    latest,
    orderWithinSeconds,
    splitInto: parcels.length,
    confidence,
  }));
  // After the first cut-off the dates would be wrong.
  const lastsMs = Math.min(
    policy.promises.validForMs,
    ...options.map(({ orderWithinSeconds }) => orderWithinSeconds * 1000),
  );
  const validUntilMs = nowMs + lastsMs;
  const token =
    secret === null || options.length === 0
      ? null
      : promiseToken(
          {
            channel: question.channel,
            items: [...basket],
            destination,
            options: deliveries.map(({ method, service, earliest, latest, parcels }) => ({
              method,
              service,
              earliest,
              latest,
              origins: parcels.map(({ origin }) => origin.code),
            })),
            issuedAtMs: nowMs,
            validUntilMs,
          },
          secret,
        );
  return { options, validUntilMs, promiseToken: token };
};
