-- long lock: an index of the few products that are not published, a second even for a hundred thousand others
-- Staff look for what they have not published yet; all other products would be read on the way.
create index product_unpublished on catalog.product (number) where not published;
