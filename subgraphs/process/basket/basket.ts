/**
 * Whether a whole basket can be had, how, and from where. Lines share what there is: two lines that want the same units,
 * directly or as parts of a bundle, never both count them. Pure.
 */
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';
import type {
  Assessment,
  Confidence,
  LocationAssessment,
  Question,
} from '#subgraphs/process/availability/assessment.ts';
import { bundleOf, expandItems, type Part } from '#subgraphs/process/availability/bundles.ts';
import { levelOf } from '#subgraphs/process/availability/confidence.ts';
import { type PromiseRules, pickupAt } from '#subgraphs/process/promise/by-method.ts';
import { serves } from '#subgraphs/process/promise/methods.ts';
import { deliveriesOf, isSameDay } from '#subgraphs/process/promise/shipments.ts';
import { planHolds, type Shelf, type WantedLine } from '#subgraphs/process/reservation/plan.ts';
import { rankOf } from '#subgraphs/process/reservation/shelves.ts';

const MINUTES_PER_DAY = 1_440;

/** One line as it was asked for, in the order asked. */
export type BasketLineAnswer = {
  readonly sku: string;
  readonly channel: string;
  readonly requested: number;
  readonly fulfillable: number;
  readonly shortage: number;
};

export type FulfilmentOption = {
  readonly method: FulfilmentMethod;
  readonly parcels: number;
  readonly earliestMs: number;
  readonly latestMs: number;
  /** Location codes. */
  readonly origins: readonly string[];
};

export type BasketAnswer = {
  readonly fulfillable: boolean;
  readonly lines: readonly BasketLineAnswer[];
  readonly options: readonly FulfilmentOption[];
  readonly confidence: Confidence;
};

/** Answers for every SKU behind the basket; each part's is asked for as many units as the basket takes of it. */
export type BasketFacts = {
  readonly question: Question;
  readonly answers: ReadonlyMap<string, Assessment>;
  readonly nowMs: number;
};

const unitsAt = ({ excluded, position }: LocationAssessment): number =>
  excluded === null ? (position?.sellable ?? 0) : 0;

const shelvesOf = (parts: readonly Assessment[], { rules }: Question): readonly Shelf[] => {
  const shelves = new Map<string, { readonly rank: number; readonly free: Map<string, number> }>();
  for (const { item, locations } of parts) {
    for (const location of locations.filter((each) => unitsAt(each) > 0)) {
      const { place } = location;
      const shelf = shelves.get(place.code) ?? { rank: rankOf(place, rules), free: new Map<string, number>() };
      shelf.free.set(item.sku, unitsAt(location));
      shelves.set(place.code, shelf);
    }
  }
  return [...shelves].map(([code, shelf]) => ({ code, ...shelf }));
};

/** A bundle whose parts may come from several places is wanted part by part. */
type Wanted = { readonly line: number; readonly perUnit: number; readonly wanted: WantedLine };

const wantedOf = (
  { sku, quantity }: Part,
  line: number,
  allowed: number,
  bundles: PromiseRules['policy']['bundles'],
): readonly Wanted[] => {
  const bundle = bundleOf(bundles, sku);
  if (bundle === null || !bundle.combine) {
    const parts = bundle?.components ?? [{ sku, quantity: 1 }];
    return [{ line, perUnit: 1, wanted: { sku, quantity: allowed, parts } }];
  }
  const units = Math.min(quantity, allowed);
  return bundle.components.map((part) => ({
    line,
    perUnit: part.quantity,
    wanted: { sku: part.sku, quantity: units * part.quantity, parts: [{ sku: part.sku, quantity: 1 }] },
  }));
};

const linesOf = (items: readonly Part[], facts: BasketFacts, rules: PromiseRules): readonly BasketLineAnswer[] => {
  const { bundles } = rules.policy;
  const limits = new Map([...facts.answers].map(([sku, { sellable }]) => [sku, sellable ?? 0]));
  const parts = expandItems(bundles, items).flatMap(({ sku }) => facts.answers.get(sku) ?? []);
  const orderable = new Map([...facts.answers].map(([sku, { limitPerOrder }]) => [sku, limitPerOrder ?? Infinity]));
  const wanted = items.flatMap((item, line) => {
    const allowed = Math.min(item.quantity, orderable.get(item.sku) ?? 0);
    orderable.set(item.sku, (orderable.get(item.sku) ?? 0) - allowed);
    return allowed > 0 ? wantedOf(item, line, Math.min(allowed, limits.get(item.sku) ?? 0), bundles) : [];
  });
  const askable = wanted.filter((entry) => entry.wanted.quantity > 0);
  const picks = planHolds(
    askable.map((entry) => entry.wanted),
    shelvesOf(parts, facts.question),
    limits,
  );
  return items.map(({ sku, quantity }, line) => {
    const got = wanted
      .filter((entry) => entry.line === line)
      .map((entry) => {
        const index = askable.indexOf(entry);
        const units = picks.reduce((sum, pick) => (pick.line === index ? sum + pick.quantity : sum), 0);
        return Math.floor(units / entry.perUnit);
      });
    const fulfillable = got.length === 0 ? 0 : Math.min(...got);
    return { sku, channel: facts.question.channel, requested: quantity, fulfillable, shortage: quantity - fulfillable };
  });
};

