import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { connectionString } from './connection-string.ts'
import { quoteName, quoteText } from './names.ts'
import { listTables } from './tables.ts'

/**
 * Creates a publication of all tables of the modules except pando_migration, and of the markers of this relocation.
 * Leaves an existing publication unchanged.
 */
export async function createPublication(
  sql: Sql,
  { name, relocation, modules }: { name: string; relocation: string; modules: readonly string[] },
): Promise<void> {
  const [found] = await sql`select from pg_publication where pubname = ${name}`
  if (found) return
  const tables = (await listTables(sql, modules)).map((table) => table.quoted)
  const marker = `pando.replication_marker where (relocation = ${quoteText(relocation)})`
  await sql.unsafe(`create publication ${quoteName(name)} for table ${[...tables, marker].join(', ')}`)
}

export async function dropPublication(sql: Pool, name: string): Promise<void> {
  await sql.unsafe(`drop publication if exists ${quoteName(name)}`)
}

/**
 * Creates the slot that retains the log which the other side has not received. Leaves an existing slot unchanged. Waits
 * for the transactions that are running on the server. A temporary slot ends with its connection.
 */
export async function createSlot(sql: Sql, name: string, { temporary = false } = {}): Promise<void> {
  await sql`
    select pg_create_logical_replication_slot(${name}, 'pgoutput', ${temporary})
    where not exists (select from pg_replication_slots where slot_name = ${name})`
}

const MAX_DROP_ATTEMPTS = 10

/** Drops a slot, and terminates a process that still reads from it. */
export async function dropSlot(sql: Pool, name: string): Promise<void> {
  // A terminated reader takes a moment to end, and may reconnect.
  for (let attempt = 1; ; attempt++) {
    const [slot] = await sql<{ pid: number | null }[]>`
      select active_pid as pid from pg_replication_slots where slot_name = ${name}`
    if (!slot) return
    if (slot.pid !== null) await sql`select pg_terminate_backend(${slot.pid}, 2000)`
    try {
      await sql`
        select pg_drop_replication_slot(slot_name) from pg_replication_slots
        where slot_name = ${name} and not active`
    } catch (error) {
      if (attempt === MAX_DROP_ATTEMPTS) throw error
    }
    if (attempt === MAX_DROP_ATTEMPTS)
      throw new Error(`Cannot drop the replication slot "${name}": a process keeps reading from it`)
  }
}

/**
 * Creates a subscription to a publication with an existing slot: PostgreSQL would wait for itself if it created the
 * slot on the same server. `origin = none` keeps replicated changes from returning to where they came from. Leaves an
 * existing subscription unchanged.
 */
export async function createSubscription(
  sql: Sql,
  { name, senderUrl, copyData }: { name: string; senderUrl: string; copyData: boolean },
): Promise<void> {
  if (await hasSubscription(sql, name)) return
  await sql.unsafe(
    `create subscription ${quoteName(name)} connection ${quoteText(connectionString(senderUrl))} publication ${quoteName(name)}
     with (create_slot = false, slot_name = ${quoteText(name)}, copy_data = ${copyData}, origin = none, streaming = off)`,
  )
}

/**
 * Updates the address from which an existing subscription reads, because the address of that server may have changed.
 * Does not compare it first: only a superuser may read the present one.
 */
export async function updateSubscription(sql: Pool, name: string, senderUrl: string): Promise<void> {
  if (!(await hasSubscription(sql, name))) return
  await sql.unsafe(
    `alter subscription ${quoteName(name)} connection ${quoteText(connectionString(senderUrl))}`,
  )
}

/** Drops a subscription even when the other side does not answer. Its slot there stays: see `dropSlot`. */
export async function dropSubscription(sql: Pool, name: string): Promise<void> {
  if (!(await hasSubscription(sql, name))) return
  const quoted = quoteName(name)
  await sql.unsafe(`alter subscription ${quoted} disable`)
  await sql.unsafe(`alter subscription ${quoted} set (slot_name = none)`)
  await sql.unsafe(`drop subscription ${quoted}`)
}

export async function hasSubscription(sql: Sql, name: string): Promise<boolean> {
  const rows = await sql`
    select from pg_subscription
    where subname = ${name} and subdbid = (select oid from pg_database where datname = current_database())`
  return rows.length > 0
}

/**
 * Lists the slots that the workers of a subscription create at the other side while they copy:
 * `pg_<subscription>_sync_<table>_<system>`. A worker that loses its connection leaves them there. Call this before
 * dropping the subscription.
 */
export async function listCopySlots(sql: Pool, name: string): Promise<string[]> {
  const rows = await sql<{ slot: string }[]>`
    select format('pg_%s_sync_%s_%s', s.oid, r.srrelid, c.system_identifier) as slot
    from pg_subscription as s join pg_subscription_rel as r on srsubid = s.oid, pg_control_system() as c
    where subname = ${name} and subdbid = (select oid from pg_database where datname = current_database())
      and srsubstate <> 'r'`
  return rows.map((row) => row.slot)
}
