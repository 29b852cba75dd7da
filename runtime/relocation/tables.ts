import type { Pool } from '../database/pool.ts'
import type { Sql } from '../database/sql.ts'
import { quoteName } from './names.ts'

/** A table that moves with its module. */
export interface MovedTable {
  schema: string
  name: string
  /** For SQL text. */
  quoted: string
  /** By its size, with what PostgreSQL knows of the rows, once it has looked at them. */
  estimatedRows: number
  /** With its indexes. */
  bytes: number
}

/** Kept by each database for itself: it says what was done there. */
export const STAYS = 'pando_migration'

/** Of a table that PostgreSQL has not looked at. */
const ROWS_A_PAGE = 40
/** Larger ones are not counted for a preview. */
const COUNTED_BYTES = 16e6

/** How many rows are in tables: counted, where that takes no time, else estimated. */
export function countRows(
  sql: Pool,
  tables: readonly MovedTable[],
): Promise<{ name: string; rows: number; isEstimate: boolean }[]> {
  const counted = tables.map(async ({ schema, name: table, quoted, bytes, estimatedRows }) => {
    const name = `${schema}.${table}`
    if (bytes > COUNTED_BYTES) return { name, rows: estimatedRows, isEstimate: true }
    const [row] = (await sql.unsafe(`select count(*) as rows from ${quoted}`)) as { rows: number }[]
    return { name, rows: Number(row!.rows), isEstimate: false }
  })
  return Promise.all(counted)
}

/** The tables of these modules that move, in the order in which they are locked. */
export async function listTables(sql: Sql, modules: readonly string[]): Promise<MovedTable[]> {
  const rows = await sql<{ schema: string; name: string; estimate: number; bytes: number }[]>`
    select nspname as schema, relname as name,
      (pg_relation_size(pg_class.oid) / current_setting('block_size')::int
        * case when relpages > 0 then reltuples / relpages else ${ROWS_A_PAGE}::int end)::bigint as estimate,
      pg_total_relation_size(pg_class.oid) as bytes
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = any(${modules as string[]}::text[]) and relkind in ('r', 'p') and relname <> ${STAYS}
    order by nspname, relname`
  return rows.map(({ schema, name, estimate, bytes }) => ({
    schema,
    name,
    quoted: `${quoteName(schema)}.${quoteName(name)}`,
    estimatedRows: estimate,
    bytes,
  }))
}

/** Those of the modules that have a schema here. */
export async function listSchemas(sql: Sql, modules: readonly string[]): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace where nspname = any(${modules as string[]}::text[]) order by 1`
  return rows.map((row) => row.name)
}
