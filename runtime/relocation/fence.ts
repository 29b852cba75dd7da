import { sqlState } from '../database/errors.ts'
import type { Pool } from '../database/pool.ts'
import { transaction } from '../database/transaction.ts'
import type { PlacementState } from '../topology/placement.ts'
import { ensureControlSchema } from './control-schema.ts'
import { FENCE_TRIGGER } from './names.ts'
import { listTables, STAYS } from './tables.ts'

/** How long a fence holds by itself: whoever raised it may have died. */
const LEASE_MS = 5000

/** How long it waits for locks at the most, while writers wait behind it. */
const LOCK_MS = 250

/** The locks could not be had in time: nothing has changed, and it may be tried again. */
export class FenceBusy extends Error {}

export interface RaisedFence {
  /** Of `performance.now()`: when it asked for the locks that it got; writers have waited since then at the most. */
  since: number
  /** Of the marker behind the last write. */
  nonce: string
}

/**
 * Refuses all writes to the tables of these modules, whoever writes, with SQLSTATE PN001, and sends a marker after the
 * last write. It ends by itself after `leaseMs`. Throws FenceBusy when other transactions hold the tables for too long.
 * A repeat begins a new lease.
 */
export async function raiseFence(
  sql: Pool,
  relocation: string,
  modules: readonly string[],
  leaseMs = LEASE_MS,
): Promise<RaisedFence> {
  const tables = (await listTables(sql, modules)).map((table) => table.quoted)
  const bare = await listBare(sql, modules)
  const nonce = crypto.randomUUID()
  let since = 0
  try {
    await transaction(sql, async (tx) => {
      since = performance.now()
      // Autovacuum gives way as soon as somebody who waits for it looks for a deadlock. In one message: writers wait.
      await tx.unsafe(
        `select set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '${LOCK_MS}', true),
             set_config('statement_timeout', '${LOCK_MS}', true),
             case current_setting('is_superuser') when 'on' then set_config('deadlock_timeout', '20', true) end;
           lock table ${tables.join(', ')} in share row exclusive mode;
           ${bare.map(triggerOn).join('\n')}`,
      )
      const [raised] = await tx<{ bare: number }[]>`
        with fence as (
          insert into pando.fence (module, relocation, expires_at)
          select unnest(${modules as string[]}::text[]), ${relocation}, clock_timestamp() + ${leaseMs}::int * interval '1 ms'
          on conflict (module) do update set relocation = excluded.relocation, expires_at = excluded.expires_at
        ), marker as (
          insert into pando.replication_marker (relocation, nonce) values (${relocation}, ${nonce})
        )
        select count(*) as bare from unnest(${tables}::text[]) as given (quoted)
        where not exists (
          select from pg_trigger where tgrelid = quoted::regclass and tgname = ${FENCE_TRIGGER} and tgenabled <> 'D')`
      // Somebody may still have been putting an earlier fence away.
      if (raised!.bare > 0) throw new FenceBusy('a table had no trigger')
    })
  } catch (error) {
    if (!BUSY.has(sqlState(error) ?? '')) throw error
    throw new FenceBusy('other transactions hold the tables', { cause: error })
  }
  return { since, nonce }
}

/** lock_not_available, query_canceled, deadlock_detected. */
const BUSY = new Set(['55P03', '57014', '40P01'])

/**
 * Puts the triggers of a fence in place, which let everybody pass until there is one: the fence itself then takes half the
 * time. One table after the other, each as soon as its writers let it; a table that they do not let go is left to the fence.
 */
export async function readyFence(sql: Pool, modules: readonly string[]): Promise<void> {
  for (const table of await listBare(sql, modules)) {
    try {
      await transaction(sql, async (tx) => {
        await tx`select set_config('lock_timeout', ${String(LOCK_MS)}, true)`
        await tx.unsafe(triggerOn(table))
      })
    } catch (error) {
      if (!BUSY.has(sqlState(error) ?? '')) throw error
    }
  }
}

/** The tables of the modules that have no trigger, or a disabled one. */
async function listBare(sql: Pool, modules: readonly string[]): Promise<string[]> {
  const rows = await sql<{ table: string }[]>`
    select format('%I.%I', nspname, relname) as table
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = any(${modules as string[]}::text[]) and relkind in ('r', 'p') and relname <> ${STAYS}
      and not exists (
        select from pg_trigger where tgrelid = pg_class.oid and tgname = ${FENCE_TRIGGER} and tgenabled <> 'D')
    order by nspname, relname`
  return rows.map((row) => row.table)
}

function triggerOn(table: string): string {
  return `create or replace trigger ${FENCE_TRIGGER} before insert or update or delete or truncate on ${table}
    for each statement execute function pando.refuse_write();`
}

/** Where the modules are from now on, for those who come to the old place. */
export interface Forwarding {
  toProcess: string
  placement: PlacementState
}

/**
 * Makes the fence last for ever and leaves word where the modules are. Answers false, and changes nothing, when the lease
 * of one has expired. A repeat after a success changes nothing and answers true.
 */
