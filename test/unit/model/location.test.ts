import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distanceKm } from '#model/location.ts';

const BERLIN = { latitude: 52.52, longitude: 13.405 };
const HAMBURG = { latitude: 53.5511, longitude: 9.9937 };

test('Berlin to Hamburg is 255 km as the crow flies', () => {
  expect(distanceKm(BERLIN, HAMBURG)).toBeCloseTo(255, 0);
});

test('a distance is symmetric, never negative, at most half the globe, and 0 to itself', () => {
  const point = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(point, point, (a, b) => {
      const there = distanceKm(a, b);
      expect(there).toBeCloseTo(distanceKm(b, a), 6);
      expect(there).toBeGreaterThanOrEqual(0);
      expect(there).toBeLessThanOrEqual(Math.PI * 6371 + 1e-6);
      expect(distanceKm(a, a)).toBeCloseTo(0, 6);
    }),
  );
});
