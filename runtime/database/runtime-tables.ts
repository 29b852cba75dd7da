/**
 * The runtime's own tables, which every module's schema has, so that they share its transactions and move with it.
 * They belong to the runtime: modules do not name them.
 */
export function runtimeTables(schema: string): string {
  return `
create table ${schema}.pando_idempotency (
  key text primary key,
  input_hash text not null,
  answer json not null, -- not jsonb: a repeat gets the very bytes of the first answer
  created_at timestamptz not null default now()
);
create index on ${schema}.pando_idempotency (created_at);

create table ${schema}.pando_outbox (
  position bigint generated always as identity primary key,
  consumer text not null,
  event_id text not null,
  name text not null,
  aggregate text not null,
  payload json not null, -- not jsonb: it is written once and read once, and never looked into
  emitted_at timestamptz not null default now(),
  attempts int not null default 0,
  due_at timestamptz not null default '-infinity',
  parked_at timestamptz,
  error text
) with (toast_tuple_target = 8160); -- compressing what is deleted a moment later costs more than it saves

create table ${schema}.pando_inbox (
  event_id text primary key,
  received_at timestamptz not null default now()
);
create index on ${schema}.pando_inbox (received_at);

create table ${schema}.pando_workflow (
  id text primary key,
  name text not null,
  key text unique,
  input_hash text,
  status text not null check (status in ('running', 'waiting', 'undoing', 'done', 'failed')),
  next_step int not null,
  state json not null,
  answer json,
  failure jsonb,
  runner text not null,
  attempts int not null default 0,
  wake_at timestamptz,
  deadline_at timestamptz not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz
) with (toast_tuple_target = 8160, fillfactor = 60); -- each is rewritten once or more: room on its page
create index on ${schema}.pando_workflow (wake_at) where status in ('running', 'waiting', 'undoing');
create index on ${schema}.pando_workflow (ended_at) where ended_at is not null;
`
}
