create table if not exists intent (
  id text primary key,
  order_id text not null,
  provider text not null,
  token text not null,
  amount integer not null check (amount >= 0),
  currency text not null,
  capture text not null check (capture in ('automatic', 'manual')),
  status text not null check (
    status in ('created', 'requires_action', 'authorized', 'succeeded', 'declined', 'voided', 'refunded')
  ),
  captured integer not null default 0,
  refunded integer not null default 0,
  -- The provider's id of the charge.
  reference text,
  action_url text,
  -- Where the provider returns the shopper to. Deleted when the payment ends, because the URL may open the order.
  return_url text,
  reason text,
  created_at real not null,
  updated_at real not null,
  check (0 <= refunded and refunded <= captured and captured <= amount)
) without rowid;

-- The charges of the test provider, which an external provider would store in its own database.
create table if not exists test_charge (
  key text primary key,
  reference text not null,
  token text not null,
  amount integer not null,
  currency text not null,
  capture text not null,
  status text not null,
  captured integer not null,
  refunded integer not null,
  reason text,
  action_url text
) without rowid;

-- Answers to commands with an idempotency key, written in the transaction of their effect.
create table if not exists idempotency (
  key text primary key,
  input_hash text not null,
  answer text not null,
  created_at real not null
) without rowid;
create index if not exists idempotency_created_at on idempotency (created_at);

-- Undelivered events, one row per consumer, written in the transaction of their cause.
create table if not exists outbox (
  position integer primary key autoincrement,
  consumer text not null,
  event_id text not null,
  name text not null,
  aggregate text not null,
  payload text not null,
  attempts integer not null default 0,
  due_at real not null default 0,
  error text,
  parked_at real
);
