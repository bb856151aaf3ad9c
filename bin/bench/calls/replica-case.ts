/** What both replicas and their referee know. */
export const REPLICA_LIMIT = { ratePerSecond: 25, burst: 10 } as const;
export const STORE_ASKED = 'ST-BERLIN';
