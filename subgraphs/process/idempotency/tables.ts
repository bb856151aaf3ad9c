import type { Migration } from '#runtime/storage/database.ts';

export const IDEMPOTENCY_MIGRATION: Migration = {
  area: 'process-idempotency',
  steps: [
    `create schema if not exists process;
     -- What was answered to whom under which key. A row without a response is never committed.
     create table process.idempotency (
       scope text not null,
       key text not null,
       request_sha256 text not null,
       response jsonb,
       at timestamptz not null,
       primary key (scope, key)
     );
     create index idempotency_by_age on process.idempotency (at);`,
  ],
};
