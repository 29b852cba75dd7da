import type { Pool } from '../database/pool.ts'
import type { Problem } from './problem.ts'

/** What a server needs for its part in a relocation. */
export interface ServerNeeds {
  slots: number
  senders: number
  /** Workers of logical replication. */
  workers: number
  origins: number
}

/** One slot and sender each for the stream and for a copy; a worker and an origin for the reverse replication. */
export const SOURCE_NEEDS: ServerNeeds = { slots: 2, senders: 2, workers: 1, origins: 1 }
export const TARGET_NEEDS: ServerNeeds = { slots: 1, senders: 1, workers: 2, origins: 2 }

/** The needs of a server that is both source and target. */
export function addNeeds(a: ServerNeeds, b: ServerNeeds): ServerNeeds {
  return {
    slots: a.slots + b.slots,
    senders: a.senders + b.senders,
    workers: a.workers + b.workers,
    origins: a.origins + b.origins,
  }
}

interface Limit {
  setting: string
  need: number
  max: number
  used: number
}

/**
 * Asks a server for its settings and its load: a trial would not say how much is missing, and it needs less than the
 * relocation, which uses everything at the same time. `where` names the server in messages.
 */
export async function checkServer(sql: Pool, where: string, needs: ServerNeeds): Promise<Problem[]> {
  const [row] = await sql<Record<string, number | string>[]>`
    select current_setting('wal_level') as wal_level,
      current_setting('max_replication_slots')::int as max_slots,
      current_setting('max_wal_senders')::int as max_senders,
      current_setting('max_logical_replication_workers')::int as max_workers,
      current_setting('max_worker_processes')::int as max_processes,
      coalesce(current_setting('max_active_replication_origins', true), current_setting('max_replication_slots'))::int as max_origins,
      (select count(*) from pg_replication_slots) as slots,
      (select count(*) from pg_stat_activity where backend_type = 'walsender') as senders,
      (select count(*) from pg_stat_activity
        where backend_type in ('logical replication apply worker', 'logical replication tablesync worker',
          'logical replication parallel worker')) as workers,
      (select count(*) from pg_stat_activity
        where backend_type like 'logical replication%' or backend_type like 'parallel %') as processes,
      (select count(*) from pg_replication_origin) as origins`
  const of = (name: string) => Number(row![name])
  const limits: Limit[] = [
    { setting: 'max_replication_slots', need: needs.slots, max: of('max_slots'), used: of('slots') },
    { setting: 'max_wal_senders', need: needs.senders, max: of('max_senders'), used: of('senders') },
    {
      setting: 'max_logical_replication_workers',
      need: needs.workers,
      max: of('max_workers'),
      used: of('workers'),
    },
    { setting: 'max_worker_processes', need: needs.workers, max: of('max_processes'), used: of('processes') },
    {
      setting: 'max_active_replication_origins',
      need: needs.origins,
      max: of('max_origins'),
      used: of('origins'),
    },
  ]
  const problems = limits
    .filter(({ need, max, used }) => max - used < need)
    .map(({ setting, need, max, used }) => ({
      what: `${where} has ${Math.max(0, max - used)} of ${max} ${setting} free, but ${need} are needed`,
      remedy: `Set ${setting} to ${used + need} or more and restart the server, or drop the leftovers that "pando doctor" finds`,
    }))
  if (row!.wal_level !== 'logical') {
    problems.unshift({
      what: `${where} has wal_level "${row!.wal_level}", which cannot replicate tables`,
      remedy: 'Set wal_level to logical and restart the server',
    })
  }
  return problems
}
