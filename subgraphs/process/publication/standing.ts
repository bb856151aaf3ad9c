/** How listings stand: what they shall show, what they show, since when that differs and why. For operators and metrics. */
import type { Sql } from '#runtime/storage/database.ts';
import type { ConfidenceLevel } from '#subgraphs/process/availability/assessment.ts';
import type { ListingKey } from './row.ts';

export const STANDINGS = [
  'IN_STEP',
  'MARKETPLACE_DIFFERS',
  'THROTTLED_CONFIDENCE',
  'NOT_KNOWN',
  'WAITING',
  'STARTING',
  'BUDGET',
  'FAILED',
] as const;
export type Standing = (typeof STANDINGS)[number];

export type ListingStanding = ListingKey & {
  readonly sku: string;
  readonly sellable: number | null;
  readonly confidence: ConfidenceLevel | null;
  readonly desired: number | null;
  readonly published: number | null;
  readonly shown: number | null;
  readonly state: Standing;
  readonly dirtySince: string | null;
  readonly publishedAt: string | null;
  readonly attempts: number;
  readonly nextAttempt: string | null;
  readonly lastError: string | null;
};

/** What a standing depends on beside the rows. */
export type StandingContext = {
  /** Whose listings are kept. */
  readonly marketplaces: readonly string[];
  /** False while nothing is published because stock is not known well enough since the start. */
  readonly ready: boolean;
  readonly at: string;
  /** What waits since before then is no longer put off. */
  readonly lateBefore: string;
};

export type StandingFilter = {
  readonly marketplace?: string | null;
  readonly sku?: string | null;
  readonly listingId?: string | null;
  readonly states?: readonly Standing[] | null;
  readonly laggingOnly?: boolean | null;
  /** Only those that have lagged since this instant or longer. */
  readonly laggingSince?: string | null;
};

/** Place in the list: those that lag first, for longest first. */
export type StandingKey = readonly [dirtySince: string | null, marketplace: string, listingId: string];

const LISTED = `listed as (
  select p.*, case
      when p.dirty_since is not null then case
        when p.attempts > 0 then 'FAILED'
        when not $2 then 'STARTING'
        when b.paused_until > $3::timestamptz then 'BUDGET'
        when b.short_until > $3::timestamptz and not p.worth_a_call and p.dirty_since > $4::timestamptz then 'BUDGET'
        else 'WAITING' end
      when p.shown is not null then 'MARKETPLACE_DIFFERS'
      when p.sellable is null then 'NOT_KNOWN'
      when p.desired < p.sellable then 'THROTTLED_CONFIDENCE'
      else 'IN_STEP' end as state
  from process.publication p left join process.publication_budget b on b.marketplace = p.marketplace
  where p.marketplace = any($1::text[]))`;
const contextParameters = ({ marketplaces, ready, at, lateBefore }: StandingContext) =>
  [marketplaces, ready, at, lateBefore] as const;

const MATCHES = `($5::text is null or marketplace = $5) and ($6::text is null or sku = $6) and ($7::text is null or listing_id = $7)
  and ($8::text[] is null or state = any($8)) and (not $9 or dirty_since is not null) and ($10::timestamptz is null or dirty_since <= $10)`;
const filterParameters = (filter: StandingFilter) =>
  [
    filter.marketplace ?? null,
    filter.sku ?? null,
    filter.listingId ?? null,
    filter.states ?? null,
    filter.laggingOnly ?? false,
    filter.laggingSince ?? null,
  ] as const;

export const readStandings = (
  sql: Sql,
  context: StandingContext,
  page: { readonly filter: StandingFilter; readonly after: StandingKey | null; readonly limit: number },
): Promise<readonly ListingStanding[]> => {
  const [dirtySince, marketplace, listingId] = page.after ?? [null, null, null];
  return sql.query(
    `with ${LISTED}
     select marketplace, listing_id as "listingId", sku, sellable, confidence, desired, published, coalesce(shown, published) as shown, state,
       dirty_since as "dirtySince", published_at as "publishedAt", attempts, next_attempt as "nextAttempt", last_error as "lastError"
     from listed where ${MATCHES} and ($12::text is null or
       (coalesce(dirty_since, 'infinity'), marketplace, listing_id) > (coalesce($11::timestamptz, 'infinity'), $12::text, $13::text))
     order by coalesce(dirty_since, 'infinity'), marketplace, listing_id limit $14`,
    [...contextParameters(context), ...filterParameters(page.filter), dirtySince, marketplace, listingId, page.limit],
  );
};

export const countStandings = async (sql: Sql, context: StandingContext, filter: StandingFilter): Promise<number> => {
  const [row] = await sql.query<{ readonly count: number }>(
    `with ${LISTED} select count(*)::int as count from listed where ${MATCHES}`,
    [...contextParameters(context), ...filterParameters(filter)],
  );
  return row?.count ?? 0;
};

export type StandingSummary = {
  readonly marketplace: string;
  readonly state: Standing;
  readonly listings: number;
  /** Since when the one that has lagged for longest does; null where none lags. */
  readonly dirtySince: string | null;
};

export const summarizeStandings = (sql: Sql, context: StandingContext): Promise<readonly StandingSummary[]> =>
  sql.query(
    `with ${LISTED} select marketplace, state, count(*)::int as listings, min(dirty_since) as "dirtySince"
     from listed group by marketplace, state order by marketplace, state`,
    contextParameters(context),
  );
