import type { Pool } from '../database/pool.ts'

/** Tells databases and servers apart, whatever names they are reached by. */
export interface DatabaseIdentity {
  /** Of the server: no two started in the same microsecond with the same files. */
  server: string
  /** Of the cluster's files, as PostgreSQL puts it into names of slots. */
  systemIdentifier: string
  database: string
}

export async function identify(sql: Pool): Promise<DatabaseIdentity> {
  const [row] = await sql<{ system: string; started: string; database: string }[]>`
    select system_identifier::text as system, extract(epoch from pg_postmaster_start_time())::text as started,
      (select oid::text from pg_database where datname = current_database()) as database
    from pg_control_system()`
  const { system, started, database } = row!
  return { server: `${system}/${started}`, systemIdentifier: system, database }
}

export async function isSameDatabase(a: Pool, b: Pool): Promise<boolean> {
  const [left, right] = await Promise.all([identify(a), identify(b)])
  return left.server === right.server && left.database === right.database
}

export async function isSameServer(a: Pool, b: Pool): Promise<boolean> {
  const [left, right] = await Promise.all([identify(a), identify(b)])
  return left.server === right.server
}
