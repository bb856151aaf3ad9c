import type { Migration } from '#runtime/storage/database.ts';

export const PUBLICATION_MIGRATION: Migration = {
  area: 'process-publication',
  steps: [
    `create schema if not exists process;
     create table process.listing (
       marketplace text not null,
       listing_id text not null,
       sku text not null,
       published_quantity int,
       state text not null,
       as_of timestamptz not null,
       primary key (marketplace, listing_id)
     );
     create index listing_by_sku on process.listing (sku);
     -- What a listing shall show and what it shows as far as we know. A row is dirty from the transaction that changed
     -- what may be sold until the marketplace has acknowledged the new quantity.
     create table process.publication (
       marketplace text not null,
       listing_id text not null,
       sku text not null,
       desired int,
       published int,
       published_at timestamptz,
       -- What the marketplace said last, where that differs from what we published, and since when.
       shown int,
       drift_since timestamptz,
       dirty_since timestamptz,
       attempts int not null default 0,
       next_attempt timestamptz,
       leased_until timestamptz,
       last_error text,
       primary key (marketplace, listing_id)
     );
     create index publication_by_sku on process.publication (sku);
     create index publication_dirty on process.publication (marketplace, dirty_since) where dirty_since is not null;`,
    `-- Through which connection the listing was told last: what waits for it is counted there.
     alter table process.listing add column connection text;`,
    `-- The transaction that last made another thing of the listing than it was: restating it leaves this as it is.
     alter table process.listing add column changed_in bigint not null default 0;`,
    `-- What the desired quantity comes from, the quantity of a call whose outcome is not known, how urgent the row is and
     -- whether it may be put off while calls are short. Rows that wait already are worth a call until they are looked at.
     alter table process.publication add column sellable int;
     alter table process.publication add column confidence text;
     alter table process.publication add column sales_per_minute double precision not null default 0;
     alter table process.publication add column sent int;
     alter table process.publication add column risk double precision not null default 0;
     alter table process.publication add column worth_a_call boolean not null default true;
     drop index process.publication_dirty;
     create index publication_by_risk on process.publication (marketplace, risk desc, dirty_since, listing_id) where dirty_since is not null;
     create index publication_by_age on process.publication (marketplace, dirty_since, listing_id) where dirty_since is not null;
     -- What every replica has to know of a marketplace's budget: until when nothing is sent there, and until when only
     -- what is worth a call.
     create table process.publication_budget (
       marketplace text primary key,
       paused_until timestamptz,
       short_until timestamptz
     );`,
  ],
};
