/** GraphQL <-> promises, nothing else. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import { forCaller } from '#subgraphs/process/availability/caller.ts';
import type { CurrentAnswers } from '#subgraphs/process/availability/current.ts';
import { shownQuantity } from '#subgraphs/process/availability/display.ts';
import type { DisplayPolicy, ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { nextAvailable, promiseCalendar } from './ahead.ts';
import { byMethod, pickupAt } from './by-method.ts';
import { basketOf, deliveryPromise, skusBehind } from './delivery-promise.ts';
import { createTimeZones, type TimeZone } from './time-zone.ts';

export type PromiseResolverDeps = {
  readonly policy: ProcessPolicy;
  readonly current: CurrentAnswers;
  readonly clock: Clock;
  /** Signs delivery promises; without it they are given unsigned. */
  readonly secret?: string;
};

const MAX_DAYS = 365;

const checkDays = (days: number): number => {
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw new Failure('BAD_INPUT', `days: must be between 1 and ${MAX_DAYS}, got ${days}.`, { field: 'days' });
};

/** As much of a future number as the channel shows of stock; null where it shows none. */
const shownUnits = (units: number, { mode, cappedAt }: DisplayPolicy): number | null =>
  mode === 'WORDS' ? null : mode === 'EXACT' ? units : Math.min(units, cappedAt);

export const createPromiseResolvers = ({ policy, current, clock, secret }: PromiseResolverDeps): Resolvers => {
  const zones = createTimeZones();
  const rules = { policy, zones };
  const homeZone = (): TimeZone => {
    const zone = zones(policy.promises.timeZone);
    if (zone === null) throw new Error(`the policy names a time zone that does not exist: ${policy.promises.timeZone}`);
    return zone;
  };

  return {
    Query: {
      deliveryPromise: async (_root, { items, destination, context }, call) => {
        const basket = basketOf(items);
        const asked = { ...forCaller(call.identity, context), destination, quantity: 1 };
        const answers = await current.availability(skusBehind(basket, policy), asked, call);
        const [first] = answers;
        if (first?.question.destination == null) throw new Error('a basket without answers got past its check');
        const { question } = first;
        return deliveryPromise(basket, answers, first.question.destination, question, clock.now(), {
          ...rules,
          secret: secret ?? null,
        });
      },
    },
    DeliveryPromise: { validUntil: ({ validUntilMs }) => isoOf(validUntilMs) },
    Availability: {
      nextAvailable: (answer) => {
        const next = nextAvailable(answer, policy, homeZone());
        if (next === null) return null;
        const { rules: channel, quantity } = answer.question;
        return { ...next, quantity: shownUnits(next.quantity, channel.display) ?? Math.min(next.quantity, quantity) };
      },
      byMethod: (answer) =>
        byMethod(answer, rules).map((method) => ({
          ...method,
          quantity: shownQuantity(method.quantity, answer.question.rules.display),
        })),
      promiseCalendar: (answer, { days }) => {
        const { display } = answer.question.rules;
        if (display.mode === 'WORDS') return [];
        const shown = (units: number): number => shownUnits(units, display) ?? 0;
        return promiseCalendar(answer, policy, homeZone(), checkDays(days ?? 30)).map((day) => ({
          date: day.date,
          scheduledSupply: shown(day.supply),
          scheduledDemand: shown(day.demand),
          projected: shown(day.projected),
          availableToPromise: shown(day.availableToPromise),
        }));
      },
    },
    FutureSupply: { expectedAt: ({ expectedAtMs }) => isoOf(expectedAtMs) },
    MethodAvailability: {
      earliest: ({ earliestMs }) => (earliestMs === null ? null : isoOf(earliestMs)),
      latest: ({ latestMs }) => (latestMs === null ? null : isoOf(latestMs)),
    },
    LocationAvailability: {
      pickup: ({ location, assessment }) => pickupAt(location.place, assessment.nowMs, rules),
    },
    PickupOffer: {
      readyFrom: ({ readyFromMs }) => isoOf(readyFromMs),
      readyUntil: ({ readyUntilMs }) => isoOf(readyUntilMs),
      holdUntil: ({ holdUntilMs }) => isoOf(holdUntilMs),
    },
  };
};
