import { describe, expect, test } from '@jest/globals';
import { buildSchema, graphql } from 'graphql';
import { SignJWT } from 'jose';
import { enforceAccess, fieldsWithoutRule } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import {
  createIdentityVerifier,
  createServiceAuthorization,
  expandScopes,
  type IdentityOptions,
  mintToken,
} from '#runtime/graphql/identity.ts';
import { createTestClock } from '#test/support/clock.ts';

const options: IdentityOptions = {
  secret: 'a-development-secret-of-32-chars!!',
  issuer: 'throughline',
  audience: 'throughline',
  anonymousScopes: ['storefront'],
  anonymousChannel: 'web',
};

describe('identity', () => {
  const clock = createTestClock();
  const verifier = createIdentityVerifier(options, { clock });

  test('a minted token comes back as channel, scopes with those implied, and customer', async () => {
    const token = await mintToken(
      options,
      { channel: 'amazon', scopes: ['orders:read'], customer: 'C1', lifetimeSeconds: 60 },
      { clock },
    );
    const identity = await verifier.verify(`Bearer ${token}`);
    expect(identity).toMatchObject({ channel: 'amazon', customer: 'C1' });
    expect([...identity.scopes].sort()).toEqual(['customer', 'orders:read', 'storefront']);
  });

  test('nobody without a token has what the options give to anonymous callers, and nothing more', async () => {
    expect(await verifier.verify(undefined)).toEqual({ channel: 'web', scopes: new Set(['storefront']) });
    const production = createIdentityVerifier({ ...options, anonymousScopes: [] }, { clock });
    expect((await production.verify(undefined)).scopes.size).toBe(0);
  });

  test.each([
    ['another key', { secret: 'another-secret-of-at-least-32-chars' }],
    ['another issuer', { issuer: 'elsewhere' }],
    ['another audience', { audience: 'elsewhere' }],
  ])('a token of %s is refused', async (_, other) => {
    const token = await mintToken(
      { ...options, ...other },
      { channel: 'web', scopes: ['ops:read'], lifetimeSeconds: 60 },
      { clock },
    );
    await expect(verifier.verify(`Bearer ${token}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('an expired token, one without an end, an unsigned one and a malformed header are refused', async () => {
    const expired = await mintToken(options, { channel: 'web', scopes: [], lifetimeSeconds: -1 }, { clock });
    await expect(verifier.verify(`Bearer ${expired}`)).rejects.toThrow(/expired/);
    const key = new TextEncoder().encode(options.secret);
    const endless = await new SignJWT({ scope: 'ops:read' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('throughline')
      .setAudience('throughline')
      .sign(key);
    await expect(verifier.verify(`Bearer ${endless}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    await expect(
      verifier.verify(`Bearer ${part({ alg: 'none' })}.${part({ scope: 'ops:read' })}.x`),
    ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(verifier.verify('Basic abc')).rejects.toThrow(/Bearer <JWT>/);
  });

  test('a service token is renewed before it ends', async () => {
    const moving = createTestClock();
    const authorization = createServiceAuthorization({ ...options, scopes: ['intake:write'] }, { clock: moving });
    const first = await authorization();
    expect(await authorization()).toBe(first);
    await moving.advance(200_000);
    expect(await authorization()).not.toBe(first);
  });
});

describe('access rules', () => {
  const schemaOf = () => {
    const schema = buildSchema(`
      directive @access(scope: String!) on OBJECT | FIELD_DEFINITION
      type Query { open: Thing @access(scope: "storefront") guarded: String @access(scope: "ops:read") forgotten: String }
      type Thing @access(scope: "storefront") { name: String raw: Int @access(scope: "stock:raw") }
      type Bare { field: String }
    `);
    return enforceAccess(schema);
  };
  const ask = (source: string, scopes: readonly string[]) =>
    graphql({
      schema: schemaOf(),
      source,
      rootValue: { open: { name: 'n', raw: 7 }, guarded: 'g', forgotten: 'f' },
      contextValue: createRequestContext({
        identity: { channel: 'web', scopes: expandScopes(scopes) },
        correlationId: 'c',
        signal: new AbortController().signal,
      }),
    });

  test("a field is open to its scope, by its own rule before its type's", async () => {
    expect(await ask('{ open { name } }', ['storefront'])).toEqual({ data: { open: { name: 'n' } } });
    const refused = await ask('{ open { name raw } }', ['storefront']);
    expect(refused.data).toEqual({ open: { name: 'n', raw: null } });
    expect(refused.errors?.[0]?.message).toBe(
      'Thing.raw asks for the scope "stock:raw", which this caller does not have.',
    );
    expect(await ask('{ open { raw } }', ['storefront', 'stock:raw'])).toEqual({ data: { open: { raw: 7 } } });
  });

  test('a field without a rule is refused to everybody, and is found by name', async () => {
    const refused = await ask('{ forgotten }', ['storefront', 'ops:read', 'ops:write']);
    expect(refused.errors?.[0]?.message).toMatch(/no access rule/);
    expect(fieldsWithoutRule(schemaOf())).toEqual(['Query.forgotten', 'Bare.field']);
  });

  test('nobody without the scope gets in', async () => {
    const refused = await ask('{ guarded open { name } }', []);
    expect(refused.data).toEqual({ guarded: null, open: null });
    expect(refused.errors).toHaveLength(2);
  });
});
