/** Webhook subscriptions and the events sent to them, signed as Square signs. */
import { createHmac } from 'node:crypto';
import { isoOf } from '#runtime/clock.ts';
import type { SimRequest, SimResponse, SimulatorDeps } from '#simulation/simulator.ts';
import { createIdempotency } from './idempotency.ts';
import {
  bodyOf,
  invalid,
  type Json,
  knownMembers,
  listMember,
  object,
  optionalText,
  optionalTexts,
  text,
} from './protocol.ts';

export const EVENT_TYPES = [
  'catalog.version.updated',
  'inventory.count.updated',
  'location.created',
  'location.updated',
  'order.created',
  'order.fulfillment.updated',
  'order.updated',
  'payment.created',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

type Subscription = {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly event_types: readonly string[];
  readonly notification_url: string;
  readonly api_version: string;
  readonly signature_key: string;
  readonly created_at: string;
  readonly updated_at: string;
};

export type Webhooks = {
  create(request: SimRequest): SimResponse;
  list(): SimResponse;
  subscribe(url: string, signatureKey: string, eventTypes: readonly string[]): string;
  /** `locationId`: for events that are about a location. */
  emit(type: EventType, data: Json, locationId?: string): void;
};

const API_VERSION = '2025-08-20';

export const createWebhooks = (merchantId: string, deps: SimulatorDeps): Webhooks => {
  const subscriptions = new Map<string, Subscription>();
  const once = createIdempotency();

  const add = (
    wanted: Pick<Subscription, 'name' | 'event_types' | 'notification_url' | 'signature_key'>,
  ): Subscription => {
    const at = isoOf(deps.clock.now());
    const subscription: Subscription = {
      id: `wbhk_${deps.ids.uuid().replaceAll('-', '')}`,
      enabled: true,
      api_version: API_VERSION,
      created_at: at,
      updated_at: at,
      ...wanted,
    };
    subscriptions.set(subscription.id, subscription);
    return subscription;
  };

  return {
    create: (request) => {
      const body = bodyOf(request, ['idempotency_key', 'subscription']);
      const wanted = object(body, 'subscription');
      const at = 'subscription.';
      knownMembers(wanted, ['name', 'event_types', 'notification_url', 'api_version', 'enabled'], at);
      const url = text(wanted, 'notification_url', {}, at);
      if (!URL.canParse(url)) throw invalid('INVALID_VALUE', 'Expected a URL.', `${at}notification_url`);
      return once(optionalText(body, 'idempotency_key', { max: 45 }), body, () => ({
        status: 200,
        body: {
          subscription: add({
            name: optionalText(wanted, 'name', { max: 64 }, at) ?? '',
            event_types: optionalTexts(wanted, 'event_types', { oneOf: EVENT_TYPES }, at) ?? [],
            notification_url: url,
            signature_key: deps.ids.token(16),
          }),
        },
      }));
    },

    list: () => ({
      status: 200,
      // Keys are told at creation and on their own endpoint only.
      body: listMember(
        'subscriptions',
        [...subscriptions.values()].map(({ signature_key: _secret, ...shown }) => shown),
      ),
    }),

    subscribe: (url, signatureKey, eventTypes) => {
      // Subscribing again replaces: a restarted listener must not hear everything twice.
      for (const { id, notification_url } of subscriptions.values())
        if (notification_url === url) subscriptions.delete(id);
      return add({ name: 'act', event_types: eventTypes, notification_url: url, signature_key: signatureKey }).id;
    },

    emit: (type, data, locationId) => {
      const eventId = deps.ids.uuid();
      const body = JSON.stringify({
        merchant_id: merchantId,
        ...(locationId === undefined ? {} : { location_id: locationId }),
        type,
        event_id: eventId,
        created_at: isoOf(deps.clock.now()),
        data,
      });
      for (const { enabled, event_types, notification_url: url, signature_key } of subscriptions.values()) {
        if (!enabled || !event_types.includes(type)) continue;
        deps.deliver({
          url,
          eventId,
          body,
          headers: {
            'content-type': 'application/json',
            'x-square-hmacsha256-signature': createHmac('sha256', signature_key)
              .update(url + body)
              .digest('base64'),
          },
        });
      }
    },
  };
};
