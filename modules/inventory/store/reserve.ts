import type { Sql } from '#runtime/database/pool.ts'
import type { StockLine } from '../contract.ts'

export interface NewReservation {
  id: string
  /** One per variant, sorted by id. */
  lines: StockLine[]
  expiresAt: Date
  now: Date
}

export interface ReserveOutcome {
  /**
   * The lines that exceed the available pieces, those of unknown variants too. On a repeat they mean nothing: the first
   * attempt itself may have caused them.
   */
  shortages: { variantId: string; requested: number; available: number }[]
  /** The variants of which this reservation reserved the last piece. */
  soldOut: string[]
}

/**
 * Reserves all lines or none, in one statement. The CTE `locked` locks the stock rows in the order of their ids, so
 * reservations cannot deadlock. It reads the rows once it holds the locks, so it sees all earlier reservations. If the
 * id is known already, in any status, nothing changes and `soldOut` is empty.
 */
export async function reserve(
  sql: Sql,
  { id, lines, expiresAt, now }: NewReservation,
): Promise<ReserveOutcome> {
  const variantIds = lines.map((line) => line.variantId)
  const quantities = lines.map((line) => line.quantity)
  const [row] = await sql<[ReserveOutcome]>`
    with wanted as materialized (
      select variant_id, quantity
      from unnest(${variantIds}::text[], ${quantities}::int[]) as wanted (variant_id, quantity)
    ),
    locked as materialized (
      select variant_id, tracked and not backorder as limited, on_hand - reserved as free
      from inventory.stock
      where variant_id = any(${variantIds}::text[])
      order by variant_id
      for no key update
    ),
    short as materialized (
      select variant_id, wanted.quantity as requested, greatest(coalesce(locked.free, 0), 0) as available
      from wanted left join locked using (variant_id)
      where locked.variant_id is null or (locked.limited and locked.free < wanted.quantity)
    ),
    reservation as (
      insert into inventory.reservation (id, lines, expires_at, created_at, changed_at)
      select ${id}, ${sql.json(lines)}, ${expiresAt}, ${now}, ${now}
      where not exists (select from short)
      on conflict (id) do nothing
      returning id
    ),
    reserved as (
      update inventory.stock
      set reserved = stock.reserved + wanted.quantity
      from locked join wanted using (variant_id)
      where stock.variant_id = locked.variant_id and exists (select from reservation)
      returning stock.variant_id, locked.limited and stock.on_hand <= stock.reserved as sold_out
    )
    select
      coalesce(
        (select jsonb_agg(
          jsonb_build_object('variantId', variant_id, 'requested', requested, 'available', available)
          order by variant_id
        ) from short),
        '[]'
      ) as shortages,
      array(select variant_id from reserved where sold_out order by variant_id) as "soldOut"`
  return row
}

/** Whether a reservation with this id exists, in any status. */
export async function hasReservation(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql`select from inventory.reservation where id = ${id}`
  return rows.length > 0
}
