/**
 * Promises that can be checked later: what was asked and what was answered, signed, so that an order can be held against
 * what its shopper was shown. The content is readable by anybody; only its origin is protected.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const VERSION = 'p1';

const promised = z.object({
  channel: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int() })),
  destination: z.object({ country: z.string(), postalCode: z.string().optional() }),
  options: z.array(
    z.object({
      method: z.string(),
      service: z.string(),
      earliest: z.string(),
      latest: z.string(),
      origins: z.array(z.string()),
    }),
  ),
  issuedAtMs: z.number(),
  validUntilMs: z.number(),
});

/** What a token says. Dates are local to the origin, times epoch milliseconds. */
export type Promised = Readonly<z.infer<typeof promised>>;

export type VerifiedPromise =
  | { readonly verdict: 'VALID'; readonly promised: Promised }
  /** Ours, but no longer binding. */
  | { readonly verdict: 'EXPIRED'; readonly promised: Promised }
  | { readonly verdict: 'REFUSED'; readonly reason: 'MALFORMED' | 'NOT_OURS' };

const signatureOf = (content: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(`throughline promise ${content}`).digest();

export const promiseToken = (content: Promised, secret: string): string => {
  const signed = `${VERSION}.${Buffer.from(JSON.stringify(content)).toString('base64url')}`;
  return `${signed}.${signatureOf(signed, secret).toString('base64url')}`;
};

const contentOf = (encoded: string): Promised | null => {
  try {
    return promised.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
};

/** A promise holds up to, not including, the instant until which it is valid. */
export const verifyPromiseToken = (token: string, secret: string, nowMs: number): VerifiedPromise => {
  const [version, encoded, signature, ...rest] = token.split('.');
  if (version !== VERSION || !encoded || !signature || rest.length > 0)
    return { verdict: 'REFUSED', reason: 'MALFORMED' };
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(`${version}.${encoded}`, secret);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return { verdict: 'REFUSED', reason: 'NOT_OURS' };
  const content = contentOf(encoded);
  if (content === null) return { verdict: 'REFUSED', reason: 'MALFORMED' };
  return { verdict: nowMs < content.validUntilMs ? 'VALID' : 'EXPIRED', promised: content };
};
