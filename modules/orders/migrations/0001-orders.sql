create table orders.placed_order (
  id text primary key,
  -- People say it; numbers of orders that did not come about are gaps.
  number bigint generated always as identity (start with 1001) unique,
  status text not null check (status in ('pending', 'confirmed', 'fulfilled', 'cancelled')),
  payment_status text not null check (
    payment_status in ('pending', 'requires_action', 'paid', 'declined', 'voided', 'refunded')
  ),
  provider text not null,
  intent_id text not null,
  action_url text,
  payment_reason text,
  cart_id text not null,
  -- Of the cart's bearer token.
  token_hash text not null,
  customer_id text,
  -- What the shopper saw: contact, lines, shipping option, coupons and totals. It never changes.
  snapshot jsonb not null,
  history jsonb not null,
  placed_at timestamptz not null
);
create index on orders.placed_order (customer_id, id) where customer_id is not null;
create index on orders.placed_order (status, id);
