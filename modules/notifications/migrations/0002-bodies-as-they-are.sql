-- Bodies are emptied after a while; compressing them first costs more than it saves.
alter table notifications.message set (toast_tuple_target = 8160);
