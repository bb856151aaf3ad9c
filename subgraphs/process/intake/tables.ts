import type { Migration } from '#runtime/storage/database.ts';

export const INTAKE_MIGRATION: Migration = {
  area: 'process-intake',
  steps: [
    `create schema if not exists process;
     -- Deliveries already taken. The body's hash is part of the key: a corrected delivery is remembered beside the first
     -- one, so that a late retry of the first is still a duplicate.
     create table process.inbox (
       connection text not null, event_id text not null, body_sha256 text not null, received_at timestamptz not null,
       primary key (connection, event_id, body_sha256)
     );
     create index inbox_by_age on process.inbox (received_at);
     create table process.feed (
       connection text not null,
       stream text not null,
       system text not null,
       watermark text,
       carries_stock boolean not null default false,
       complete_since timestamptz,
       last_contact_at timestamptz,
       primary key (connection, stream)
     );
     create table process.variant (
       sku text primary key,
       gtin14 text,
       product_code text not null,
       product_title text not null,
       title text not null,
       lifecycle text not null,
       unit_of_measure text not null,
       price_minor bigint,
       currency text,
       as_of timestamptz not null
     );
     -- Who claims which name. Two current rows of one name contradict each other: such a name maps to nothing.
     create table process.item_alias (
       reference_key text not null,
       sku text not null,
       source text not null,
       valid_from timestamptz not null,
       valid_to timestamptz
     );
     create unique index item_alias_current on process.item_alias (reference_key, sku, source) where valid_to is null;
     create index item_alias_by_sku on process.item_alias (sku) where valid_to is null;
     create table process.location_fact (
       code text not null, system text not null, facts jsonb not null, as_of timestamptz not null,
       primary key (code, system)
     );
     create table process.location (
       code text primary key,
       name text not null,
       kind text,
       gln text,
       address jsonb,
       latitude double precision,
       longitude double precision,
       time_zone text,
       version bigint not null default 1
     );
     -- Changes that wait for a mapping, newest statement per thing only, and what each of them waits for.
     create table process.parked_change (
       key text primary key,
       system text not null,
       connection text not null,
       correlation_id text not null,
       observed_at timestamptz not null,
       effective_at timestamptz not null,
       change jsonb not null
     );
     create table process.parked_wait (
       key text not null references process.parked_change on delete cascade,
       reference_key text not null,
       exception_kind text not null,
       exception_subject text not null,
       primary key (key, reference_key, exception_kind, exception_subject)
     );
     create index parked_wait_by_reference on process.parked_wait (reference_key);
     create index parked_wait_by_exception on process.parked_wait (exception_kind, exception_subject);`,
    // What a place does for customers and when: opening hours, closed dates, pickup, carriers' cut-offs.
    `alter table process.location add column services jsonb not null default '{}';`,
    // By which id the log, the orders and the journal know a delivery.
    `alter table process.inbox add column correlation_id text;
     create index inbox_by_correlation on process.inbox (correlation_id);
     create index parked_change_by_correlation on process.parked_change (correlation_id);`,
  ],
};
