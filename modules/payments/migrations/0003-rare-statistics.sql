-- Analyzed once the table has changed by its size: an analysis holds a snapshot, and meanwhile nothing that other tables'
-- rewrites left behind can go.
alter table payments.intent set (autovacuum_analyze_scale_factor = 1);
alter table payments.test_charge set (autovacuum_analyze_scale_factor = 1);
-- Nothing searches these.
alter table payments.intent
  alter column token set statistics 0,
  alter column action_url set statistics 0;
alter table payments.test_charge
  alter column token set statistics 0,
  alter column action_url set statistics 0;
