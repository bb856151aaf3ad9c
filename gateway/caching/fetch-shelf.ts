/** Keeps what one fetch of a plan brings, entity by entity. */
import type { Clock } from '#runtime/clock.ts';
import type { HopResult } from '../execution/hop.ts';
import type { FetchShelf, Keeping } from '../execution/shelf.ts';
import { isObject } from '../execution/tree.ts';
import type { Cache, Kept } from './cache.ts';
import type { FetchPolicy } from './fetch-policy.ts';

export type FetchShelfDeps = { readonly cache: Cache; readonly clock: Pick<Clock, 'now'> };

/** About what a value takes in memory, in bytes. */
export const weightOf = (value: unknown): number => {
  if (typeof value === 'string') return 24 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + weightOf(element), 32);
  let sum = 48;
  for (const name in value) sum += 8 + weightOf((value as Record<string, unknown>)[name]);
  return sum;
};

/** The life that a subgraph's answer gives itself, `extensions.cacheControl.maxAge` in seconds, in milliseconds. */
const lifeToldBy = ({ extensions }: HopResult): number => {
  const told = extensions?.cacheControl;
  const seconds = isObject(told) ? told.maxAge : undefined;
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1_000 : Number.POSITIVE_INFINITY;
};

const join = (keeping: Keeping, { askedAtMs, endsAtMs, tags }: Omit<Kept, 'value' | 'bytes'>): void => {
  keeping.askedAtMs = Math.min(keeping.askedAtMs, askedAtMs);
  keeping.endsAtMs = Math.min(keeping.endsAtMs, endsAtMs);
  for (const tag of tags) keeping.tags.add(tag);
};

/** `number` is the policy's identity, short. */
export const createFetchShelf = (policy: FetchPolicy, number: number, deps: FetchShelfDeps): FetchShelf => {
  const { cache, clock } = deps;

  return {
    operation: policy.operation,
    each: policy.each,
    isPrivate: policy.isPrivate,
    open: (keeping, variables, variablesText) => {
      let lifeMs = Math.min(policy.maxAgeMs, policy.limitOf?.(variables) ?? Number.POSITIVE_INFINITY);
      if (!cache.isOpen || lifeMs <= 0 || (policy.isPrivate && keeping.caller === null)) {
        keeping.isWhole = false;
        return null;
      }
      const caller = policy.isPrivate ? `${keeping.caller}\n` : '';
      const prefix = `${number}\n${keeping.audience}\n${caller}${variablesText}\n`;
      let askedAtMs = clock.now();
      return {
        get: (part) => {
          const kept = cache.get('entity', prefix + part);
          if (!kept) return undefined;
          join(keeping, kept);
          return kept.value as object;
        },
        told: (reply) => {
          const result = reply?.result;
          askedAtMs = Math.min(askedAtMs, reply?.askedAtMs ?? askedAtMs);
          if (!result || result.errors !== undefined || !isObject(result.data)) lifeMs = 0;
          else lifeMs = Math.min(lifeMs, lifeToldBy(result));
          if (lifeMs <= 0) keeping.isWhole = false;
        },
        keep: (part, value, partVariables) => {
          if (lifeMs <= 0) return;
          const told = new Set<string>();
          if (!policy.gather(value, partVariables, told)) {
            keeping.isWhole = false;
            return;
          }
          const kept = {
            value,
            askedAtMs,
            endsAtMs: cache.endOf(askedAtMs, lifeMs),
            tags: [...told],
            bytes: weightOf(value),
          };
          cache.keep(prefix + part, kept, askedAtMs);
          keeping.sentAtMs = Math.min(keeping.sentAtMs, askedAtMs);
          join(keeping, kept);
        },
      };
    },
  };
};
