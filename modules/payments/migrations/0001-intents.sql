create table payments.intent (
  id text primary key,
  order_id text not null,
  provider text not null,
  -- What the provider gave the shopper's browser; it stands for the card and is worth nothing to anybody else.
  token text not null,
  amount bigint not null check (amount >= 0),
  currency text not null,
  capture text not null check (capture in ('automatic', 'manual')),
  status text not null check (
    status in ('created', 'requires_action', 'authorized', 'succeeded', 'declined', 'voided', 'refunded')
  ),
  captured bigint not null default 0,
  refunded bigint not null default 0,
  -- The provider's id of the charge.
  reference text,
  action_url text,
  reason text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (0 <= refunded and refunded <= captured and captured <= amount)
);

-- What an outside provider would keep in a database of its own; the shop's own code never joins or locks it.
create table payments.test_charge (
  key text primary key,
  reference text not null,
  token text not null,
  amount bigint not null,
  currency text not null,
  capture text not null,
  status text not null,
  captured bigint not null,
  refunded bigint not null,
  reason text,
  action_url text,
  version int not null
);
