import type { Migration } from '#runtime/storage/database.ts';

export const EXCEPTION_MIGRATION: Migration = {
  area: 'process-exceptions',
  steps: [
    `create schema if not exists process;
     create table process.exception (
       id text primary key,
       kind text not null,
       nature text not null,
       system text not null,
       subject text not null,
       message text not null,
       correlation_id text not null,
       order_id text,
       sku text,
       attempts int not null default 1,
       first_seen timestamptz not null,
       last_seen timestamptz not null,
       next_attempt timestamptz,
       state text not null default 'OPEN',
       resolved_at timestamptz,
       unique (kind, system, subject)
     );
     create index exception_newest on process.exception (first_seen desc, id desc);
     create index exception_open on process.exception (state, first_seen desc, id desc);`,
    `create index exception_by_order on process.exception (order_id) where order_id is not null;
     create index exception_by_correlation on process.exception (correlation_id);`,
  ],
};
