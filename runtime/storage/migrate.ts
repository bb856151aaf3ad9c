/** Brings each area's tables up to date: numbered steps, applied once, in order, by one process at a time. */
import type { Database, Migration } from './database.ts';

/** Any constant will do, as long as all replicas use the same. */
const LOCK_KEY = 7_261_001;

export const migrate = (database: Database, migrations: readonly Migration[]): Promise<void> =>
  database.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(${LOCK_KEY})`);
    await tx.query(
      'create table if not exists public.throughline_migration (area text not null, step int not null, applied_at timestamptz not null default now(), primary key (area, step))',
    );
    for (const { area, steps } of migrations) {
      const [row] = await tx.query<{ step: number }>(
        'select coalesce(max(step), 0)::int as step from public.throughline_migration where area = $1',
        [area],
      );
      const done = row?.step ?? 0;
      for (const [index, text] of steps.entries()) {
        if (index < done) continue;
        await tx.query(text);
        await tx.query('insert into public.throughline_migration (area, step) values ($1, $2)', [area, index + 1]);
      }
    }
  });
