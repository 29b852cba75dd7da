import { withDeadline } from '#runtime/base/deadline.ts'
import { sqlState } from '#runtime/database/errors.ts'
import { openPool } from '#runtime/database/pool.ts'
import { UserError } from './report-error.ts'

const PATIENCE_MS = 4000

/**
 * The modules whose tables a database has; none where there is no such database. Throws a UserError, within seconds, where
 * the database cannot be used.
 */
export async function modulesIn(url: string): Promise<Set<string>> {
  const sql = openPool({ url, max: 1, name: 'pando-tool' })
  try {
    const looked = sql<{ name: string }[]>`
      select nspname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relname = 'pando_migration' and relkind = 'r'`
    const silent = () =>
      new UserError(
        `Cannot use the database: it has not answered for ${PATIENCE_MS / 1000} s. See what "pando doctor" says of it`,
      )
    const rows = await withDeadline(looked, PATIENCE_MS, silent)
    return new Set(rows.map(({ name }) => name))
  } catch (error) {
    // 3D000 invalid_catalog_name: there is no such database
    if (sqlState(error) === '3D000') return new Set()
    if (error instanceof UserError) throw error
    throw new UserError(
      `Cannot use the database ${nameOf(url)}: ${(error as Error).message}. See what "pando doctor" says of it`,
    )
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** A database for a person to read: its name and its server, without user and password. */
export function nameOf(url: string): string {
  const { host, pathname } = new URL(url)
  // The embedded server is reached by a socket
  return host === '' ? pathname.slice(1) : `${pathname.slice(1)} at ${host}`
}
