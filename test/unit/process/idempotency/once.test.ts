import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hashOfBody } from '#subgraphs/process/idempotency/once.ts';

const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, turned(inner)]),
  );
};

describe('the hash of a body', () => {
  test('is the same in whatever order its members are written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(hashOfBody(turned(body))).toBe(hashOfBody(body));
      }),
    );
  });

  test('differs with the order of a list, with a value and with a name', () => {
    const bodies = [{ a: [1, 2] }, { a: [2, 1] }, { a: [1, '2'] }, { b: [1, 2] }, { a: [1, 2], b: null }];
    expect(new Set(bodies.map(hashOfBody)).size).toBe(bodies.length);
  });
});
