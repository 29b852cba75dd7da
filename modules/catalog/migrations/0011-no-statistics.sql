-- Nothing searches these, and statistics of them are most of what an analysis costs.
alter table catalog.product
  alter column tags set statistics 0,
  alter column options set statistics 0;
alter table catalog.variant alter column option_values set statistics 0;
alter table catalog.summary alter column summary set statistics 0;
