/**
 * Callers who may be shown the same, as one name: those of one channel with the same scopes. Which customer it is does not
 * count: what depends on that is PRIVATE, or not kept at all.
 */
import type { Identity } from './identity.ts';

/** One identity serves many requests: the name is made once. */
const names = new WeakMap<Identity, string>();

export const audienceOf = (identity: Identity): string => {
  const known = names.get(identity);
  if (known !== undefined) return known;
  const name = JSON.stringify([identity.channel, [...identity.scopes].sort(), identity.customer !== undefined]);
  names.set(identity, name);
  return name;
};
