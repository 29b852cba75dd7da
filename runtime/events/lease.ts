import type { Sql } from '../database/sql.ts'

/** How long a lease lasts without renewal, in milliseconds. After the death of a relay, its events wait that long. */
export const LEASE_MS = 10_000

/**
 * Takes or renews the lease on a consumer's events for `holder`, if events wait above `floor`. Uses the database's
 * clock.
 *
 * @returns the lease's epoch, which grows with each change of the holder; undefined when no events wait, or another
 * holder has the lease
 */
export async function claimLease(
  sql: Sql,
  schema: string,
  { consumer, holder, floor }: { consumer: string; holder: string; floor: number },
): Promise<number | undefined> {
  const [row] = await sql<{ epoch: number }[]>`
    insert into ${sql(schema)}.pando_lease as lease (consumer, holder, expires_at)
    select ${consumer}::text, ${holder}::text, clock_timestamp() + ${LEASE_MS}::int * interval '1 ms'
    where exists (
      select from ${sql(schema)}.pando_outbox
      where consumer = ${consumer} and position > ${floor} and parked_at is null)
    on conflict (consumer) do update
      set holder = excluded.holder, expires_at = excluded.expires_at,
        epoch = lease.epoch + (lease.holder <> excluded.holder)::int
      where lease.holder = excluded.holder or lease.expires_at < clock_timestamp()
    returning epoch`
  return row?.epoch
}

/** Extends a lease. Returns false when the holder has lost it. */
export async function renewLease(
  sql: Sql,
  schema: string,
  { consumer, holder }: { consumer: string; holder: string },
): Promise<boolean> {
  const { count } = await sql`
    update ${sql(schema)}.pando_lease set expires_at = clock_timestamp() + ${LEASE_MS}::int * interval '1 ms'
    where consumer = ${consumer} and holder = ${holder}`
  return count === 1
}

/** Ends the leases of the holders whose names begin with `prefix`, except the lease of the holder `except`. */
export async function endLeasesOf(sql: Sql, schema: string, prefix: string, except = ''): Promise<void> {
  await sql`
    update ${sql(schema)}.pando_lease set expires_at = '-infinity'
    where starts_with(holder, ${prefix}) and holder <> ${except} and expires_at > clock_timestamp()`
}
