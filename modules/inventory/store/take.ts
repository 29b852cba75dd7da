import type { Sql } from '#runtime/database/pool.ts'

export type ReservationStatus = 'active' | 'taken' | 'released' | 'restocked'

/**
 * Turns an active reservation into a sale, in one statement. Availability does not change: on hand and reserved
 * decrease by the same number. Returns the status before the call; undefined for an unknown reservation.
 */
export async function take(sql: Sql, id: string, now: Date): Promise<ReservationStatus | undefined> {
  const [row] = await sql<{ status: ReservationStatus }[]>`
    with found as materialized (
      select id, status, lines from inventory.reservation where id = ${id} for no key update
    ),
    line as materialized (
      select line."variantId" as variant_id, line.quantity
      from found, jsonb_to_recordset(found.lines) as line ("variantId" text, quantity int)
      where found.status = 'active'
    ),
    locked as materialized (
      select variant_id from inventory.stock
      where variant_id = any(array(select variant_id from line))
      order by variant_id
      for no key update
    ),
    taken as (
      update inventory.reservation
      set status = 'taken', changed_at = ${now}
      from found
      where reservation.id = found.id and found.status = 'active'
    ),
    sold as (
      update inventory.stock
      set on_hand = stock.on_hand - line.quantity, reserved = stock.reserved - line.quantity
      from locked join line using (variant_id)
      where stock.variant_id = locked.variant_id
    ),
    moved as (
      insert into inventory.movement (reference, variant_id, reason, delta, moved_at)
      select ${id}, variant_id, 'sale', -quantity, ${now} from line
    )
    select status from found`
  return row?.status
}