/** The soonest store that has everything, per way of handing it over. */
const collections = (parts: readonly Part[], facts: BasketFacts, rules: PromiseRules): readonly FulfilmentOption[] =>
  (['PICKUP_IN_STORE', 'CURBSIDE'] as const).flatMap((method) => {
    const [first, ...others] = parts.map(({ sku, quantity }) =>
      (facts.answers.get(sku)?.locations ?? []).filter(
        (location) => unitsAt(location) >= quantity && serves(location.place, method, rules.policy),
      ),
    );
    const stores = (first ?? []).filter(({ place }) =>
      others.every((list) => list.some((location) => location.place.code === place.code)),
    );
    const [soonest] = stores
      .flatMap(({ place }) => {
        const offer = pickupAt(place, facts.nowMs, rules);
        return offer === null ? [] : [{ code: place.code, offer }];
      })
      .sort((a, b) => a.offer.readyFromMs - b.offer.readyFromMs || (a.code < b.code ? -1 : 1));
    if (soonest === undefined) return [];
    const { readyFromMs: earliestMs, readyUntilMs: latestMs } = soonest.offer;
    return [{ method, parcels: 1, earliestMs, latestMs, origins: [soonest.code] }];
  });

const sendings = (
  items: readonly Part[],
  parts: readonly Part[],
  facts: BasketFacts,
  rules: PromiseRules,
): readonly FulfilmentOption[] => {
  const { destination } = facts.question;
  if (destination === null) return [];
  const answers = parts.flatMap(({ sku }) => facts.answers.get(sku) ?? []);
  const whole = items.some(({ sku }) => bundleOf(rules.policy.bundles, sku)?.combine === false);
  const mayShip = ({ place }: LocationAssessment): boolean => serves(place, 'SHIP_TO_HOME', rules.policy);
  return deliveriesOf(parts, answers, destination, mayShip, { ...rules, nowMs: facts.nowMs })
    .filter(({ parcels }) => !whole || parcels.length === 1)
    .flatMap((delivery): readonly FulfilmentOption[] => {
      const zone = delivery.parcels[0]?.origin.zone;
      if (zone === undefined) return [];
      return [
        {
          method: isSameDay(delivery, facts.nowMs) ? 'SAME_DAY' : 'SHIP_TO_HOME',
          parcels: delivery.parcels.length,
          earliestMs: zone.instantOf(delivery.earliest, 0),
          latestMs: zone.instantOf(delivery.latest, MINUTES_PER_DAY) - 1,
          origins: delivery.parcels.map(({ origin }) => origin.code),
        },
      ];
    });
};

/** Everything must be there: the chances multiply. Nothing is claimed for a basket that cannot be had in full. */
const confidenceOf = (parts: readonly Part[], facts: BasketFacts, fulfillable: boolean): Confidence => {
  const answers = parts.flatMap(({ sku }) => facts.answers.get(sku) ?? []);
  const probability = fulfillable
    ? answers.reduce((product, { confidence }) => product * confidence.probability, 1)
    : 0;
  const missingSystems = [...new Set(answers.flatMap(({ confidence }) => confidence.missingSystems))].sort();
  return { level: levelOf(probability), probability, missingSystems };
};

export const assessBasket = (items: readonly Part[], facts: BasketFacts, rules: PromiseRules): BasketAnswer => {
  const parts = expandItems(rules.policy.bundles, items);
  const lines = linesOf(items, facts, rules);
  const fulfillable = lines.every(({ shortage }) => shortage === 0);
  const { methods } = facts.question;
  const options = fulfillable
    ? [...collections(parts, facts, rules), ...sendings(items, parts, facts, rules)].filter(
        ({ method }) => methods === null || methods.includes(method),
      )
    : [];
  return { fulfillable, lines, options, confidence: confidenceOf(parts, facts, fulfillable) };
};
