-- Up to which product the listings have been written anew for search; no row: all have. `catalog.rebuildSearch` does it a
-- batch at a time while the shop is open.
create table catalog.search_rebuild (
  one boolean primary key default true check (one),
  -- The number of the last one that was.
  rebuilt bigint not null
);
insert into catalog.search_rebuild (rebuilt) select 0 where exists (select from catalog.listing);
