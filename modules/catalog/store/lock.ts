import type { Sql } from '#runtime/database/pool.ts'

// Any number that no other advisory lock of Pando uses.
const LOCK = 7_263_101

/**
 * Locks the catalog for changes until the transaction ends. Changes are few and short, and prepared data (summaries,
 * counts, availability) never mixes two of them.
 */
export async function lockCatalog(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`
}
