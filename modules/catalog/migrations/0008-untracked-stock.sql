-- Whether the stock of a variant is counted, as inventory last told.
alter table catalog.availability add column tracked boolean not null default true;
