/** GraphQL <-> reservations, nothing else. */
import { locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { Failure } from '#runtime/failure.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import type { Identity } from '#runtime/graphql/identity.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import type { CurrentAnswers } from '#subgraphs/process/availability/current.ts';
import type { Stock } from '#subgraphs/process/availability/service.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { actionRequestOf, type ReserveInput, reserveRequestOf } from './request.ts';
import type { ReservationResult } from './reservation.ts';
import { type Caller, type Reservations, refusal } from './service.ts';
import type { Substitutes } from './substitutes.ts';

export type ReservationResolverDeps = {
  readonly policy: ProcessPolicy;
  readonly stock: Stock;
  readonly current: CurrentAnswers;
  readonly reservations: Reservations;
  readonly substitutes: Substitutes;
  /** Keyed hash of a customer's reference. */
  readonly customerHash: (customer: string) => string | null;
};

/** A caller holds for its own channel only: units that it takes are nobody else's. */
const assertOwnChannel = ({ channel: own }: Identity, channel: string): void => {
  if (own === '*' || own === channel) return;
  throw new Failure(
    'FORBIDDEN',
    `context.channel: this caller belongs to channel ${JSON.stringify(own)} and cannot reserve for ${JSON.stringify(channel)}.`,
    { field: 'context.channel' },
  );
};

export const createReservationResolvers = (deps: ReservationResolverDeps): Resolvers => {
  const { policy, stock, current, reservations, substitutes, customerHash } = deps;

  const callerOf = ({ channel, customer }: Identity): Caller => ({
    channel,
    customer: customer === undefined ? null : customerHash(customer),
  });

  /** Has what is too old read anew, for as long as a checkout waits; what comes of it is weighed in the transaction. */
  const refresh = async (input: ReserveInput, waitMs: number, call: RequestContext): Promise<void> => {
    const locationIds = input.locationId == null ? input.context.locationIds : [input.locationId];
    const skus = [...new Set(input.items.map(({ sku }) => sku))];
    const timeBudget = `PT${waitMs / 1_000}S`;
    await current.availability(
      skus,
      { ...input.context, purpose: 'CHECKOUT', timeBudget, locationIds, quantity: 1 },
      call,
    );
  };

  const reserve = async (input: ReserveInput, call: RequestContext): Promise<ReservationResult> => {
    assertOwnChannel(call.identity, input.context.channel ?? 'web');
    const isItem = (sku: string): boolean => stock.item(sku) !== undefined;
    const settled = reserveRequestOf(input, { policy, places: stock.world.places, isItem });
    if (settled.errors !== null) return refusal(settled.errors);
    await refresh(input, settled.request.question.waitMs, call);
    return reservations.reserve(settled.request, callerOf(call.identity), call.correlationId);
  };

  return {
    Mutation: {
      reserveStock: (_root, { input }, call) => reserve(input, call),
      extendReservation: (_root, { input }, { identity, correlationId }) => {
        const settled = actionRequestOf(input);
        if (settled.errors !== null) return refusal(settled.errors);
        return reservations.extend(settled.request, callerOf(identity), correlationId);
      },
      releaseReservation: (_root, { input }, { identity, correlationId }) => {
        const settled = actionRequestOf(input);
        if (settled.errors !== null) return refusal(settled.errors);
        return reservations.release(settled.request, callerOf(identity), correlationId);
      },
    },
    Reservation: {
      __resolveReference: ({ id }, { identity }) => reservations.read(id, callerOf(identity)),
    },
    ReservationLine: {
      location: ({ locationCode }) => (locationCode === null ? null : { id: locationIdOf(locationCode) }),
    },
    BasketLineAvailability: {
      substitutes: async ({ sku, channel }) =>
        (await substitutes(sku, channel)).map((substitute) => ({ id: variantIdOf(substitute) })),
    },
  };
};
