import type { Sql } from '../database/sql.ts'
import { quoteName } from './names.ts'

/** A table that moves with its module. */
export interface MovedTable {
  schema: string
  name: string
  /** For SQL text. */
  quoted: string
  /** What PostgreSQL thought when it last counted. */
  estimatedRows: number
  /** With its indexes. */
  bytes: number
}

/** Kept by each database for itself: it says what was done there. */
export const STAYS = 'pando_migration'

/** The tables of these modules that move, in the order in which they are locked. */
export async function listTables(sql: Sql, modules: readonly string[]): Promise<MovedTable[]> {
  const rows = await sql<{ schema: string; name: string; estimate: number; bytes: number }[]>`
    select nspname as schema, relname as name, greatest(reltuples, 0)::bigint as estimate,
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
