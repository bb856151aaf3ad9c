/** What the simulated seller account is called and proves itself with. Invented, and good for nothing elsewhere. */
export const SIM_AMAZON = {
  clientId: 'sim-amazon-client-id',
  clientSecret: 'sim-amazon-client-secret',
  refreshToken: 'sim-amazon-refresh-token',
  /** Key that the simulated EventBridge connection sends in x-api-key. */
  destinationKey: 'sim-amazon-destination-key',
  sellerId: 'A1THROUGHLINE',
  marketplace: { name: 'AMAZON_DE', marketplaceId: 'A1PA6795UKMFR9', storeName: 'Amazon.de' },
  applicationId: 'amzn1.sellerapps.app.sim-amazon',
  awsAccount: '123456789012',
  awsRegion: 'eu-west-1',
} as const;

/** Path segment under which the host serves this vendor: part of the addresses of report documents. */
export const VENDOR = 'amazon';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
