/**
 * Amazon's models judge every exchange between our client and the simulator, in both directions. Read from the folder of
 * specifications, which is not part of this repository.
 */
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PolledChanges } from '#model/inlet.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor } from '#runtime/resilience/governor.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost, type SimulatorHost } from '#simulation/host/host.ts';
import { amazonAdapter } from '#subgraphs/marketplace/adapters/amazon/adapter.ts';
import { SIM_AMAZON } from '#subgraphs/marketplace/adapters/amazon/simulator/constants.ts';
import { amazonSimulator } from '#subgraphs/marketplace/adapters/amazon/simulator/simulator.ts';
import type { MarketplacePort } from '#subgraphs/marketplace/port.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { openWebhookTarget, type WebhookTarget } from '#test/support/webhook-target.ts';
import { createJudge, type Exchange, type NotificationType, notificationProblems, SPECS } from './amazon-models.ts';
import { REFUSED_CALLS } from './amazon-refused-calls.ts';

const hasSpecs = existsSync(SPECS);
if (!hasSpecs) process.stderr.write("skipped: Amazon's models are not here (set THROUGHLINE_SPECS to their folder)\n");
const suite = hasSpecs ? describe : describe.skip;

const CALL = { signal: new AbortController().signal, callClass: 'BACKGROUND', correlationId: 'models' } as const;

