import type { Sql } from '#runtime/database/pool.ts'
import type { StockLine } from '../contract.ts'
import type { ReservationStatus } from './take.ts'

/** A variant whose stock differs from its movements or reservations, or is oversold. */
export interface StockProblem {
  variantId: string
  onHand: number
  /** The sum of its movements. */
  moved: number
  reserved: number
  /** The sum of its active reservations. */
  held: number
  /** Pieces sold or reserved that are not on hand; 0 for a variant that takes backorders or is not tracked. */
  oversold: number
}

/**
 * A sale or return whose movement differs from its reservation. `expected` is null when there should be no movement,
 * `moved` when there is none.
 */
export interface MovementProblem {
  /** The id of the reservation. */
  reference: string
  variantId: string
  reason: 'sale' | 'return'
  expected: number | null
  moved: number | null
}

export interface AuditedReservation {
  reservationId: string
  status: ReservationStatus
  lines: StockLine[]
}

/**
 * Compares all stock with the sums of its movements and active reservations, and finds oversold variants. Lists up to
 * `limit` problems.
 */
export async function findStockProblems(sql: Sql, limit: number): Promise<StockProblem[]> {
  return await sql<StockProblem[]>`
    with moved as (
      select variant_id, sum(delta)::bigint as total from inventory.movement group by variant_id
    ),
    held as (
      select line."variantId" as variant_id, sum(line.quantity)::bigint as total
      from inventory.reservation, jsonb_to_recordset(lines) as line ("variantId" text, quantity int)
      where status = 'active'
      group by line."variantId"
    )
    select
      variant_id as "variantId",
      coalesce(stock.on_hand, 0) as "onHand",
      coalesce(moved.total, 0) as moved,
      coalesce(stock.reserved, 0) as reserved,
      coalesce(held.total, 0) as held,
      case when stock.tracked and not stock.backorder then greatest(stock.reserved - stock.on_hand, 0) else 0 end as oversold
    from inventory.stock full join moved using (variant_id) full join held using (variant_id)
    where coalesce(stock.on_hand, 0) <> coalesce(moved.total, 0)
      or coalesce(stock.reserved, 0) <> coalesce(held.total, 0)
      or (stock.tracked and not stock.backorder and stock.on_hand < stock.reserved)
    order by variant_id
    limit ${limit}`
}

/**
 * Compares the movements of sales and returns with the reservations that caused them. Lists up to `limit` differences.
 */
export async function findMovementProblems(sql: Sql, limit: number): Promise<MovementProblem[]> {
  return await sql<MovementProblem[]>`
    with sold as (
      select id, status, line."variantId" as variant_id, line.quantity
      from inventory.reservation, jsonb_to_recordset(lines) as line ("variantId" text, quantity int)
      where status in ('taken', 'restocked')
    ),
    expected as (
      select id as reference, variant_id, 'sale' as reason, -quantity as delta from sold
      union all
      select id, variant_id, 'return', quantity from sold where status = 'restocked'
    ),
    moved as (
      select reference, variant_id, reason, delta from inventory.movement where reason <> 'count'
    )
    select reference, variant_id as "variantId", reason, expected.delta as expected, moved.delta as moved
    from expected full join moved using (reference, variant_id, reason)
    where expected.delta is distinct from moved.delta
    order by reference, variant_id, reason
    limit ${limit}`
}

/** Lists up to `limit` reservations with an id greater than `after`, sorted by id. */
export async function listReservations(
  sql: Sql,
  after: string,
  limit: number,
): Promise<AuditedReservation[]> {
  return await sql<AuditedReservation[]>`
    select id as "reservationId", status, lines
    from inventory.reservation
    where id > ${after}
    order by id
    limit ${limit}`
}
