import { schemaOfError, sqlState } from './errors.ts'
import type { Sql } from './pool.ts'

/** What `pando.refuse_write()` raises at a module's tables that have moved, or are about to. */
export const FENCED = 'PN001'

// 42P01 undefined_table, 3F000 invalid_schema_name (PostgreSQL, appendix A): the tables of a moved module are dropped in the end.
const GONE = new Set(['42P01', '3F000'])

/** The module that a statement was for, when its tables are fenced off; undefined for other errors. */
export function fencedModule(error: unknown): string | undefined {
  if (sqlState(error) !== FENCED) return undefined
  return schemaOfError(error)
}

/** Whether a module's tables are not there: it may have moved. */
export function areTablesGone(error: unknown): boolean {
  return GONE.has(sqlState(error) ?? '')
}

/** How it stands with a module's tables in a database: `fenced` for a moment, or `moved` for good. */
export type FenceState = { state: 'open' } | { state: 'fenced' } | Moved

/** Where a module is since `version` of the placement. */
export interface Moved {
  state: 'moved'
  toProcess: string
  version: number
  origins: readonly string[]
}

/** Looks at the fence of one module. A database without any relocation has none. */
export async function readFence(sql: Sql, module: string): Promise<FenceState> {
  const [known] = await sql<{ exists: boolean }[]>`
    select to_regclass('pando.fence') is not null and to_regclass('pando.moved') is not null as exists`
  if (!known!.exists) return { state: 'open' }
  const [row] = await sql<
    { sealed: boolean; to_process: string | null; version: number | null; origins: string[] | null }[]
  >`
    select fence.expires_at is null as sealed, moved.to_process, moved.version, moved.origins
    from pando.fence left join pando.moved using (module)
    where module = ${module} and (expires_at is null or expires_at > clock_timestamp())`
  if (!row) return { state: 'open' }
  if (!row.sealed || row.to_process === null) return { state: 'fenced' }
  return { state: 'moved', toProcess: row.to_process, version: row.version!, origins: row.origins! }
}
