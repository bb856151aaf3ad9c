import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Promised, promiseToken, verifyPromiseToken } from '#subgraphs/process/promise/token.ts';

const SECRET = 'a secret of the service';
const promised: Promised = {
  channel: 'web',
  items: [{ sku: 'TL-1', quantity: 2 }],
  destination: { country: 'DE', postalCode: '10115' },
  options: [
    { method: 'SHIP_TO_HOME', service: 'standard', earliest: '2026-03-04', latest: '2026-03-05', origins: ['WH-NORD'] },
  ],
  issuedAtMs: 1_000,
  validUntilMs: 61_000,
};

describe('a promise token', () => {
  const token = promiseToken(promised, SECRET);

  test('says what was promised, and is valid up to its time', () => {
    expect(verifyPromiseToken(token, SECRET, 60_999)).toEqual({ verdict: 'VALID', promised });
    expect(verifyPromiseToken(token, SECRET, 61_000)).toEqual({ verdict: 'EXPIRED', promised });
  });

  test('of another secret is not ours', () => {
    expect(verifyPromiseToken(token, 'another', 2_000)).toEqual({ verdict: 'REFUSED', reason: 'NOT_OURS' });
  });

  test('with another content is refused', () => {
    const [version, , signature] = token.split('.');
    const better = promiseToken({ ...promised, validUntilMs: 9e15 }, 'mine').split('.')[1];
    expect(verifyPromiseToken(`${version}.${better}.${signature}`, SECRET, 2_000)).toMatchObject({
      verdict: 'REFUSED',
    });
  });

  test('with any character changed, left out or added is refused', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('', 'A', 'x.', '_', '9'), (at, other) => {
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        // The last character of base64 carries bits that mean nothing.
        fc.pre(changed !== token && at < token.length - 1);
        expect(verifyPromiseToken(changed, SECRET, 2_000).verdict).toBe('REFUSED');
      }),
    );
  });

  test('anything else is refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(verifyPromiseToken(text, SECRET, 0).verdict).toBe('REFUSED');
      }),
    );
  });
});
