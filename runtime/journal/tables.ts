import type { Migration } from '#runtime/storage/database.ts';

export const JOURNAL_MIGRATION: Migration = {
  area: 'journal',
  steps: [
    `create schema if not exists journal;
     create table journal.meta (key text primary key, value text not null);
     create table journal.stream_head (channel text primary key, position bigint not null);
     create table journal.entry (
       channel text not null,
       position bigint not null,
       subject text not null,
       version bigint not null,
       type text not null,
       payload jsonb not null,
       correlation_id text not null,
       at timestamptz not null default clock_timestamp(),
       primary key (channel, position),
       unique (subject, version)
     );
     create index entry_by_subject on journal.entry (channel, subject, position);
     create index entry_by_age on journal.entry (at);`,
  ],
};
