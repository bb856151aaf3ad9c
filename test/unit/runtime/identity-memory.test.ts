import { describe, expect, test } from '@jest/globals';
import { createIdentityVerifier, type IdentityVerifier, mintToken } from '#runtime/graphql/identity.ts';
import { rememberIdentities } from '#runtime/graphql/identity-memory.ts';
import { createTestClock } from '#test/support/clock.ts';

const OPTIONS = { secret: 'a-secret-for-tests-that-is-long-enough', issuer: 'tests', audience: 'tests' };

const openVerifier = (secret = OPTIONS.secret) => {
  const clock = createTestClock();
  const real = createIdentityVerifier(
    { ...OPTIONS, secret, anonymousScopes: ['storefront'], anonymousChannel: 'web' },
    { clock },
  );
  let verifications = 0;
  const counting: IdentityVerifier = {
    verify: (authorization) => {
      verifications += 1;
      return real.verify(authorization);
    },
  };
  const token = async (lifetimeSeconds = 60, scopes = ['ops:read']): Promise<string> =>
    `Bearer ${await mintToken(OPTIONS, { channel: 'web', scopes, lifetimeSeconds }, { clock })}`;
  return { clock, token, verifier: rememberIdentities(counting, { clock }), count: () => verifications };
};

describe('a token', () => {
  test('is verified once, and known from then on', async () => {
    const { count, token, verifier } = openVerifier();
    const authorization = await token();
    expect(verifier.known(authorization)).toBeNull();
    const identity = await verifier.verify(authorization);
    expect(identity.scopes.has('ops:read')).toBe(true);
    expect(await verifier.verify(authorization)).toBe(identity);
    expect(verifier.known(authorization)).toBe(identity);
    expect(count()).toBe(1);
  });

  test('ends when it says, to the second', async () => {
    const { clock, token, verifier } = openVerifier();
    const authorization = await token(60);
    await verifier.verify(authorization);
    await clock.advance(59_999);
    expect(verifier.known(authorization)).not.toBeNull();
    await clock.advance(1);
    expect(verifier.known(authorization)).toBeNull();
    await expect(verifier.verify(authorization)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('that is refused is refused every time, and so is a good one that was changed', async () => {
    const { count, token, verifier } = openVerifier();
    const authorization = await token();
    await verifier.verify(authorization);
    const changed = `${authorization.slice(0, -2)}${authorization.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const wrong of [changed, changed, 'Bearer a.b.c', 'Basic abc'])
      await expect(verifier.verify(wrong)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(verifier.known(changed)).toBeNull();
    expect(count()).toBe(5);
  });

  test('signed with an earlier key is nobody to a verifier with a new one', async () => {
    const before = openVerifier();
    const authorization = await before.token();
    await before.verifier.verify(authorization);
    const after = openVerifier('another-secret-for-tests-that-is-long');
    expect(after.verifier.known(authorization)).toBeNull();
    await expect(after.verifier.verify(authorization)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('among very many others is forgotten, not believed for ever', async () => {
    const { verifier, token } = openVerifier();
    const first = await token(60, ['first']);
    await verifier.verify(first);
    for (let turn = 0; turn < 5_001; turn += 1) await verifier.verify(await token(60, [`s${turn}`]));
    expect(verifier.known(first)).toBeNull();
  });
});

test('nobody in particular is known without a token', async () => {
  const { count, verifier } = openVerifier();
  const anonymous = await verifier.verify(undefined);
  expect(verifier.known(undefined)).toBe(anonymous);
  expect(verifier.known('')).toBe(anonymous);
  expect(count()).toBe(1);
});
