import { describe, expect, test } from '@jest/globals';
import { differenceOf, faultOf } from '#bin/bench/gateway/answers.ts';

const RIGHT = { products: [{ id: 'p1', brand: { name: 'Halden' }, image: null }, { id: 'p2' }] };

const answered = (data: unknown, more: object = {}) => faultOf(200, JSON.stringify({ data, ...more }), RIGHT);

describe('an answer', () => {
  test('is right whatever the order of its keys', () => {
    expect(answered({ products: [{ image: null, id: 'p1', brand: { name: 'Halden' } }, { id: 'p2' }] })).toBeNull();
  });

  test('may carry extensions', () => {
    expect(answered(RIGHT, { extensions: { took: 3 } })).toBeNull();
  });

  test.each([
    [
      'another value',
      { products: [{ id: 'p1', brand: { name: 'Kontor 9' }, image: null }, { id: 'p2' }] },
      'data.products.0.brand.name is "Kontor 9" instead of "Halden"',
    ],
    [
      'a value lost',
      { products: [{ id: 'p1', brand: { name: 'Halden' } }, { id: 'p2' }] },
      'data.products.0.image is nothing instead of null',
    ],
    ['an entity lost', { products: [RIGHT.products[0]] }, 'data.products.1 is nothing instead of {"id":"p2"}'],
    [
      'an entity too many',
      { products: [...RIGHT.products, { id: 'p3' }] },
      'data.products.2 is {"id":"p3"} instead of nothing',
    ],
    [
      'entities in another order',
      { products: RIGHT.products.toReversed() },
      'data.products.0.id is "p2" instead of "p1"',
    ],
    ['no data', null, `data is null instead of ${JSON.stringify(RIGHT)}`],
  ])('with %s is wrong, and says where', (_, data, fault) => {
    expect(answered(data)).toBe(fault);
  });

  test('with an error is wrong even when its data is right', () => {
    expect(answered(RIGHT, { errors: [{ message: 'half' }] })).toBe('errors: [{"message":"half"}]');
  });

  test('that is none says so', () => {
    expect(faultOf(500, 'oops', RIGHT)).toBe('HTTP 500: "oops"');
    expect(faultOf(200, '<html>', RIGHT)).toBe('no JSON: "<html>"');
    expect(faultOf(200, '7', RIGHT)).toBe('no answer: "7"');
  });

  test('differs from a list where an object is due', () => {
    expect(differenceOf({ 0: 'a' }, ['a'])).toBe('data is ["a"] instead of {"0":"a"}');
  });
});
