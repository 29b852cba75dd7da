import { schemaOfError, sqlState } from './errors.ts'
import type { Sql } from './pool.ts'

/**
 * The SQLSTATE that `pando.refuse_write()` raises for a write to the tables of a module that is moving or has moved.
 */
export const FENCED = 'PN001'

// A relocation drops the moved module's tables when it finishes: 42P01 undefined_table, 3F000 invalid_schema_name
// (PostgreSQL, appendix A).
const MISSING_TABLE_STATES = new Set(['42P01', '3F000'])

/** The module whose fence refused a statement; undefined for other errors. */
export function fencedModule(error: unknown): string | undefined {
  if (sqlState(error) !== FENCED) return undefined
  return schemaOfError(error)
}

/** Whether a statement failed because a table or schema does not exist. If so, the module may have moved. */
export function areTablesMissing(error: unknown): boolean {
  return MISSING_TABLE_STATES.has(sqlState(error) ?? '')
}

/**
 * Whether a module may write to its tables in a database. `open`: it may. `fenced`: not until the fence is lifted or
 * expires. `moved`: the fence is sealed, because the module has moved to another database.
 */
export type FenceState = { state: 'open' } | { state: 'fenced' } | Moved

/** The new location of a module that has left the database. */
export interface Moved {
  state: 'moved'
  toProcess: string
  /** The version of the placement that moved it. */
  version: number
  /** The origins of the replicas that serve the module there, such as `http://127.0.0.1:4110`. */
  origins: readonly string[]
}

/** Reads the state of one module's fence: `open` in a database that never had a relocation. */
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
