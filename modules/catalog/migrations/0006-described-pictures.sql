-- A picture that is in the description only: served as all are, and not shown beside the product.
alter table catalog.picture add column described boolean not null default false;
