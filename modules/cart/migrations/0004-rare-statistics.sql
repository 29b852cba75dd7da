-- A cart is rewritten about eight times, so by the default its table would be analyzed each time it has grown by a
-- hundredth. An analysis holds a snapshot, and meanwhile nothing that other tables' rewrites left behind can go.
alter table cart.cart set (autovacuum_analyze_scale_factor = 3);
-- Nothing searches these.
alter table cart.cart
  alter column lines set statistics 0,
  alter column contact set statistics 0,
  alter column coupons set statistics 0,
  alter column token_hash set statistics 0;
