import type { Sql } from '#runtime/database/pool.ts'

// Any constant will do, as long as no other lock of Pando's has it.
const LOCK = 7_263_101

/**
 * Lets one transaction at a time change the catalog; held until it ends. Changes are few and short, and what is kept
 * prepared (summaries, counts, availability) then never mixes two of them.
 */
export async function lockCatalog(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`
}
