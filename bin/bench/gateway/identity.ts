/** Who asks in this benchmark: one caller with a token, as an app behind its own server is. Ours verifies it every time. */
import type { IdentityOptions } from '#runtime/graphql/identity.ts';

export const IDENTITY: IdentityOptions = {
  secret: 'a secret of the benchmark and of nothing else',
  issuer: 'throughline',
  audience: 'throughline',
  anonymousScopes: [],
  anonymousChannel: 'web',
};
