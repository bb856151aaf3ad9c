import type { Migration } from '#runtime/storage/database.ts';

export const ORDER_MIGRATION: Migration = {
  area: 'process-orders',
  steps: [
    `create schema if not exists process;
     create table process.order_secret (name text primary key, value text not null);
     create table process.orders (
       id text primary key,
       number text not null,
       channel text not null,
       sequence bigint not null,
       status text not null,
       state jsonb not null,
       placed_at timestamptz not null,
       last_event_at timestamptz not null,
       locations text[] not null,
       disagreeing_since timestamptz,
       review_at timestamptz,
       correlation_id text not null,
       -- Set when this order turned out to be another one: everything asked of it is answered by that one.
       merged_into text references process.orders
     );
     create index orders_by_channel on process.orders (channel, placed_at desc, id desc) where merged_into is null;
     create index orders_by_place on process.orders (placed_at desc, id desc) where merged_into is null;
     create index orders_by_number on process.orders (number);
     create index orders_by_review on process.orders (review_at) where review_at is not null;
     -- The joined version of each document; without an order it waits for one that has its references.
     create table process.order_claim (
       document_key text primary key,
       order_id text references process.orders,
       claim jsonb not null
     );
     create index order_claim_by_order on process.order_claim (order_id);
     create table process.order_reference (
       scheme text not null, value text not null, order_id text not null references process.orders,
       primary key (scheme, value)
     );
     create index order_reference_by_order on process.order_reference (order_id);
     create table process.order_waiting (
       scheme text not null, value text not null, document_key text not null references process.order_claim on delete cascade,
       primary key (scheme, value, document_key)
     );
     create index order_waiting_by_document on process.order_waiting (document_key);
     create table process.order_event (
       order_id text not null references process.orders,
       sequence bigint not null,
       type text not null,
       previous_status text not null,
       status text not null,
       axes text[] not null,
       system text not null,
       occurred_at timestamptz not null,
       observed_at timestamptz not null,
       line_ids text[] not null,
       quantity bigint,
       about text[] not null,
       correlation_id text not null,
       primary key (order_id, sequence)
     );
     create table process.order_demand (
       order_id text not null references process.orders,
       line_id text not null,
       sku text not null,
       location_code text,
       unreleased int not null,
       released int not null,
       primary key (order_id, line_id)
     );
     create index order_demand_by_sku on process.order_demand (sku);
     -- What a caller can prove an order with, as keyed hashes.
     create table process.order_proof (
       order_id text not null references process.orders, kind text not null, hash text not null,
       primary key (order_id, kind, hash)
     );
     create index order_proof_by_hash on process.order_proof (kind, hash);
     -- Graph ids of parcels and returns.
     create table process.order_part (
       id text primary key, order_id text not null references process.orders, part_key text not null
     );
     -- Wrong guesses of guests, by the hash of what was guessed at and of who guessed.
     create table process.order_guess (id text not null, bucket text not null, at timestamptz not null, primary key (id, bucket));
     create index order_guess_by_bucket on process.order_guess (bucket, at);`,
    `-- Stores where goods of the order are to be collected: whose feeds tell of it.
     alter table process.orders add column pickup_places text[] not null default '{}';
     update process.orders set pickup_places = array(
       select distinct code from (
         select l ->> 'locationCode' as code from jsonb_array_elements(state -> 'lines') l
         where l ->> 'method' in ('PICKUP_IN_STORE', 'CURBSIDE')
         union select p ->> 'locationCode' from jsonb_array_elements(state -> 'pickups') p
       ) as places where code is not null order by code);
     create index orders_by_pickup_place on process.orders using gin (pickup_places) where merged_into is null;
     -- Settlement became a statement with its amounts; before it was a word only.
     update process.orders set state = jsonb_set(state, '{settlement}', jsonb_build_object(
       'status', state -> 'settlement', 'difference', null, 'settled', null, 'evidence', null))
     where jsonb_typeof(state -> 'settlement') = 'string';`,
    `-- Which message brought which version of which document: what can be told of a business transaction afterwards. Kept
     -- as long as the order. Without an order it came before one that has its references.
     create table process.order_message (
       order_id text,
       correlation_id text not null,
       document_key text not null,
       system text not null,
       connection text not null,
       document_type text not null,
       document_id text not null,
       raw_status text not null,
       effective_at timestamptz not null,
       applied_at timestamptz not null
     );
     create index order_message_by_order on process.order_message (order_id, applied_at);
     create index order_message_by_correlation on process.order_message (correlation_id);
     create index order_message_waiting on process.order_message (document_key) where order_id is null;
     create index order_event_by_correlation on process.order_event (correlation_id);
     create index orders_merged on process.orders (merged_into) where merged_into is not null;`,
  ],
};
