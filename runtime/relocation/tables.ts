import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { quoteName } from './names.ts'

/** A table that moves with its module. */
export interface MovedTable {
  schema: string
  name: string
  /** The schema and the name, quoted for SQL. */
  quoted: string
  /** Estimated from the size of the table and, once it is analyzed, from its statistics. */
  estimatedRows: number
  /** Including indexes. */
  bytes: number
}

/** The table that records the migrations of a database. It does not move. */
export const MIGRATION_TABLE = 'pando_migration'

/** Assumed for a table that is not analyzed. */
const ROWS_PER_PAGE = 40
/** A preview estimates the rows of larger tables. */
const MAX_COUNTED_BYTES = 16e6

/** Counts the rows of small tables, and estimates those of large ones. */
export function countRows(
  sql: Pool,
  tables: readonly MovedTable[],
): Promise<{ name: string; rows: number; isEstimate: boolean }[]> {
  const counted = tables.map(async ({ schema, name: table, quoted, bytes, estimatedRows }) => {
    const name = `${schema}.${table}`
    if (bytes > MAX_COUNTED_BYTES) return { name, rows: estimatedRows, isEstimate: true }
    const [row] = (await sql.unsafe(`select count(*) as rows from ${quoted}`)) as { rows: number }[]
    return { name, rows: Number(row!.rows), isEstimate: false }
  })
  return Promise.all(counted)
}

/** The tables of these modules that move, in the order of locking. */
export async function listTables(sql: Sql, modules: readonly string[]): Promise<MovedTable[]> {
  const rows = await sql<{ schema: string; name: string; estimate: number; bytes: number }[]>`
    select nspname as schema, relname as name,
      (pg_relation_size(pg_class.oid) / current_setting('block_size')::int
        * case when relpages > 0 then reltuples / relpages else ${ROWS_PER_PAGE}::int end)::bigint as estimate,
      pg_total_relation_size(pg_class.oid) as bytes
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = any(${modules as string[]}::text[]) and relkind in ('r', 'p') and relname <> ${MIGRATION_TABLE}
    order by nspname, relname`
  return rows.map(({ schema, name, estimate, bytes }) => ({
    schema,
    name,
    quoted: `${quoteName(schema)}.${quoteName(name)}`,
    estimatedRows: estimate,
    bytes,
  }))
}

/** The modules that have a schema in this database. */
export async function listSchemas(sql: Sql, modules: readonly string[]): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace where nspname = any(${modules as string[]}::text[]) order by 1`
  return rows.map((row) => row.name)
}
