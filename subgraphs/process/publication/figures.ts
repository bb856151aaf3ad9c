/** How publication is doing, per marketplace, at the moment of asking. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { publishedChannels } from './policy.ts';
import type { Publisher } from './publisher.ts';
import { STANDINGS, type Standing, type StandingContext, summarizeStandings } from './standing.ts';

export type PublicationFigures = {
  readonly marketplace: string;
  /** Listings by how they stand; 0 where there are none. */
  readonly listings: Readonly<Record<Standing, number>>;
  /** How long the listing that has waited for longest has not shown what it shall; 0 while all do. */
  readonly longestLagSeconds: number;
};

export type StandingDeps = {
  readonly database: Database;
  readonly publisher: Pick<Publisher, 'readiness'>;
  readonly clock: Clock;
};

export const standingContext = (policy: ProcessPolicy, { publisher, clock }: StandingDeps): StandingContext => ({
  marketplaces: publishedChannels(policy).map(({ marketplace }) => marketplace),
  ready: publisher.readiness().state === 'ready',
  at: isoOf(clock.now()),
  lateBefore: isoOf(clock.now() - policy.publication.smallChange.waitMs),
});

export const readPublicationFigures = async (
  policy: ProcessPolicy,
  deps: StandingDeps,
): Promise<readonly PublicationFigures[]> => {
  const context = standingContext(policy, deps);
  const summaries = await summarizeStandings(deps.database, context);
  return context.marketplaces.map((marketplace) => {
    const own = summaries.filter((summary) => summary.marketplace === marketplace);
    const countOf = (state: Standing): number => own.find((summary) => summary.state === state)?.listings ?? 0;
    const lags = own.flatMap(({ dirtySince }) =>
      dirtySince === null ? [] : deps.clock.now() - Date.parse(dirtySince),
    );
    return {
      marketplace,
      listings: Object.fromEntries(STANDINGS.map((state) => [state, countOf(state)])) as Record<Standing, number>,
      longestLagSeconds: Math.max(0, ...lags) / 1_000,
    };
  });
};
