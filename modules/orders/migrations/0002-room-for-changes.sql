-- An order changes a moment after it was written: the new row finds room on the same page, and the snapshot is not
-- compressed each time.
alter table orders.placed_order set (fillfactor = 60, toast_tuple_target = 8160);
