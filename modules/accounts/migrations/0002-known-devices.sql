-- Browsers in which the owner of a confirmed account has logged in: strangers' wrong passwords do not count against them.
create table accounts.device (
  token_hash bytea primary key,
  customer_id text not null references accounts.customer on delete cascade,
  expires_at timestamptz not null
);
create index device_customer_id on accounts.device (customer_id);
create index device_expires_at on accounts.device (expires_at);
