import type { Pool } from '../database/pool.ts'
import { dropPublication, dropSlot, dropSubscription } from './replication.ts'
import { identify } from './same-database.ts'

/** An object that a relocation left behind. A slot retains the log of its whole server until the disk is full. */
export interface Orphan {
  kind: 'replication slot' | 'subscription' | 'publication'
  name: string
  /** The size of the log that a slot retains; 0 for the other kinds. */
  keptBytes: number
}

/**
 * Finds what finished relocations left in this database, for `pando doctor`. `unfinished`: the id of the unfinished
 * relocation in the home database, whose objects are in use. `databases`: all databases of the shop, including this
 * one. Slots for copies to other servers are ignored.
 */
export async function findOrphans(
  sql: Pool,
  { unfinished, databases }: { unfinished: string | undefined; databases: readonly Pool[] },
): Promise<Orphan[]> {
  const inUse = unfinished === undefined ? null : `pando_${unfinished}_`
  const [named, copySlots, servers] = await Promise.all([
    sql<Orphan[]>`
      with found as (
        select 'subscription' as kind, subname as name, 0::bigint as "keptBytes" from pg_subscription
        where subdbid = (select oid from pg_database where datname = current_database())
        union all
        select 'replication slot', slot_name, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint
        from pg_replication_slots where database = current_database()
        union all
        select 'publication', pubname, 0 from pg_publication)
      select kind, name, "keptBytes" from found
      where starts_with(name, 'pando_rlc_') and (${inUse}::text is null or not starts_with(name, ${inUse}))`,
    sql<Orphan[]>`
      select 'replication slot' as kind, slot_name as name,
        coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint as "keptBytes"
      from pg_replication_slots
      where database = current_database() and not active and slot_name ~ '^pg_[0-9]+_sync_[0-9]+_[0-9]+$'`,
    Promise.all(databases.map(subscriptionsOf)),
  ])
  const abandoned = copySlots.filter(({ name }) => {
    // pg_<subscription>_sync_<table>_<server>
    const [, subscription, , , server] = name.split('_')
    const ofServer = servers.filter((each) => each.server === server)
    return ofServer.length > 0 && !ofServer.some((each) => each.subscriptions.includes(Number(subscription)))
  })
  return [...named, ...abandoned]
}

/** The subscriptions of all databases on the server of a database. */
async function subscriptionsOf(sql: Pool): Promise<{ server: string; subscriptions: number[] }> {
  const [{ systemIdentifier }, rows] = await Promise.all([
    identify(sql),
    sql<{ oid: number }[]>`select oid from pg_subscription`,
  ])
  return { server: systemIdentifier, subscriptions: rows.map((row) => Number(row.oid)) }
}

/** Drops orphans, subscriptions first. Works even when the other side of a subscription does not answer. */
export async function dropOrphans(sql: Pool, orphans: readonly Orphan[]): Promise<void> {
  const named = (kind: Orphan['kind']) => orphans.filter((each) => each.kind === kind)
  for (const { name } of named('subscription')) await dropSubscription(sql, name)
  for (const { name } of named('replication slot')) await dropSlot(sql, name)
  for (const { name } of named('publication')) await dropPublication(sql, name)
}
