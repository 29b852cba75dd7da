import type { Pool } from '../database/pool.ts'

/** Identifies a database and its server independently of their addresses. */
export interface DatabaseIdentity {
  /** The system identifier and the start time of the server: copies of a cluster share the identifier. */
  server: string
  /** The system identifier of the cluster, which PostgreSQL uses in names of slots. */
  systemIdentifier: string
  /** The OID of the database. */
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