suite("Amazon's models", () => {
  const judge = hasSpecs ? createJudge() : null;
  const judged = new Set<string>();
  let clock: TestClock;
  let host: SimulatorHost;
  let control: SimulatorControl;
  let target: WebhookTarget;
  let port: MarketplacePort;
  let token = '';
  const exchanges: Exchange[] = [];

  const problems = (): readonly string[] =>
    exchanges.flatMap((exchange) => {
      const verdict = judge?.problemsOf(exchange);
      if (verdict?.operation) judged.add(`${verdict.operation} ${exchange.status}`);
      return (verdict?.problems ?? []).map(
        (problem) => `${exchange.method} ${exchange.path} ${exchange.status}: ${problem}`,
      );
    });

  const recording: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const url = new URL(String(input));
    const apiPath = url.pathname.replace(/^\/amazon/, '');
    const text = await response.clone().text();
    if (apiPath !== '/auth/o2/token' && !apiPath.startsWith('/report-files/')) {
      exchanges.push({
        method: init?.method ?? 'GET',
        path: apiPath,
        query: url.searchParams,
        ...(typeof init?.body === 'string' ? { requestBody: JSON.parse(init.body) as unknown } : {}),
        status: response.status,
        headers: Object.fromEntries(response.headers),
        responseBody: text === '' ? undefined : (JSON.parse(text) as unknown),
      });
    }
    return response;
  };

  const tokenFor = async (form: Readonly<Record<string, string>>): Promise<string> => {
    const credentials = { client_id: SIM_AMAZON.clientId, client_secret: SIM_AMAZON.clientSecret };
    const response = await fetch(`${host.url}/amazon/auth/o2/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...credentials, ...form }),
    });
    return ((await response.json()) as { readonly access_token: string }).access_token;
  };

  /** A call that our client does not make. */
  const call = async (method: string, pathAndQuery: string, body?: unknown, accessToken = token): Promise<number> => {
    const response = await recording(`${host.url}/amazon${pathAndQuery}`, {
      method,
      headers: { 'x-amz-access-token': accessToken, 'user-agent': 'models-test', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.text();
    return response.status;
  };

  beforeEach(async () => {
    exchanges.length = 0;
    clock = createTestClock();
    target = await openWebhookTarget();
    host = await openSimulatorHost(
      { port: 0, host: '127.0.0.1', size: 'small' },
      { clock, ids: systemIds, log: silentLog, factories: [amazonSimulator] },
    );
    control = createSimulatorControl({ url: host.url, vendor: 'amazon' }, { fetch });
    const hurried = { ...clock, delay: (ms: number) => clock.advance(ms) };
    const deps = { clock: hurried, ids: systemIds, log: silentLog };
    const upstream = createGovernor(
      { connection: 'amazon', limits: amazonAdapter.limits },
      { ...deps, fetch: recording },
    );
    const { clientId, clientSecret, destinationKey, marketplace: home, refreshToken, sellerId } = SIM_AMAZON;
    const options = { sellerId, marketplaces: [{ name: home.name, marketplaceId: home.marketplaceId }] };
    port = amazonAdapter.open(
      {
        connection: 'amazon',
        baseUrl: `${host.url}/amazon`,
        credentials: { clientId, clientSecret, refreshToken, destinationKey },
        options: amazonAdapter.options.parse(options),
      },
      { ...deps, upstream },
    );
    token = await tokenFor({ grant_type: 'refresh_token', refresh_token: refreshToken });
    await clock.advance(180_000);
  });

  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    await target[Symbol.asyncDispose]();
  });

  afterAll(() => {
    // What the suite is for: every operation that we or the simulator know has really been judged.
    expect([...judged].filter((entry) => entry.endsWith(' 200') || entry.endsWith(' 204')).toSorted()).toEqual([
      'fbaInventory.getInventorySummaries 200',
      'listingsItems_2021-08-01.getListingsItem 200',
      'listingsItems_2021-08-01.patchListingsItem 200',
      'listingsItems_2021-08-01.searchListingsItems 200',
      'notifications.createDestination 200',
      'notifications.createSubscription 200',
      'notifications.getDestination 200',
      'notifications.getDestinations 200',
      'notifications.getSubscription 200',
      'notifications.getSubscriptionById 200',
      'ordersV0.confirmShipment 204',
      'ordersV0.getOrder 200',
      'ordersV0.getOrderItems 200',
      'ordersV0.getOrders 200',
      'orders_2026-01-01.getOrder 200',
      'orders_2026-01-01.searchOrders 200',
      'reports_2021-06-30.getReport 200',
      'reports_2021-06-30.getReportDocument 200',
      'reports_2021-06-30.getReports 200',
    ]);
  });

  /** The body of the last answer of an operation, as its caller knows it to be. */
  const lastBody = <T>(suffix: string): T => {
    const exchange = exchanges.findLast(({ path }) => path.endsWith(suffix));
    if (exchange === undefined) throw new Error(`there was no call to ${suffix}`);
    return exchange.responseBody as T;
  };

  const drain = async (name: string): Promise<void> => {
    const stream = port.streams.find((candidate) => candidate.name === name);
    let watermark: string | null = null;
    for (let more = true; more; ) {
      const polled: PolledChanges | undefined = await stream?.poll(watermark, CALL);
      watermark = polled?.watermark ?? null;
      more = polled?.more ?? false;
    }
  };

  const skusOf = async (fulfilledBy: 'MERCHANT' | 'MARKETPLACE'): Promise<readonly string[]> => {
    const stream = port.streams.find(({ name }) => name === 'listings');
    const polled = await stream?.poll(null, CALL);
    const keys = (polled?.changes ?? []).flatMap((change) =>
      change.kind === 'listing' ? [{ marketplace: change.marketplace, listingId: change.listingId }] : [],
    );
    const listings = await port.listings(keys, CALL);
    return listings.flatMap((listing) => (listing?.fulfilledBy === fulfilledBy ? [listing.listingId] : []));
  };

  it('agree with everything our client asks and the simulator answers', async () => {
    await drain('listings');
    await drain('orders');
    const ours = await skusOf('MERCHANT');
    const theirs = await skusOf('MARKETPLACE');
    const open = await port.openOrders?.(CALL);
    const numbers = open?.orders.map(({ externalId }) => externalId) ?? [];
    await port.orders(numbers.slice(0, 1), CALL);
    await port.orders([...numbers, '999-9999999-9999999'], CALL);
    await port.orders(['999-9999999-9999999'], CALL);
    await port.listingsOf(
      ours.slice(0, 3).map((sku) => ({ sku, gtin: '4000000000013' })),
      ['AMAZON_DE'],
      CALL,
    );
    await port.publishQuantities(
      ours.slice(0, 2).map((listingId) => ({ marketplace: 'AMAZON_DE', listingId, quantity: 5 })),
      CALL,
    );
    await port.heldStock?.('AMAZON_DE', theirs, CALL);
    await port.settlementReports?.({}, CALL);
    expect(exchanges.length).toBeGreaterThan(15);
    expect(problems()).toEqual([]);
  });

  it('agree with what the simulator answers to others', async () => {
    const seller = `/listings/2021-08-01/items/${SIM_AMAZON.sellerId}`;
    const here = `marketplaceIds=${SIM_AMAZON.marketplace.marketplaceId}`;
    const open = await port.openOrders?.(CALL);
    const number = open?.orders[0]?.externalId ?? '';
    const sku = (await skusOf('MERCHANT'))[0] ?? '';
    expect(await call('GET', `/orders/v0/orders/${number}`)).toBe(200);
    expect(await call('GET', `/orders/v0/orders/${number}/orderItems`)).toBe(200);
    expect(
      await call('GET', `${seller}/${sku}?${here}&includedData=summaries,attributes,issues,fulfillmentAvailability`),
    ).toBe(200);
    await control.act({ kind: 'setListingState', sellerSku: sku, state: 'SUPPRESSED' });
    expect(await call('GET', `${seller}?${here}&includedData=summaries,issues`)).toBe(200);
    const patches = [
      {
        op: 'replace',
        path: '/attributes/fulfillment_availability',
        value: [{ fulfillment_channel_code: 'DEFAULT', quantity: -1 }],
      },
    ];
    expect(await call('PATCH', `${seller}/${sku}?${here}`, { productType: 'HOME', patches })).toBe(200);
    const { payload } = lastBody<{ payload: { OrderItems: readonly { OrderItemId: string }[] } }>('/orderItems');
    const [firstItem] = payload.OrderItems;
    const orderItems = [{ orderItemId: firstItem?.OrderItemId, quantity: 1 }];
    const packageDetail = {
      packageReferenceId: '77',
      carrierCode: 'DHL',
      trackingNumber: 'T77',
      shipDate: '2026-03-02T09:00:00Z',
      orderItems,
    };
    expect(
      await call('POST', `/orders/v0/orders/${number}/shipmentConfirmation`, {
        marketplaceId: SIM_AMAZON.marketplace.marketplaceId,
        packageDetail,
      }),
    ).toBe(204);
    await port.settlementReports?.({}, CALL);
    const { reports } = lastBody<{ reports: readonly { reportId: string }[] }>('/reports');
    expect(await call('GET', `/reports/2021-06-30/reports/${reports[0]?.reportId}`)).toBe(200);
    await port.orders([number], CALL);
    expect(problems()).toEqual([]);
  });

  it('agree with destinations and subscriptions', async () => {
    const grantless = await tokenFor({ grant_type: 'client_credentials', scope: 'sellingpartnerapi::notifications' });
    const bus = {
      name: 'bus',
      resourceSpecification: { eventBridge: { accountId: '123456789012', region: 'eu-west-1' } },
    };
    expect(await call('POST', '/notifications/v1/destinations', bus, grantless)).toBe(200);
    const queue = {
      name: 'queue',
      resourceSpecification: { sqs: { arn: 'arn:aws:sqs:eu-west-1:123456789012:orders' } },
    };
    expect(await call('POST', '/notifications/v1/destinations', queue, grantless)).toBe(200);
    const { destinationId } = lastBody<{ payload: { destinationId: string } }>('/destinations').payload;
    expect(await call('GET', '/notifications/v1/destinations', undefined, grantless)).toBe(200);
    expect(await call('GET', `/notifications/v1/destinations/${destinationId}`, undefined, grantless)).toBe(200);
    const wanted = { payloadVersion: '1.0', destinationId };
    expect(await call('POST', '/notifications/v1/subscriptions/ORDER_CHANGE', wanted)).toBe(200);
    const { payload } = lastBody<{ payload: { subscriptionId: string } }>('/ORDER_CHANGE');
    expect(await call('POST', '/notifications/v1/subscriptions/ORDER_CHANGE', wanted)).toBe(409);
    expect(await call('GET', '/notifications/v1/subscriptions/ORDER_CHANGE')).toBe(200);
    expect(
      await call('GET', `/notifications/v1/subscriptions/ORDER_CHANGE/${payload.subscriptionId}`, undefined, grantless),
    ).toBe(200);
    expect(await call('GET', '/notifications/v1/subscriptions/ANY_OFFER_CHANGED')).toBe(404);
    // Destinations belong to the application: a seller's token does not open them.
    expect(await call('GET', '/notifications/v1/destinations')).toBe(403);
    expect(problems()).toEqual([]);
  });

  it('agree with how the simulator refuses', async () => {
    for (const [method, pathAndQuery, status] of REFUSED_CALLS) {
      await clock.advance(120_000);
      expect([pathAndQuery, await call(method, pathAndQuery)]).toEqual([pathAndQuery, status]);
    }
    // The upper bound of a window: two minutes old, to the millisecond.
    const before = (ageMs: number): string =>
      `/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z&createdBefore=${new Date(clock.now() - ageMs).toISOString()}`;
    expect(await call('GET', before(119_999))).toBe(400);
    expect(await call('GET', before(120_000))).toBe(200);
    // The requests are wrong on purpose; the answers must be right.
    const wrongAnswers = problems().filter((problem) => /: (answer|the status|the header)/.test(problem));
    expect(wrongAnswers).toEqual([]);
  });

  it('are kept where access is refused and where calls are too many', async () => {
    const url = `${host.url}/amazon/orders/2026-01-01/orders/999-9999999-9999999`;
    const statusWith = async (headers: Readonly<Record<string, string>>): Promise<Response> =>
      recording(url, { headers });
    expect((await statusWith({ 'user-agent': 'x' })).status).toBe(403);
    expect((await statusWith({ 'user-agent': 'x', 'x-amz-access-token': 'made up' })).status).toBe(403);
    expect((await statusWith({ 'user-agent': 'x'.repeat(501), 'x-amz-access-token': token })).status).toBe(400);
    await clock.advance(3_600_000);
    const expired = await statusWith({ 'user-agent': 'x', 'x-amz-access-token': token });
    expect([expired.status, expired.headers.get('x-amzn-ratelimit-limit')]).toEqual([403, null]);
    token = await tokenFor({ grant_type: 'refresh_token', refresh_token: SIM_AMAZON.refreshToken });
    const statuses: number[] = [];
    // The expired token's call has taken one of the 30.
    for (let turn = 0; turn < 30; turn++)
      statuses.push((await statusWith({ 'user-agent': 'x', 'x-amz-access-token': token })).status);
    expect(statuses).toEqual([...Array.from({ length: 29 }, () => 404), 429]);
    const [served, refused] = exchanges.slice(-2);
    expect(served?.headers['x-amzn-ratelimit-limit']).toBe('0.5');
    expect(refused?.headers).not.toHaveProperty('x-amzn-ratelimit-limit');
    expect(refused?.headers).not.toHaveProperty('retry-after');
    expect(refused?.headers['x-amzn-requestid']).toBeDefined();
    expect(problems().filter((problem) => /: (answer|the status|the header)/.test(problem))).toEqual([]);
  });

  it('agree with every notification the simulator sends', async () => {
    const ours = await skusOf('MERCHANT');
    const [plenty] = (
      await port.listings(
        ours.map((listingId) => ({ marketplace: 'AMAZON_DE', listingId })),
        CALL,
      )
    ).filter((listing) => (listing?.publishedQuantity ?? 0) > 3);
    const [fba] =
      (await port.heldStock?.('AMAZON_DE', await skusOf('MARKETPLACE'), CALL))?.filter(
        (held) => (held?.fulfillable ?? 0) > 0,
      ) ?? [];
    await control.act({ kind: 'subscribe', url: `${target.url}/hook`, apiKey: 'a-key' });
    await control.act({ kind: 'newOrder', sellerSku: plenty?.listingId, quantity: 2, number: '305-0000000-0000001' });
    await control.act({ kind: 'ship', number: '305-0000000-0000001', quantities: { [plenty?.listingId ?? '']: 1 } });
    await control.act({ kind: 'requestCancellation', number: '305-0000000-0000001' });
    await control.act({ kind: 'newOrder', sellerSku: fba?.sellerSku, quantity: 1, number: '305-0000000-0000002' });
    await target.arrived(6);
    const sent = target.received.map(({ body, headers }) => {
      expect(headers['x-api-key']).toBe('a-key');
      const event = JSON.parse(body) as Readonly<Record<string, unknown>> & {
        readonly detail: Readonly<Record<string, unknown>>;
      };
      expect(Object.keys(event)).toEqual([
        'version',
        'id',
        'detail-type',
        'source',
        'account',
        'time',
        'region',
        'resources',
        'detail',
      ]);
      return event.detail;
    });
    const types = new Set(sent.map(({ NotificationType }) => String(NotificationType)));
    expect([...types].toSorted()).toEqual([
      'FBA_INVENTORY_AVAILABILITY_CHANGES',
      'LISTINGS_ITEM_MFN_QUANTITY_CHANGE',
      'ORDER_CHANGE',
    ]);
    // One schema names its type differently from the notification's own list of required parts; all others are exact.
    const found = sent.flatMap((notification) =>
      notificationProblems(notification.NotificationType as NotificationType, notification),
    );
    expect(found.filter((problem) => !problem.includes('"additionalProperty":"NotificationMetadata"'))).toEqual([]);
  });
});
