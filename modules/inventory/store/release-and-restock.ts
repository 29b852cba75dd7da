import type { Sql, Statement } from '#runtime/database/sql.ts'

export interface ReleaseResult {
  /** The number of reservations that were released or restocked. */
  count: number
  /** The variants that were sold out and are available now. */
  availableAgain: string[]
}

/**
 * Releases a reservation if it is active. Stores an unknown id as a released reservation: a late request to reserve with
 * this id then has no effect.
 */
export async function release(sql: Sql, id: string, now: Date): Promise<ReleaseResult> {
  const released = await releaseOne(sql, id, now)
  if (released.count > 0 || (await insertReleased(sql, id, now))) return released
  // The reservation exists. It has ended, or another transaction has created it since the first releaseOne().
  return releaseOne(sql, id, now)
}

/** Stores an unknown id as a released reservation. Returns false if the id is known. */
async function insertReleased(sql: Sql, id: string, now: Date): Promise<boolean> {
  const { count } = await sql`
    insert into inventory.reservation (id, status, lines, expires_at, created_at, changed_at)
    values (${id}, 'released', '[]', ${now}, ${now}, ${now})
    on conflict (id) do nothing`
  return count === 1
}

function releaseOne(sql: Sql, id: string, now: Date): Promise<ReleaseResult> {
  return releaseAll(
    sql,
    now,
    sql`select id, lines from inventory.reservation where id = ${id} and status = 'active' for no key update`,
  )
}

/** Releases up to `limit` expired reservations. Skips those that another transaction has locked. */
export function releaseExpiredBatch(sql: Sql, now: Date, limit: number): Promise<ReleaseResult> {
  return releaseAll(
    sql,
    now,
    sql`
      select id, lines from inventory.reservation
      where status = 'active' and expires_at <= ${now}
      order by expires_at
      limit ${limit}
      for no key update skip locked`,
  )
}

function releaseAll(sql: Sql, now: Date, found: Statement<object[]>): Promise<ReleaseResult> {
  return endReservations(sql, now, found, {
    status: 'released',
    change: sql`reserved = stock.reserved - line.quantity`,
    movements: sql``,
  })
}

/**
 * Returns the pieces of a taken reservation to the stock. Releases an active reservation: a late request to take
 * it is then refused.
 */
export async function restock(sql: Sql, id: string, now: Date): Promise<ReleaseResult> {
  const restocked = await restockSale(sql, id, now)
  if (restocked.count > 0) return restocked
  const released = await releaseOne(sql, id, now)
  if (released.count > 0) return released
  // The reservation is unknown or has ended, or takeStock() has taken it since the first restockSale()
  return restockSale(sql, id, now)
}

function restockSale(sql: Sql, id: string, now: Date): Promise<ReleaseResult> {
  const found = sql`
    select id, lines from inventory.reservation where id = ${id} and status = 'taken' for no key update`
  return endReservations(sql, now, found, {
    status: 'restocked',
    change: sql`on_hand = stock.on_hand + line.quantity`,
    movements: sql`,
      moved as (
        insert into inventory.movement (reference, variant_id, reason, delta, moved_at)
        select ${id}, variant_id, 'return', quantity, ${now} from line
      )`,
  })
}

interface Ending {
  status: 'released' | 'restocked'
  /** The assignment that returns the pieces of `line` to the row of `stock`. */
  change: Statement<object[]>
  /** A CTE that records movements, with the comma before it; empty when the pieces never left the stock. */
  movements: Statement<object[]>
}

/** Ends the reservations that `found` selects and locks, in one statement. */
async function endReservations(
  sql: Sql,
  now: Date,
  found: Statement<object[]>,
  { status, change, movements }: Ending,
): Promise<ReleaseResult> {
  const [row] = await sql<[ReleaseResult]>`
    with found as materialized (${found}),
    line as materialized (
      select line."variantId" as variant_id, sum(line.quantity) as quantity
      from found, jsonb_to_recordset(found.lines) as line ("variantId" text, quantity int)
      group by line."variantId"
    ),
    locked as materialized (
      select variant_id, tracked and not backorder and on_hand <= reserved as sold_out
      from inventory.stock
      where variant_id = any(array(select variant_id from line))
      order by variant_id
      for no key update
    ),
    ended as (
      update inventory.reservation
      set status = ${status}, changed_at = ${now}
      from found
      where reservation.id = found.id
    ),
    returned as (
      update inventory.stock
      set ${change}
      from locked join line using (variant_id)
      where stock.variant_id = locked.variant_id
      returning stock.variant_id, locked.sold_out and stock.on_hand > stock.reserved as available_again
    )${movements}
    select
      (select count(*) from found) as count,
      array(select variant_id from returned where available_again order by variant_id) as "availableAgain"`
  return row
}
