/** GraphQL <-> availability, nothing else. */
import { locationIdOf, skuOfVariantId, variantIdOf } from '#model/identifiers.ts';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import type { LivePolicy } from '#subgraphs/process/policy/live.ts';
import { answerIdOf, contextOfAnswerId } from './answer-id.ts';
import type { Question } from './assessment.ts';
import { locationPage } from './by-location.ts';
import { forCaller, mayAsk } from './caller.ts';
import type { CurrentAnswers } from './current.ts';
import { displayOf, shownQuantity } from './display.ts';
import { appliedRules, explanationText, reasonOf } from './explain.ts';
import { pointOf } from './near.ts';
import { noticesOf } from './notices.ts';
import type { AvailabilityService } from './service.ts';
import type { AvailabilityStreamItem, AvailabilityStreams } from './streams.ts';

export type AvailabilityResolverDeps = {
  readonly live: Pick<LivePolicy, 'policy' | 'version'>;
  readonly service: AvailabilityService;
  readonly current: CurrentAnswers;
  readonly streams: AvailabilityStreams;
};

const variantOf = (sku: string) => ({ id: variantIdOf(sku) });
const locationOf = (code: string) => ({ id: locationIdOf(code) });
const hiddenBy = (question: Question) => question.rules.display;

export const createAvailabilityResolvers = ({
  live,
  service,
  current,
  streams,
}: AvailabilityResolverDeps): Resolvers => ({
  Query: {
    availability: (_root, { skus, context }, call) =>
      current.availability(skus, forCaller(call.identity, context), call),
    explainAvailability: (_root, { sku, locationId, context }, { identity }) => {
      const result = service.explain(sku, locationId ?? null, forCaller(identity, context));
      return {
        variant: variantOf(sku),
        channel: result.question.channel,
        result,
        positions: result.locations.flatMap((location) => {
          const { position, excluded, place } = location;
          if (position === null || excluded?.code === 'NOT_ASKED') return [];
          const reason = reasonOf(location, result.question.channel);
          return [
            { location: locationOf(place.code), position: { position, location }, included: excluded === null, reason },
          ];
        }),
        policyVersion: live.version,
        components: (result.components ?? []).map(({ sku: part, quantity, answer }) => ({
          variant: variantOf(part),
          quantity,
          result: answer,
        })),
        rules: appliedRules(result),
        text: explanationText(result),
      };
    },
  },
  Subscription: {
    availabilityChanged: {
      subscribe: (_root, { skus, context, only, after }, { signal, identity }) =>
        streams.follow(
          { skus, context: forCaller(identity, context), only: only ?? 'STATUS', after: after ?? null },
          signal,
        ),
      resolve: (item: AvailabilityStreamItem) => item,
    },
  },
  Variant: {
    __resolveReference: ({ id }) => ({ id }),
    availability: async ({ id }, { context }, call) => {
      const sku = skuOfVariantId(id);
      const asked = forCaller(call.identity, context);
      const [answer] = sku === null ? [] : await current.availability([sku], asked, call);
      if (answer) return answer;
      throw new Failure('NOT_MAPPED', `${JSON.stringify(id)} is no item; take ids from Variant.id.`, { field: 'id' });
    },
  },
  Availability: {
    __resolveReference: ({ id }, { identity }) => {
      const asked = contextOfAnswerId(id);
      return asked && mayAsk(identity, asked.context.channel ?? 'web')
        ? service.answer(asked.sku, service.settle(asked.context))
        : null;
    },
    id: (answer) => answerIdOf(answer.item.sku, answer.question),
    variant: ({ item }) => variantOf(item.sku),
    channel: ({ question }) => question.channel,
    sellableQuantity: ({ sellable, question }) => shownQuantity(sellable, hiddenBy(question)),
    display: ({ status, sellable, question }) => displayOf(status, sellable, hiddenBy(question)),
    asOf: ({ asOfMs }) => (asOfMs === null ? null : isoOf(asOfMs)),
    notices: (answer) => noticesOf(answer),
    byLocation: (answer, { near, onlyWithStock, first, after }) => {
      const query = {
        near: pointOf(near, service),
        onlyWithStock: onlyWithStock ?? false,
        first: first ?? 20,
        after: after ?? null,
      };
      const { edges, hasNextPage } = locationPage(answer, query, live.policy);
      const pageInfo = {
        hasNextPage,
        hasPreviousPage: query.after !== null,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      };
      return { edges, pageInfo };
    },
  },
  LocationAvailability: {
    location: ({ location }) => locationOf(location.place.code),
    sellableQuantity: ({ sellable, assessment }) => shownQuantity(sellable, hiddenBy(assessment.question)),
    position: ({ location }) => (location.position === null ? null : { position: location.position, location }),
  },
  StockPosition: {
    onHand: ({ position }) => position.onHand,
    damaged: ({ position }) => position.damaged,
    qualityHold: ({ position }) => position.qualityHold,
    returnsPending: ({ position }) => position.returnsPending,
    reservedHard: ({ position }) => position.reservedHard,
    reservedSoft: ({ position }) => position.reservedSoft,
    unpostedDemand: ({ position }) => position.unpostedDemand,
    net: ({ position }) => position.net,
    safetyStock: ({ position }) => position.safetyStock,
    channelBuffer: ({ position }) => position.channelBuffer,
    stalenessBuffer: ({ position }) => position.stalenessBuffer,
    ringFencedForOthers: ({ position }) => position.ringFencedForOthers,
    withheld: ({ position }) => position.withheld,
    shortage: ({ position }) => position.shortage,
    sellable: ({ position }) => position.sellable,
    inTransit: ({ position }) => position.inTransit,
    stamps: ({ location: { source, excluded } }) => {
      if (source === null) return [];
      const { connection, reading, receivedAtMs } = source;
      const silent = excluded?.code === 'SYSTEM_SILENT';
      return [
        {
          system: connection,
          asOf: reading.asOf,
          fetchedAt: isoOf(receivedAtMs),
          cache: silent ? ('STALE_ON_ERROR' as const) : ('HIT' as const),
          version: reading.sequence ?? null,
        },
      ];
    },
  },
});
