-- Tries of coupon codes that were none, by whom they count for: a cart, a customer or a client's network.
create table cart.coupon_try (
  subject text collate "C" primary key,
  failures int not null,
  window_ends_at timestamptz not null
);
create index coupon_try_window on cart.coupon_try (window_ends_at);
