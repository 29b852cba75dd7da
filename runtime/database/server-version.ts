import type { Sql } from './pool.ts'

/** Modules move by subscriptions with `origin = none`, which PostgreSQL 16 brought, as it did `pg_create_subscription`. */
const OLDEST_POSTGRES = 16

/** The version of the server, and what is wrong with it. */
export async function serverVersion(
  sql: Sql,
): Promise<{ version: string; problem: string | undefined; remedy: string }> {
  const [row] = await sql<{ version: string; major: number }[]>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major`
  const { version, major } = row!
  return {
    version,
    problem: major < OLDEST_POSTGRES ? `PostgreSQL ${version} is too old` : undefined,
    remedy: `use PostgreSQL ${OLDEST_POSTGRES} or newer (tested with 18)`,
  }
}

/** Throws when the server is too old for a shop: it would work until the first module moves. */
export async function requireServerVersion(sql: Sql): Promise<void> {
  const { problem, remedy } = await serverVersion(sql)
  if (problem) throw new Error(`Cannot use this database: ${problem}, ${remedy}`)
}