export async function sealFence(
  sql: Pool,
  relocation: string,
  modules: readonly string[],
  { toProcess, placement }: Forwarding,
): Promise<boolean> {
  const forwarded = modules.map((module) => ({ module, origins: placement.modules[module] ?? [] }))
  // One statement, as writers wait for it. The lease is looked at when its row is locked: a writer who found it expired
  // holds the row until his commit, and none finds it so from then on.
  const [row] = await sql<{ held: number }[]>`
    with locked as materialized (
      select module, expires_at from pando.fence
      where module = any(${modules as string[]}::text[]) and relocation = ${relocation}
      for update
    ), held as materialized (
      select * from locked where expires_at is null or expires_at > clock_timestamp()
    ), complete as materialized (
      select count(*) = ${modules.length} as yes from held
    ), sealed as (
      update pando.fence set expires_at = null from held, complete
      where fence.module = held.module and held.expires_at is not null and complete.yes
      returning fence.module
    ), told as (
      insert into pando.moved (module, relocation, to_process, version, origins)
      select module, ${relocation}, ${toProcess}, ${placement.version}, origins
      from sealed join jsonb_to_recordset(${sql.json(forwarded as never)}) as given (module text, origins jsonb) using (module)
      on conflict (module) do update set relocation = excluded.relocation, to_process = excluded.to_process,
        version = excluded.version, origins = excluded.origins, moved_at = now()
    )
    select count(*) as held, set_config('synchronous_commit', 'on', true) from held`
  return row!.held === modules.length
}

/** Leaves word in a database that modules do not live there but elsewhere. One that is not there needs none. */
export async function closePlace(
  sql: Pool,
  relocation: string,
  modules: readonly string[],
  { toProcess, placement }: Forwarding,
): Promise<void> {
  try {
    await sql`select 1`
  } catch (error) {
    // invalid_catalog_name
    if (sqlState(error) === '3D000') return
    throw error
  }
  await ensureControlSchema(sql)
  await transaction(sql, async (tx) => {
    for (const module of modules) {
      await tx`
        insert into pando.fence (module, relocation, expires_at) values (${module}, ${relocation}, null)
        on conflict (module) do update set relocation = excluded.relocation, expires_at = null`
      await tx`
        insert into pando.moved (module, relocation, to_process, version, origins)
        values (${module}, ${relocation}, ${toProcess}, ${placement.version},
          ${tx.json([...(placement.modules[module] ?? [])])})
        on conflict (module) do update set relocation = excluded.relocation, to_process = excluded.to_process,
          version = excluded.version, origins = excluded.origins, moved_at = now()`
    }
  })
}

/** Whether the modules have left this database for good by this relocation. */
export async function isSealed(sql: Pool, relocation: string, modules: readonly string[]): Promise<boolean> {
  if (!(await hasFence(sql))) return false
  const rows = await sql`
    select from pando.fence
    where module = any(${modules as string[]}::text[]) and relocation = ${relocation} and expires_at is null`
  return rows.length === modules.length
}

/** Ends a fence that was not sealed; one that was is left alone. A repeat changes nothing. */
export async function liftFence(sql: Pool, relocation: string, modules: readonly string[]): Promise<void> {
  if (!(await hasFence(sql))) return
  await sql`
    delete from pando.fence
    where module = any(${modules as string[]}::text[]) and relocation = ${relocation} and expires_at is not null`
  await disableTriggers(sql, modules)
}

async function hasFence(sql: Pool): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`select to_regclass('pando.fence') is not null as found`
  return row!.found
}

/** Lets writes in again where the modules live from now on, whichever relocation took them away before; see `disableTriggers`. */
export async function openPlace(sql: Pool, modules: readonly string[]): Promise<void> {
  const list = modules as string[]
  await transaction(sql, async (tx) => {
    await tx`set local synchronous_commit = on`
    await tx`delete from pando.fence where module = any(${list}::text[])`
    await tx`delete from pando.moved where module = any(${list}::text[])`
  })
}

/** Where there is no fence. Left alone, triggers would cost writers a look each time, and refuse those who have one snapshot for long. */
export async function disableTriggers(sql: Pool, modules: readonly string[]): Promise<void> {
  const rows = await sql<{ module: string; table: string }[]>`
    select nspname as module, format('%I.%I', nspname, relname) as table
    from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = any(${modules as string[]}::text[]) and tgname = ${FENCE_TRIGGER} and tgenabled <> 'D'
    order by nspname, relname`
  for (const { module, table } of rows) {
    try {
      await transaction(sql, async (tx) => {
        await tx`select set_config('lock_timeout', ${String(LOCK_MS)}, true)`
        await tx.unsafe(`lock table ${table} in share row exclusive mode`)
        const fences = await tx`select from pando.fence where module = ${module}`
        if (fences.length === 0) await tx.unsafe(`alter table ${table} disable trigger ${FENCE_TRIGGER}`)
      })
    } catch (error) {
      // A long transaction holds the table: the trigger stays, and lets pass whom it can.
      if (!BUSY.has(sqlState(error) ?? '')) throw error
    }
  }
}
