-- Where the provider sends the shopper back to; kept until the payment is decided, as it may hold a key to the order.
alter table payments.intent add column return_url text;
