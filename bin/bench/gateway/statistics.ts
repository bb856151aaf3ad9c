/** Figures out of rounds: pure. */
import { median } from '../figures.ts';

/** The median of what each round gives by itself: ours over theirs, so that what a round suffers both suffer. */
export const ratioOfRounds = (ours: readonly number[], theirs: readonly number[]): number =>
  median(ours.slice(0, theirs.length).map((value, round) => value / (theirs[round] ?? Number.NaN)));

/** The best of several in each round: `pick` is Math.max for throughput and Math.min for time. */
export const bestOfRounds = (
  all: readonly (readonly number[])[],
  pick: (...values: number[]) => number,
): readonly number[] => {
  const rounds = Math.min(...all.map((values) => values.length));
  return all.length === 0
    ? []
    : Array.from({ length: rounds }, (_, round) => pick(...all.map((values) => values[round] ?? Number.NaN)));
};

export type Point = { readonly x: number; readonly y: number };
export type Fit = {
  readonly slope: number;
  readonly intercept: number;
  /** How much of what differs the line explains: 1 is a straight line. */
  readonly r2: number;
};

/** The straight line with the least squares. */
export const lineThrough = (points: readonly Point[]): Fit => {
  const mean = (of: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const sum = (of: (point: Point) => number): number => points.reduce((total, point) => total + of(point), 0);
  const middleX = mean(({ x }) => x);
  const middleY = mean(({ y }) => y);
  const slope = sum(({ x, y }) => (x - middleX) * (y - middleY)) / sum(({ x }) => (x - middleX) ** 2);
  const intercept = middleY - slope * middleX;
  const unexplained = sum(({ x, y }) => (y - intercept - slope * x) ** 2);
  const all = sum(({ y }) => (y - middleY) ** 2);
  return { slope, intercept, r2: all === 0 ? 1 : 1 - unexplained / all };
};

/** The last point over what a line through the points before it says for it: at most 1 is a straight line or better. */
export const lastOverLine = (points: readonly Point[]): number => {
  const last = points.at(-1);
  if (!last || points.length < 3) return Number.NaN;
  const { slope, intercept } = lineThrough(points.slice(0, -1));
  return last.y / (intercept + slope * last.x);
};
