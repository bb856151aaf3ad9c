/** One quota as a row that all replicas share, locked while one of them reckons. */
import type { Database, Migration, Row } from '#runtime/storage/database.ts';
import type { QuotaState } from './laws.ts';

export const QUOTA_MIGRATION: Migration = {
  area: 'quotas',
  steps: [
    `create schema if not exists quotas;
     create table quotas.quota (
       key text primary key,
       state jsonb,
       -- When each replica last used it, in milliseconds since the epoch.
       holders jsonb not null default '{}'
     ) with (fillfactor = 50);`,
  ],
};

/** A replica that has not used a quota for so long no longer counts as one of its holders. */
const HOLDER_MS = 60_000;

type QuotaRow = Row & {
  readonly state: QuotaState | null;
  readonly holders: Readonly<Record<string, number>>;
  readonly nowMs: number;
};

export type Seen = {
  readonly state: QuotaState | null;
  /** The database's time. */
  readonly nowMs: number;
  readonly holders: number;
};

/** Runs `reckon` alone in the world on the quota's state, and keeps what it returns. */
export const updateRow = (
  database: Database,
  key: string,
  replica: string,
  reckon: (state: QuotaState | null, nowMs: number) => QuotaState | null,
): Promise<Seen> =>
  database.transaction(async (tx) => {
    const select = () =>
      tx.query<QuotaRow>(
        `select state, holders, floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"
         from quotas.quota where key = $1 for update`,
        [key],
      );
    let [row] = await select();
    if (!row) {
      await tx.query('insert into quotas.quota (key) values ($1) on conflict do nothing', [key]);
      [row] = await select();
    }
    if (!row) throw new Error(`the quota ${key} was deleted while it was used`);
    const { nowMs } = row;
    const recent = Object.entries(row.holders).filter(([, atMs]) => nowMs - atMs < HOLDER_MS);
    const holders = { ...Object.fromEntries(recent), [replica]: nowMs };
    const state = reckon(row.state, nowMs);
    await tx.query('update quotas.quota set state = $2::jsonb, holders = $3::jsonb where key = $1', [
      key,
      JSON.stringify(state),
      JSON.stringify(holders),
    ]);
    return { state, nowMs, holders: Object.keys(holders).length };
  });
