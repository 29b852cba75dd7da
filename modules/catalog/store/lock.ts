import type { Sql } from '#runtime/database/pool.ts'

// Any number that no other advisory lock of Pando uses.
const LOCK = 7_263_101

/**
 * Locks the catalog for changes until the transaction ends, so that prepared data (summaries, counts, availability)
 * never mix two changes. Changes are few and short.
 */
export async function lockCatalog(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`
}
