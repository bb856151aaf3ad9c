import type { Migration } from '#runtime/storage/database.ts';

export const RESERVATION_MIGRATION: Migration = {
  area: 'process-reservation',
  steps: [
    `create schema if not exists process;
     -- What was asked for and what became of it. Changed only under the locks of its SKUs, of which it has at least one.
     create table process.reservation (
       id text primary key,
       channel text not null,
       -- Hash of the customer's reference, where the caller named one.
       customer text,
       state text not null check (state in ('HELD', 'CONFIRMED', 'RELEASED', 'EXPIRED', 'FAILED')),
       skus text[] not null,
       lines jsonb not null,
       expires_at timestamptz not null,
       order_id text,
       created_at timestamptz not null,
       changed_at timestamptz not null
     );
     create index reservation_by_age on process.reservation (changed_at) where state <> 'HELD';
     -- Units that are held. A row lives as long as its reservation is held; from expires_at on it counts for nothing.
     create table process.reservation_hold (
       reservation_id text not null references process.reservation on delete cascade,
       channel text not null,
       sku text not null,
       location_code text not null,
       quantity int not null check (quantity > 0),
       expires_at timestamptz not null,
       primary key (reservation_id, sku, location_code)
     );
     create index reservation_hold_by_sku on process.reservation_hold (sku);
     create index reservation_hold_by_expiry on process.reservation_hold (expires_at);`,
    `create index reservation_by_order on process.reservation (order_id) where order_id is not null;`,
  ],
};
