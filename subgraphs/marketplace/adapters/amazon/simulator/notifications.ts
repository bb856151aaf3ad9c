/** Notifications API v1: destinations (grantless) and subscriptions (the seller's). */
import type { Ids } from '#runtime/ids.ts';
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';
import { invalidInput, jsonBody, notFound, ok, Refusal } from './answers.ts';
import { type Events, PARTNER_SOURCE, type Subscription } from './events.ts';

const ARN = /^arn:aws:sqs:\S+:\S+:\S+$/;

type Destination = { readonly destinationId: string; readonly name: string; readonly resource: unknown };

const objectOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;

/** The resource as Amazon gives it back: an event bus gets the name of its partner event source. */
const resourceOf = (specification: unknown): unknown => {
  const given = objectOf(specification);
  const queue = objectOf(given?.sqs);
  const bus = objectOf(given?.eventBridge);
  if (queue !== null && bus === null) {
    if (typeof queue.arn === 'string' && ARN.test(queue.arn)) return { sqs: { arn: queue.arn } };
    throw invalidInput('resourceSpecification.sqs.arn is not the ARN of a queue');
  }
  if (bus !== null && queue === null) {
    const { accountId, region } = bus;
    if (typeof accountId === 'string' && typeof region === 'string') {
      return { eventBridge: { name: PARTNER_SOURCE, region, accountId } };
    }
    throw invalidInput('resourceSpecification.eventBridge needs region and accountId');
  }
  throw invalidInput('resourceSpecification names exactly one of sqs and eventBridge');
};

export type NotificationsApi = {
  destinations(): SimResponse;
  createDestination(request: SimRequest): SimResponse;
  destination(id: string): SimResponse;
  subscription(type: string): SimResponse;
  subscriptionById(type: string, id: string): SimResponse;
  createSubscription(type: string, request: SimRequest): SimResponse;
};

export const createNotificationsApi = (deps: { readonly ids: Ids; readonly events: Events }): NotificationsApi => {
  const destinations = new Map<string, Destination>();
  const { events, ids } = deps;

  const subscribed = (type: string): Subscription => {
    const subscription = events.subscriptions.get(type);
    if (subscription === undefined) throw notFound(`there is no subscription of ${type}`);
    return subscription;
  };

  return {
    destinations: () => ok({ payload: [...destinations.values()] }),

    createDestination: (request) => {
      const { name, resourceSpecification } = jsonBody(request);
      if (typeof name !== 'string' || name === '' || name.length > 256)
        throw invalidInput('name is required, at most 256 characters');
      const destination = { destinationId: ids.uuid(), name, resource: resourceOf(resourceSpecification) };
      destinations.set(destination.destinationId, destination);
      return ok({ payload: destination });
    },

    destination: (id) => {
      const destination = destinations.get(id);
      if (destination === undefined) throw notFound(`there is no destination ${id}`);
      return ok({ payload: destination });
    },

    subscription: (type) => ok({ payload: subscribed(type) }),

    subscriptionById: (type, id) => {
      const subscription = subscribed(type);
      if (subscription.subscriptionId !== id) throw notFound(`there is no subscription ${id}`);
      return ok({ payload: subscription });
    },

    createSubscription: (type, request) => {
      if (!/^[A-Z][A-Z_]+$/.test(type)) throw invalidInput(`"${type}" is not a notification type`);
      const { destinationId, payloadVersion, processingDirective } = jsonBody(request);
      if (typeof destinationId !== 'string' || !destinations.has(destinationId))
        throw invalidInput('destinationId is not known');
      if (typeof payloadVersion !== 'string' || payloadVersion === '') throw invalidInput('payloadVersion is required');
      if (events.subscriptions.has(type)) {
        throw new Refusal(409, { code: 'InvalidInput', message: `there is a subscription of ${type} already` });
      }
      const subscription: Subscription = {
        subscriptionId: ids.uuid(),
        payloadVersion,
        destinationId,
        ...(processingDirective === undefined ? {} : { processingDirective }),
      };
      events.subscriptions.set(type, subscription);
      return ok({ payload: subscription });
    },
  };
};
