import { describe, expect, test } from '@jest/globals';
import { createOrderKeys, normalProof } from '#subgraphs/process/order-status/keys.ts';

const keys = createOrderKeys('a secret of this retailer');

describe('keys of orders', () => {
  test('ids are made of the secret and the reference, and of nothing else', () => {
    const id = keys.orderId({ scheme: 'channel', value: '1001' });
    expect(id).toMatch(/^ord_[A-Za-z0-9_-]{43}$/);
    expect(keys.orderId({ scheme: 'channel', value: '1001' })).toBe(id);
    expect(keys.orderId({ scheme: 'erp', value: '1001' })).not.toBe(id);
    expect(createOrderKeys('another').orderId({ scheme: 'channel', value: '1001' })).not.toBe(id);
    expect(keys.partId('shp', id, 'k')).not.toBe(keys.partId('ret', id, 'k'));
  });

  test.each([
    ['email', ' Ada@Example.ORG ', 'ada@example.org'],
    ['phone', '+49 (0)30 / 555-1234', '305551234'],
    ['phone', '0049305551234', '305551234'],
    ['phone', '030 555 1234', '305551234'],
    ['phone', '00123', ''],
    ['postalCode', 'sw1a 1aa', 'SW1A1AA'],
    ['customerRef', ' C-7 ', 'C-7'],
  ] as const)('%s %s is compared as "%s"', (kind, written, normal) => {
    expect(normalProof(kind, written)).toBe(normal);
  });

  test('sealing keeps nothing readable, and sealing again changes nothing', () => {
    const sealed = keys.seal({ email: 'ada@example.org', phone: '-', postalCode: '10115' });
    expect(Object.keys(sealed)).toEqual(['email', 'postalCode']);
    expect(JSON.stringify(sealed)).not.toMatch(/ada|10115/);
    expect(keys.seal(sealed)).toEqual(sealed);
    expect(sealed.email).toBe(keys.proofOf('email', 'ADA@example.org'));
  });

  test('a stored hash is no proof of what it was made of', () => {
    const stored = keys.proofOf('email', 'ada@example.org') ?? '';
    expect(keys.proofOf('email', stored)).not.toBe(stored);
  });
});
