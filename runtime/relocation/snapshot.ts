import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '../database/pool.ts'
import { type Sql, sqlOf } from '../database/sql.ts'
import { hasMarker } from './marker.ts'

/** A database as it was at one point in time, until it is released. */
export interface Snapshot {
  sql: Sql
  release(): Promise<void>
}

/** Takes a snapshot of the present state. */
export async function holdSnapshot(pool: Pool): Promise<Snapshot> {
  return (await hold(pool, async () => true))!
}

/** Takes a snapshot that contains a marker; undefined when the marker does not arrive within `timeoutMs`. */
export async function holdSnapshotAt(
  pool: Pool,
  { relocation, nonce, timeoutMs }: { relocation: string; nonce: string; timeoutMs: number },
): Promise<Snapshot | undefined> {
  const until = performance.now() + timeoutMs
  return hold(pool, async (sql) => {
    if (await hasMarker(sql, relocation, nonce)) return true
    return performance.now() > until ? undefined : false
  })
}

/** Takes snapshots until `fits` returns true for one. When it returns undefined, gives up and returns undefined. */
function hold(pool: Pool, fits: (sql: Sql) => Promise<boolean | undefined>): Promise<Snapshot | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Snapshot | undefined>()
  pool.transactions
    .with(async (connection) => {
      const sql = sqlOf(connection)
      for (;;) {
        await sql.unsafe('begin isolation level repeatable read read only')
        const answer = await fits(sql)
        if (answer === true) break
        await sql.unsafe('rollback')
        if (answer === undefined) return resolve(undefined)
        await sleep(1)
      }
      const released = Promise.withResolvers<void>()
      const ended = Promise.withResolvers<void>()
      await sql.unsafe(
        'set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0; select 1',
      )
      resolve({
        sql,
        release: async () => {
          released.resolve()
          await ended.promise
        },
      })
      await released.promise
      if (!connection.isClosed) await sql.unsafe('rollback').catch(() => {})
      ended.resolve()
    })
    .catch(reject)
  return promise
}
