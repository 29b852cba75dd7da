import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { transaction } from '../database/transaction.ts'

/** A setting. A transaction that sets it to `on` passes all fences; only relocations set it. */
export const PASS = 'pando.pass_fence'

// An arbitrary constant. The lock keeps two processes from creating the schema at the same time.
const LOCK = 7_263_004

/** Creates the schema `pando`, which every source and target of a relocation needs. A repeat changes nothing. */
export async function ensureControlSchema(sql: Pool): Promise<void> {
  await transaction(sql, createControlSchema)
}

/** Like `ensureControlSchema`, in a transaction of the caller. */
export async function createControlSchema(tx: Sql): Promise<void> {
  await create(tx, CONTROL_SCHEMA)
}

/** Creates the same schema in the home database, with the table that records relocations. A repeat changes nothing. */
export async function ensureHomeSchema(sql: Pool): Promise<void> {
  await transaction(sql, (tx) => create(tx, CONTROL_SCHEMA + HOME_SCHEMA))
}

async function create(tx: Sql, statements: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(${LOCK})`
  await tx.unsafe(statements)
}

/**
 * The trigger function must never act on a view of `pando.fence` that is older than the fence. So it refuses every
 * write of a transaction whose statements share one snapshot (repeatable read or serializable). When it finds an
 * expired lease, it reads the row again with `for share`, which waits for a seal that is being committed. It runs with
 * the rights of its owner, because the roles of modules cannot read this schema.
 */
const CONTROL_SCHEMA = `
create schema if not exists pando;

create table if not exists pando.fence (
  module text primary key,
  relocation text not null,
  expires_at timestamptz -- null: sealed, the module has moved away permanently
);

create table if not exists pando.moved (
  module text primary key,
  relocation text not null,
  to_process text not null,
  version bigint not null,
  origins jsonb not null,
  moved_at timestamptz not null default now()
);

create table if not exists pando.replication_marker (
  relocation text not null,
  nonce text not null,
  primary key (relocation, nonce)
);

create or replace function pando.refuse_write() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
  lease timestamptz;
begin
  if current_setting('${PASS}', true) = 'on' then return null; end if;
  if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
    select expires_at into lease from pando.fence where module = tg_table_schema;
    if not found then return null; end if;
    if lease <= clock_timestamp() then
      select expires_at into lease from pando.fence where module = tg_table_schema for share;
      if not found or lease <= clock_timestamp() then return null; end if;
    end if;
  end if;
  raise exception using errcode = 'PN001', schema = tg_table_schema, table = tg_table_name,
    message = format('the module "%s" has moved', tg_table_schema);
end $$;
`

const HOME_SCHEMA = `
create table if not exists pando.relocation (
  id text primary key,
  plan jsonb not null,
  step text not null,
  direction text not null default 'forth' check (direction in ('forth', 'back')),
  state text not null check (state in ('running', 'failed', 'rolling back', 'done', 'rolled back')),
  history jsonb not null default '[]',
  pause_ms double precision,
  rows bigint,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index if not exists relocation_unfinished on pando.relocation ((true))
  where state in ('running', 'failed', 'rolling back');
`
