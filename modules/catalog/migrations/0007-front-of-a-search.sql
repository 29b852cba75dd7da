-- long lock: an index of one short column, a second for a hundred thousand products
-- Where the smallest ranks end, which a search reads first.
create index on catalog.listing (rank);
-- The listings get marks of their rank.
insert into catalog.search_rebuild (rebuilt) select 0 where exists (select from catalog.listing)
  on conflict (one) do update set rebuilt = 0;
