-- long lock: an index of two short columns, seconds even for a million variants
-- Who searches for a SKU means that one, whatever words its punctuation would make of it.
create index variant_by_sku on catalog.variant (lower(sku)) where sku is not null and not withdrawn;
