import { sqlState } from '../database/errors.ts'
import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { transaction } from '../database/transaction.ts'
import type { PlacementState } from '../topology/placement.ts'
import { ensureControlSchema } from './control-schema.ts'
import { FENCE_TRIGGER } from './names.ts'
import { listTables, MIGRATION_TABLE } from './tables.ts'

/** The lease of a fence, which expires if its executor dies. */
const LEASE_MS = 5000

/** The longest wait for locks. It is short, because writers queue behind a waiting lock. */
const LOCK_MS = 250

/** The locks were not granted in time. Nothing has changed; a retry may succeed. */
export class FenceBusy extends Error {}

export interface RaisedFence {
  /** When the locks were requested, as `performance.now()`: no writer has waited for longer. */
  since: number
  /** Identifies the marker that follows the last write. */
  nonce: string
}

/**
 * Raises a fence, which refuses all writes to the tables of these modules with SQLSTATE PN001, and sends a marker after
 * the last write. The fence expires after `leaseMs`, unless `sealFence` makes it permanent before. Throws FenceBusy
 * when other transactions hold locks for too long. A repeat starts a new lease.
 */
export async function raiseFence(
  sql: Pool,
  relocation: string,
  modules: readonly string[],
  leaseMs = LEASE_MS,
): Promise<RaisedFence> {
  const tables = (await listTables(sql, modules)).map((table) => table.quoted)
  const unfenced = await listUnfenced(sql, modules)
  const nonce = crypto.randomUUID()
  let since = 0
  try {
    await transaction(sql, async (tx) => {
      since = performance.now()
      // One message, because writers wait. The low deadlock_timeout makes autovacuum yield: it does when a waiting
      // process checks for a deadlock.
      await tx.unsafe(
        `select set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '${LOCK_MS}', true),
             set_config('statement_timeout', '${LOCK_MS}', true),
             case current_setting('is_superuser') when 'on' then set_config('deadlock_timeout', '20', true) end;
           lock table ${tables.join(', ')} in share row exclusive mode;
           ${unfenced.map(createTrigger).join('\n')}`,
      )
      const [raised] = await tx<{ unfenced: number }[]>`
        with fence as (
          insert into pando.fence (module, relocation, expires_at)
          select unnest(${modules as string[]}::text[]), ${relocation}, clock_timestamp() + ${leaseMs}::int * interval '1 ms'
          on conflict (module) do update set relocation = excluded.relocation, expires_at = excluded.expires_at
        ), marker as (
          insert into pando.replication_marker (relocation, nonce) values (${relocation}, ${nonce})
        )
        select count(*) as unfenced from unnest(${tables}::text[]) as given (quoted)
        where not exists (
          select from pg_trigger where tgrelid = quoted::regclass and tgname = ${FENCE_TRIGGER} and tgenabled <> 'D')`
      // Another transaction may have been disabling the triggers of an earlier fence.
      if (raised!.unfenced > 0) throw new FenceBusy('a table had no trigger')
    })
  } catch (error) {
    if (!isBusy(error)) throw error
    throw new FenceBusy('other transactions hold locks on the tables', { cause: error })
  }
  return { since, nonce }
}

/** 55P03 lock_not_available, 57014 query_canceled, 40P01 deadlock_detected. */
const BUSY = new Set(['55P03', '57014', '40P01'])

/** Whether a statement did not get its locks in time. */
export function isBusy(error: unknown): boolean {
  return BUSY.has(sqlState(error) ?? '')
}

/**
 * Creates the triggers of a fence in advance, which halves the time to raise it. They allow all writes until then.
 * Locks one table at a time, and skips a table whose lock is not granted in time: raising the fence creates its
 * trigger.
 */
export async function createFenceTriggers(sql: Pool, modules: readonly string[]): Promise<void> {
  for (const table of await listUnfenced(sql, modules)) {
    try {
      await transaction(sql, async (tx) => {
        await tx`select set_config('lock_timeout', ${String(LOCK_MS)}, true)`
        await createFenceTrigger(tx, table)
      })
    } catch (error) {
      if (!isBusy(error)) throw error
    }
  }
}

