/** Reads items anew and compares what is said of them. Writes nothing itself. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { ItemFacts } from '#subgraphs/process/availability/facts.ts';
import type { Projection } from '#subgraphs/process/availability/projection.ts';
import type { RestatingSystems } from '#subgraphs/process/availability/restating.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { type Correction, comparePlace } from './comparison.ts';
import { correctionsOf } from './corrections.ts';
import { type DriftSubject, keyOf, type Verdict } from './drift.ts';
import { compareListing } from './listing-comparison.ts';
import type { Findings } from './recording.ts';
import { placesOf } from './statements.ts';
import { readListings } from './store.ts';

export type FinderDeps = {
  readonly database: Database;
  readonly projection: Pick<Projection, 'item' | 'world' | 'renew'>;
  /** Systems that can be asked for their stock anew. */
  readonly systems: RestatingSystems;
  readonly clock: Clock;
  readonly log: Log;
};

export type Finder = {
  /** Has all systems read the items anew, and compares them. `complete`: all systems could. */
  find(
    skus: readonly string[],
    correlationId: string,
    signal: AbortSignal,
  ): Promise<Findings & { readonly complete: boolean }>;
  /** Compares what is known by now of open drifts and of these items, and every listing. What is no longer there agrees. */
  lookAgain(open: readonly DriftSubject[], items: readonly string[]): Promise<Findings>;
};

const READ_BUDGET_MS = 10_000;

export const createFinder = ({ policy }: { readonly policy: ProcessPolicy }, deps: FinderDeps): Finder => {
  const { clock, database, log, projection, systems } = deps;

  const itemsOf = (skus: readonly string[]): readonly ItemFacts[] => skus.flatMap((sku) => projection.item(sku) ?? []);

  const compare = (skus: readonly string[], corrections: readonly Correction[]): readonly Verdict[] =>
    itemsOf(skus)
      .flatMap((item) => placesOf(item, projection.world.places, policy))
      .map((place) => {
        const { sku, locationCode } = place;
        const own = corrections.filter((entry) => entry.sku === sku && entry.locationCode === locationCode);
        return comparePlace(place, policy.reconciliation, own, clock.now());
      });

  /** Publication lets small changes wait on purpose: they have that time, too. */
  const compareListings = async (open: readonly DriftSubject[]): Promise<readonly Verdict[]> => {
    const { graceMs, tolerance } = policy.reconciliation;
    const rules = { tolerance, graceMs: graceMs + policy.publication.smallChange.waitMs };
    const nowMs = clock.now();
    const known = open.flatMap((subject) => (subject.kind === 'listing' ? [subject] : []));
    const listings = await readListings(database, isoOf(nowMs - rules.graceMs), known);
    return listings.map((listing) => compareListing(listing, rules, nowMs));
  };

  const readAnew = async (skus: readonly string[], correlationId: string, signal: AbortSignal): Promise<boolean> => {
    const answers = await Promise.all(
      [...systems].map(async ([system, ask]) => {
        try {
          const { failed } = await ask(
            { skus: [...skus] },
            { callClass: 'BACKGROUND', budgetMs: READ_BUDGET_MS, correlationId, signal },
          );
          for (const { connection, code } of failed) log.warn({ connection, code, correlationId }, 'not read anew');
          return failed.length === 0;
        } catch (error) {
          signal.throwIfAborted();
          log.warn({ system, correlationId, error: String(error) }, 'not read anew');
          return false;
        }
      }),
    );
    return answers.every(Boolean);
  };

  return {
    find: async (skus, correlationId, signal) => {
      await projection.renew(skus);
      const before = new Map(itemsOf(skus).map((item) => [item.sku, item]));
      const readAtMs = clock.now();
      const complete = await readAnew(skus, correlationId, signal);
      await projection.renew(skus);
      const corrections = itemsOf(skus).flatMap((item) =>
        correctionsOf(before.get(item.sku), item, readAtMs, policy.reconciliation.graceMs),
      );
      for (const correction of corrections) log.warn({ ...correction, correlationId }, 'an event never reached us');
      return { complete, verdicts: compare(skus, corrections), corrections };
    },

    lookAgain: async (open, items) => {
      const drifting = open.flatMap((subject) => (subject.kind === 'stock' ? [subject.sku] : []));
      const skus = [...new Set([...drifting, ...items])];
      await projection.renew(skus);
      const verdicts = [...compare(skus, []), ...(await compareListings(open))];
      const compared = new Set(verdicts.map(({ subject }) => keyOf(subject)));
      const gone = open.filter((subject) => !compared.has(keyOf(subject)));
      return {
        verdicts: [...verdicts, ...gone.map((subject) => ({ kind: 'AGREE', subject }) as const)],
        corrections: [],
      };
    },
  };
};
