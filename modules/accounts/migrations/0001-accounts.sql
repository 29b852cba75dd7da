create table accounts.customer (
  id text primary key,
  -- As it was typed; email_key is what addresses are compared by.
  email text not null,
  email_key text not null,
  name text not null,
  password_hash text not null,
  verified_at timestamptz,
  address_count int not null default 0 check (address_count between 0 and 50),
  created_at timestamptz not null
);
-- One account of an address is confirmed at the most; others with it may exist beside (docs/decisions/0004).
create unique index customer_verified_email_key on accounts.customer (email_key) where verified_at is not null;
create index customer_email_key_password_hash on accounts.customer (email_key, password_hash);

create table accounts.address (
  id text primary key,
  customer_id text not null references accounts.customer on delete cascade,
  address jsonb not null
);
create index address_customer_id on accounts.address (customer_id, id);

create table accounts.session (
  id text primary key,
  token_hash bytea not null unique,
  customer_id text not null references accounts.customer on delete cascade,
  touched_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_customer_id on accounts.session (customer_id);
create index session_expires_at on accounts.session (expires_at);

create table accounts.mail_token (
  token_hash bytea primary key,
  purpose text not null check (purpose in ('verification', 'password reset')),
  customer_id text not null references accounts.customer on delete cascade,
  expires_at timestamptz not null
);
create index mail_token_customer_id on accounts.mail_token (customer_id);
create index mail_token_expires_at on accounts.mail_token (expires_at);

-- What was asked for, whether the address is known or not; a job answers it.
create table accounts.password_reset_request (
  email_key text primary key,
  requested_at timestamptz not null
);

-- Wrong passwords, by the compared form of the address or by the customer's id.
create table accounts.failed_attempt (
  subject text primary key,
  failures int not null check (failures >= 0),
  window_ends_at timestamptz not null
);
create index failed_attempt_window_ends_at on accounts.failed_attempt (window_ends_at);

create table accounts.staff (
  id text primary key,
  email text not null,
  email_key text not null unique,
  name text not null,
  permissions text[] not null,
  api_key_hash bytea not null unique,
  created_at timestamptz not null
);

-- One row, made here: it makes this shop's password hashes unlike every other shop's.
create table accounts.password_salt (
  only_row boolean primary key default true check (only_row),
  salt bytea not null
);
insert into accounts.password_salt (salt) values (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
