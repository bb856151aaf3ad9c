/** Which browser pages may talk to a server: its own, and those that the operator names. */
export type OriginPolicy = { isAllowed(origin: string): boolean };

/** A server on a loopback address is reached under both of that address's names. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * An exact list, never the Host header: a page on a name that its owner has pointed at this machine would send a Host
 * that matches its own origin.
 */
export const createOriginPolicy = (port: number, allowedOrigins: readonly string[]): OriginPolicy => {
  const own = LOOPBACK_NAMES.map((name) => `http://${name}:${port}`);
  const allowed = new Set([...own, ...allowedOrigins.map((origin) => origin.replace(/\/+$/, '').toLowerCase())]);
  return { isAllowed: (origin) => allowed.has(origin.toLowerCase()) };
};
