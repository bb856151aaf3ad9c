/**
 * Remembers who stands behind a token until the token ends, so that one that comes with every request is verified once.
 * What is remembered belongs to one verifier and so to one key; a token that was refused is verified again each time.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '#runtime/clock.ts';
import type { Identity, IdentityVerifier } from './identity.ts';

export type RememberingVerifier = IdentityVerifier & {
  /** The identity behind a header's value, if it is known without any work; else `verify` tells. */
  known(authorization: string | undefined): Identity | null;
};

const MOST_REMEMBERED = 5_000;
/** Longer ones than any of ours are not worth their room. */
const LONGEST_REMEMBERED = 4_096;

export const rememberIdentities = (
  verifier: IdentityVerifier,
  deps: { readonly clock: Clock },
): RememberingVerifier => {
  const identities = new LRUCache<string, Identity>({ max: MOST_REMEMBERED });

  const known = (authorization: string | undefined): Identity | null => {
    const identity = identities.get(authorization ?? '');
    if (!identity) return null;
    const { expiresAtSeconds } = identity;
    if (expiresAtSeconds === undefined || deps.clock.now() < expiresAtSeconds * 1000) return identity;
    identities.delete(authorization ?? '');
    return null;
  };

  return {
    known,
    verify: async (authorization) => {
      const before = known(authorization);
      if (before) return before;
      const identity = await verifier.verify(authorization);
      const isToken = authorization !== undefined && authorization !== '';
      // Without an end a token would be believed for as long as this process lives.
      const isWorthIt =
        !isToken || (identity.expiresAtSeconds !== undefined && authorization.length <= LONGEST_REMEMBERED);
      if (isWorthIt) identities.set(authorization ?? '', identity);
      return identity;
    },
  };
};
