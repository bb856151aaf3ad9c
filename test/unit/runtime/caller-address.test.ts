import { describe, expect, test } from '@jest/globals';
import { callerAddressOf, networkOf } from '#runtime/graphql/caller-address.ts';

describe('where a caller is', () => {
  test.each<[string | undefined, string | undefined, number, string | undefined]>([
    ['203.0.113.7', undefined, 0, '203.0.113.7'],
    // What a caller claims is worth nothing without a proxy of ours.
    ['203.0.113.7', '10.0.0.1', 0, '203.0.113.7'],
    ['10.0.0.1', '198.51.100.9, 203.0.113.7', 1, '203.0.113.7'],
    ['10.0.0.1', '6.6.6.6, 203.0.113.7, 10.0.0.2', 2, '203.0.113.7'],
    ['10.0.0.1', undefined, 1, undefined],
    ['10.0.0.1', 'a\r\nb', 1, undefined],
    [undefined, undefined, 0, undefined],
  ])('%p, forwarded %p through %p proxies: %p', (remote, forwarded, proxies, expected) => {
    expect(callerAddressOf(remote, forwarded, proxies)).toBe(expected);
  });

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:0:7:1::9', '2001:db8:0:7'],
    ['2001:DB8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s belongs to %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('whoever holds 64 bits of addresses is one caller', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2:ffff::1'));
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
  });
});
