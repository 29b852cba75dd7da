/** A migration of the runtime's own tables. It is recorded together with the module's migrations. */
export interface RuntimeMigration {
  name: string
  text: string
}

/**
 * The migrations of the runtime's own tables. Every module's schema has these tables, so that they share the module's
 * transactions and move with it. Only the runtime uses them. Never change a released migration: add the next number.
 */
export function runtimeMigrations(schema: string): RuntimeMigration[] {
  return [
    { name: 'runtime/0001-tables.sql', text: tables(schema) },
    { name: 'runtime/0002-outbox-leases.sql', text: outboxLeases(schema) },
    { name: 'runtime/0003-rare-statistics.sql', text: rareStatistics(schema) },
    { name: 'runtime/0004-uncertain-workflows.sql', text: uncertainWorkflows(schema) },
    { name: 'runtime/0005-workflow-versions.sql', text: workflowVersions(schema) },
  ]
}

// Shops from before the runtime had migrations have some of these tables, so this creates only missing ones.
function tables(schema: string): string {
  return `
create table if not exists ${schema}.pando_idempotency (
  key text primary key,
  input_hash text not null,
  answer json not null, -- not jsonb: a repeat gets the very bytes of the first answer
  created_at timestamptz not null default now()
);
create index if not exists pando_idempotency_created_at_idx on ${schema}.pando_idempotency (created_at);

create table if not exists ${schema}.pando_outbox (
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

create table if not exists ${schema}.pando_inbox (
  event_id text primary key,
  received_at timestamptz not null default now()
);
create index if not exists pando_inbox_received_at_idx on ${schema}.pando_inbox (received_at);

create table if not exists ${schema}.pando_workflow (
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
create index if not exists pando_workflow_wake_at_idx on ${schema}.pando_workflow (wake_at)
  where status in ('running', 'waiting', 'undoing');
create index if not exists pando_workflow_ended_at_idx on ${schema}.pando_workflow (ended_at) where ended_at is not null;
`
}

function outboxLeases(schema: string): string {
  return `
-- long lock: an outbox holds what waits, which is little in a shop that works
-- Whose turn it is to deliver to a consumer, by the clock of the database (decision 14).
create table ${schema}.pando_lease (
  consumer text primary key,
  holder text not null,
  epoch bigint not null default 1, -- grows when another holder takes it
  expires_at timestamptz not null
) with (fillfactor = 50);

create index pando_outbox_waiting on ${schema}.pando_outbox (consumer, position) where parked_at is null;
create index pando_outbox_aggregate on ${schema}.pando_outbox (consumer, aggregate, position) where parked_at is null;
create index pando_outbox_parked on ${schema}.pando_outbox (position) where parked_at is not null;
-- Each row is inserted and deleted a moment later: what is dead goes soon, whatever the size of the table.
alter table ${schema}.pando_outbox set (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
  autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);

-- Events that a person gave up, with what is needed to do by hand what they were for.
create table ${schema}.pando_discarded_event (
  event_id text not null,
  consumer text not null,
  name text not null,
  aggregate text not null,
  payload json not null,
  emitted_at timestamptz not null,
  attempts int not null,
  error text,
  discarded_at timestamptz not null default now(),
  primary key (event_id, consumer)
);
create index pando_discarded_event_discarded_at_idx on ${schema}.pando_discarded_event (discarded_at);
`
}

function rareStatistics(schema: string): string {
  return `
-- Analyzed once a table has changed by its size: an analysis holds a snapshot, and meanwhile nothing that other tables'
-- rewrites left behind can go.
alter table ${schema}.pando_workflow set (autovacuum_analyze_scale_factor = 1);
alter table ${schema}.pando_idempotency set (autovacuum_analyze_scale_factor = 1);
alter table ${schema}.pando_inbox set (autovacuum_analyze_scale_factor = 1);
-- Nothing searches these.
alter table ${schema}.pando_workflow
  alter column state set statistics 0,
  alter column answer set statistics 0,
  alter column failure set statistics 0,
  alter column input_hash set statistics 0;
alter table ${schema}.pando_idempotency
  alter column answer set statistics 0,
  alter column input_hash set statistics 0;
alter table ${schema}.pando_outbox alter column payload set statistics 0;
alter table ${schema}.pando_discarded_event alter column payload set statistics 0;
-- A read of what waits passes what was delivered and is not cleared away yet.
alter table ${schema}.pando_outbox set (autovacuum_vacuum_threshold = 2000);
`
}

function uncertainWorkflows(schema: string): string {
  return `
-- long lock: an index finds the unfinished workflows, and only those that were taken over while they ran are changed
alter table ${schema}.pando_workflow add column uncertain boolean not null default false;
-- The mark was a member of the state. No release writes it there, so no older code does after this migration.
update ${schema}.pando_workflow
set uncertain = true, state = (state::jsonb - 'pandoIsUncertain')::json
where status in ('running', 'waiting', 'undoing') and state::jsonb ? 'pandoIsUncertain';
`
}

function workflowVersions(schema: string): string {
  return `
-- The version of the list of steps in which next_step counts (runtime/module/workflow.ts).
alter table ${schema}.pando_workflow add column version smallint not null default 1;
`
}
