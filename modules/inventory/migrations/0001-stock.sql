-- Ids compare byte by byte: they are ASCII, and the order in which rows are locked must not depend on a locale.

create table inventory.stock (
  variant_id text collate "C" primary key,
  -- not tracked: always available; what is sold is still counted, so that counting can start at any time
  tracked boolean not null default true,
  backorder boolean not null default false,
  -- the sum of the variant's movements
  on_hand bigint not null default 0,
  -- the sum of its lines in active reservations
  reserved bigint not null default 0 check (reserved >= 0)
) with (fillfactor = 50); -- every sale rewrites its row: room on the page keeps the rewrite off the index

create table inventory.reservation (
  id text collate "C" primary key,
  status text not null default 'active' check (status in ('active', 'taken', 'released', 'restocked')),
  -- [{ "variantId", "quantity" }], one for each variant, in the order of the ids
  lines jsonb not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index reservation_expiry on inventory.reservation (expires_at) where status = 'active';

-- What came and went. A sale and its return carry the reservation's id, a count an id of its own.
create table inventory.movement (
  reference text collate "C" not null,
  variant_id text collate "C" not null,
  reason text not null check (reason in ('sale', 'return', 'count')),
  delta bigint not null,
  moved_at timestamptz not null,
  primary key (reference, variant_id, reason)
);
