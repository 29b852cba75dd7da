create table wishlist.list (
  customer_id text collate "C" primary key,
  -- oldest first; one row for each customer makes the limit and the order hold under simultaneous requests
  variant_ids text[] not null
);
-- Every purchase of a customer may change a row, and no plan depends on its statistics.
alter table wishlist.list set (autovacuum_analyze_scale_factor = 1);
