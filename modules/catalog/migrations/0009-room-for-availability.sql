-- Room in each page for what changes when a variant sells out or comes back, above all after an import: a row that stays in
-- its page needs no new entries in the indexes of words, which were most of the work.
alter table catalog.listing set (fillfactor = 50);
