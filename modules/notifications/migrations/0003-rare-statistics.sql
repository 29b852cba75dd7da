-- Analyzed once the table has changed by its size: an analysis holds a snapshot, and meanwhile nothing that other tables'
-- rewrites left behind can go.
alter table notifications.message set (autovacuum_analyze_scale_factor = 1);
-- Nothing searches these.
alter table notifications.message
  alter column subject set statistics 0,
  alter column text_body set statistics 0,
  alter column html_body set statistics 0,
  alter column error set statistics 0;
