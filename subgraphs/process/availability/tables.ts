import type { Migration } from '#runtime/storage/database.ts';

export const AVAILABILITY_MIGRATION: Migration = {
  area: 'process-availability',
  steps: [
    `create schema if not exists process;
     create table process.stock_reading (
       sku text not null,
       location_code text not null,
       system text not null,
       connection text not null,
       on_hand int not null,
       damaged int not null,
       quality_hold int not null,
       returns_pending int not null,
       reserved_hard int not null,
       reservations text not null,
       in_transit int not null,
       basis text not null,
       as_of timestamptz not null,
       sequence text,
       received_at timestamptz not null,
       primary key (sku, location_code, system)
     );
     create index stock_reading_by_location on process.stock_reading (location_code);
     -- What was last announced per SKU and channel. Its row is the lock under which a SKU's stock and demand change, and
     -- its version counts the SKU's journal entries without a gap.
     create table process.availability_state (
       sku text primary key,
       version bigint not null default 0,
       channels jsonb not null default '{}'
     );`,
    `-- What was learnt of one SKU at one place: how fast it sells, and how far its count can be believed.
     create table process.stock_learnt (
       sku text not null,
       location_code text not null,
       -- The system whose falling numbers count as sales; one only, or each sale would count once per system.
       system text,
       sold_units float8 not null,
       observed_minutes float8 not null,
       as_of timestamptz not null,
       open_demand int not null,
       counted_ahead int not null,
       short_pick_at timestamptz,
       counted_at timestamptz,
       primary key (sku, location_code)
     );`,
    `-- The rules under which answers were last told to all who follow.
     create table process.told_policy (id boolean primary key check (id), version text not null);`,
    `-- What is on its way to a place, as each system knows it: always its whole statement, an empty one included, so that an
     -- older statement that comes late finds the newer one.
     create table process.supply (
       sku text not null,
       location_code text not null,
       system text not null,
       connection text not null,
       supplies jsonb not null,
       as_of timestamptz not null,
       primary key (sku, location_code, system)
     );`,
  ],
};
