-- long lock: one index over the orders of guests, about a second for 100,000 of them
-- Guests' orders by `emailKey` of their address, for the account that has proven it. The addresses are ASCII (`Email`).
create index placed_order_guest_email on orders.placed_order
  (lower((snapshot -> 'contact' ->> 'email') collate "C"), id) where customer_id is null;
