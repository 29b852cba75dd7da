-- Nothing searches it.
alter table accounts.address alter column address set statistics 0;
