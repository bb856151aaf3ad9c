/** GraphQL <-> baskets and stores near a shopper, nothing else. */
import { locationIdOf } from '#model/identifiers.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import { scopeOf } from '#subgraphs/process/availability/assessment.ts';
import { expandItems } from '#subgraphs/process/availability/bundles.ts';
import { answerAtPlace } from '#subgraphs/process/availability/by-location.ts';
import { forCaller } from '#subgraphs/process/availability/caller.ts';
import type { CurrentAnswers } from '#subgraphs/process/availability/current.ts';
import { shownQuantity } from '#subgraphs/process/availability/display.ts';
import { pointOf } from '#subgraphs/process/availability/near.ts';
import type { AvailabilityService, Stock } from '#subgraphs/process/availability/service.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { pickupAt } from '#subgraphs/process/promise/by-method.ts';
import { basketOf, skusBehind } from '#subgraphs/process/promise/delivery-promise.ts';
import { createTimeZones } from '#subgraphs/process/promise/time-zone.ts';
import { assessBasket } from './basket.ts';
import { nearestStores } from './nearest.ts';

export type BasketResolverDeps = {
  readonly policy: ProcessPolicy;
  readonly stock: Stock;
  readonly service: AvailabilityService;
  readonly current: CurrentAnswers;
  readonly clock: Clock;
};

/** Per store and line an answer is worked out: a long list at many stores would keep others waiting. */
const MAX_LINES_NEAR = 20;

const locationOf = (code: string) => ({ id: locationIdOf(code) });

export const createBasketResolvers = (deps: BasketResolverDeps): Resolvers => {
  const { policy, stock, service, current, clock } = deps;
  const rules = { policy, zones: createTimeZones() };

  return {
    Query: {
      basketAvailability: async (_root, { items, context }, call) => {
        basketOf(items);
        const asked = { ...forCaller(call.identity, context), quantity: 1 };
        const known = await current.availability(skusBehind(items, policy), asked, call);
        const question = service.settle(asked);
        const answers = new Map(known.map((answer) => [answer.item.sku, answer]));
        for (const { sku, quantity } of expandItems(policy.bundles, items)) {
          const answer = service.answer(sku, { ...question, quantity });
          if (answer) answers.set(sku, answer);
        }
        return assessBasket(items, { question, answers, nowMs: clock.now() }, rules);
      },
      nearestStores: (_root, { near, items, onlyWithStock, radiusKm, first, after }, { identity }) => {
        const wanted = items == null ? [] : basketOf(items);
        if (wanted.length > MAX_LINES_NEAR)
          throw new Failure('BAD_INPUT', `items: at most ${MAX_LINES_NEAR} lines, got ${wanted.length}.`, {
            field: 'items',
          });
        const point = pointOf(near, service);
        if (point === null) throw new Failure('BAD_INPUT', 'near: say where the shopper is.', { field: 'near' });
        const context = forCaller(identity, null);
        const known = new Map(
          wanted.length === 0
            ? []
            : service
                .availability(
                  wanted.map(({ sku }) => sku),
                  context,
                )
                .map((answer) => [answer.item.sku, answer] as const),
        );
        const question = service.settle(context);
        for (const { sku, quantity } of wanted) {
          const answer = service.answer(sku, { ...question, quantity });
          if (answer) known.set(sku, answer);
        }
        const { places } = stock.world;
        const scope = scopeOf(places, question.rules);
        const stores = [...places.values()].filter(({ code, kind }) => kind === 'STORE' && scope.includes(code));
        const nowMs = clock.now();
        const query = {
          near: point,
          onlyWithStock: onlyWithStock ?? false,
          radiusKm: radiusKm ?? 50,
          first: first ?? 10,
          after: after ?? null,
        };
        const { edges, hasNextPage } = nearestStores(stores, wanted, query, {
          at: (sku, code) => {
            const answer = known.get(sku);
            return answer ? answerAtPlace(answer, code, policy) : null;
          },
          pickup: (place) => pickupAt(place, nowMs, rules),
        });
        const shown = edges.map(({ cursor, node }) => ({
          cursor,
          node: {
            ...node,
            location: locationOf(node.place.code),
            items: node.items.map((item) => ({
              ...item,
              sellable: shownQuantity(item.sellable, question.rules.display),
            })),
          },
        }));
        const pageInfo = {
          hasNextPage,
          hasPreviousPage: query.after !== null,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        };
        return { edges: shown, pageInfo };
      },
    },
    FulfilmentOption: {
      earliest: ({ earliestMs }) => isoOf(earliestMs),
      latest: ({ latestMs }) => isoOf(latestMs),
      origins: ({ origins }) => origins.map(locationOf),
    },
  };
};
