import type { Migration } from '#runtime/storage/database.ts';

export const HEALTH_MIGRATION: Migration = {
  area: 'process-health',
  steps: [
    `create schema if not exists process;
     -- What each running process of a system subgraph told last of its calls to a connection.
     create table process.upstream_report (
       connection text not null,
       replica text not null,
       report jsonb not null,
       -- By the teller's clock: orders what one teller says. Ages are taken from our own, received_at.
       told_at timestamptz not null,
       received_at timestamptz not null,
       primary key (connection, replica)
     );
     create index upstream_report_by_age on process.upstream_report (connection, received_at);`,
  ],
};
