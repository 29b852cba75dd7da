-- Grams were whole numbers. A column of its own, since another type would rewrite the table; null: nothing was written
-- since, and `weight_grams` is what is known.
alter table catalog.variant add column weight_milligrams bigint;
