import type { Sql } from '#runtime/database/pool.ts'
import type { Stock } from '../rules/availability.ts'
import type { CountedStock } from '../rules/count-stock.ts'

/** The stock of variants by their ids. Leaves out variants that were never counted. */
export async function readStock(sql: Sql, variantIds: readonly string[]): Promise<Map<string, Stock>> {
  const rows = await sql<Stock[]>`
    select variant_id as "variantId", tracked, backorder, on_hand as "onHand", reserved
    from inventory.stock
    where variant_id = any(${variantIds as string[]}::text[])`
  return byVariant(rows)
}

/** Adds a row with 0 pieces for each variant that was never counted, and returns their ids. */
export async function beginStock(sql: Sql, variantIds: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ variantId: string }[]>`
    insert into inventory.stock (variant_id)
    select variant_id from unnest(${variantIds as string[]}::text[]) as wanted (variant_id) order by variant_id
    on conflict (variant_id) do nothing
    returning variant_id as "variantId"`
  return new Set(rows.map((row) => row.variantId))
}

/** Like `readStock`, and locks the rows until the transaction ends. */
export async function lockStock(sql: Sql, variantIds: readonly string[]): Promise<Map<string, Stock>> {
  const rows = await sql<Stock[]>`
    select variant_id as "variantId", tracked, backorder, on_hand as "onHand", reserved
    from inventory.stock
    where variant_id = any(${variantIds as string[]}::text[])
    order by variant_id
    for no key update`
  return byVariant(rows)
}

/**
 * Writes the changes of a count to rows that `lockStock` has locked, and their movements. `reference` is the id of the
 * count.
 */
export async function writeCounts(
  sql: Sql,
  reference: string,
  counted: readonly CountedStock[],
  now: Date,
): Promise<void> {
  const rows = counted.map(({ after, delta }) => ({ ...after, delta }))
  await sql`
    with counted as materialized (
      select "variantId" as variant_id, tracked, backorder, "onHand" as on_hand, delta
      from jsonb_to_recordset(${sql.json(rows)})
        as counted ("variantId" text, tracked boolean, backorder boolean, "onHand" bigint, delta bigint)
    ),
    moved as (
      insert into inventory.movement (reference, variant_id, reason, delta, moved_at)
      select ${reference}, variant_id, 'count', delta, ${now} from counted where delta <> 0
    )
    update inventory.stock
    set tracked = counted.tracked, backorder = counted.backorder, on_hand = counted.on_hand
    from counted
    where stock.variant_id = counted.variant_id`
}

function byVariant(rows: readonly Stock[]): Map<string, Stock> {
  return new Map(rows.map((row) => [row.variantId, row]))
}
