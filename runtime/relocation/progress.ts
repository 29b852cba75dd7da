import type { Pool } from '../database/pool.ts'
import { streamName } from './names.ts'
import { listTables } from './tables.ts'

/** The progress of a copy. */
export interface CopyProgress {
  /** Whether all tables are copied and follow the source. */
  complete: boolean
  rows: { copied: number; total: number }
  /** How many times PostgreSQL has failed to copy a table and started again. */
  failures: number
}

export async function readCopyProgress(
  { source, target }: { source: Pool; target: Pool },
  relocation: string,
  modules: readonly string[],
): Promise<CopyProgress> {
  const name = streamName(relocation, 'forward')
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
    // One more than the tables of the modules, because the publication also has the markers
    complete: states.length > tables.length && states.every((each) => each.state === 'r'),
    rows: { copied, total: tables.reduce((sum, table) => sum + table.estimatedRows, 0) },
    failures: failures[0]?.count ?? 0,
  }
}

/**
 * Values of pg_subscription_rel.srsubstate during the copy: i (initialize) and d (data copy). The later ones are
 * f (finished), s (synchronized) and r (ready).
 */
const COPYING = new Set(['i', 'd'])

/** The state of the replication in one direction. */
export interface StreamState {
  /** The size of the sender's log that the receiver has not confirmed. */
  lagBytes: number
  /** Whether PostgreSQL has discarded log that the receiver has not received. */
  lost: boolean
}

/** Reads the state of one direction at its sender; undefined when the slot does not exist. */
export async function readStream(sender: Pool, name: string): Promise<StreamState | undefined> {
  const [row] = await sender<{ lag: number | null; lost: boolean }[]>`
    select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint as lag,
      coalesce(wal_status = 'lost', false) as lost
    from pg_replication_slots where slot_name = ${name}`
  return row && { lagBytes: Math.max(0, row.lag ?? 0), lost: row.lost }
}
