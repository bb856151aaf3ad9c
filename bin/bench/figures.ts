/** Figures of benchmarks: how they are worked out, shown and kept. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

export type Figures = Readonly<Record<string, number>>;

/** One line of a benchmark's table: what was measured, and how it is to be read. */
export type Line = { readonly key: string; readonly value: number; readonly meaning: string };

export type BenchResult = {
  readonly rounds: number;
  readonly lines: readonly Line[];
  /** Printed below the figures: what they need to be understood, and what is missing and why. */
  readonly notes?: readonly string[];
};

export type Bench = {
  readonly about: string;
  run(variables: NodeJS.ProcessEnv, parts: readonly string[]): Promise<BenchResult>;
};

/** Nearest-rank percentile, `share` from 0 to 1; NaN for no values. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
};

/** p50, p95 and p99 of durations as lines `<key>_p50_ms` ... */
export const percentileLines = (key: string, durationsMs: readonly number[], meaning: string): readonly Line[] =>
  [50, 95, 99].map((share) => ({
    key: `${key}_p${share}_ms`,
    value: percentile(durationsMs, share / 100),
    meaning: share === 50 ? meaning : `the same, ${share} of 100`,
  }));

export const median = (values: readonly number[]): number => percentile(values, 0.5);

const shown = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toPrecision(value >= 100 ? 5 : 4);

export const tableOf = (lines: readonly Line[]): string => {
  const width = Math.max(...lines.map(({ key }) => key.length));
  return lines
    .map(({ key, value, meaning }) => `${key.padEnd(width)}  ${shown(value).padStart(10)}  ${meaning}`)
    .join('\n');
};

/** Writes the result beside earlier ones and returns the file. */
export const keep = (home: string, name: string, { rounds, lines }: BenchResult): string => {
  const folder = path.join(home, 'bench');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.json`);
  const figures: Figures = Object.fromEntries(lines.map(({ key, value }) => [key, value]));
  const machine = { cpus: availableParallelism(), node: process.version };
  writeFileSync(file, `${JSON.stringify({ name, machine, rounds, figures }, null, 2)}\n`);
  return file;
};
