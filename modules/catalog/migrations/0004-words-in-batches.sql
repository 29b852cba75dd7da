-- A word of an import, or of a batch of changed availability, goes into these once for many products instead of once for
-- each. What waits is read by every search, so it is kept short.
alter index catalog.listing_categories_idx set (fastupdate = on, gin_pending_list_limit = 256);
alter index catalog.listing_title_terms_idx set (fastupdate = on, gin_pending_list_limit = 256);
alter index catalog.listing_fact_terms_idx set (fastupdate = on, gin_pending_list_limit = 256);
alter index catalog.listing_all_terms_idx set (fastupdate = on, gin_pending_list_limit = 256);
