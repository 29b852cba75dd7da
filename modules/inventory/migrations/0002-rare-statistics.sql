-- Analyzed once the table has changed by its size: an analysis holds a snapshot, and meanwhile nothing that other tables'
-- rewrites left behind can go. Every sale changes a row of the stock, and none of its statistics.
alter table inventory.stock set (autovacuum_analyze_scale_factor = 1);
alter table inventory.reservation set (autovacuum_analyze_scale_factor = 1);
alter table inventory.movement set (autovacuum_analyze_scale_factor = 1);
-- Nothing searches it.
alter table inventory.reservation alter column lines set statistics 0;
