/**
 * The rules in force. Everybody holds one policy object whose properties always read the current version, so that a new
 * version takes effect between two answers, for all of them at once, and nobody has to be told. Only what was derived
 * from the rules and kept needs `onChange`.
 */
import { createHash } from 'node:crypto';
import type { ProcessPolicy } from './schema.ts';

export type LivePolicy = {
  /** Reads as the version in force now. Do not keep a part of it longer than one answer. */
  readonly policy: ProcessPolicy;
  /** Names the version in force: equal rules have equal versions on every replica. */
  readonly version: string;
  /** Puts other rules in force. False when they are the same as before, and then nobody is told. */
  replace(next: ProcessPolicy): boolean;
  /** Called after every change, until the returned function is called. */
  onChange(listener: () => void): () => void;
};

const sorted = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** A short name for these rules, whatever the order in which they are written. */
export const policyVersion = (policy: ProcessPolicy): string =>
  createHash('sha256')
    .update(JSON.stringify(policy, (_key, value: unknown) => sorted(value)))
    .digest('hex')
    .slice(0, 12);

export const createLivePolicy = (initial: ProcessPolicy): LivePolicy => {
  let current = initial;
  let version = policyVersion(initial);
  const listeners = new Set<() => void>();
  const read = (key: keyof ProcessPolicy): PropertyDescriptor => ({ enumerable: true, get: () => current[key] });
  const keys = Object.keys(initial) as (keyof ProcessPolicy)[];
  const policy = Object.defineProperties({}, Object.fromEntries(keys.map((key) => [key, read(key)]))) as ProcessPolicy;
  return {
    policy,
    get version() {
      return version;
    },
    replace: (next) => {
      const nextVersion = policyVersion(next);
      if (nextVersion === version) return false;
      current = next;
      version = nextVersion;
      for (const listener of [...listeners]) listener();
      return true;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
