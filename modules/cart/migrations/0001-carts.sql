-- A cart is one row, so that every change of it is one statement and its version covers all of it. What changes with
-- every line (lines, version, changed_at) is in no index, and expires_at moves at most once an hour: the updates stay
-- on their page.

create table cart.cart (
  id text collate "C" primary key,
  status text not null default 'open' check (status in ('open', 'frozen', 'ordered')),
  version integer not null default 1,
  -- SHA-256 of the bearer token, base64url
  token_hash text not null,
  customer_id text collate "C",
  currency text not null,
  -- [{ id, variantId, quantity, unitPrice, … }]: what the catalog last told of each variant; prices in minor units
  lines jsonb not null default '[]',
  -- { email, shippingAddress, billingAddress? }
  contact jsonb,
  shipping_option_id text,
  coupons text[] not null default '{}',
  -- the order that it became or is becoming
  order_id text collate "C",
  -- the customer's cart that took over the lines; then this one is no longer theirs to use
  merged_into text collate "C",
  created_at timestamptz not null,
  changed_at timestamptz not null,
  expires_at timestamptz not null,
  check ((status = 'open') = (order_id is null))
) with (fillfactor = 70);
create index cart_customer on cart.cart (customer_id) where customer_id is not null;
create index cart_expiry on cart.cart (expires_at);
