import type { Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'

/** A setting: a transaction in which it is `on` passes all fences. For the relocation's own hand. */
export const PASS = 'pando.pass_fence'

// Any constant will do; two processes must not make the schema at the same time.
const LOCK = 7_263_004

/** Makes what every database needs that a module moves out of or into: the schema `pando`. A repeat changes nothing. */
export async function ensureControlSchema(sql: Pool): Promise<void> {
  await make(sql, CONTROL_SCHEMA)
}

/** The same for the home database, where relocations are noted too. */
export async function ensureHomeSchema(sql: Pool): Promise<void> {
  await make(sql, CONTROL_SCHEMA + HOME_SCHEMA)
}

async function make(sql: Pool, statements: string): Promise<void> {
  await transaction(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK})`
    await tx.unsafe(statements)
  })
}

/**
 * The trigger function lets nobody through whose look at the fence may be older than the fence: a transaction with one
 * snapshot for all its statements never, and one that finds the lease expired only after a seal that is just being
 * committed (`for share` waits for it). It runs with its owner's rights, as roles of modules do not reach this schema.
 */
const CONTROL_SCHEMA = `
create schema if not exists pando;

create table if not exists pando.fence (
  module text primary key,
  relocation text not null,
  expires_at timestamptz -- null: sealed, the module has moved away for good
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