/** Creates the trigger of a fence on one table, given by its quoted name, or enables it. */
export async function createFenceTrigger(tx: Sql, table: string): Promise<void> {
  await tx.unsafe(createTrigger(table))
}

/** The tables of the modules that have no trigger, or a disabled one. */
async function listUnfenced(sql: Pool, modules: readonly string[]): Promise<string[]> {
  const rows = await sql<{ table: string }[]>`
    select format('%I.%I', nspname, relname) as table
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = any(${modules as string[]}::text[]) and relkind in ('r', 'p') and relname <> ${MIGRATION_TABLE}
      and not exists (
        select from pg_trigger where tgrelid = pg_class.oid and tgname = ${FENCE_TRIGGER} and tgenabled <> 'D')
    order by nspname, relname`
  return rows.map((row) => row.table)
}

function createTrigger(table: string): string {
  return `create or replace trigger ${FENCE_TRIGGER} before insert or update or delete or truncate on ${table}
    for each statement execute function pando.refuse_write();`
}

/** The new location of modules, for processes that still use the old database. */
export interface NewLocation {
  toProcess: string
  placement: PlacementState
}

/**
 * Seals a raised fence: makes it permanent, and records the new location of the modules. Returns false and changes
 * nothing when the lease of any module has expired. A repeat after a success changes nothing and returns true.
 */
export async function sealFence(
  sql: Pool,
  relocation: string,
  modules: readonly string[],
  { toProcess, placement }: NewLocation,
): Promise<boolean> {
  const locations = modules.map((module) => ({ module, origins: placement.modules[module] ?? [] }))
  // One statement, because writers wait. It checks the lease after locking its row: a writer that found the lease
  // expired holds the row until its commit, and later writers find the lease valid or the fence sealed.
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
    ), recorded as (
      insert into pando.moved (module, relocation, to_process, version, origins)
      select module, ${relocation}, ${toProcess}, ${placement.version}, origins
      from sealed join jsonb_to_recordset(${sql.json(locations as never)}) as given (module text, origins jsonb) using (module)
      on conflict (module) do update set relocation = excluded.relocation, to_process = excluded.to_process,
        version = excluded.version, origins = excluded.origins, moved_at = now()
    )
    select count(*) as held, set_config('synchronous_commit', 'on', true) from held`
  return row!.held === modules.length
}

/**
 * Creates a sealed fence in a database that the modules do not use, with their location. Ignores a missing database.
 */
export async function createSealedFence(
  sql: Pool,
  relocation: string,
  modules: readonly string[],
  { toProcess, placement }: NewLocation,
): Promise<void> {
  try {
    await sql`select 1`
  } catch (error) {
    // 3D000 invalid_catalog_name: there is no such database
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

/** Whether this relocation has sealed the fence here, so that the modules have left this database permanently. */
export async function isSealed(sql: Pool, relocation: string, modules: readonly string[]): Promise<boolean> {
  if (!(await hasFence(sql))) return false
  const rows = await sql`
    select from pando.fence
    where module = any(${modules as string[]}::text[]) and relocation = ${relocation} and expires_at is null`
  return rows.length === modules.length
}

/** Lifts a fence that was not sealed; leaves a sealed one in place. A repeat changes nothing. */
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

/**
 * Removes a fence, sealed or not, in the database to which the modules have moved, so that it accepts writes again.
 * Leaves the triggers: see `disableTriggers`.
 */
export async function removeFence(sql: Pool, modules: readonly string[]): Promise<void> {
  const list = modules as string[]
  await transaction(sql, async (tx) => {
    await tx`set local synchronous_commit = on`
    await tx`delete from pando.fence where module = any(${list}::text[])`
    await tx`delete from pando.moved where module = any(${list}::text[])`
  })
}

/**
 * Disables the triggers of tables without a fence. An enabled trigger costs each write a query, and refuses the writes
 * of repeatable-read and serializable transactions even without a fence.
 */
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
      // A long transaction holds the lock: the trigger stays enabled, which is slower but refuses few transactions.
      if (!isBusy(error)) throw error
    }
  }
}
