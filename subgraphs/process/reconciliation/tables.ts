import type { Migration } from '#runtime/storage/database.ts';

export const RECONCILIATION_MIGRATION: Migration = {
  area: 'process-reconciliation',
  steps: [
    `create schema if not exists process;
     create table process.inventory_drift (
       key text primary key,
       subject jsonb not null,
       sku text not null,
       -- Null for a listing.
       location_code text,
       readings jsonb not null,
       difference int not null,
       cause text not null,
       oversell_risk boolean not null,
       value_minor bigint,
       currency text,
       since timestamptz not null,
       first_seen timestamptz not null,
       last_seen timestamptz not null,
       resolved_at timestamptz,
       state text not null,
       episodes int not null default 1,
       -- The system under which its exception was raised; null: none is open.
       exception_system text
     );
     create index inventory_drift_newest on process.inventory_drift (state, first_seen desc, key desc);
     create index inventory_drift_by_sku on process.inventory_drift (sku) where state = 'OPEN';
     -- How far each sweep is: it goes on from here after a restart, whoever goes on with it.
     create table process.sweep (
       kind text primary key,
       started_at timestamptz not null,
       finished_at timestamptz,
       total int not null,
       done int not null,
       skus text[],
       cursor text not null,
       attempts int not null
     );
     -- Which replica sweeps. The row is locked by every transaction of a sweep, so a replica that lost it writes nothing more.
     create table process.sweeper (
       one_row boolean primary key default true check (one_row),
       holder text not null,
       leased_until timestamptz not null
     );`,
  ],
};
