import type { Sql } from './pool.ts'

/**
 * Relocations need subscriptions with `origin = none` and the role `pg_create_subscription`, both new in PostgreSQL 16.
 */
const OLDEST_POSTGRES = 16

/**
 * Reads the version of the server, such as `18.4`. `problem` is undefined when the server is new enough; `remedy` says
 * which versions are.
 */
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

/** Throws when the server is too old. A shop would run on it, but its modules could not move. */
export async function requireServerVersion(sql: Sql): Promise<void> {
  const { problem, remedy } = await serverVersion(sql)
  if (problem) throw new Error(`Cannot use this database: ${problem}; ${remedy}`)
}
