import type { Sql } from './pool.ts'

const BATCH = 5000

/**
 * Deletes expired rows of the runtime's tables in a module's schema: idempotency records after 2 days, inbox entries
 * after 7 days, ended workflows and discarded events after 30 days. Deletes at most 5,000 rows of each of the first
 * three.
 */
export async function cleanRuntimeTables(sql: Sql, schema: string): Promise<void> {
  await sql`
    delete from ${sql(schema)}.pando_idempotency where key in (
      select key from ${sql(schema)}.pando_idempotency where created_at < now() - interval '2 days' limit ${BATCH})`
  await sql`
    delete from ${sql(schema)}.pando_inbox where event_id in (
      select event_id from ${sql(schema)}.pando_inbox where received_at < now() - interval '7 days' limit ${BATCH})`
  await sql`
    delete from ${sql(schema)}.pando_workflow where id in (
      select id from ${sql(schema)}.pando_workflow where ended_at < now() - interval '30 days' limit ${BATCH})`
  await sql`
    delete from ${sql(schema)}.pando_discarded_event where discarded_at < now() - interval '30 days'`
}
