import type { Pool } from '../database/pool.ts'
import { streamName } from './names.ts'
import { listTables } from './tables.ts'

/** How far a copy is. */
export interface CopyProgress {
  /** All tables are copied and follow the source. */
  complete: boolean
  rows: { copied: number; total: number }
  /** How often PostgreSQL has failed to copy a table, and begun again. */
  failures: number
}

export async function readCopyProgress(
  { source, target }: { source: Pool; target: Pool },
  relocation: string,
  modules: readonly string[],
): Promise<CopyProgress> {
  const name = streamName(relocation, 'forth')
  const [tables, states, failures] = await Promise.all([
    listTables(source, modules),
    target<{ table: string; state: string; copied: number }[]>`
      select nspname || '.' || relname as table, srsubstate as state, coalesce(tuples_processed, 0) as copied
      from pg_subscription join pg_subscription_rel on srsubid = pg_subscription.oid
        join pg_class on pg_class.oid = srrelid join pg_namespace on pg_namespace.oid = relnamespace
        left join pg_stat_progress_copy as p on p.relid = srrelid and p.datname = current_database() and p.command = 'COPY FROM'
      where subname = ${name}`,
    target<{ count: number }[]>`
      select sync_error_count as count from pg_stat_subscription_stats where subname = ${name}`,
  ])
  const sizes = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table.estimatedRows]))
  const copied = states.reduce((sum, each) => {
    const size = sizes.get(each.table) ?? 0
    return sum + (COPYING.has(each.state) ? Math.min(each.copied, size) : size)
  }, 0)
  return {
    complete: states.length > tables.length && states.every((each) => each.state === 'r'),
    rows: { copied, total: tables.reduce((sum, table) => sum + table.estimatedRows, 0) },
    failures: failures[0]?.count ?? 0,
  }
}

/** pg_subscription_rel.srsubstate: i and d come before the end of the copy; f, s and r after it. */
const COPYING = new Set(['i', 'd'])

/** What the giver keeps for the taker. */
export interface StreamState {
  /** Of the giver's log, that the taker has not confirmed. */
  lagBytes: number
  /** PostgreSQL has thrown away what the taker has not got yet. */
  lost: boolean
}

/** The state of one direction, as its giver sees it; undefined when its slot is gone. */
export async function readStream(giver: Pool, name: string): Promise<StreamState | undefined> {
  const [row] = await giver<{ lag: number | null; lost: boolean }[]>`
    select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint as lag,
      coalesce(wal_status = 'lost', false) as lost
    from pg_replication_slots where slot_name = ${name}`
  return row && { lagBytes: Math.max(0, row.lag ?? 0), lost: row.lost }
}
