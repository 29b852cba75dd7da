-- Analyzed once the table has changed by its size: an analysis holds a snapshot, and meanwhile nothing that other tables'
-- rewrites left behind can go.
alter table orders.placed_order set (autovacuum_analyze_scale_factor = 1);
-- Nothing searches these.
alter table orders.placed_order
  alter column snapshot set statistics 0,
  alter column history set statistics 0,
  alter column token_hash set statistics 0,
  alter column action_url set statistics 0;
