/**
 * Who is asking. A bearer token (JWT) becomes { channel, scopes, customer }; nothing else about the caller is trusted.
 *
 * Every subgraph verifies the token itself, so an access rule holds even where somebody reaches a subgraph directly.
 */
import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';

export type Identity = {
  /** The sales channel whose data the caller may see; '*' for operators of all channels. */
  readonly channel: string;
  readonly scopes: ReadonlySet<string>;
  /** The customer reference a shopper's token stands for. */
  readonly customer?: string;
  /** Seconds since the epoch at which the token ends; absent for anonymous callers. */
  readonly expiresAtSeconds?: number;
};

export type IdentityOptions = {
  /** HS256 key, at least 32 bytes. */
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
  /** Scopes of a caller without a token. Empty in production; storefront in development. */
  readonly anonymousScopes: readonly string[];
  readonly anonymousChannel: string;
};

/** A wider scope that includes a narrower one: operators of orders may do what a customer may with an order. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  'orders:read': ['customer'],
  // The systems' own documents behind an order are operators' data.
  'orders:systems': ['ops:read'],
  'ops:write': ['ops:read'],
  customer: ['storefront'],
  'ops:read': ['storefront'],
  'stock:raw': ['storefront'],
  'finance:read': ['storefront'],
  'marketplace:write': ['storefront'],
  'store:operate': ['storefront'],
};

export const expandScopes = (scopes: Iterable<string>): ReadonlySet<string> => {
  const all = new Set<string>();
  const add = (scope: string): void => {
    if (all.has(scope)) return;
    all.add(scope);
    for (const implied of IMPLIED[scope] ?? []) add(implied);
  };
  for (const scope of scopes) add(scope);
  return all;
};

export type IdentityVerifier = {
  /** The identity behind an Authorization header's value; throws Failure UNAUTHENTICATED for a bad token. */
  verify(authorization: string | undefined): Promise<Identity>;
};

const keyOf = (secret: string): Uint8Array => {
  const key = new TextEncoder().encode(secret);
  if (key.length < 32) throw new Failure('CONFIG_INVALID', 'auth secret: at least 32 characters are needed for HS256');
  return key;
};

export const createIdentityVerifier = (options: IdentityOptions, deps: { readonly clock: Clock }): IdentityVerifier => {
  const key = keyOf(options.secret);
  const anonymous: Identity = { channel: options.anonymousChannel, scopes: expandScopes(options.anonymousScopes) };
  return {
    verify: async (authorization) => {
      if (authorization === undefined || authorization === '') return anonymous;
      const match = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/.exec(authorization.trim());
      if (!match?.[1]) {
        throw new Failure('UNAUTHENTICATED', 'The Authorization header is not of the form "Bearer <JWT>".', {
          field: 'authorization',
        });
      }
      try {
        const { payload } = await jwtVerify(match[1], key, {
          algorithms: ['HS256'],
          issuer: options.issuer,
          audience: options.audience,
          currentDate: new Date(deps.clock.now()),
          requiredClaims: ['exp'],
        });
        const scopes = typeof payload.scope === 'string' ? payload.scope.split(' ').filter(Boolean) : [];
        return {
          channel: typeof payload.channel === 'string' ? payload.channel : options.anonymousChannel,
          scopes: expandScopes([...scopes, ...options.anonymousScopes]),
          ...(typeof payload.customer === 'string' ? { customer: payload.customer } : {}),
          ...(payload.exp === undefined ? {} : { expiresAtSeconds: payload.exp }),
        };
      } catch (cause) {
        const expired = cause instanceof Error && cause.name === 'JWTExpired';
        throw new Failure(
          'UNAUTHENTICATED',
          expired
            ? 'The token has expired: get a new one.'
            : 'The token is not valid here: wrong issuer, audience or signature.',
          { field: 'authorization' },
        );
      }
    },
  };
};

export type TokenRequest = {
  readonly channel: string;
  readonly scopes: readonly string[];
  readonly customer?: string;
  readonly lifetimeSeconds: number;
};

/** Mints a token: development tokens, and the short-lived ones that services use among themselves. */
export const mintToken = (
  options: Pick<IdentityOptions, 'secret' | 'issuer' | 'audience'>,
  request: TokenRequest,
  deps: { readonly clock: Clock },
): Promise<string> => {
  const nowSeconds = Math.floor(deps.clock.now() / 1000);
  return new SignJWT({
    channel: request.channel,
    scope: request.scopes.join(' '),
    ...(request.customer === undefined ? {} : { customer: request.customer }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(options.issuer)
    .setAudience(options.audience)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + request.lifetimeSeconds)
    .sign(keyOf(options.secret));
};

/**
 * Authorization header values for calls between our own services, renewed before they end. `scopes` are what the
 * calling service needs and nothing more.
 */
export const createServiceAuthorization = (
  options: Pick<IdentityOptions, 'secret' | 'issuer' | 'audience'> & { readonly scopes: readonly string[] },
  deps: { readonly clock: Clock },
): (() => Promise<string>) => {
  const lifetimeSeconds = 300;
  let current: { readonly value: Promise<string>; readonly renewAtMs: number } | null = null;
  return () => {
    if (!current || deps.clock.now() >= current.renewAtMs) {
      const value = mintToken(options, { channel: '*', scopes: options.scopes, lifetimeSeconds }, deps).then(
        (token) => `Bearer ${token}`,
      );
      current = { value, renewAtMs: deps.clock.now() + (lifetimeSeconds / 2) * 1000 };
    }
    return current.value;
  };
};
