/**
 * Where a caller is, as far as the network tells. The gateway works it out and tells its subgraphs in a header of its own;
 * what a caller writes into that header never gets past the gateway, which makes the headers of its requests itself.
 */
export const CALLER_ADDRESS_HEADER = 'x-caller-address';
/** What proxies append the address to that they were called from. */
export const FORWARDED_HEADER = 'x-forwarded-for';

const LOOKS_LIKE_ADDRESS = /^[0-9a-f:.]{2,45}$/i;

/**
 * `trustedProxies` is how many proxies of ours stand in front, each appending to `forwarded` who called it: anything further
 * left may have been written by the caller. With none, the connection's own address is the caller's.
 */
export const callerAddressOf = (
  remoteAddress: string | undefined,
  forwarded: string | undefined,
  trustedProxies: number,
): string | undefined => {
  const told = (forwarded ?? '').split(',').map((entry) => entry.trim());
  const address = trustedProxies === 0 ? remoteAddress : (told.at(-trustedProxies) ?? '');
  return address !== undefined && LOOKS_LIKE_ADDRESS.test(address) ? address : undefined;
};

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

/** What one subscriber of the network holds: one IPv4 address, or 64 bits of an IPv6 one. */
export const networkOf = (address: string): string => {
  const lower = address.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(lower);
  if (mapped?.[1] !== undefined || !lower.includes(':')) return mapped?.[1] ?? lower;
  const [head = '', tail] = lower.split('::');
  const [front, back] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
};
