import { withTimeout } from '#runtime/base/timeout.ts'
import { sqlState } from '#runtime/database/errors.ts'
import { openPool } from '#runtime/database/pool.ts'
import { UserError } from './report-error.ts'

const TIMEOUT_MS = 4000

/**
 * The names of the modules that have tables in a database; empty when the database does not exist. Throws a UserError when
 * the database cannot be used, or has not answered for 4 s.
 */
export async function modulesIn(url: string): Promise<Set<string>> {
  const sql = openPool({ url, max: 1, name: 'pando-tool' })
  try {
    const query = sql<{ name: string }[]>`
      select nspname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relname = 'pando_migration' and relkind = 'r'`
    const timedOut = () =>
      new UserError(
        `Cannot use the database ${describeDatabaseUrl(url)}: it has not answered for ${TIMEOUT_MS / 1000} s. Run "pando doctor" for details`,
      )
    const rows = await withTimeout(query, TIMEOUT_MS, timedOut)
    return new Set(rows.map(({ name }) => name))
  } catch (error) {
    // 3D000 invalid_catalog_name: there is no such database
    if (sqlState(error) === '3D000') return new Set()
    if (error instanceof UserError) throw error
    throw new UserError(
      `Cannot use the database ${describeDatabaseUrl(url)}: ${(error as Error).message}. Run "pando doctor" for details`,
    )
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** The name and server of a database for messages, without user and password. */
export function describeDatabaseUrl(url: string): string {
  const { host, pathname } = new URL(url)
  // Without a host it is the embedded server, which listens on a socket
  return host === '' ? pathname.slice(1) : `${pathname.slice(1)} at ${host}`
}
